"""Time from calls, against the table that Xero's limits give."""

import pytest

from practice.imports.estimate import client_seconds, run_seconds


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
