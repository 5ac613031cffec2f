"""Holds accounts against the trial balance of the period's last day, and words what is wrong with one."""

from typing import Any

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Finding, Link, fingerprint_of
from practice.scoring.once import once
from practice.scoring.wording import day

CENT = 1
"""A difference of one cent is rounding."""

NEEDS = ("account_id", "date", "cents")


@once
def unread(books: Books) -> str | None:
    """Why the balances cannot be judged; None where they can. Last month's trial balance says nothing of this one's."""
    if books.balances.is_empty() or books.balances.select((pl.col("date") == books.period_end).any()).item():
        return None
    return f"The trial balance of {day(books.period_end)} was not read yet."


def with_balance(accounts: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `balance`, in cents of the base currency with debits positive; an account that is not listed has none."""
    return accounts.join(_balances(books), on="id", how="left").with_columns(pl.col("balance").fill_null(0))


@once
def _balances(books: Books) -> pl.DataFrame:
    return (
        books.balances.filter(pl.col("date") == books.period_end)
        .group_by(id="account_id")
        .agg(balance=pl.col("cents").sum())
    )


def about(
    account: dict[str, Any], books: Books, *, key: str, detail: str, cents: int | None = None, fails: bool = False
) -> Finding:
    """A finding on one account of the trial balance; `cents` where it is not the balance that is wrong but a part."""
    cents = account["balance"] if cents is None else cents
    return Finding(
        key=key,
        fingerprint=fingerprint_of(key, account["balance"], cents, fails),
        title=title_of(account),
        detail=detail,
        amount_cents=cents,
        currency=books.organisation.base_currency,
        date=books.period_end,
        account=account["name"],
        facts={"code": account["code"], "balance_cents": account["balance"], "at": books.period_end.isoformat()},
        links=(Link("account", account["id"], "Account in Xero"),),
        fails=fails,
    )


def title_of(account: dict[str, Any]) -> str:
    """The code and the name, as the chart of accounts shows them."""
    return " ".join(part for part in (account["code"], account["name"]) if part) or "Account without a name"
