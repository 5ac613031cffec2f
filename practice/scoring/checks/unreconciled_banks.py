"""DQ05: bank accounts that nobody has reconciled for a while."""

from datetime import timedelta

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.bank_items import active_banks, bank_items
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import in_one_go
from practice.scoring.score import age
from practice.scoring.trial_balance import title_of
from practice.scoring.wording import day, days

USED_DAYS = 90
GOOD_DAYS = 7


def look(books: Books) -> Found:
    end = books.period_end
    date, reconciled = pl.col("date"), pl.col("reconciled")
    seen = in_one_go(
        bank_items(books, "account_id", "date", "reconciled", every_type=True)
        .filter(date <= end)
        .group_by(id="account_id")
        .agg(first=date.min(), newest=date.max(), last=date.filter(reconciled).max())
        .filter(pl.col("newest") >= end - timedelta(days=USED_DAYS))
        .with_columns(since=pl.coalesce("last", "first"))
    )
    used = active_banks(books).join(seen, on="id")
    if used.is_empty():
        return Found(of=0, not_applicable=f"No bank account was used in the {USED_DAYS} days to the end of the period.")
    behind = used.filter(pl.col("since") < end - timedelta(days=GOOD_DAYS))
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["since"], end),
                title=title_of(row),
                detail=(
                    f"Last reconciled to {day(row['last'])}, {days((end - row['last']).days)} before the period's end"
                    if row["last"]
                    else f"Never reconciled since its first entry of {day(row['first'])}"
                ),
                date=row["since"],
                account=row["name"],
                facts={
                    "last_reconciled": row["last"].isoformat() if row["last"] else None,
                    "first": row["first"].isoformat(),
                    "days": (end - row["since"]).days,
                },
                links=(Link("account", row["id"], "Bank account in Xero"),),
            )
            for row in behind.sort("since", "id").iter_rows(named=True)
        ),
        of=used.height,
    )


CHECK = Check(
    code="DQ05",
    title="Days since the last reconciliation",
    group="Bank and cash",
    severity="medium",
    why="Until an account is reconciled to the end of the month, nobody knows whether the month is complete.",
    fix="Open Reconcile on the bank account in Xero and work through its statement lines to the end of the period.",
    definition=(
        "Active bank accounts on which there was something in the 90 days to the end of the last complete month: the days "
        "from the last reconciled item, or from the first item where none ever was, to then. Up to 7 are fine, 30 are late."
    ),
    source="Bank transactions, payments and bank transfers",
    needs={
        "accounts": ("id", "code", "name", "type", "status"),
        "bank_transactions": ("status", "account_id", "date", "reconciled"),
        "payments": ("status", "date", "account_id", "reconciled"),
        "transfers": ("status", "date", "from_account_id", "to_account_id", "from_reconciled", "to_reconciled"),
    },
    degree=age(7, 30),
    says="Behind with reconciling: {n} of {of} bank accounts, the worst by {age} days at the end of the period.",
    look=look,
)
