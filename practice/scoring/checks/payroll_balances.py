"""DQ40: wages, payroll taxes and pensions that were not posted this month, or not paid."""

import polars as pl

from practice.ledgers.books import Books, start_of_months
from practice.scoring.check import Check, Found
from practice.scoring.coded_lines import with_place
from practice.scoring.columns import named
from practice.scoring.score import status
from practice.scoring.trial_balance import CENT, NEEDS, about, unread, with_balance
from practice.scoring.wording import amount, day

WORDS = ("payroll", "paye", "payg", "superannuation", "pension", r"wages\s+payable", r"wages\s+clearing")
MONTHS_BEFORE = 3


def look(books: Books) -> Found:
    accounts = books.accounts.filter(pl.col("status") == "ACTIVE", pl.col("class_") == "LIABILITY", named(*WORDS))
    if accounts.is_empty():
        return Found(of=0, not_applicable="There is no payroll, wages or pension liability account.")
    if reason := unread(books):
        return Found(not_synced=reason)
    balance, posted = pl.col("balance"), pl.col("posted")
    stopped = pl.col("now").is_null() & pl.col("earlier").fill_null(0).gt(0)
    unpaid = (balance.abs() > CENT) & ((balance - posted).abs() > CENT)
    found = (
        with_balance(accounts, books)
        .join(_journals(books), on="id", how="left")
        .with_columns(posted.fill_null(0), stopped=stopped)
        .filter(pl.col("stopped") | unpaid)
    )
    end = books.period_end
    return Found(
        findings=tuple(
            about(
                row,
                books,
                key=f"{row['id']}:{end.isoformat()}",
                detail=_stopped(books) if row["stopped"] else _unpaid(books, row["balance"], row["posted"]),
                fails=row["stopped"],
            )
            for row in found.sort("id").iter_rows(named=True)
        ),
        of=accounts.height,
    )


def _journals(books: Books) -> pl.DataFrame:
    """Per account: what the month's posted manual journals come to, and whether there were any, then and before."""
    start = books.period_end.replace(day=1)
    lines = books.lines.filter(
        pl.col("source") == "manual_journal",
        pl.col("status") == "POSTED",
        pl.col("date").is_between(start_of_months(books.period_end, 1 + MONTHS_BEFORE), books.period_end),
    )
    this_month = pl.col("date") >= start
    return (
        with_place(lines, books)
        .group_by(id="account")
        .agg(
            posted=pl.col("amount_cents").filter(this_month).sum(),
            now=pl.when(this_month.any()).then(1),
            earlier=(~this_month).sum(),
        )
    )


def _stopped(books: Books) -> str:
    return f"No payroll journal in {books.period_end:%B %Y}, though there were some in the three months before"


def _unpaid(books: Books, balance: int, posted: int) -> str:
    base = books.organisation.base_currency
    said = f"{amount(balance, base)} {'owing' if balance < 0 else 'paid too much'} on {day(books.period_end)}"
    return f"{said}; the month's journals come to {amount(posted, base)}"


CHECK = Check(
    code="DQ40",
    title="Payroll and pension balances",
    group="Balances",
    severity="high",
    why="A payroll liability that is not the month's own was not paid, was paid twice, or its journal is missing.",
    fix=(
        "Post the month's payroll journal if it is missing; hold the account against the payroll report and code what was "
        "paid to it."
    ),
    definition=(
        "Active liability accounts named for payroll, PAYE, PAYG, superannuation, pension, wages payable or wages "
        "clearing. A failure where no manual journal was posted to one in the last complete month and there were some in "
        "the three months before; else a warning where its balance is neither nil nor what the month's journals come to, "
        "to the cent."
    ),
    source="Trial balance and manual journals",
    needs={
        "accounts": ("id", "code", "name", "class_", "status"),
        "balances": NEEDS,
        "lines": ("source", "status", "date", "account_code", "account_id", "amount_cents"),
    },
    degree=status(),
    says="Not as the payroll leaves them: {n} of {of} payroll accounts.",
    look=look,
)
