"""What was closed, and what counts as a change after the close."""

from datetime import date, timedelta

import polars as pl

from practice.ledgers.books import Books, months_before
from practice.scoring.columns import count, standing
from practice.scoring.once import once

GRACE_DAYS = 14
"""The last corrections of a month come in the days after its lock date."""
MONTHS = 12
"""An older change was reviewed with that year's accounts."""
SOURCES = ("invoice", "credit_note", "bank_transaction")

OPEN = "No lock date is set, so nothing is closed."

COUNTED = {
    "documents": ("kind", "status", "date"),
    "bank_transactions": ("status", "date"),
    "removed": ("kind", "date"),
}
"""What `count_of_year` reads."""


def closed_until(books: Books) -> date | None:
    """The later of the two lock dates."""
    dates = (books.organisation.period_lock_date, books.organisation.end_of_year_lock_date)
    return max((one for one in dates if one), default=None)


def changed_after(books: Books, closed: date) -> pl.Expr:
    """Dated in the closed time, and changed more than two weeks after it, in the twelve months to today."""
    return (
        (pl.col("date") <= closed)
        & (pl.col("updated_on") > closed + timedelta(days=GRACE_DAYS))
        & pl.col("updated_on").is_between(months_before(books.as_of, MONTHS), books.as_of)
    )


@once
def count_of_year(books: Books) -> int:
    """Invoices, credit notes and bank transactions dated in the period, standing or removed."""
    of_year = pl.col("date").is_between(books.period_start, books.period_end)
    return (
        count(books.documents, of_year, standing(), pl.col("kind").is_in(SOURCES))
        + count(books.bank_transactions, of_year, standing())
        + count(books.removed, of_year, pl.col("kind").is_in(SOURCES))
    )
