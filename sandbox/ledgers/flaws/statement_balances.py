"""Lets bank statements disagree with the books; beside them one a single cent off, and one that ends before the period does."""

from typing import Any

from ..accounts import extra_bank
from ..books import Account, Books
from ..contacts import Maker
from .bank_items import receive

CHECK = "DQ03"
NAMES = ("Till Account", "Rent Account")


def trading_banks(books: Books) -> list[Account]:
    """The accounts of ordinary trade."""
    return [one for one in books.banks if one.code or one.name == "Savings Account"]


def statement_of(books: Books, bank: Account) -> dict[str, Any]:
    """What differs on the account's statements from the books; empty until a flaw puts something in."""
    found: dict[str, Any] = books.facts.setdefault("statements", {}).setdefault(bank.id, {})
    return found


def plant(maker: Maker) -> None:
    books = maker.books
    end = books.calendar.period_end.isoformat()
    rnd = books.stream(CHECK)

    def differing(name: str, cents: int, until: str | None = None) -> str:
        bank = extra_bank(books, name)
        receive(books, bank, books.period_end - 1, 9_300)
        receive(books, bank, books.today, 9_400, reconciled=False)
        statement_of(books, bank).update({"difference": cents, "to": until})
        return bank.id

    for at in range(min(books.many(CHECK, 0.003), len(NAMES))):
        cents = 2 if at == 0 else -rnd.randrange(1_000, 90_000)
        books.plant(CHECK, key=f"{differing(NAMES[at], cents)}:{end}", cents=-cents)
    if books.neglect > 0.1 and books.organisation.documents >= 100:
        books.spare(CHECK, f"{differing('Fees Account', -1)}:{end}")
        # Much is missing, but nobody knows what stood there on the last day.
        behind = differing("Paper Account", 55_000, books.day_text(books.period_end - 3))
        books.spare(CHECK, f"{behind}:{end}")
