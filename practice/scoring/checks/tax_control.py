"""DQ39: a tax account that does not hold what was filed."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import TURNOVER, material_cents
from practice.scoring.score import rest_of_money
from practice.scoring.trial_balance import CENT, NEEDS, title_of, unread, with_balance
from practice.scoring.wording import amount, day


def look(books: Books) -> Found:
    end, base = books.period_end, books.organisation.base_currency
    filed = (
        books.stated.filter(pl.col("kind") == "tax_filed", pl.col("date") == end).select(pl.col("cents").max()).item()
    )
    if filed is None:
        return Found(not_applicable=f"Nobody entered what was filed as tax owed on {day(end)}.")
    accounts = books.accounts.filter(pl.col("system_account") == "GST").sort("id")
    if accounts.is_empty():
        return Found(not_applicable="There is no tax account in the chart of accounts.")
    if reason := unread(books):
        return Found(not_synced=reason)
    balance, material = int(with_balance(accounts, books)["balance"].sum()), material_cents(books)
    # What is owed stands in credit, and credits are negative.
    apart = balance + filed
    if abs(apart) <= CENT:
        return Found(whole_cents=material)
    account = accounts.row(0, named=True)
    return Found(
        findings=(
            Finding(
                key=end.isoformat(),
                fingerprint=fingerprint_of(end, balance, filed),
                title=title_of(account),
                detail=(
                    f"{_owed(balance, base)} in the books on {day(end)}, {_owed(-filed, base)} as filed: "
                    f"{amount(apart, base)} apart"
                ),
                amount_cents=abs(apart),
                currency=base,
                date=end,
                account=account["name"],
                facts={"balance_cents": balance, "filed_cents": filed, "at": end.isoformat()},
                links=(Link("account", account["id"], "Account in Xero"),),
                base_cents=abs(apart),
            ),
        ),
        whole_cents=material,
    )


def _owed(balance: int, currency: str) -> str:
    return f"{amount(balance, currency)} {'to be refunded' if balance > 0 else 'owed'}"


CHECK = Check(
    code="DQ39",
    title="Tax account and what was filed",
    group="Tax",
    severity="medium",
    why="If the tax account is not what was filed, something was entered after the return, or was never part of it.",
    fix=(
        "Run the tax audit report in Xero for the period, find what was added or changed since the return was filed, and "
        "put it into the next return or a correction."
    ),
    definition=(
        "The balance of Xero's tax account at the end of the last complete month against the amount entered as filed for "
        "that day, to the cent. Judged by how much of half a percent of a year's turnover, or of 100.00 if that is more, "
        "the difference takes."
    ),
    source="Trial balance, and the figure filed that a person enters",
    instead="Enter what was filed as tax owed for the last month, under Balances.",
    needs={
        **TURNOVER,
        "accounts": ("id", "code", "name", "system_account"),
        "balances": NEEDS,
        "stated": ("kind", "date", "cents"),
    },
    degree=rest_of_money(),
    says="The tax account is {part} away from what was filed.",
    look=look,
)
