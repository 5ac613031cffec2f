"""Redis is emptied while a practice is read and while a first import is applied: each client is there once (F12).

Neither place is met by chance: Xero holds its answer, and a lot waits for a row that somebody else has locked.
"""

from pathlib import Path

import asyncpg

from stack.postgres import PORT
from tests.fault.lab import STEADY, laboratory
from tests.fault.test_practice import begun, connected, until_it_is
from tests.fault.test_practice_applied import confirmed, explain_structures, imported_once

# One of the second lot; what OFFSET passes over would be locked as well.
LOCKS = """
    SELECT id FROM snapshot_row WHERE id = (
        SELECT id FROM snapshot_row WHERE snapshot_id = $1 AND kind = 'client' AND chosen ORDER BY id OFFSET 100 LIMIT 1
    ) FOR UPDATE
"""


async def test_a_redis_that_is_emptied_in_the_middle_doubles_and_loses_nothing(tmp_path: Path) -> None:
    async with laboratory(
        tmp_path, seed=1, workers=2, latency_ms=0, pace=1, env=STEADY | {"SANDBOX_PRACTICE_CLIENTS": "400"}
    ) as lab:
        ada, practice = await connected(lab)
        holding = await lab.spoil("hold", path="client.api/list")
        snapshot_id = await begun(ada)
        await lab.until_given(holding)
        lab.empty_redis()
        await lab.release()
        await until_it_is(lab, snapshot_id, "ready")
        rows = await lab.ask("SELECT kind, remote_id FROM snapshot_row WHERE snapshot_id = $1", snapshot_id)
        there = practice["clients"]["active"] + practice["clients"]["archived"]
        assert len({row["remote_id"] for row in rows if row["kind"] != "staff"}) == there
        assert len(rows) == there + len(practice["staff"])

        await explain_structures(lab, ada, snapshot_id)
        somebody = await asyncpg.connect(
            user="postgres", host=str(lab.servers.sockets), port=PORT, database=lab.database
        )
        try:
            async with somebody.transaction():
                assert await somebody.fetchval(LOCKS, snapshot_id), "more than one lot of people"
                wanted = await confirmed(lab, ada, snapshot_id)
                waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))"
                held_up_by = somebody.get_server_pid()
                await lab.until(lambda: lab.value(waits, held_up_by), what="the lot with that row waits")
                done = await lab.value("SELECT count(*) FROM client")
                assert 0 < done < wanted
                lab.empty_redis()
        finally:
            await somebody.close()
        await until_it_is(lab, snapshot_id, "applied")
        await imported_once(lab, ada, snapshot_id, wanted)
