"""Whose turn it is: a pure function of what is due, so that a simulation can drive it (house 6.1, decision 16).

Between firms: the one with fewest running, then the one served longest ago. In a firm: fewest remaining calls first,
with ageing so that nothing starves. One exception, for the largest: a job whose remaining minutes outlast twice what
all remaining calls need at the lane's places would end last and alone, so it goes before the rest; it holds a place
for seconds of a minute only. Two things keep that from the small ones. What ends within a slice goes before it, and of
the lane's places only one is taken in advance: with twenty such giants due at once, small clients would wait until
each has had its first minute (20 s instead of 1 s in the simulation; with one place 1.7 s, and the whole takes no
longer).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

CALLS_A_MINUTE = 60
CALLS_A_SLICE = 20  # fifteen, and the round of five that is made rather than parked (pull_ledger.py)
CALLS_AT_ONCE = 5
SECONDS_A_CALL = 0.35
PLACES_FOR_THE_LARGEST = 1
AGEING = 0.5  # calls forgiven for each second of waiting


@dataclass(frozen=True, slots=True)
class Due:
    """A job that could run now. `cost`: calls it has still to make; `waited`: seconds for which it could have run and
    did not, since it was queued or woken.
    """

    id: UUID
    firm_id: UUID
    lane: str | None
    width: int | None
    cost: int
    waited: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A firm's lane as it is: how many run, the calls that all its live jobs have still to make, and how many of those
    that run outlast the rest.
    """

    running: int = 0
    calls_left: int = 0
    outlasting: int = 0


def order(
    due: Iterable[Due],
    lanes: Mapping[tuple[UUID, str | None], Standing],
    served: Mapping[UUID, float],
) -> list[Due]:
    """The due jobs that have room, in the order of their turn. `served`: seconds since each firm had a turn."""
    nothing = Standing()
    with_room = [
        job for job in due if job.width is None or lanes.get((job.firm_id, job.lane), nothing).running < job.width
    ]
    busy: dict[UUID, int] = {}
    for (firm, _), standing in lanes.items():
        busy[firm] = busy.get(firm, 0) + standing.running

    def rank(job: Due) -> tuple[int, float, int, float]:
        aged = job.cost - AGEING * job.waited
        return (
            busy.get(job.firm_id, 0),
            -served.get(job.firm_id, float("inf")),
            _precedence(job, aged, lanes.get((job.firm_id, job.lane), nothing)),
            aged,
        )

    return sorted(with_room, key=rank)


def _precedence(job: Due, aged: float, standing: Standing) -> int:
    largest = outlasts(job, standing.calls_left)
    if largest and standing.outlasting < PLACES_FOR_THE_LARGEST:
        return 0
    if aged <= CALLS_A_SLICE:
        return 1
    return 2 if largest else 3


def outlasts(job: Due, calls_left: int) -> bool:
    """Whether the job's minutes exceed twice the time that all remaining calls need at its lane's places."""
    return job.width is not None and minutes_outlast(job.cost, job.width, calls_left)


def minutes_outlast(cost: int, width: int, calls_left: int) -> bool:
    """As `outlasts`, of a job that may be at work already."""
    if cost <= CALLS_A_MINUTE:
        return False
    own_seconds = 60.0 * (cost // CALLS_A_MINUTE)
    all_seconds = calls_left * SECONDS_A_CALL / (width * CALLS_AT_ONCE)
    return own_seconds > 2 * all_seconds
