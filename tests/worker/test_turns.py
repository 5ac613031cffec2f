"""Whose turn it is, on paper: the order alone. What comes of it is in test_simulated.py."""

from uuid import UUID

from worker.turns import Due, Standing, order, outlasts

A, B = UUID(int=1), UUID(int=2)


def due(number: int, cost: int, *, firm: UUID = A, waited: float = 0.0) -> Due:
    return Due(UUID(int=1000 + number), firm, "imports", 5, cost, waited)


def test_fewest_remaining_calls_first() -> None:
    jobs = [due(1, 40), due(2, 12), due(3, 30)]
    ordered = order(jobs, {(A, "imports"): Standing(0, 500)}, {})
    assert [job.cost for job in ordered] == [12, 30, 40]


def test_a_full_lane_gives_nothing() -> None:
    assert order([due(1, 12)], {(A, "imports"): Standing(5, 100)}, {}) == []


def test_waiting_long_outweighs_being_large() -> None:
    old, small = due(1, 50, waited=100), due(2, 12)
    assert order([small, old], {(A, "imports"): Standing(0, 500)}, {})[0] is old


def test_the_firm_with_fewest_running_goes_first() -> None:
    busy, idle = due(1, 1, firm=A), due(2, 50, firm=B)
    lanes: dict[tuple[UUID, str | None], Standing] = {
        (A, "imports"): Standing(3, 100),
        (B, "imports"): Standing(0, 50),
    }
    assert order([busy, idle], lanes, {})[0] is idle


def test_between_equals_the_firm_served_longest_ago() -> None:
    first, second = due(1, 1, firm=A), due(2, 1, firm=B)
    assert order([first, second], {}, {A: 1.0, B: 9.0})[0] is second


def test_a_job_that_outlasts_the_rest_goes_first() -> None:
    giant = due(1, 3000)
    assert outlasts(giant, 4000)
    assert not outlasts(due(2, 300), 300_000)
    assert order([due(2, 12), giant], {(A, "imports"): Standing(0, 4000)}, {})[0] is giant


def test_what_ends_within_a_slice_goes_before_a_second_giant() -> None:
    small, giant = due(1, 12), due(2, 3000)
    assert order([giant, small], {(A, "imports"): Standing(1, 8000, outlasting=1)}, {}) == [small, giant]


def test_a_giant_goes_before_what_takes_longer_than_a_slice() -> None:
    medium, giant = due(1, 40), due(2, 3000)
    assert order([medium, giant], {(A, "imports"): Standing(1, 8000, outlasting=1)}, {}) == [giant, medium]


def test_age_makes_small() -> None:
    """A medium client does not stand behind small ones for ever, however many come."""
    medium, small = due(1, 300, waited=600), due(2, 12)
    assert order([small, medium], {(A, "imports"): Standing(0, 500_000)}, {})[0] is medium
