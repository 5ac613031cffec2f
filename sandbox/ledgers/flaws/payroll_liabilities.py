"""Leaves payroll liabilities unpaid or without last month's journal; beside them a cent too much and one that ended four months ago."""

from ..accounts import extra_account
from ..books import Account
from ..calendar import months_before
from ..contacts import Maker
from ..journals import journal

CHECK = "DQ40"
# The months before the period's last one in which each has a journal; the last month itself is 0.
WRONG = (
    ("8581", "Casual Payroll Liabilities", {1: -31_000, 2: -31_000}),  # no journal last month
    ("8582", "Superannuation Owing", {0: -18_000, 1: -17_000}),  # what was owed before is still owed
    ("8583", "PAYE Arrears", {3: -9_000}),  # the last journal just lies within three months
    ("8584", "Wages Payable", {0: -22_000, 4: -2}),  # two cents too much
)
NEAR = (
    ("8585", "Pension Contributions", "ACTIVE", {0: -26_000, 4: -1}),
    ("8586", "Payroll Adjustments", "ACTIVE", {4: -5_000}),
    ("8587", "Former Payroll Account", "ARCHIVED", {1: -3_000}),
    ("8588", "Payrolls in Dispute", "ACTIVE", {1: -4_000}),
)


def plant(maker: Maker) -> None:
    books = maker.books
    end = books.calendar.period_end
    by_month: dict[int, list[tuple[Account, int]]] = {}
    for number, name, journals in WRONG[: min(books.many(CHECK, 0.005), len(WRONG))]:
        account = extra_account(books, number, name, kind="CURRLIAB")
        for back, cents in journals.items():
            by_month.setdefault(back, []).append((account, cents))
        books.plant(CHECK, key=f"{account.id}:{end.isoformat()}")
    if books.neglect > 0.1 and books.organisation.documents >= 100:
        for number, name, status, journals in NEAR:
            account = extra_account(books, number, name, kind="CURRLIAB", status=status)
            for back, cents in journals.items():
                by_month.setdefault(back, []).append((account, cents))
            if number == "8586":
                by_month[4].append((account, 5_000))
            books.spare(CHECK, f"{account.id}:{end.isoformat()}")
    wages = books.by_code["477"]
    for back, lines in sorted(by_month.items()):
        day = months_before(end.replace(day=1), back).toordinal() + 26
        against = (wages, -sum(cents for _, cents in lines))
        journal(books, day, "Casual wages", [*lines, against] if against[1] else lines)
