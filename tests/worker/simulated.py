"""Five places, Xero's minute and a mix of clients, on paper: what each schedule would take, in a blink.

One step lasts as long as a call, 0.35 s. In it each of five places makes up to five calls of one client; a client may
make 60 in a minute. The minutes are counted as Xero does it (fixed, with a phase of each client's own) or as our
limiter does it (a sliding log of 60.1 s). The tables of peers.md section 5 come out of `Simulation` with the same seeds;
`Ours` is driven by worker.turns.order itself, from the same few candidates that worker/claim.py reads.
"""

import random
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nlargest, nsmallest
from itertools import islice
from math import ceil, floor
from statistics import fmean
from uuid import UUID

from worker.turns import Due, Standing, minutes_outlast, order

R = 0.35
AT_ONCE = 5
MINUTE = 60
SLICE = 15
APP_MINUTE = 10_000
SMALL = 12
FIRM = UUID(int=1)


class FixedMinutes:
    """Xero's way: minutes that begin at a client's own second, and 60 calls in each."""

    def __init__(self, phases: Sequence[float]) -> None:
        self.phases = phases
        self.minute: list[int | None] = [None] * len(phases)
        self.used = [0] * len(phases)

    def room(self, client: int, now: float) -> int:
        minute = floor((now - self.phases[client]) / 60 + 1e-9)
        if minute != self.minute[client]:
            self.minute[client], self.used[client] = minute, 0
        return MINUTE - self.used[client]

    def spend(self, client: int, calls: int, now: float) -> None:
        self.used[client] += calls

    def opens(self, client: int, now: float) -> float:
        """When there is room again. Asked only where there is none."""
        return self.phases[client] + 60 * (floor((now - self.phases[client]) / 60 + 1e-9) + 1)


class SlidingLog:
    """Our limiter's way: never more than 60 in any 60.1 s."""

    WINDOW = 60.1

    def __init__(self, clients: int) -> None:
        self.log: list[deque[tuple[float, int]]] = [deque() for _ in range(clients)]
        self.used = [0] * clients

    def room(self, client: int, now: float) -> int:
        log = self.log[client]
        while log and log[0][0] + self.WINDOW <= now + 1e-9:
            self.used[client] -= log.popleft()[1]
        return MINUTE - self.used[client]

    def spend(self, client: int, calls: int, now: float) -> None:
        self.log[client].append((now, calls))
        self.used[client] += calls

    def opens(self, client: int, now: float) -> float:
        """When the oldest calls leave the log: what was made in a burst comes free as a burst."""
        return self.log[client][0][0] + self.WINDOW


Minutes = FixedMinutes | SlidingLog


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of the tables: all in seconds."""

    mean: float
    small_median: float
    small_p95: float
    makespan: float

    @classmethod
    def of(cls, calls: Sequence[int], ended: Sequence[float]) -> "Seen":
        small = sorted(at for at, cost in zip(ended, calls, strict=True) if cost <= SMALL) or [0.0]
        return cls(fmean(ended), _at(small, 0.5), _at(small, 0.95), max(ended))

    @classmethod
    def mean_of(cls, rows: Iterable["Seen"]) -> "Seen":
        every = list(rows)
        return cls(*(fmean(getattr(row, name) for row in every) for name in cls.__slots__))


def _at(values: Sequence[float], share: float) -> float:
    return values[ceil(share * len(values)) - 1]


class Simulation:
    """The schedules of peers.md. A policy that holds keeps a place until its client is done; the others choose anew in
    every step among those that have room.
    """

    def __init__(self, calls: Sequence[int], minutes: Minutes, *, places: int = 5) -> None:
        self.calls = calls
        self.minutes = minutes
        self.places = places
        self.left = list(calls)
        self.made = [0] * len(calls)
        self.ended = [0.0] * len(calls)

    def holding(self, arrivals: Iterable[int], *, barrier: bool = False) -> list[float]:
        """`barrier`: the next five begin when the last of these five is done."""
        queue, held = iter(arrivals), list[int]()

        def active(now: float) -> list[int]:
            nonlocal held
            held = [client for client in held if self.left[client]]
            if not (barrier and held):
                held += islice(queue, self.places - len(held))
            return held

        return self._run(active, active)

    def choosing(self, rank: Callable[[int], tuple[int, int]]) -> list[float]:
        """The best five of those with room, in every step."""
        todo = list(range(len(self.calls)))

        def waiting(now: float) -> list[int]:
            todo[:] = [client for client in todo if self.left[client]]
            return todo

        def active(now: float) -> list[int]:
            ready = (client for client in waiting(now) if self.minutes.room(client, now) > 0)
            return nsmallest(self.places, ready, key=rank)

        return self._run(active, waiting)

    def _run(
        self, active: Callable[[float], list[int]], waiting: Callable[[float], list[int]]
    ) -> list[float]:
        step, app_minute, app_used, unbounded = 0, 0, 0, self.places > 100
        while True:
            now = step * R
            at_work = [client for client in active(now) if self.minutes.room(client, now) > 0]
            if unbounded and floor(now / 60) != app_minute:
                app_minute, app_used = floor(now / 60), 0
            budget = APP_MINUTE - app_used if unbounded else MINUTE * self.places
            if not at_work or not budget:
                blocked = waiting(now)
                if not blocked:
                    return self.ended
                opens = 60.0 * (app_minute + 1) if at_work else min(self.minutes.opens(i, now) for i in blocked)
                step = max(step + 1, ceil(opens / R - 1e-9))
                continue
            for client in at_work:
                budget -= self._call(client, min(AT_ONCE, budget), now)
            app_used = APP_MINUTE - budget if unbounded else 0
            step += 1

    def _call(self, client: int, most: int, now: float) -> int:
        calls = min(most, self.left[client], self.minutes.room(client, now))
        self.left[client] -= calls
        self.made[client] += calls
        self.minutes.spend(client, calls, now)
        if self.left[client] == 0:
            self.ended[client] = now + R
        return calls

    # -- the policies of the tables --------------------------------------------------------------------------------

    def batch(self) -> list[float]:
        return self.holding(range(len(self.calls)), barrier=True)

    def fifo(self) -> list[float]:
        return self.holding(range(len(self.calls)))

    def sjf(self) -> list[float]:
        return self.holding(sorted(range(len(self.calls)), key=self.calls.__getitem__))

    def yielding(self) -> list[float]:
        """First in, first out, and the place is given up while the client's minute is used up."""
        return self.choosing(lambda client: (0, client))

    def fair(self) -> list[float]:
        """Fewest minutes served first."""
        return self.choosing(lambda client: (self.made[client] // MINUTE, client))

    def srpt(self) -> list[float]:
        """Shortest remaining first, preemptive."""
        return self.choosing(lambda client: (self.left[client], client))

    def unlimited(self) -> list[float]:
        """As many places as clients; only the app's own 10,000 a minute."""
        self.places = max(len(self.calls), 101)
        return self.choosing(lambda client: (self.made[client], client))

    def unlimited_srpt(self) -> list[float]:
        self.places = max(len(self.calls), 101)
        return self.srpt()

    def ours(self) -> list[float]:
        return Ours(self.calls, self.minutes, places=self.places).run()


class Ours:
    """Slices of 15 calls, places given up while a minute is used up, and whose turn it is by worker.turns.order."""

    def __init__(self, calls: Sequence[int], minutes: Minutes, *, places: int = 5) -> None:
        self.calls, self.minutes, self.places = calls, minutes, places
        self.left = list(calls)
        self.ended = [0.0] * len(calls)
        self.longest_wait = 0.0
        self._due_at = [0.0] * len(calls)
        self._waited = [0.0] * len(calls)
        self._ready: list[tuple[float, int]] = [(0.0, client) for client in range(len(calls))]
        self._parked: list[tuple[float, int]] = []
        self._held: dict[int, int] = {}
        """Clients at work, and how many calls of their slice are left."""

    def run(self) -> list[float]:
        step = 0
        while self._held or self._ready or self._parked:
            now = step * R
            self._wake(now)
            self._fill(now)
            if not self._held:
                step = max(step + 1, ceil(self._parked[0][0] / R - 1e-9))
                continue
            for client in list(self._held):
                self._work(client, now)
            step += 1
        return self.ended

    def _wake(self, now: float) -> None:
        while self._parked and self._parked[0][0] <= now + 1e-9:
            at, client = self._parked.pop(0)
            self._put_back(client, at)

    def _put_back(self, client: int, at: float) -> None:
        self._due_at[client] = at
        insort(self._ready, (at, client))

    def _fill(self, now: float) -> None:
        while self._ready and len(self._held) < self.places:
            jobs = {
                Due(UUID(int=client + 2), FIRM, "imports", self.places, self.left[client], now - self._due_at[client]): client
                for client in self._candidates()
            }
            calls_left = sum(self.left)
            largest = sum(minutes_outlast(self.left[client], self.places, calls_left) for client in self._held)
            standing = Standing(len(self._held), calls_left, largest)
            client = jobs[order(jobs, {(FIRM, "imports"): standing}, {})[0]]
            self._ready.remove((self._due_at[client], client))
            self.longest_wait = max(self.longest_wait, now - self._due_at[client])
            self._held[client] = SLICE
            self._waited[client] = now - self._due_at[client]

    def _candidates(self) -> set[int]:
        """As the claim has it: the six cheapest, the three longest waiting and the two dearest."""
        ready = [client for _, client in self._ready]
        cheapest = nsmallest(6, ready, key=lambda client: (self.left[client], self._due_at[client]))
        return {*cheapest, *ready[:3], *nlargest(2, ready, key=self.left.__getitem__)}

    def _work(self, client: int, now: float) -> None:
        calls = min(AT_ONCE, self._held[client], self.left[client], self.minutes.room(client, now))
        self.left[client] -= calls
        self._held[client] -= calls
        self.minutes.spend(client, calls, now)
        if self.left[client] == 0:
            self.ended[client] = now + R
            del self._held[client]
        elif self.minutes.room(client, now + R) == 0:
            del self._held[client]
            insort(self._parked, (self.minutes.opens(client, now + R), client))
        elif self._held[client] == 0:
            del self._held[client]
            # The end of a slice is no new beginning: what was waited before it still counts (worker/settle.py).
            self._put_back(client, now + R - self._waited[client])


# -- mixes ---------------------------------------------------------------------------------------------------------

TYPICAL = {
    5: [12] * 3 + [60] + [300],
    50: [12] * 39 + [60] * 8 + [300] * 2 + [3000],
    500: [12] * 400 + [60] * 75 + [300] * 20 + [3000] * 5,
}
HEAVY = [12] * 30 + [60] * 10 + [300] * 8 + [3000] * 2


def arrivals(calls: Sequence[int], seed: int, *, shuffled: bool = True) -> tuple[list[int], list[float]]:
    """The mix in an order of arrival, and the second at which each client's minutes begin."""
    chance = random.Random(seed)
    arrived = list(calls)
    if shuffled:
        chance.shuffle(arrived)
    return arrived, [chance.uniform(0, 60) for _ in arrived]


def tried(
    calls: Sequence[int], policy: Callable[[Simulation], list[float]], seeds: Iterable[int], *,
    shuffled: bool = True, log: bool = False,
) -> Seen:  # fmt: skip
    """A row of the tables, the mean of several seeds."""

    def rows() -> Iterator[Seen]:
        for seed in seeds:
            arrived, phases = arrivals(calls, seed, shuffled=shuffled)
            minutes: Minutes = SlidingLog(len(arrived)) if log else FixedMinutes(phases)
            yield Seen.of(arrived, policy(Simulation(arrived, minutes)))

    return Seen.mean_of(rows())


under_our_limiter = partial(tried, log=True)
