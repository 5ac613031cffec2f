"""Leaves balances on the side where they cannot be; beside them amortisation, a single cent, an owner's drawings and an archived account."""

from ..accounts import extra_account
from ..contacts import Maker
from ..journals import journal

CHECK = "DQ19"
WRONG = (
    ("6551", "Rental Bonds", "CURRENT", -23_000),
    ("8561", "Customer Deposits Held", "CURRLIAB", 41_250),
    ("2551", "Grants Received", "REVENUE", 2),
    ("4551", "Fuel Rebates", "EXPENSE", -12_700),
    ("6552", "Goods in Transit", "CURRENT", -2),
    ("8562", "Accrued Charges", "CURRLIAB", 8_800),
)
NEAR = (
    ("6553", "Accumulated Amortisation", "CURRENT", "ACTIVE", -60_000),
    ("6554", "Petty Cash Tin", "CURRENT", "ACTIVE", -1),
    ("9551", "Partner Drawings", "EQUITY", "ACTIVE", 70_000),
    ("6555", "Former Deposits", "CURRENT", "ARCHIVED", -15_000),
)


def plant(maker: Maker) -> None:
    books = maker.books
    end = books.calendar.period_end.isoformat()
    moved = []
    for number, name, kind, cents in WRONG[: min(books.many(CHECK, 0.008), len(WRONG))]:
        account = extra_account(books, number, name, kind=kind)
        moved.append((account, cents))
        books.plant(CHECK, key=f"{account.id}:{end}", cents=cents)
    if books.neglect > 0.1:
        for number, name, kind, status, cents in NEAR:
            account = extra_account(books, number, name, kind=kind, status=status)
            moved.append((account, cents))
            books.spare(CHECK, f"{account.id}:{end}")
    if moved:
        moved.append((books.by_code["881"], -sum(cents for _, cents in moved)))
        # The last day: income and costs of an earlier financial year are no balance any more.
        journal(books, books.period_end, "Entries at the month's end", moved)
