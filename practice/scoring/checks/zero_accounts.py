"""DQ18: accounts through which money only passes, and in which some was left."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.columns import TURNOVER, material_cents, named
from practice.scoring.score import status
from practice.scoring.trial_balance import CENT, NEEDS, about, unread, with_balance
from practice.scoring.wording import amount, day, side_of

PASSING = ("HISTORICAL", "TRACKINGTRANSFERS", "ROUNDING")


def look(books: Books) -> Found:
    accounts = books.accounts.filter(
        pl.col("status") == "ACTIVE",
        pl.col("system_account").is_in(PASSING).fill_null(value=False) | named("suspense", "clearing", "rounding"),
    )
    if accounts.is_empty():
        return Found(of=0, not_applicable="There is no clearing, suspense or rounding account.")
    if reason := unread(books):
        return Found(not_synced=reason)
    material, end, base = material_cents(books), books.period_end, books.organisation.base_currency
    left = with_balance(accounts, books).filter(pl.col("balance").abs() > CENT)
    return Found(
        findings=tuple(
            about(
                row,
                books,
                key=row["id"],
                detail=f"Should be nil, and is {amount(row['balance'], base)} in {side_of(row['balance'])} on {day(end)}",
                fails=abs(row["balance"]) > material,
            )
            for row in left.sort("id").iter_rows(named=True)
        ),
        of=accounts.height,
    )


CHECK = Check(
    code="DQ18",
    title="Clearing and suspense accounts not nil",
    group="Balances",
    severity="high",
    why="What is left in a clearing or suspense account is half of an entry: the other half is missing or in the wrong place.",
    fix="Open the account's transactions, find the entry without its counterpart, and recode it or enter what is missing.",
    definition=(
        "Active accounts for historical adjustments, tracking transfers and rounding, and those named suspense, clearing "
        "or rounding, whose balance at the end of the last complete month is more than one cent from nil. A warning up to "
        "half a percent of a year's turnover, or 100.00 if that is more; a failure beyond."
    ),
    source="Trial balance and chart of accounts",
    needs={
        **TURNOVER,
        "accounts": ("id", "code", "name", "status", "system_account"),
        "balances": NEEDS,
    },
    degree=status(),
    says="Not nil at the end of the period: {n} of {of} accounts that should be.",
    look=look,
)
