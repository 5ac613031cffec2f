"""Counting and converting, where a value is missing."""

from datetime import date

import polars as pl

from practice.ledgers.books import Books, Organisation
from practice.scoring.columns import count, in_base, with_contact

BOOKS = Books.of(date(2026, 6, 15), Organisation(base_currency="AUD"), contacts=[{"id": "c", "name": "Zoë"}])


def test_it_counts_the_rows_that_a_filter_would_keep() -> None:
    frame = pl.DataFrame({"a": [1, 2, None, 4], "b": [True, None, True, True]})
    true = (pl.col("a") > 1, pl.col("b"))
    assert count(frame, *true) == frame.filter(*true).height == 1
    assert count(frame.clear(), *true) == 0


def test_an_amount_is_its_own_where_there_is_no_rate_to_convert_it_with() -> None:
    frame = pl.DataFrame(
        {
            "cents": [1000, 1000, 1000, 1000, 1000, None, 1004],
            "currency": ["USD", "USD", "USD", "AUD", None, "USD", "USD"],
            "rate": [0.5, 0.0, None, 0.5, 0.5, 0.5, 2.0],
        }
    )
    found = frame.select(base=in_base(BOOKS, "cents"))["base"].to_list()
    assert found == [2000, 1000, 1000, 1000, 1000, None, 502]


def test_nobody_has_a_contact_where_there_is_nothing() -> None:
    frame = pl.DataFrame({"contact_id": ["c", "d", None]})
    assert with_contact(frame, BOOKS)["contact"].to_list() == ["Zoë", None, None]
    assert with_contact(frame.clear(), BOOKS).schema == with_contact(frame, BOOKS).schema
