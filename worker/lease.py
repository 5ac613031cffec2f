"""Keeps a claimed job ours: a heartbeat renews the lease, and a lost lease stops the work (promises 4.3)."""

import asyncio
import time

import structlog
from sqlalchemy import text

from practice.kernel.context import Lent
from practice.kernel.jobs import Claimed
from worker.claim import AS_JOBS, TROUBLE

RENEW = text(
    """
    UPDATE job SET lease_until = clock_timestamp() + make_interval(secs => :lease)
    WHERE firm_id = :firm AND id = :id AND fence = :fence AND state = 'running' RETURNING id
    """
)


async def keep(lent: Lent, claimed: Claimed, work: "asyncio.Task[None]") -> None:
    """Renews every third of the lease; cancels the work once the lease is, or may be, somebody else's."""
    lease = lent.settings.worker.lease_seconds
    held_until = time.monotonic() + lease
    while True:
        await asyncio.sleep(lease / 3)
        try:
            async with asyncio.timeout(lease / 3), lent.sessions.begin() as session:
                await session.execute(AS_JOBS)
                asked_at = time.monotonic()
                held = await session.scalar(
                    RENEW, {"firm": claimed.firm_id, "id": claimed.id, "fence": claimed.fence, "lease": lease}
                )
            if held is None:
                work.cancel("lease lost")
                return
            held_until = asked_at + lease
        except TROUBLE as error:
            structlog.get_logger().warning("lease.not_renewed", job_id=str(claimed.id), kind=type(error).__name__)
            # With PostgreSQL away the work may go on until shortly before the lease can have run out elsewhere.
            if time.monotonic() > held_until - lease / 6:
                work.cancel("lease may be lost")
                return
