"""Column work that several checks share: whose name, which currency, what may be counted."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.once import once

GONE = ("DELETED", "VOIDED")
_STEPS = pl.QueryOptFlags.none(projection_pushdown=True)


def in_one_go(query: pl.LazyFrame) -> pl.DataFrame:
    """All steps of a query at once. Of a small ledger a step by itself takes longer than its data; of a large one it copies
    columns that the next step leaves out.
    """
    return query.collect(engine="in-memory", optimizations=_STEPS)


def currency(books: Books, column: str = "currency") -> pl.Expr:
    """The currency, with the organisation's own where none was said."""
    return pl.col(column).fill_null(books.organisation.base_currency).alias("currency")


def standing() -> pl.Expr:
    """Neither deleted nor voided; a row without a status stands."""
    return ~pl.col("status").fill_null("").is_in(GONE)


def with_contact(frame: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `contact`, the name; null where there is no contact or it is not known."""
    if frame.is_empty():
        return frame.with_columns(contact=pl.lit(None, pl.String))
    return frame.join(_contact_names(books), on="contact_id", how="left")


@once
def _contact_names(books: Books) -> pl.DataFrame:
    return books.contacts.select(contact_id="id", contact="name").unique("contact_id", keep="first")


def with_account(frame: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `account`, the name."""
    names = books.accounts.select(account_id="id", account="name").unique("account_id", keep="first")
    return frame.join(names, on="account_id", how="left")


def in_base(books: Books, column: str) -> pl.Expr:
    """Cents of the organisation's own currency. Xero's rate says how many units of the other currency one of it buys."""
    foreign = pl.col("currency").is_not_null() & (pl.col("currency") != books.organisation.base_currency)
    # Only where there is one to divide by: every row is worked out, those that are filtered out as well.
    rate = pl.when(foreign & (pl.col("rate") > 0)).then(pl.col("rate"))
    return pl.coalesce((pl.col(column) / rate).round(0).cast(pl.Int64), pl.col(column))


@once
def approved_lines(books: Books) -> pl.DataFrame:
    """Lines in the period of what is approved: documents, spend and receive money, posted manual journals."""
    return approved_since(books, books.period_start)


def approved_since(books: Books, start: date, columns: Iterable[str] | None = None) -> pl.DataFrame:
    """Likewise from another day on, to the end of the period; fewer columns, so that a giant's years take less memory."""
    source, status = pl.col("source"), pl.col("status")
    every = books.lines if columns is None else books.lines.select("document_id", "source", "status", "date", *columns)
    lines = every.lazy().filter(
        pl.col("date").is_between(start, books.period_end),
        (source.is_in(["invoice", "credit_note"]) & status.is_in(["AUTHORISED", "PAID"]))
        | ((source == "bank_transaction") & (status == "AUTHORISED"))
        | ((source == "manual_journal") & (status == "POSTED")),
    )
    money = source == "bank_transaction"
    direct = books.bank_transactions.lazy().filter(pl.col("type").is_in(["SPEND", "RECEIVE"])).select(document_id="id")
    return in_one_go(
        pl.concat([lines.filter(~money), lines.filter(money).join(direct, on="document_id", how="semi")])
    )


@once
def active_contacts(books: Books) -> pl.DataFrame:
    return books.contacts.filter(pl.col("status") == "ACTIVE")


@once
def turnover_cents(books: Books) -> int:
    """Gross sales of the period in the base currency: approved invoices and receive money, less credit notes."""
    cents, in_period = in_base(books, "total_cents"), pl.col("date").is_between(books.period_start, books.period_end)
    sold = books.documents.select(
        (cents * pl.when(pl.col("kind") == "invoice").then(1).otherwise(-1))
        .filter(
            in_period,
            pl.col("kind").is_in(["invoice", "credit_note"]),
            pl.col("side") == "sales",
            pl.col("status").is_in(["AUTHORISED", "PAID"]),
        )
        .sum()
    )
    received = books.bank_transactions.select(
        cents.filter(in_period, pl.col("type") == "RECEIVE", pl.col("status") == "AUTHORISED").sum()
    )
    return int(sold.item()) + int(received.item())


def count(frame: pl.DataFrame, *true: pl.Expr) -> int:
    """How many rows all of this is true of; none of them is copied."""
    return int(frame.select(pl.all_horizontal(true).sum()).item())


def material_cents(books: Books) -> int:
    """Half a percent of a year's turnover, at least 100 units of the base currency (checks.md 2.1, m)."""
    return max(100_00, turnover_cents(books) // 200)


TURNOVER = {
    "documents": ("kind", "side", "status", "date", "total_cents", "currency", "rate"),
    "bank_transactions": ("type", "status", "date", "total_cents", "currency", "rate"),
}
"""What `turnover_cents` and `material_cents` read."""


def named(*words: str) -> pl.Expr:
    """Whether the name has one of these words, or words in a row, whole and in whatever case."""
    return pl.col("name").fill_null("").str.contains(rf"(?i)\b(?:{'|'.join(words)})\b")
