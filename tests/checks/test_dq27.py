import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def degree(told: Told) -> str:
    return str(check("DQ27").degree(measure(told.look("DQ27"), told.build().period_end)))


@pytest.mark.parametrize(
    ("period", "year", "expected"),
    [
        ("2026-10-31", "2025-06-30", "1"),
        ("2026-10-07", "2025-06-30", "1"),  # one month and 14 days before 21 November
        ("2026-10-06", "2025-06-30", "1/2"),
        (None, "2025-06-30", "1/2"),
        ("2026-10-31", "2025-06-29", "0"),
        ("2026-10-31", None, "0"),
        (None, None, "0"),
    ],
)
def test_dates(period: str | None, year: str | None, expected: str) -> None:
    assert degree(books().locked(period=period, year=year)) == expected


@pytest.mark.parametrize(
    ("as_of", "year", "expected"),
    [
        ("2026-03-30", "2024-06-30", "1"),  # the year to June 2025 is nine months old today, not yet over nine
        ("2026-04-01", "2024-06-30", "0"),
        ("2026-04-01", "2025-06-30", "1"),
    ],
)
def test_a_year_is_filed_when_it_is_over_nine_months_old(as_of: str, year: str, expected: str) -> None:
    assert degree(books().on(as_of).locked(period=as_of, year=year)) == expected


def test_a_year_that_ends_in_february() -> None:
    told = books().year_ends(29, 2).on("2025-01-10").locked(period="2025-01-01", year="2024-02-28")
    assert told.look("DQ27").findings[0].facts["expected_year_end"] == "2024-02-29"


def test_one_finding_names_both_and_comes_back_with_a_new_month() -> None:
    november, december = (
        books().on(day).locked(period=None, year=None).look("DQ27").findings for day in ("2026-11-21", "2026-12-21")
    )
    assert len(november) == 1
    assert november[0].detail == "No end of year lock date is set; no period lock date is set"
    assert november[0].key == december[0].key
    assert november[0].fingerprint != december[0].fingerprint
