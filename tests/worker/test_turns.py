"""Whose turn it is, on paper: the order alone, and a simulation against first-in-first-out and a batch barrier."""

import random
from uuid import UUID

import pytest

from practice.imports.estimate import run_seconds
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


class Simulated:
    """Five places, calls of `R` seconds, 60 a minute for each client in fixed windows: peers.md section 5."""

    R = 0.35
    SLICE = 15

    def __init__(self, calls: list[int]) -> None:
        self.calls = calls

    def ours(self) -> list[float]:
        return self._run(self._by_turns)

    def first_in_first_out(self) -> list[float]:
        return self._run(lambda ready, waited, left: sorted(ready), hold=True)

    def _by_turns(self, ready: list[int], waited: dict[int, float], left: list[int]) -> list[int]:
        jobs = {due(i, left[i], waited=waited[i]): i for i in ready}
        return [jobs[job] for job in order(jobs, {(A, "imports"): Standing(0, sum(left))}, {})]

    def _run(self, choose: object, *, hold: bool = False) -> list[float]:
        assert callable(choose)
        left = list(self.calls)
        ended = [0.0] * len(left)
        opened: dict[int, float] = {}
        used = [0] * len(left)
        ready_at = [0.0] * len(left)
        last_turn = [0.0] * len(left)
        held: list[int] = []
        turn: dict[int, int] = {}
        step = 0
        while any(left):
            now = step * self.R
            for i in range(len(left)):
                if i in opened and now >= opened[i] + 60:
                    del opened[i]
                    used[i] = 0
            held = [i for i in held if left[i] and (hold or (used[i] < 60 and turn[i] < self.SLICE))]
            ready = [i for i in range(len(left)) if left[i] and i not in held and now >= ready_at[i]]
            if len(held) < 5:
                for i in choose(ready, {i: now - last_turn[i] for i in ready}, left):
                    if len(held) == 5:
                        break
                    held.append(i)
                    turn[i] = 0
            for i in held:
                opened.setdefault(i, now)
                made = min(5, left[i], 60 - used[i])
                left[i] -= made
                used[i] += made
                turn[i] += made
                last_turn[i] = now
                if used[i] >= 60:
                    ready_at[i] = opened[i] + 60
                if left[i] == 0:
                    ended[i] = now + self.R
            step += 1
        return ended


def mix(chance: random.Random, clients: int) -> list[int]:
    """The typical mix of peers.md, without its one-in-a-hundred giants, so that it runs quickly."""
    return chance.choices([12, 60, 300], [80, 15, 5], k=clients)


@pytest.mark.parametrize("seed", range(20))
def test_small_clients_do_not_wait_behind_large_ones(seed: int) -> None:
    calls = mix(random.Random(seed), 60)
    ours, fifo = Simulated(calls).ours(), Simulated(calls).first_in_first_out()
    small = [i for i, cost in enumerate(calls) if cost == 12]
    assert sum(ours[i] for i in small) <= sum(fifo[i] for i in small)
    assert sum(ours) <= sum(fifo)


@pytest.mark.parametrize("seed", range(10))
def test_the_whole_takes_little_more_than_the_bound(seed: int) -> None:
    calls = sorted(mix(random.Random(seed), 60), reverse=True)
    assert max(Simulated(calls).ours()) <= 1.1 * run_seconds(calls) + 2
