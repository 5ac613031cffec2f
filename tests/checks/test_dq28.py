from fractions import Fraction

import pytest

from practice.scoring.check import measure
from tests.books import Told, books, check


def showing() -> Told:
    return (
        books()
        .locks_seen("2026-09-01", "2026-08-31", "2025-06-30")
        .locks_seen("2026-10-02", "2026-07-31", "2025-06-30")
    )


def degree(told: Told) -> Fraction:
    return check("DQ28").degree(measure(told.look("DQ28"), told.build().period_end))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("2026-08-31", "2025-06-30"), ("2026-08-31", "2025-06-30"), 1),
        (("2026-08-31", "2025-06-30"), ("2026-09-30", "2026-06-30"), 1),
        ((None, None), ("2026-09-30", "2026-06-30"), 1),
        (("2026-08-31", "2025-06-30"), ("2026-08-30", "2025-06-30"), Fraction(1, 2)),
        (("2026-08-31", "2025-06-30"), (None, "2025-06-30"), Fraction(1, 2)),
        (("2026-08-31", "2025-06-30"), ("2026-08-31", "2025-06-29"), 0),
        (("2026-08-31", "2025-06-30"), ("2026-08-31", None), 0),
        (("2026-08-31", "2025-06-30"), (None, None), 0),
    ],
)
def test_moves(
    before: tuple[str | None, str | None], after: tuple[str | None, str | None], expected: Fraction | int
) -> None:
    assert degree(books().locks_seen("2026-09-01", *before).locks_seen("2026-10-01", *after)) == expected


@pytest.mark.parametrize(
    ("seen", "found"), [("2026-08-23", 1), ("2026-08-22", 0), ("2026-11-21", 1), ("2026-11-22", 0)]
)
def test_it_counts_for_ninety_days(seen: str, found: int) -> None:
    told = books().locks_seen("2026-01-01", "2025-12-31", None).locks_seen(seen, None, None)
    assert len(told.look("DQ28").findings) == found


def test_words() -> None:
    (one,) = showing().look("DQ28").findings
    assert (one.key, one.title) == ("lock_history-0002", "A finished period was opened")
    assert one.detail == "Seen on 2 October 2026: the period lock date went from 31 August 2026 back to 31 July 2026"
    both = books().locks_seen("2026-09-01", "2026-08-31", "2025-06-30").locks_seen("2026-10-02", None, None)
    assert both.look("DQ28").findings[0].detail == (
        "Seen on 2 October 2026: the end of year lock date went from 30 June 2025 to none at all; "
        "the period lock date went from 31 August 2026 to none at all"
    )


def test_moved_back_and_forth_is_moved_back() -> None:
    told = showing().locks_seen("2026-10-03", "2026-09-30", "2025-06-30")
    assert [one.key for one in told.look("DQ28").findings] == ["lock_history-0002"]


def test_each_is_held_against_the_one_before_in_time() -> None:
    told = books().locks_seen("2026-10-02", "2026-07-31", None).locks_seen("2026-09-01", "2026-08-31", None)
    assert [one.key for one in told.look("DQ28").findings] == ["lock_history-0001"]


def test_one_look_is_no_move_and_none_is_not_enough() -> None:
    assert books().locks_seen("2026-10-01", None, None).look("DQ28").findings == ()
    assert books().look("DQ28").not_synced
