"""Writes how a slice ended: the job's row and the slice's own row in one unit, so that they cannot disagree."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import func, update

from practice.kernel.context import Context, Lent
from practice.kernel.database import trouble_of
from practice.kernel.jobs import Job, JobRow
from practice.kernel.problems import Kind, Problem, StorageFull, Unexpected
from practice.kernel.unit import LeaseLost, Unit
from worker.claim import Taken
from worker.handling import SETTLERS, Outcome

LONGEST_PAUSE = 60.0
UNTIL_THERE_IS_ROOM = timedelta(minutes=2)
"""Each try reads from Xero again what then finds no room: a day of tries must not use up the day's calls."""


def outcome_of(taken: Taken, error: Exception) -> Outcome:
    """The worker's table from Kind to what it does (house 5): busy waits, upstream tries again, the rest is final."""
    if isinstance(error, Problem):
        if error.kind is Kind.BUSY:
            return Outcome("waiting", error, error.until)
        if error.kind is Kind.STALE:
            return Outcome("again")
        if error.kind is not Kind.UPSTREAM:
            return Outcome("failed", error)
        problem = error
    else:
        problem = Unexpected(str(taken.claimed.id))
    return Outcome("failed" if taken.attempt + 1 >= taken.tries else "retry", problem)


def pause_before(taken: Taken) -> timedelta:
    """1, 2, 4 … 60 s, spread by half: the job's own id decides where in the spread, so that chance needs no source."""
    spread = 0.5 + (taken.claimed.id.int % 1000) / 1000
    return timedelta(seconds=min(2.0**taken.attempt, LONGEST_PAUSE) * spread)


def no_room(lent: Lent) -> Outcome:
    """What a full disk does to a slice: the job waits, however often, and spends no try."""
    structlog.get_logger().error("database.full")
    problem = StorageFull(until=lent.clock.now() + UNTIL_THERE_IS_ROOM)
    return Outcome("waiting", problem, problem.until)


async def settle(ctx: Context, taken: Taken, job: Job, outcome: Outcome) -> Outcome:
    """Settles in one unit that checks the fence first, and answers how it was settled. Somebody else's job is left alone."""
    try:
        async with ctx.unit() as unit:
            await _write_row(unit, taken, outcome)
            settler = SETTLERS.get(taken.name)
            if settler:
                await settler(unit, job, outcome)
    except LeaseLost:
        pass
    except Exception as error:
        if trouble_of(error) != "full":
            raise
        # Fewer words take less room: the slice's own row says what it said before, and the job's why it waits.
        outcome = no_room(ctx.lent)
        with suppress(LeaseLost):
            async with ctx.unit() as unit:
                await _write_row(unit, taken, outcome)
    return outcome


async def _write_row(unit: Unit, taken: Taken, outcome: Outcome) -> None:
    values: dict[str, Any] = {"slot": None, "lease_owner": None, "lease_until": None}
    error = outcome.problem.as_dict() if outcome.problem else None
    match outcome.state:
        case "done":
            values |= {"state": "done", "finished_at": unit.now, "error": None}
        case "failed":
            values |= {"state": "failed", "finished_at": unit.now, "error": error}
        case "again" | "handed_back":
            # A slice's end is no new beginning: what was waited before it counts at the next turn (worker/turns.py).
            values |= {"state": "queued", "run_at": JobRow.run_at + (func.now() - JobRow.served_at)}
        case "waiting":
            until = outcome.until or unit.now + timedelta(seconds=60)
            cause = outcome.problem.slug() if outcome.problem else None
            values |= {"state": "queued", "run_at": until, "cause": cause, "error": error}
        case "retry":
            values |= {
                "state": "queued", "run_at": unit.now + pause_before(taken), "attempt": taken.attempt + 1,
                "error": error,
            }  # fmt: skip
    await unit.execute(
        update(JobRow)
        .where(JobRow.firm_id == taken.claimed.firm_id, JobRow.id == taken.claimed.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
