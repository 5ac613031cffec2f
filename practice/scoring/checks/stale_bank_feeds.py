"""DQ04: bank accounts that were in use and have gone quiet."""

from datetime import timedelta

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.bank_items import active_banks, bank_items
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.columns import in_one_go
from practice.scoring.score import status
from practice.scoring.trial_balance import title_of
from practice.scoring.wording import day, days

CODE = "DQ04"
THRESHOLD = Threshold(
    7, 1, 90, "days", "Longer without anything on the account is a warning; twice as long, a failure."
)
USED_DAYS = 90


def look(books: Books) -> Found:
    since = books.as_of - timedelta(days=USED_DAYS)
    last = in_one_go(
        bank_items(books, "account_id", "date", every_type=True)
        .filter(pl.col("date").is_between(since, books.as_of))
        .group_by(id="account_id")
        .agg(last=pl.col("date").max())
    )
    used = active_banks(books).join(last, on="id")
    if used.is_empty():
        return Found(of=0, not_applicable=f"No bank account was used in the last {USED_DAYS} days.")
    limit = THRESHOLD.chosen(books, CODE)
    quiet = used.with_columns(gap=(pl.lit(books.as_of) - pl.col("last")).dt.total_days()).filter(pl.col("gap") > limit)
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["last"], row["gap"] > 2 * limit),
                title=title_of(row),
                detail=f"Nothing since {day(row['last'])}, {days(row['gap'])} ago",
                date=row["last"],
                account=row["name"],
                facts={"last": row["last"].isoformat(), "days": row["gap"], "limit": limit},
                links=(Link("account", row["id"], "Bank account in Xero"),),
                fails=row["gap"] > 2 * limit,
            )
            for row in quiet.sort("last", "id").iter_rows(named=True)
        ),
        of=used.height,
    )


CHECK = Check(
    code=CODE,
    title="Stale bank feeds",
    group="Bank and cash",
    severity="medium",
    why="A bank account that stops moving has mostly lost its feed: what happened since then is missing from the books.",
    fix="In Xero: Accounting, Bank accounts, the account's bank feed. Reconnect it, or import the statement by hand.",
    definition=(
        "Active bank accounts on which there was something in the 90 days to today: spend or receive money, a payment or a "
        "transfer. More than 7 days since the last of them are a warning, more than twice as many a failure."
    ),
    source="Bank transactions, payments and bank transfers",
    needs={
        "accounts": ("id", "code", "name", "type", "status"),
        "bank_transactions": ("status", "account_id", "date"),
        "payments": ("status", "date", "account_id"),
        "transfers": ("status", "date", "from_account_id", "to_account_id"),
    },
    degree=status(),
    says="Quiet for too long: {n} of {of} bank accounts in use.",
    look=look,
    threshold=THRESHOLD,
    by="day",
)
