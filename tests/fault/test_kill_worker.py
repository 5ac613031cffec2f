"""Workers killed, frozen and asked to leave, Redis emptied, PostgreSQL crashed, all in one run: nothing is lost or doubled."""

from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.fault.books import as_at_xero, smallest
from tests.fault.lab import Lab, laboratory, resumed, suspended
from tests.world import started

SEED = 1
CLIENTS = 12
Fault = Callable[[Lab], Awaitable[None]]


async def killed(lab: Lab) -> None:
    lab.kill(lab.workers[0])
    lab.add_worker()


async def frozen(lab: Lab) -> None:
    """Past its lease: somebody else has its jobs when it wakes, and what it still writes is refused."""
    worker = suspended(lab.workers[0])
    mine = f"%:{worker.pid}"

    async def taken_back() -> bool:
        held = await lab.value("SELECT count(*) FROM job WHERE state = 'running' AND lease_owner LIKE $1", mine)
        return bool(held == 0)

    try:
        await lab.until(taken_back, what="the frozen worker's jobs are taken back")
    finally:
        resumed(worker)


async def emptied(lab: Lab) -> None:
    lab.empty_redis()


async def crashed(lab: Lab) -> None:
    lab.crash_postgres()


async def asked_to_leave(lab: Lab) -> None:
    await lab.until_at_work(lab.workers[0])
    assert lab.terminate(lab.workers[0]) == 0
    lab.add_worker()


@pytest.mark.chaos
async def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    chance = Random(SEED)
    # Redis last: emptied, it forgets the calls of the killed, whose places would come free only after half a minute.
    faults: list[Fault] = [asked_to_leave, crashed, frozen, killed, emptied]
    chosen = smallest(SEED, CLIENTS)
    async with laboratory(tmp_path, seed=SEED) as lab:
        ada = await lab.sign_in()
        clients = await lab.clients(ada, [one.tenant_id for one in chosen])
        run_id = await started(ada, list(clients.values()))
        calls = 0
        for fault in faults:
            calls += chance.randint(25, 45)
            await lab.until(partial(at_least, lab, calls), what=f"{calls} calls before {fault.__name__}")
            assert await lab.value("SELECT count(*) FROM \"import\" WHERE state <> 'done'") > 0
            await fault(lab)

        async def over() -> bool:
            return bool(await lab.value("SELECT state FROM import_run") == "finished")

        await lab.until(over, what="the run has finished", seconds=150)
        run = (await ada.get(f"/import-runs/{run_id}")).json()
        assert run["counts"]["done"] == CLIENTS, run["causes"]
        await as_at_xero(lab, chosen)
        verbs = Counter(row["verb"] for row in await lab.ask("SELECT verb FROM entry"))
        finished = await lab.ask(
            "SELECT client_id, count(*) FROM entry WHERE verb = 'import.finished' GROUP BY client_id"
        )
        assert [row["count"] for row in finished] == [1] * CLIENTS
        assert (verbs["run.finished"], verbs["import.failed"]) == (1, 0)
        assert await lab.value("SELECT count(*) FROM client WHERE score IS NOT NULL") == CLIENTS
        assert lab.most_running <= 5
        stats = await lab.stats()
        assert stats["max_in_flight"] <= 5
        assert stats["refused"] == {}


async def at_least(lab: Lab, calls: int) -> bool:
    return await lab.calls() >= calls
