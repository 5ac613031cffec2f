"""Claims tax on what is neither bought nor sold: stock, a loan, the owner's drawings; beside it equipment and what is paid ahead."""

from ..accounts import extra_account
from ..contacts import Maker
from .papers import bill, is_roomy, spent

CHECK = "DQ35"
WRONG = ("630", "900", "880")


def plant(maker: Maker) -> None:
    books = maker.books
    if not books.organisation.pays_tax:
        return
    for at in range(min(books.many(CHECK, 0.0012), 30)):
        account = books.taxed(books.by_code[WRONG[at % 3]], "buy")
        day = books.period_end - 7 - (at * 23) % 340
        one = maker.business()
        if at % 4 == 2:
            key = spent(books, one, day, account, 6_000 + 100 * at)
        else:
            key = bill(books, one, day, [(account, 6_000 + 100 * at)] * (1 + at % 2)).id
        books.plant(CHECK, key=key)
    if not is_roomy(books):
        return
    day = books.period_end - 17
    ahead = extra_account(books, "621", "Rent paid in advance", kind="CURRENT", reporting="ASS.CUR.REC.PRE")
    for account, how in (
        (books.by_code["710"], "buy"),
        (books.by_code["620"], "buy"),
        (ahead, "buy"),
        (books.by_code["630"], "none"),
    ):
        books.spare(CHECK, bill(books, maker.business(), day, [(books.taxed(account, how), 7_000)]).id)
    wrong = books.taxed(books.by_code["630"], "buy")
    books.spare(CHECK, bill(books, maker.business(), books.period_start - 2, [(wrong, 7_100)]).id)
    books.spare(CHECK, bill(books, maker.business(), day, [(wrong, 7_200)], status="DELETED").id)
