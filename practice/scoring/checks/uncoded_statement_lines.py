"""DQ02: lines of a bank statement that nobody has put into the books."""

from datetime import date

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.bank_items import active_banks, to_reconcile
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import age, lower_of, share
from practice.scoring.trial_balance import title_of
from practice.scoring.wording import day


def look(books: Books) -> Found:
    latest = (
        books.stated.filter(pl.col("kind") == "statement", pl.col("date") <= books.as_of, pl.col("lines").is_not_null())
        .sort("date", "lines", "earliest")
        .unique("account_id", keep="last", maintain_order=True)
        .select("lines", "earliest", id="account_id", at="date")
    )
    told = active_banks(books).join(latest, on="id")
    if told.is_empty():
        return Found(of=0, not_applicable="No bank statement says how many of its lines wait to be coded.")
    reconciled = to_reconcile(books).filter(pl.col("reconciled")).height
    waiting = told.filter(pl.col("lines") > 0)
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["lines"], row["earliest"]),
                title=title_of(row),
                detail=_detail(row["lines"], row["earliest"]),
                date=row["earliest"],
                account=row["name"],
                facts={
                    "lines": row["lines"],
                    "earliest": row["earliest"].isoformat() if row["earliest"] else None,
                    "statement_of": row["at"].isoformat(),
                },
                links=(Link("account", row["id"], "Bank account in Xero"),),
                count=row["lines"],
            )
            for row in waiting.sort("earliest", "id", nulls_last=True).iter_rows(named=True)
        ),
        of=int(waiting["lines"].sum()) + reconciled,
    )


def _detail(lines: int, earliest: date | None) -> str:
    said = "1 statement line waits" if lines == 1 else f"{lines:,} statement lines wait"
    return f"{said} to be coded" + (f", the earliest of {day(earliest)}" if earliest else "")


CHECK = Check(
    code="DQ02",
    title="Statement lines not coded",
    group="Bank and cash",
    severity="high",
    why="What the bank has seen and the books have not is missing from every report and return.",
    fix="Open Reconcile on the bank account in Xero and code or match each line, the oldest first; bank rules do the usual ones.",
    definition=(
        "Lines of the latest statement of each active bank account that are in Xero and not in the books. Measured against "
        "these and the reconciled bank items of the twelve months to the end of the last complete month; age counts too: "
        "a line that was up to 15 days old then is fine, 30 is late."
    ),
    source="Bank statements, bank transactions, payments and bank transfers",
    instead="Enter a bank statement's balance and how many of its lines wait to be coded, under Balances.",
    needs={
        "accounts": ("id", "code", "name", "type", "status"),
        "bank_transactions": ("type", "status", "date", "reconciled"),
        "payments": ("status", "date", "account_id", "reconciled"),
        "stated": ("kind", "account_id", "date", "lines", "earliest"),
        "transfers": ("status", "date", "from_reconciled", "to_reconciled"),
    },
    degree=lower_of(age(15, 30), share("0.10")),
    says="Not coded: {n} statement lines, against {of} bank items. At the end of the period the oldest was {age} days old.",
    look=look,
    by="day",
)
