"""What Xero's limits allow at best: the bounds of one client and of a run, the preemptive shortest-first schedule, percentiles. Pure.

One client of K calls, r seconds a call, sixty calls a minute and five at once takes T(K); the minute opens with its first
call. A run that holds five places and gives one up while its client waits for the minute takes max(max T, r * sum K / 25).
"""

from collections.abc import Iterable, Sequence
from math import ceil

SECONDS_A_CALL = 0.35
CALLS_A_MINUTE = 60
MINUTE = 60.0
AT_ONCE = 5
PLACES = 5


def client_bound(calls: int, seconds_a_call: float = SECONDS_A_CALL) -> float:
    """T(K)."""
    if calls <= 0:
        return 0.0
    minutes = (calls - 1) // CALLS_A_MINUTE
    full = max(MINUTE, CALLS_A_MINUTE / AT_ONCE * seconds_a_call)
    return full * minutes + ceil((calls - CALLS_A_MINUTE * minutes) / AT_ONCE) * seconds_a_call


def unlimited_bound(calls: int, seconds_a_call: float) -> float:
    """One client without limits: five calls at a time."""
    return ceil(calls / AT_ONCE) * seconds_a_call


def run_bound(calls: Iterable[int], seconds_a_call: float = SECONDS_A_CALL) -> float:
    """The least makespan of these clients on five places."""
    counts = list(calls)
    longest = max((client_bound(count, seconds_a_call) for count in counts), default=0.0)
    return max(longest, seconds_a_call * sum(counts) / (PLACES * AT_ONCE))


def shortest_first(calls: Sequence[int], seconds_a_call: float = SECONDS_A_CALL) -> list[float]:
    """When each client ends if at every step the five with fewest calls left, of those whose minute allows any, make five each."""
    left = list(calls)
    ended = [0.0] * len(left)
    opened: list[float | None] = [None] * len(left)
    room = [CALLS_A_MINUTE] * len(left)
    waiting = {at for at, count in enumerate(left) if count > 0}
    now = 0.0
    while waiting:
        ready = []
        for at in waiting:
            began = opened[at]
            if began is not None and now >= began + MINUTE - 1e-9:
                opened[at], room[at] = None, CALLS_A_MINUTE
            if room[at] > 0:
                ready.append(at)
        if not ready:
            now = min(began + MINUTE for at in waiting if (began := opened[at]) is not None)
            continue
        ready.sort(key=lambda at: (left[at], at))
        for at in ready[:PLACES]:
            made = min(AT_ONCE, left[at], room[at])
            if opened[at] is None:
                opened[at] = now
            left[at] -= made
            room[at] -= made
            if left[at] == 0:
                ended[at] = now + seconds_a_call
                waiting.discard(at)
        now += seconds_a_call
    return ended


def percentile(values: Iterable[float], share: float) -> float:
    """The value that so large a share of them does not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def median(values: Iterable[float]) -> float:
    """Of an even number, the mean of the two in the middle."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def minute_use(windows: Iterable[int]) -> float | None:
    """What share of the sixty a client used in the minutes that lie wholly inside its import; None where there are none."""
    inner = list(windows)[1:-1]
    return sum(inner) / (CALLS_A_MINUTE * len(inner)) if inner else None
