"""DQ20: bank accounts with less than nothing in them."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.bank_items import active_banks
from practice.scoring.check import Check, Found
from practice.scoring.columns import TURNOVER, material_cents
from practice.scoring.score import status
from practice.scoring.trial_balance import CENT, NEEDS, about, unread, with_balance
from practice.scoring.wording import amount, day


def look(books: Books) -> Found:
    banks = active_banks(books).filter(pl.col("class_") == "ASSET")
    if banks.is_empty():
        return Found(of=0, not_applicable="There is no bank account that is an asset.")
    if reason := unread(books):
        return Found(not_synced=reason)
    material, end, base = material_cents(books), books.period_end, books.organisation.base_currency
    overdrawn = with_balance(banks, books).filter(pl.col("balance") < -CENT)
    return Found(
        findings=tuple(
            about(
                row,
                books,
                key=f"{row['id']}:{end.isoformat()}",
                detail=f"Overdrawn by {amount(row['balance'], base)} on {day(end)}",
                fails=-row["balance"] > material,
            )
            for row in overdrawn.sort("id").iter_rows(named=True)
        ),
        of=banks.height,
    )


CHECK = Check(
    code="DQ20",
    title="Overdrawn bank accounts",
    group="Bank and cash",
    severity="medium",
    why="Cash cannot be less than nothing: receipts are missing, payments are there twice, or the account is in truth a loan.",
    fix=(
        "Compare with the bank statement and enter what is missing or remove what is double; if the bank did lend, show "
        "the account as an overdraft."
    ),
    definition=(
        "Active bank accounts held as assets whose balance was below zero at the end of the last complete month. A warning "
        "up to half a percent of a year's turnover, or 100.00 if that is more; a failure beyond."
    ),
    source="Trial balance",
    needs={
        **TURNOVER,
        "accounts": ("id", "code", "name", "type", "class_", "status"),
        "balances": NEEDS,
    },
    degree=status(),
    says="Below zero at the end of the period: {n} of {of} bank accounts.",
    look=look,
)
