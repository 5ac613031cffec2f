"""DQ31: accounts in use that no report of the practice will find, as they have no report code."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.coded_lines import account_label, placed_lines
from practice.scoring.score import share


def look(books: Books) -> Found:
    moved = placed_lines(books)["account"].drop_nulls().unique()
    accounts = books.accounts.filter(
        pl.col("status") == "ACTIVE", pl.col("type").ne_missing("BANK"), pl.col("id").is_in(moved.to_list())
    )
    if accounts.is_empty():
        return Found(of=0, not_applicable="Nothing was coded to an active account in the last twelve months.")
    unmapped = accounts.filter(pl.col("reporting_code").fill_null("").str.strip_chars() == "")
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["code"]),
                title=account_label(row),
                detail="In use, without a report code",
                account=row["name"],
                facts={"code": row["code"], "type": row["type"], "class": row["class_"]},
                links=(Link("account", row["id"], "Chart of accounts in Xero"),),
            )
            for row in unmapped.sort("code", "id", nulls_last=True).iter_rows(named=True)
        ),
        of=accounts.height,
    )


CHECK = Check(
    code="DQ31",
    title="Accounts without a report code",
    group="Chart of accounts",
    severity="low",
    why="Reports that put accounts together by report code leave these out, so that year-end statements do not add up.",
    fix="In Xero: Accounting, Chart of accounts, Report codes. Give each account the code of what it is.",
    definition=(
        "Active accounts, apart from bank accounts, with an approved line in the twelve months to the end of the period "
        "and no report code. Measured against all such accounts with a line."
    ),
    source="Chart of accounts and all lines",
    needs={
        "accounts": ("id", "code", "name", "type", "class_", "status", "reporting_code"),
        "bank_transactions": ("id", "type"),
        "lines": ("document_id", "source", "status", "date", "account_code", "account_id"),
    },
    degree=share("0.20"),
    says="Without a report code: {n} of {of} accounts in use.",
    look=look,
)
