from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def showing() -> Told:
    return books().read("2026-11-19")


def degree(told: Told) -> Fraction:
    return check("DQ47").degree(measure(told.look("DQ47"), told.build().period_end))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("2026-11-21", 1),
        ("2026-11-20", 1),
        ("2026-11-19", Fraction(1, 2)),
        ("2026-11-18", Fraction(1, 2)),
        ("2026-11-17", 0),
        ("2026-11-22", 1),  # read just after midnight, looked at by a clock behind it
    ],
)
def test_days(read: str, expected: Fraction | int) -> None:
    assert degree(books().read(read)) == expected


def test_words() -> None:
    (one,) = showing().look("DQ47").findings
    assert (one.key, one.detail) == ("organisation", "Last read whole on 19 November 2026, 2 days ago")


def test_what_was_never_read_is_not_judged() -> None:
    assert books().look("DQ47").not_synced


def test_it_has_no_weight() -> None:
    assert not check("DQ47").scored
