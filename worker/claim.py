"""Takes the next job: the lane's lowest free slot, a higher fence and a lease, in one short transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from practice.kernel.context import Lent
from practice.kernel.jobs import Claimed
from worker.turns import Due, Standing, order

# A process that is frozen in the middle (a suspended machine) must not keep the others from claiming for long.
AS_JOBS = text(
    "SELECT set_config('role', 'bulkhead_jobs', true), set_config('idle_in_transaction_session_timeout', '5s', true)"
)

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('claim/' || :queue, 0))")
LANES = text(
    """
    SELECT firm_id, lane, count(*) FILTER (WHERE state = 'running') AS running, sum(cost) AS calls_left
    FROM job WHERE state IN ('queued', 'running') AND queue = :queue GROUP BY firm_id, lane
    """
)
# The cheapest and the longest waiting of each firm's lane are enough to choose from: five thousand queued clients of
# one firm cost another firm's claim nothing. The dearest stands for the exception of turns.py.
DUE = text(
    """
    SELECT c.* FROM (
        SELECT DISTINCT firm_id, lane FROM job WHERE state = 'queued' AND queue = :queue AND run_at <= now()
    ) AS f CROSS JOIN LATERAL (
        (SELECT id, firm_id, lane, width, cost, extract(epoch FROM now() - greatest(served_at, run_at)) AS waited
         FROM job WHERE firm_id = f.firm_id AND lane IS NOT DISTINCT FROM f.lane AND queue = :queue
           AND state = 'queued' AND run_at <= now() ORDER BY cost, run_at LIMIT 6)
        UNION
        (SELECT id, firm_id, lane, width, cost, extract(epoch FROM now() - greatest(served_at, run_at))
         FROM job WHERE firm_id = f.firm_id AND lane IS NOT DISTINCT FROM f.lane AND queue = :queue
           AND state = 'queued' AND run_at <= now() ORDER BY greatest(served_at, run_at) LIMIT 3)
        UNION
        (SELECT id, firm_id, lane, width, cost, extract(epoch FROM now() - greatest(served_at, run_at))
         FROM job WHERE firm_id = f.firm_id AND lane IS NOT DISTINCT FROM f.lane AND queue = :queue
           AND state = 'queued' AND run_at <= now() ORDER BY cost DESC LIMIT 2)
    ) AS c
    """
)
SERVED = text(
    """
    SELECT firm_id, extract(epoch FROM now() - max(served_at)) AS ago FROM job
    WHERE served_at > now() - interval '10 minutes' AND queue = :queue GROUP BY firm_id
    """
)
TAKE = text(
    """
    UPDATE job SET state = 'running', slot = :slot, fence = fence + 1, lease_owner = :owner,
        lease_until = now() + make_interval(secs => :lease), served_at = now(), cause = NULL
    WHERE firm_id = :firm AND id = (
        SELECT id FROM job WHERE firm_id = :firm AND id = :id AND state = 'queued' AND run_at <= now()
        FOR UPDATE SKIP LOCKED)
    RETURNING fence, name, args, cursor, attempt, tries, crashes, cost
    """
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed job with what its handler needs."""

    claimed: Claimed
    name: str
    args: dict[str, Any]
    cursor: dict[str, Any]
    attempt: int
    tries: int


async def claim(lent: Lent, queue: str, owner: str) -> Taken | None:
    """The next job of this queue, or None where nothing is due or no lane has room."""
    for _ in range(3):
        try:
            async with lent.sessions.begin() as session:
                return await _take_next(session, lent, queue, owner)
        except IntegrityError:
            # Another worker took the same slot in the same instant; the index said so. Look again.
            continue
    return None


async def _take_next(session: AsyncSession, lent: Lent, queue: str, owner: str) -> Taken | None:
    await session.execute(AS_JOBS)
    given = {"queue": queue}
    # One claim of a queue at a time: a few milliseconds each, and nobody goes away empty-handed because two looked at
    # once. The index on (firm, lane, slot) stays the last word.
    await session.execute(ONE_AT_A_TIME, given)
    due = [
        Due(row.id, row.firm_id, row.lane, row.width, row.cost, float(row.waited))
        for row in await session.execute(DUE, given)
    ]
    if not due:
        return None
    lanes = {
        (row.firm_id, row.lane): Standing(row.running, int(row.calls_left))
        for row in await session.execute(LANES, given)
    }
    served = {row.firm_id: float(row.ago) for row in await session.execute(SERVED, given)}
    for job in order(due, lanes, served):
        slot = await _free_slot(session, job) if job.lane and job.width else None
        if job.lane and slot is None:
            continue
        row = (
            await session.execute(
                TAKE,
                {
                    "firm": job.firm_id, "id": job.id, "slot": slot, "owner": owner,
                    "lease": lent.settings.worker.lease_seconds,
                },
            )
        ).first()  # fmt: skip
        if row:
            return Taken(
                Claimed(job.id, job.firm_id, row.fence), row.name, row.args, row.cursor, row.attempt, row.tries
            )
    return None


async def _free_slot(session: AsyncSession, job: Due) -> int | None:
    """The lowest free slot of the lane; None where it is full."""
    taken: set[int] = set(
        (
            await session.scalars(
                text("SELECT slot FROM job WHERE firm_id = :firm AND lane = :lane AND state = 'running'"),
                {"firm": job.firm_id, "lane": job.lane},
            )
        ).all()
    )
    return next((slot for slot in range(1, (job.width or 0) + 1) if slot not in taken), None)

