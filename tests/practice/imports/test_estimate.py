"""Time from calls, against the table that Xero's limits give."""

import pytest

from practice.imports.estimate import client_seconds, left_seconds, run_seconds


@pytest.mark.parametrize(
    ("calls", "seconds"), [(0, 0), (5, 0.35), (12, 1.05), (60, 4.2), (61, 60.35), (300, 244.2), (3_000, 2_944.2)]
)
def test_one_client(calls: int, seconds: float) -> None:
    assert client_seconds(calls) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [
        ([], 0),
        ([12], 1.05),
        ([12] * 200, 0.35 * 2_400 / 25),  # the places bind
        ([12, 12, 12, 60, 300], 244.2),  # the largest client's own minutes bind
        ([3_000, *[12] * 499], 2_944.2),
    ],
)
def test_a_run_takes_what_its_places_or_its_largest_client_take(calls: list[int], seconds: float) -> None:
    assert run_seconds(calls) == pytest.approx(seconds)


def test_a_machine_slower_than_xero_allows_says_so() -> None:
    """30 of 60 calls in 60 s: the other 30 take as long, though the limits alone would allow them in a second."""
    assert left_seconds([15, 15], calls_made=30, elapsed=60.0) == 60.0


def test_before_the_first_call_the_limits_are_all_that_is_known() -> None:
    assert left_seconds([15, 120], calls_made=0, elapsed=3.0) == run_seconds([15, 120])
