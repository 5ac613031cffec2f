"""DQ41: directors and shareholders who owe the company money."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.columns import TURNOVER, material_cents
from practice.scoring.owner_loans import is_owner_loan
from practice.scoring.score import status
from practice.scoring.trial_balance import CENT, NEEDS, about, unread, with_balance
from practice.scoring.wording import amount, day

UNITED_KINGDOM_CENTS = 10_000_00
"""Above this a loan to a director is a taxable benefit and needs the members' approval."""


def look(books: Books) -> Found:
    loans = books.accounts.filter(pl.col("status") == "ACTIVE", is_owner_loan())
    if loans.is_empty():
        return Found(of=0, not_applicable="There is no loan account of a director or shareholder.")
    if reason := unread(books):
        return Found(not_synced=reason)
    most, end, base = _most(books), books.period_end, books.organisation.base_currency
    owing = with_balance(loans, books).filter(pl.col("balance") > CENT)
    return Found(
        findings=tuple(
            about(
                row,
                books,
                key=f"{row['id']}:{end.isoformat()}",
                detail=f"{amount(row['balance'], base)} was owed to the company on {day(end)}",
                fails=row["balance"] > most,
            )
            for row in owing.sort("id").iter_rows(named=True)
        ),
        of=loans.height,
    )


def _most(books: Books) -> int:
    """The largest loan that is only a warning. In Australia any may be a dividend (Division 7A)."""
    country = books.organisation.country
    if country == "AU":
        return 0
    return UNITED_KINGDOM_CENTS if country == "GB" else material_cents(books)


CHECK = Check(
    code="DQ41",
    title="Overdrawn director and shareholder loans",
    group="Balances",
    severity="high",
    why="Money that the owners owe their company can be taxed as a dividend or a benefit if it is not repaid or papered in time.",
    fix=(
        "Agree with the client whether it is salary, a dividend, a repayment or a loan, post it as such, and have a loan "
        "agreement where it stays a loan."
    ),
    definition=(
        "Active asset and liability accounts named for the loan of a director or shareholder with more than one cent in "
        "debit at the end of the last complete month. A failure in Australia; in the United Kingdom above 10,000.00; "
        "elsewhere above half a percent of a year's turnover, or 100.00 if that is more; otherwise a warning."
    ),
    source="Trial balance and chart of accounts",
    needs={
        **TURNOVER,
        "accounts": ("id", "code", "name", "type", "class_", "status"),
        "balances": NEEDS,
    },
    degree=status(),
    says="Owed by directors or shareholders at the end of the period: {n} of {of} loan accounts.",
    look=look,
)
