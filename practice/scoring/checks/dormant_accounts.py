"""DQ30: accounts that are open for coding and were not used for two years."""

import polars as pl

from practice.ledgers.books import Books, start_of_months
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import in_one_go, standing
from practice.scoring.score import share

YEARS = 2


def look(books: Books) -> Found:
    accounts = books.accounts.filter(
        pl.col("status") == "ACTIVE",
        pl.col("type").ne_missing("BANK"),
        pl.col("system_account").fill_null("") == "",
    )
    if accounts.is_empty():
        return Found(of=0, not_applicable="There are no accounts besides banks and Xero's own.")
    used = _last_used(books, accounts)
    start = start_of_months(books.period_end, 12 * YEARS)
    posted = used.filter(pl.col("date").is_between(start, books.period_end))
    before = used.filter(pl.col("date") < start).group_by("id").agg(pl.col("date").max().alias("last"))
    dormant = accounts.join(posted, on="id", how="anti").join(before, on="id", how="left")
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["code"], row["last"]),
                title=f"{row['code']} {row['name']}" if row["code"] else row["name"] or "Without a name",
                detail=f"Last used on {row['last']:%-d %B %Y}" if row["last"] else "Nothing was ever posted here",
                date=row["last"],
                account=row["name"],
                facts={
                    "code": row["code"],
                    "type": row["type"],
                    "class": row["class_"],
                    "fix": {"kind": "archive_account", "account_id": row["id"]},
                },
                links=(Link("account", row["id"], "Chart of accounts in Xero"),),
            )
            for row in dormant.sort("code", "id", nulls_last=True).iter_rows(named=True)
        ),
        of=accounts.height,
    )


def _last_used(books: Books, accounts: pl.DataFrame) -> pl.DataFrame:
    """Every day on which an account had a line or a payment; lines name it by code or by id."""
    codes = accounts.drop_nulls("code").select("id", account_code="code")
    lines = in_one_go(books.lines.lazy().filter(standing()).select("account_id", "account_code", "date").unique())
    payments = books.payments.lazy().filter(standing()).select("date", id="account_id").unique()
    return in_one_go(
        pl.concat(
            [
                lines.lazy().select("date", id="account_id"),
                lines.lazy().join(codes.lazy(), on="account_code").select("date", "id"),
                payments,
            ]
        ).drop_nulls()
    )


CHECK = Check(
    code="DQ30",
    title="Dormant accounts",
    group="Chart of accounts",
    severity="low",
    why="Accounts that nobody uses are chosen by mistake, and make every list and report longer.",
    fix="Archive the account in Xero: Accounting, Chart of accounts, tick it, Archive. It can be restored.",
    definition=(
        "Active accounts, apart from bank accounts and Xero's own, without a line, a payment or a journal line in the "
        "two years to the end of the period."
    ),
    source="Chart of accounts and all lines",
    needs={
        "accounts": ("id", "code", "name", "type", "class_", "status", "system_account"),
        "lines": ("account_code", "account_id", "date", "status"),
        "payments": ("account_id", "date", "status"),
    },
    degree=share("0.30"),
    says="Unused for two years: {n} of {of} accounts.",
    look=look,
    fixes=("archive_account",),
)
