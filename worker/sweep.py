"""The sweeper, one leader among the workers: takes back expired leases and prunes what is settled.

What it takes back is due at once; every worker's alarm sees that within a second.
"""

import asyncio
from typing import Any

import structlog
from sqlalchemy import text

from practice.kernel.actor import Actor
from practice.kernel.context import Lent, Run
from practice.kernel.jobs import Claimed
from practice.kernel.problems import WorkerCrashed
from worker.claim import AS_JOBS, TROUBLE, Taken
from worker.handling import CLASSES, Outcome
from worker.settle import settle

MOST_CRASHES = 5
LEADER = text("SELECT pg_try_advisory_xact_lock(7210002)")
# After a first crash at once. After more, apart from the others that died with it: one job may end its worker every
# time, and its neighbours must find a moment without it to get further.
TAKE_BACK = text(
    """
    UPDATE job SET state = 'queued', slot = NULL, lease_owner = NULL, lease_until = NULL, fence = fence + 1,
        crashes = crashes + 1, run_at = now() + make_interval(secs => (power(2, crashes) - 1) * (0.5 + random()))
    WHERE (firm_id, id) IN (
        SELECT firm_id, id FROM job WHERE state = 'running' AND lease_until < now() AND crashes + 1 < :most
        FOR UPDATE SKIP LOCKED)
    RETURNING id
    """
)
# A job that ends its worker every time is taken by the sweeper itself, to be settled as failed.
GIVE_UP = text(
    """
    UPDATE job SET fence = fence + 1, lease_owner = 'sweeper', lease_until = now() + interval '30 seconds'
    WHERE (firm_id, id) IN (
        SELECT firm_id, id FROM job WHERE state = 'running' AND lease_until < now() AND crashes + 1 >= :most
        FOR UPDATE SKIP LOCKED)
    RETURNING id, firm_id, fence, name, args, cursor, attempt, tries
    """
)
PRUNE = text(
    "DELETE FROM job WHERE state IN ('done', 'failed', 'cancelled') AND finished_at < now() - interval '7 days'"
)


async def sweep_once(lent: Lent) -> None:
    """One round, if no other worker is at it."""
    given: dict[str, Any] = {"most": MOST_CRASHES}
    async with lent.sessions.begin() as session:
        await session.execute(AS_JOBS)
        if not await session.scalar(LEADER):
            return
        back = (await session.scalars(TAKE_BACK, given)).all()
        hopeless = (await session.execute(GIVE_UP, given)).all()
        await session.execute(PRUNE)
    if back:
        structlog.get_logger().warning("lease.taken_back", jobs=len(back))
    for row in hopeless:
        taken = Taken(
            Claimed(row.id, row.firm_id, row.fence), row.name, row.args, row.cursor, row.attempt, row.tries
        )
        run = Run(lent, Actor.system(row.firm_id), claimed=taken.claimed)
        job = CLASSES[row.name].model_validate(row.args)
        await settle(run, taken, job, Outcome("failed", WorkerCrashed()))


async def sweep(lent: Lent) -> None:
    """Every few seconds, for as long as the worker lives; a database that is away is waited for."""
    while True:
        try:
            await sweep_once(lent)
        except TROUBLE as error:
            structlog.get_logger().warning("sweep.failed", kind=type(error).__name__)
        await asyncio.sleep(lent.settings.worker.sweep_seconds)
