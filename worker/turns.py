"""Whose turn it is: a pure function of what is due, so that a simulation can drive it (house 6.1).

Between firms: the one with fewest running, then the one served longest ago. In a firm: fewest remaining calls
first, with ageing so that nothing starves. One exception: a job whose remaining minutes outlast twice what all
remaining calls need at the lane's places goes first, because it only ever holds a place for seconds of a minute.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

CALLS_A_MINUTE = 60
CALLS_AT_ONCE = 5
SECONDS_A_CALL = 0.35
AGEING = 0.5  # calls forgiven for each second of waiting


@dataclass(frozen=True, slots=True)
class Due:
    """A job that could run now. `cost`: calls it has still to make; `waited`: seconds since its last turn."""

    id: UUID
    firm_id: UUID
    lane: str | None
    width: int | None
    cost: int
    waited: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A firm's lane as it is: how many run, and the calls that all its live jobs have still to make."""

    running: int = 0
    calls_left: int = 0


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
        standing = lanes.get((job.firm_id, job.lane), nothing)
        return (
            busy.get(job.firm_id, 0),
            -served.get(job.firm_id, float("inf")),
            0 if outlasts(job, standing.calls_left) else 1,
            job.cost - AGEING * job.waited,
        )

    return sorted(with_room, key=rank)


def outlasts(job: Due, calls_left: int) -> bool:
    """Whether the job's minutes exceed twice the time that all remaining calls need at its lane's places."""
    if job.width is None or job.cost <= CALLS_A_MINUTE:
        return False
    own_seconds = 60.0 * (job.cost // CALLS_A_MINUTE)
    all_seconds = calls_left * SECONDS_A_CALL / (job.width * CALLS_AT_ONCE)
    return own_seconds > 2 * all_seconds
