"""Processes that die, stand still, or are asked to leave, each at the one moment where it hurts (promises F1 to F11)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from practice.kernel.context import Lent
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from sandbox.world.organisations import Organisation
from tests.fault.books import as_at_xero, smallest, stored
from tests.fault.lab import STEADY, Lab, laboratory
from tests.world import consented, started
from worker.sweep import sweep_once

SEED = 1
JOB = "SELECT * FROM job WHERE name = 'import_ledger' ORDER BY id"
IMPORT = 'SELECT * FROM "import" ORDER BY id'


async def importing(lab: Lab, chosen: list[Organisation]) -> str:
    """A firm that imports these; the run's id."""
    ada = await lab.sign_in()
    clients = await lab.clients(ada, [one.tenant_id for one in chosen])
    return await started(ada, list(clients.values()))


async def pages_asked(lab: Lab, one: Organisation) -> Counter[tuple[str, int | None]]:
    """How often each page was asked for, from the sandbox's own log."""
    return Counter((call["path"].lower(), call["page"]) for call in await lab.asked(one.tenant_id) if call["page"])


@pytest.mark.chaos
async def test_a_killed_workers_import_goes_on_at_the_page_it_was_at(tmp_path: Path) -> None:
    """F1: what was stored is never asked for again."""
    [one] = smallest(SEED, 30)[-1:]
    async with laboratory(tmp_path, seed=SEED, workers=1, latency_ms=5, env=STEADY | {"WORKER_SLICE_CALLS": "1000"}) as lab:
        ada = await lab.sign_in()
        clients = await lab.clients(ada, [one.tenant_id])
        # What was asked before the import, such as how large the organisation is.
        before = len(await lab.asked(one.tenant_id))
        held = await lab.spoil("hold", tenant=one.tenant_id, path="/invoices", page=2)
        await started(ada, list(clients.values()))
        await lab.until_given(held)

        async def only_that_one_is_left() -> bool:
            return await lab.calls() == len(await lab.asked(one.tenant_id)) - before > 10

        await lab.until(only_that_one_is_left, what="every other call under way is stored")
        lab.kill(lab.workers[0])
        already = await stored(lab, one)
        assert sum(already.values()) > 0
        earlier = await pages_asked(lab, one)
        await lab.release()
        await lab.leases_end()
        lab.add_worker()
        await lab.until_finished()
        await as_at_xero(lab, [one])
        asked = await pages_asked(lab, one)
        again = {page: count for page, count in (asked - earlier).items() if earlier[page]}
        assert sum(again.values()) <= 1, again  # the one that was held, whose first answer nobody heard
        assert await lab.value("SELECT crashes FROM job WHERE name = 'import_ledger'") == 0


@pytest.mark.parametrize("place", ["after_upsert", pytest.param("before_commit", marks=pytest.mark.chaos)])
async def test_rows_and_cursor_are_stored_together_or_not_at_all(tmp_path: Path, place: str) -> None:
    """F2, F3: killed between the rows and the cursor, and just before the first commit."""
    page = ":contacts" if place == "after_upsert" else ""
    [one] = smallest(SEED, 1)
    async with laboratory(tmp_path, seed=SEED, workers=0, latency_ms=5, env=STEADY) as lab:
        await importing(lab, [one])
        await lab.until_dead(lab.add_worker(FAILPOINT=f"{place}:exit{page}"))
        [job] = await lab.ask(JOB)
        assert job["state"] == "running"
        cursor = json.loads(job["cursor"])
        # Other pages may have been stored before this one.
        assert not cursor or 1 in cursor["resources"]["contacts"]["left"]
        assert (await stored(lab, one))["Contacts"] == 0
        if place == "before_commit":
            assert (cursor, await lab.calls(), set((await stored(lab, one)).values())) == ({}, 0, {0})
        await lab.leases_end()
        lab.add_worker()
        await lab.until_finished()
        await as_at_xero(lab, [one])
        twice = [page for page, count in (await pages_asked(lab, one)).items() if count > 1]
        assert len(twice) <= 10  # at most what was in flight, or had landed and was not stored, when it died


async def test_a_worker_whose_lease_went_to_another_writes_nothing(tmp_path: Path) -> None:
    """F4, the fence: it has a page in hand, and a lease so long that its own heartbeat does not warn it."""
    [one] = smallest(SEED, 1)
    async with laboratory(tmp_path, seed=SEED, workers=0, latency_ms=5, env=STEADY) as lab:
        held = await lab.spoil("hold", tenant=one.tenant_id, path="/invoices", page=1)
        await importing(lab, [one])
        lab.add_worker("zombie", WORKER_SLICE_CALLS="1000")
        await lab.until_given(held)
        # Whoever takes it now takes another fence: the other worker, or the same process once more.
        fence = await lab.value("SELECT fence FROM job WHERE state = 'running' AND lane = 'imports'")
        first = f"fence={fence} "
        lab.add_worker()
        await lab.leases_end()
        await lab.until_finished()
        before = [await lab.ask(query) for query in (JOB, IMPORT)]
        await lab.release()

        def endings() -> int:
            return lab.logged("zombie", "import_ledger", first)

        async def the_first_slice_has_ended() -> bool:
            return endings() > 0

        await lab.until(the_first_slice_has_ended, what="the first worker's slice ended")
        assert [await lab.ask(query) for query in (JOB, IMPORT)] == before
        # It is the fence that ends it, or on a slow machine the deadline of its own call.
        too_slow = lab.logged("zombie", "job.settled", "import_ledger", first, "problem=unavailable")
        assert lab.logged("zombie", "job.lost", "import_ledger", first) + too_slow == endings() == 1
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'import.finished'") == 1
        await as_at_xero(lab, [one])


@pytest.mark.chaos
async def test_a_worker_that_stands_still_loses_its_lease_and_goes_on(tmp_path: Path) -> None:
    """F5: the whole process sleeps past its lease with a page in hand, and lives."""
    [one] = smallest(SEED, 1)
    async with laboratory(tmp_path, seed=SEED, workers=0, latency_ms=5) as lab:
        await importing(lab, [one])
        still = lab.add_worker("still", FAILPOINT="before_store:sleep=5")

        async def claimed() -> bool:
            return bool(await lab.value("SELECT count(*) FROM job WHERE state = 'running' AND lane = 'imports'"))

        await lab.until(claimed, what="it has the import")
        lab.add_worker()
        await lab.until_finished()
        await as_at_xero(lab, [one])

        async def said_so() -> bool:
            return lab.logged("still", "job.lost") + lab.logged("still", "job.handed_back") > 0

        await lab.until(said_so, what="it noticed that the job is another's")
        assert still.poll() is None
        assert await lab.value("SELECT count(*) FROM entry WHERE verb = 'import.finished'") == 1


@pytest.mark.chaos
async def test_books_that_end_their_worker_every_time_do_not_hold_up_the_others(tmp_path: Path) -> None:
    """F6: five crashes, then failed with its reason."""
    chosen = smallest(SEED, 4)
    async with laboratory(tmp_path, seed=SEED, workers=0, latency_ms=5, env=STEADY) as lab:
        await importing(lab, chosen)
        poison = await lab.value("SELECT id FROM tenant WHERE remote_id = $1", chosen[0].tenant_id)
        worker = lab.add_worker(FAILPOINT=f"before_commit:exit:{poison}")

        async def over() -> bool:
            nonlocal worker
            if worker.poll() is not None:
                lab.gone(worker)
                await lab.leases_end()
                worker = lab.add_worker(FAILPOINT=f"before_commit:exit:{poison}")
            return bool(await lab.value("SELECT state FROM import_run") == "finished")

        await lab.until(over, what="the run has finished", seconds=300)
        states = await lab.ask('SELECT tenant_id, state, problem FROM "import"')
        failed = [row for row in states if row["state"] == "failed"]
        assert [row["tenant_id"] for row in failed] == [poison]
        assert "worker-crashed" in failed[0]["problem"]
        assert [row["state"] for row in states].count("done") == 3
        await as_at_xero(lab, chosen[1:])


@pytest.mark.chaos
async def test_deploys_cost_nothing(tmp_path: Path) -> None:
    """F7: asked to leave six times during one import; each time its job is handed back at once and nothing is counted."""
    [one] = smallest(SEED, 40)[-1:]
    async with laboratory(tmp_path, seed=SEED, workers=1, latency_ms=80, env=STEADY) as lab:
        await importing(lab, [one])
        for _ in range(6):
            await lab.until_at_work(lab.workers[0])
            calls = await lab.calls()

            async def further(than: int = calls) -> bool:
                return await lab.calls() > than or not await lab.value("SELECT count(*) FROM import_run WHERE state = 'open'")

            await lab.until(further, what="the import goes on")
            assert lab.terminate(lab.workers[0]) == 0
            [job] = await lab.ask(JOB)
            assert job["state"] in ("queued", "done")
            assert (job["crashes"], job["attempt"]) == (0, 0)
            lab.add_worker()
        await lab.until_finished()
        await as_at_xero(lab, [one])


@pytest.mark.chaos
async def test_a_worker_leaves_with_a_call_that_hangs(tmp_path: Path) -> None:
    """F8: Xero does not answer for half a minute; the worker neither waits for it nor must be killed."""
    [one] = smallest(SEED, 1)
    async with laboratory(tmp_path, seed=SEED, workers=1, latency_ms=5, env=STEADY) as lab:
        held = await lab.spoil("hold", tenant=one.tenant_id, path="/invoices")
        await importing(lab, [one])
        await lab.until_given(held)
        assert lab.terminate(lab.workers[0], grace=20) == 0
        [job] = await lab.ask(JOB)
        assert (job["state"], job["crashes"], job["attempt"]) == ("queued", 0, 0)
        await lab.release()
        lab.add_worker()
        await lab.until_finished()
        await as_at_xero(lab, [one])


async def test_a_second_sweeper_leaves_it_to_the_first(product: Settings, runtime: Runtime, bright: Any) -> None:
    """F9: whoever holds the leader's lock sweeps; when it dies, another does."""
    lent: Lent = runtime.lent
    async with runtime.engine.begin() as connection:
        expired = (
            "INSERT INTO job (firm_id, id, name, args, queue, state, fence, attempt, crashes, tries, cost, run_at, cursor,"
            " lease_owner, lease_until) VALUES ('{firm}', gen_random_uuid(), 'read_record', '{{}}', 'quick', 'running', 1, 0,"
            " 0, 8, 1, now(), '{{}}', 'nobody', now() - interval '1 minute')"
        )
        await connection.exec_driver_sql(expired.format(firm=bright.firm_id))

    async def running() -> Any:
        async with runtime.engine.begin() as connection:
            return (await connection.exec_driver_sql("SELECT count(*) FROM job WHERE lease_owner = 'nobody'")).scalar()

    async with runtime.engine.connect() as leader:
        await leader.exec_driver_sql("SELECT pg_advisory_xact_lock(7210002)")
        await sweep_once(lent)
        assert await running() == 1
        await leader.close()
    await sweep_once(lent)
    assert await running() == 0


@pytest.mark.chaos
async def test_a_run_is_started_once_though_the_api_died_before_it_said_so(tmp_path: Path) -> None:
    """F11: the same key gets the saved answer, and the run goes on without the API."""
    chosen = smallest(SEED, 2)
    async with laboratory(tmp_path, seed=SEED, workers=1, latency_ms=5) as lab:
        ada = await lab.sign_in()
        clients = await lab.clients(ada, [one.tenant_id for one in chosen])
        lab.kill(lab.apis[0])
        dying = await lab.add_api(FAILPOINT="after_commit_before_answer:exit:POST /api/v1/import-runs")
        key, body = str(uuid4()), {"client_ids": list(clients.values())}
        with pytest.raises(httpx.HTTPError):
            await ada.post("/import-runs", body, Idempotency_Key=key)
        lab.gone(dying)
        await lab.until_finished()
        await lab.add_api()
        again = await ada.post("/import-runs", body, Idempotency_Key=key)
        assert again.status_code == 202, again.text
        assert again.headers["Idempotent-Replayed"] == "true"
        [run] = await lab.ask("SELECT id FROM import_run")
        assert again.json()["id"] == str(run["id"])
        await as_at_xero(lab, chosen)


@pytest.mark.chaos
@pytest.mark.parametrize("place", ["after_redeem", "after_exchange", "after_commit_before_answer"])
async def test_a_consent_can_be_given_again_where_the_api_died_under_it(tmp_path: Path, place: str) -> None:
    """F10: before the tokens are stored nothing is; afterwards a reload shows the connection."""
    [one] = smallest(SEED, 1)
    whom = ":GET /api/v1/connections/xero/callback" if place.startswith("after_commit") else ""
    async with laboratory(tmp_path, seed=SEED, workers=0, pace=1) as lab:
        ada = await lab.sign_in()
        lab.kill(lab.apis[0])
        dying = await lab.add_api(FAILPOINT=f"{place}:exit{whom}")
        asked = (await ada.post("/connections", {"provider": "xero"})).json()["authorize_url"]
        back = await consented(lab.xero, asked, [one.tenant_id], home=lab.base)
        with pytest.raises(httpx.HTTPError):
            await lab.browser.get(back)
        lab.gone(dying)
        await lab.add_api()
        stored_now = place.startswith("after_commit")
        seen = (await ada.get("/connections")).json()["items"]
        assert [connection["status"] for connection in seen] == (["active"] if stored_now else [])
        # The browser comes back with what it has: that is used up and says so on a page, or shows what it led to.
        used = (await lab.browser.get(back)).headers["location"]
        assert used.startswith("/connect/tenants" if stored_now else "/oauth-failed")
        await lab.clients(ada, [one.tenant_id])
        assert await lab.value('SELECT count(*) FROM "grant"') == 1

