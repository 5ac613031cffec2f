"""DQ03: bank accounts whose balance in the books is not the bank's."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.bank_items import active_banks
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import currency
from practice.scoring.score import status
from practice.scoring.trial_balance import CENT, NEEDS, title_of, unread, with_balance
from practice.scoring.wording import amount, day, side_of


def look(books: Books) -> Found:
    end, base = books.period_end, books.organisation.base_currency
    stated = (
        books.stated.filter(pl.col("kind") == "statement", pl.col("date") == end, pl.col("cents").is_not_null())
        .group_by(id="account_id")
        .agg(stated=pl.col("cents").max())
    )
    # The trial balance is in the base currency only.
    banks = active_banks(books).with_columns(currency(books)).filter(pl.col("currency") == base).join(stated, on="id")
    if banks.is_empty():
        return Found(of=0, not_applicable=f"There is no statement balance of {day(end)} to compare with.")
    if reason := unread(books):
        return Found(not_synced=reason)
    compared = with_balance(banks, books).with_columns(apart=pl.col("balance") - pl.col("stated"))
    return Found(
        findings=tuple(
            Finding(
                key=f"{row['id']}:{end.isoformat()}",
                fingerprint=fingerprint_of(row["id"], row["balance"], row["stated"]),
                title=title_of(row),
                detail=(
                    f"{_held(row['balance'], base)} in the books on {day(end)}, {_held(row['stated'], base)} on the "
                    f"statement: {amount(row['apart'], base)} apart"
                ),
                amount_cents=abs(row["apart"]),
                currency=base,
                date=end,
                account=row["name"],
                facts={"balance_cents": row["balance"], "statement_cents": row["stated"], "at": end.isoformat()},
                links=(Link("account", row["id"], "Bank account in Xero"),),
                fails=True,
            )
            for row in compared.filter(pl.col("apart").abs() > CENT).sort("id").iter_rows(named=True)
        ),
        of=compared.height,
    )


def _held(cents: int, base: str) -> str:
    return f"{amount(cents, base)} in {side_of(cents)}" if cents else "nothing"


CHECK = Check(
    code="DQ03",
    title="Bank balance and statement",
    group="Bank and cash",
    severity="high",
    why="Where the books and the bank disagree on a balance, something is missing, double or wrong, and the bank is mostly right.",
    fix=(
        "Open the account's Reconciliation Report in Xero for that day: it lists what the bank has not seen and what the "
        "books have not. Enter, remove or correct it."
    ),
    definition=(
        "Active bank accounts in the organisation's own currency for which there is a statement balance of the last day of "
        "the last complete month: a failure where the trial balance differs from it by more than one cent."
    ),
    source="Trial balance, and statement balances from the bank or entered by hand",
    instead="Enter the bank's balance of the last day of the month under Balances, or upload the bank's file there.",
    needs={
        "accounts": ("id", "code", "name", "type", "status", "currency"),
        "balances": NEEDS,
        "stated": ("kind", "account_id", "date", "cents"),
    },
    degree=status(),
    says="Not what the statement says: {n} of {of} bank balances.",
    look=look,
)
