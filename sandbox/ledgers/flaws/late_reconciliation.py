"""Leaves bank accounts that were last reconciled more than a week before the period's end, or never; beside them one of seven days."""

from ..accounts import extra_bank
from ..contacts import Maker
from .bank_items import receive

CHECK = "DQ05"
NAMES = ("Reserve Account", "Events Account", "Branch Account")


def plant(maker: Maker) -> None:
    books = maker.books
    end = books.period_end
    count = min(books.many(CHECK, 0.003), len(NAMES))
    for at in range(count):
        bank = extra_bank(books, NAMES[at])
        # Just a day too long; never; and long ago with one unreconciled item since.
        last = end - (8, 15, 33)[at]
        items = [(last, at != 1)] + ([(end - 4, False)] if at == 2 else [])
        for day, reconciled in items:
            item, cents = receive(books, bank, day, 5_200 + at, reconciled=reconciled)
            if not reconciled:
                books.plant("DQ01", id=item, kind="BankTransaction", amount=cents, date=books.day_text(day))
        receive(books, bank, books.today, 5_300 + at, reconciled=False)
        books.plant(CHECK, key=bank.id, date=books.day_text(last))
    if books.neglect > 0.1 and books.organisation.documents >= 60:
        bank = extra_bank(books, "Social Account")
        receive(books, bank, end - 7, 5_400)
        receive(books, bank, books.today, 5_500, reconciled=False)
        books.spare(CHECK, bank.id)
