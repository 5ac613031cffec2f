"""Enters purchases without tax where the account says there is some; beside them one of exactly 100.00 and accounts that never bear tax."""

from ..contacts import Maker
from .papers import abroad, bill, is_roomy, spent

CHECK = "DQ37"
USUALLY_TAXED = ("453", "310", "710")


def plant(maker: Maker) -> None:
    books = maker.books
    if not books.organisation.pays_tax:
        return
    for at in range(min(books.many(CHECK, 0.0015), 40)):
        account = books.taxed(books.by_code[USUALLY_TAXED[at % 3]], "none")
        day = books.period_end - 9 - (at * 31) % 340
        one = maker.business()
        if at % 4 == 1:
            key = spent(books, one, day, account, 10_001 + 100 * at)
        else:
            key = bill(books, one, day, [(account, 10_001 + 100 * at)] * (1 + at % 2)).id
        books.plant(CHECK, key=key)
    day = books.period_end - 19
    if books.organisation.has_foreign_customers:
        untaxed = books.taxed(books.by_code["453"], "none")
        books.plant(CHECK, key=bill(books, abroad(maker), day, [(untaxed, 5_001)], exact=True).id)
        books.spare(CHECK, bill(books, abroad(maker), day, [(untaxed, 5_000)], exact=True).id)
    if not is_roomy(books):
        return
    free = books.taxed(books.by_code["453"], "none")
    books.plant(CHECK, key=bill(books, maker.business(), day, [(free, 10_001)], exact=True).id)
    books.spare(CHECK, bill(books, maker.business(), day, [(free, 10_000)], exact=True).id)
    books.spare(CHECK, spent(books, maker.business(), day, free, 10_000, exact=True))
    # Two halves of 100.00 stay below it line by line.
    books.spare(CHECK, bill(books, maker.business(), day, [(free, 10_000), (free, 10_000)], exact=True).id)
    for code in ("477", "416", "453"):
        books.spare(CHECK, bill(books, maker.business(), day, [(books.by_code[code], 55_000)]).id)
    books.spare(CHECK, bill(books, maker.business(), day, [(books.taxed(books.by_code["630"], "none"), 55_100)]).id)
    books.spare(CHECK, bill(books, maker.business(), books.period_start - 4, [(free, 55_200)]).id)
    books.spare(CHECK, bill(books, maker.business(), day, [(free, 55_300)], status="VOIDED").id)
    sale = bill(books, maker.business(), day, [(books.taxed(books.by_code["200"], "none"), 55_400)], sale=True)
    books.spare(CHECK, sale.id)
