"""Codes documents to accounts where nobody knows better; beside them accounts that only sound like it."""

from ..accounts import extra_account
from ..contacts import Maker
from .papers import bill, is_roomy, recent, spent

CHECK = "DQ17"


def plant(maker: Maker) -> None:
    books = maker.books
    wanted = min(books.many(CHECK, 0.0015), 40)
    if wanted == 0:
        return
    accounts = [
        books.by_code["850"],
        extra_account(books, "581", "Uncategorised Expenses"),
        extra_account(books, "582", "Ask my accountant"),
    ]
    for at in range(wanted):
        account = accounts[at % 3]
        day = books.period_end - 5 - (at * 17) % 340
        if at % 4 == 3:
            key = spent(books, maker.business(), day, account, 4_000 + 100 * at)
        else:
            coded = [(account, 3_000 + 100 * at)] * (1 + at % 2) + [(books.by_code["429"], 1_000)]
            key = bill(books, maker.business(), day, coded).id
        books.plant(CHECK, key=key)
    if is_roomy(books):
        one = maker.business()
        for code, name in (("583", "Suspension Repairs"), ("584", "Task Force Costs")):
            sounds_like = extra_account(books, code, name)
            books.spare(CHECK, bill(books, one, recent(books, len(code)), [(sounds_like, 5_000)]).id)
        books.spare(CHECK, bill(books, one, books.period_start - 1, [(accounts[0], 5_100)]).id)
        books.spare(CHECK, bill(books, one, books.period_end - 9, [(accounts[0], 5_200)], status="VOIDED").id)
        books.spare(CHECK, bill(books, one, books.period_end + 1, [(accounts[0], 5_300)]).id)
