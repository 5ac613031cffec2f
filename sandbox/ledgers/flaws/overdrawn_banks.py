"""Leaves bank accounts overdrawn at the period's end; beside them one that lacks a single cent and an archived one."""

from ..accounts import extra_bank
from ..bank import transfer
from ..contacts import Maker

CHECK = "DQ20"
NAMES = ("Offset Account", "Project Account", "Trust Account")


def plant(maker: Maker) -> None:
    books = maker.books
    # Long enough ago that nobody calls the account used.
    day = books.period_end - 120
    end = books.calendar.period_end.isoformat()

    def overdraw(name: str, cents: int, status: str = "ACTIVE") -> str:
        bank = extra_bank(books, name, status=status)
        transfer(books, bank, books.banks[0], day, cents)
        return f"{bank.id}:{end}"

    # The first by two cents, the second a little, the third by far more than half a percent of any turnover.
    amounts = (2, 7_350, 1_000_000 + 3_000 * books.organisation.documents)
    for at in range(min(books.many(CHECK, 0.004), len(NAMES))):
        books.plant(CHECK, key=overdraw(NAMES[at], amounts[at]), cents=-amounts[at])
    if books.neglect > 0.1:
        books.spare(CHECK, overdraw("Call Deposit", 1))
        books.spare(CHECK, overdraw("Closed Cheque Account", 40_000, "ARCHIVED"))
