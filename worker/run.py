"""Drains: claim, run a slice, settle, claim again, for 20 s at most; then the alarm begins the next."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

from practice.kernel.actor import Actor
from practice.kernel.context import Lent, Run, SliceOver
from practice.kernel.database import trouble_of
from practice.kernel.unit import LeaseLost
from worker.claim import Taken, claim
from worker.handling import CLASSES, HANDLERS, Outcome
from worker.lease import keep
from worker.settle import no_room, outcome_of, settle

T = TypeVar("T")


async def drain(lent: Lent, queue: str, owner: str, *, parked: Callable[[], None] = lambda: None) -> int:
    """Works through what is due; answers how many slices it ran. A bell that rang in vain costs one query.

    `parked` is told when a job was put off, so that somebody wakes it.
    """
    end = time.monotonic() + lent.settings.worker.drain_seconds
    slices = 0
    while not _leaving() and (taken := await _to_its_end(claim(lent, queue, owner))):
        outcome = await work(lent, taken)
        slices += 1
        if outcome and outcome.state in {"waiting", "retry"}:
            parked()
        if time.monotonic() > end:
            break
    return slices


def _leaving() -> bool:
    """Whether this task was cancelled, also where a slice ended by itself just then and the cancellation with it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _to_its_end(step: Coroutine[Any, Any, T]) -> T:
    """A step that commits is not cut: nobody could say whether it did, and its job would be nobody's until the lease ends.

    Whether the task was cancelled meanwhile, `_leaving` says.
    """
    doing = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        return await doing


async def work(lent: Lent, taken: Taken) -> Outcome | None:
    """One slice of one job, to its settled end: how it ended, or None where it is no longer ours to say.

    A cancelled task hands the job back, nothing counted.
    """
    log = structlog.get_logger().bind(job=taken.name, job_id=str(taken.claimed.id), fence=taken.claimed.fence)
    job = CLASSES[taken.name].model_validate(taken.args)
    limits = lent.settings.worker
    run = Run(
        lent,
        Actor.system(taken.claimed.firm_id),
        claimed=taken.claimed,
        cursor=taken.cursor,
        deadline=time.monotonic() + limits.slice_seconds,
        calls_left=limits.slice_calls,
    )
    began = time.monotonic()
    slice_ = asyncio.ensure_future(HANDLERS[taken.name](run, job))
    heart = asyncio.create_task(keep(lent, taken.claimed, slice_))
    outcome: Outcome
    try:
        if _leaving():
            raise asyncio.CancelledError
        await slice_
        outcome = Outcome("done")
    except SliceOver:
        outcome = Outcome("again")
    except LeaseLost:
        log.info("job.lost")
        return None
    except asyncio.CancelledError:
        outcome = Outcome("handed_back")
        slice_.cancel()
        await asyncio.gather(slice_, return_exceptions=True)
        await _to_its_end(settle(run, taken, job, outcome))
        log.info("job.handed_back")
        if _leaving():
            raise
        return outcome
    except Exception as error:  # the table decides; the log keeps what is not expected
        trouble = trouble_of(error)
        if trouble == "away":
            # Whether the lease is still ours is not ours to say. The sweeper takes the job back.
            log.warning("job.interrupted", kind=type(error).__name__)
            return None
        outcome = no_room(lent) if trouble == "full" else outcome_of(taken, error)
        if trouble != "full" and outcome.problem is not error:
            log.exception("job.raised")
    finally:
        heart.cancel()
    outcome = await _to_its_end(settle(run, taken, job, outcome))
    log.info(
        "job.settled",
        state=outcome.state,
        problem=outcome.problem.slug() if outcome.problem else None,
        milliseconds=round((time.monotonic() - began) * 1000),
    )
    return outcome
