"""Thousands of queued jobs of one firm, put there at once; and how long a claim takes among them.

`python -m tests.worker.crowd` measures: milliseconds a claim with none, 5,000 and 50,000 clients queued.
"""

import asyncio
import base64
import tempfile
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from tests.make import firm
from tests.servers import running_servers
from worker.claim import claim

# A typical mix; one in ten is parked, and nine have been due a little longer than the one before.
CROWD = text(
    """
    INSERT INTO job (firm_id, id, name, args, queue, lane, width, fence, key, cost, state, attempt, tries, crashes,
        run_at, cursor)
    SELECT :firm, gen_random_uuid(), 'errand', jsonb_build_object('number', n), 'slow', 'errands', 5, 0, 'crowd:' || n,
        CASE WHEN n % 100 = 0 THEN 3000 WHEN n % 25 = 0 THEN 300 WHEN n % 7 = 0 THEN 60 ELSE 12 END,
        'queued', 0, 8, 0, now() + make_interval(secs => CASE WHEN n % 10 = 0 THEN 3000 ELSE -n * 0.001 END), '{}'
    FROM generate_series(1, :jobs) AS n
    """
)
HAND_BACK = text(
    "UPDATE job SET state = 'queued', slot = NULL, lease_owner = NULL, lease_until = NULL WHERE state = 'running'"
)
CLAIMS = 200


async def crowd(runtime: Runtime, firm_id: UUID, jobs: int) -> None:
    async with runtime.lent.sessions.begin() as session:
        await session.execute(CROWD, {"firm": firm_id, "jobs": jobs})


async def measure(settings: Settings) -> None:
    async with Runtime.open(settings) as runtime:
        for jobs in (0, 5_000, 50_000):
            owner = await firm(runtime, f"Firm {jobs}", "Ada")
            assert owner.firm_id
            await crowd(runtime, owner.firm_id, jobs)
            took: list[float] = []
            for _ in range(CLAIMS):
                began = time.perf_counter()
                await claim(runtime.lent, "slow", "w")
                took.append(time.perf_counter() - began)
                async with runtime.lent.sessions.begin() as session:
                    await session.execute(HAND_BACK)
            took.sort()
            print(f"{jobs:6} queued: {took[CLAIMS // 2] * 1000:5.2f} ms a claim, p95 {took[CLAIMS * 95 // 100] * 1000:5.2f}")
            async with runtime.lent.sessions.begin() as session:
                await session.execute(text("DELETE FROM job WHERE firm_id = :firm"), {"firm": owner.firm_id})


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        keys.write_text(f"k1:{base64.b64encode(bytes(32)).decode()}\n")
        with running_servers(Path(folder) / "servers") as servers:
            database = servers.database_url(servers.fresh_database())
            given = {
                "environment": "test", "keys_file": keys, "database": {"url": database},
                "redis": {"url": servers.fresh_redis()},
            }  # fmt: skip
            asyncio.run(measure(Settings.model_validate(given)))


if __name__ == "__main__":
    main()
