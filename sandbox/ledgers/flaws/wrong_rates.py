"""Taxes purchases with a sales rate and sales with a purchase rate; beside them the same rates on accounts that may bear them."""

from ..contacts import Maker
from .papers import bill, is_roomy, spent

CHECK = "DQ34"


def plant(maker: Maker) -> None:
    books = maker.books
    if not books.organisation.pays_tax:
        return
    bought = books.taxed(books.by_code["429"], "sale")
    sold = books.taxed(books.by_code["260"], "buy")
    for at in range(min(books.many(CHECK, 0.0012), 30)):
        day = books.period_end - 6 - (at * 19) % 340
        one = maker.business()
        if at % 4 == 3:
            key = spent(books, one, day, bought, 5_000 + 100 * at)
        elif at % 2 == 1:
            key = bill(books, one, day, [(sold, 5_000 + 100 * at)], sale=True).id
        else:
            key = bill(books, one, day, [(bought, 5_000 + 100 * at)] * (1 + at % 3)).id
        books.plant(CHECK, key=key)
    if not is_roomy(books):
        return
    day = books.period_end - 16
    loan, drawings = books.by_code["900"], books.by_code["880"]
    for near in (
        # A sales rate may stand on a liability, a rate of none anywhere.
        bill(books, maker.business(), day, [(books.taxed(loan, "exempt_sale"), 2_000)], sale=True),
        bill(books, maker.business(), day, [(books.taxed(drawings, "none"), 2_100)]),
        bill(books, maker.business(), day, [(books.taxed(books.by_code["429"], "none"), 2_200)]),
        bill(books, maker.business(), books.period_start - 1, [(bought, 2_300)]),
        bill(books, maker.business(), day, [(bought, 2_400)], status="VOIDED"),
        bill(books, maker.business(), books.period_end + 1, [(sold, 2_500)], sale=True),
    ):
        books.spare(CHECK, near.id)
