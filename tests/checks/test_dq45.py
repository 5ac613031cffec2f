from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def showing() -> Told:
    return books().invoice("Acme", 10, "2026-10-21")


def degree(told: Told) -> Fraction:
    return check("DQ45").degree(measure(told.look("DQ45"), told.build().period_end))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-11-21", 1),
        ("2026-10-22", 1),  # 30 days before 21 November
        ("2026-10-21", Fraction(1, 2)),
        ("2026-08-23", Fraction(1, 2)),  # 90 days
        ("2026-08-22", 0),
    ],
)
def test_days(last: str, expected: Fraction | int) -> None:
    assert degree(books().invoice("Acme", 10, last)) == expected
    assert degree(books().bill("Acme", 10, last)) == expected


def test_the_last_one_counts() -> None:
    (one,) = books().invoice("Acme", 10, "2026-01-01").bill("Acme", 10, "2026-10-01").look("DQ45").findings
    assert one.key == "organisation"
    assert one.detail == "The last invoice or bill is of 1 October 2026, 51 days ago"


@pytest.mark.parametrize(
    "later",
    [
        showing().invoice("Acme", 10, "2026-11-20", status="DRAFT"),
        showing().invoice("Acme", 10, "2026-11-20", status="VOIDED"),
        showing().invoice("Acme", 10, "2026-11-22"),
        showing().credit_note("sales", "Acme", 10, "2026-11-20"),
        showing().spend("Acme", 10, "2026-11-20"),
    ],
)
def test_what_is_no_activity(later: Told) -> None:
    assert degree(later) == Fraction(1, 2)


def test_what_is_dated_today_was_entered() -> None:
    found = books().invoice("Acme", 10, "2026-11-21").look("DQ45")
    assert (found.of, found.not_applicable) == (1, None)


def test_what_waits_for_approval_is_activity() -> None:
    assert degree(showing().bill("Acme", 10, "2026-11-20", status="SUBMITTED")) == 1


def test_the_days_may_be_chosen_and_a_failure_is_three_times_as_many() -> None:
    assert degree(showing().choosing(DQ45=31)) == 1
    assert degree(showing().choosing(DQ45=11)) == Fraction(1, 2)  # 31 days, and three times eleven is 33
    assert degree(showing().choosing(DQ45=10)) == 0


def test_nothing_ever_is_nothing_to_judge() -> None:
    assert books().invoice("Acme", 10, "2026-11-20", status="DRAFT").look("DQ45").not_applicable
