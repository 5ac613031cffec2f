"""Leaves accounts without a reporting code; beside them one not used in the period, an archived one and the bank accounts."""

from ..accounts import extra_account
from ..contacts import Maker
from .papers import bill, is_roomy

CHECK = "DQ31"
BARE = ("461", "408", "489", "320", "429", "473")


def plant(maker: Maker) -> None:
    books = maker.books
    count = round(books.neglect * len(BARE)) if books.neglect > 0.15 else 0
    for code in BARE[:count]:
        account = books.by_code[code]
        account.reporting = ""
        bill(books, maker.business(), books.period_end - 25, [(account, 5_500)])
        books.plant(CHECK, key=account.id)
    for bank in books.banks:
        books.spare(CHECK, bank.id)
    if is_roomy(books):
        earlier = extra_account(books, "585", "Market Stall Fees", reporting="")
        bill(books, maker.business(), books.period_start - 40, [(earlier, 5_600)])
        closed = extra_account(books, "586", "Second Warehouse", status="ARCHIVED", reporting="")
        bill(books, maker.business(), books.period_start + 40, [(closed, 5_700)])
        for account in (earlier, closed):
            books.spare(CHECK, account.id)
