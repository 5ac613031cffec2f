"""PostgreSQL crashed, hung, full of sessions, its answers lost: what was committed is there once (promises F18 to F23)."""

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from practice.kernel.actor import Actor
from stack.postgres import PORT
from tests import make
from tests.api.conftest import House, Person, house, settings
from tests.fault.books import as_at_xero, smallest
from tests.fault.lab import laboratory
from tests.fault.proxy import Proxy
from tests.world import consented, started

__all__ = ["house", "settings"]

SEED = 1
NO_FAULT = {200, 201, 202, 204, 503}


@pytest.mark.chaos
async def test_a_server_that_crashes_three_times_leaves_no_half_page(tmp_path: Path) -> None:
    """F18: sessions are cut in the middle of a transaction; the API says 503 and when to come back."""
    chosen = smallest(SEED, 5)
    async with laboratory(tmp_path, seed=SEED) as lab:
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id for one in chosen])
        await started(ada, list(ours.values()))
        for round_ in range(3):
            await lab.until_calls(10 + 15 * round_)
            lab.stop_postgres()
            away = await ada.get("/clients")
            assert away.status_code == 503, away.text
            assert away.headers["content-type"] == "application/problem+json"
            assert away.headers["Retry-After"]
            assert (await lab.browser.get("/api/v1/health/ready")).status_code == 503
            lab.servers.postgres.start()
            assert (await ada.get("/clients")).status_code in NO_FAULT
        await lab.until_finished()
        await as_at_xero(lab, chosen)
        assert (await ada.get("/clients")).status_code == 200


@pytest.mark.chaos
async def test_a_new_token_outlives_a_crash_between_its_answer_and_its_commit(tmp_path: Path) -> None:
    """F19: whoever has it keeps it, or the old one is turned again inside the grace."""
    [one] = smallest(SEED, 1)
    async with laboratory(tmp_path, seed=SEED) as lab:
        await lab.xero.post("/__control/rotation", json={"harsh": "on"})
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id])
        held = await lab.spoil("hold", path="/connect/token")
        await lab.spoil("expire_token", tenant=one.tenant_id, after=3)
        await started(ada, list(ours.values()))
        await lab.until_given(held)
        lab.crash_postgres()
        await lab.release()
        await lab.until_finished()
        await as_at_xero(lab, [one])
        assert await lab.value('SELECT status FROM "grant"') == "active"
        assert (await lab.stats())["tokens"].get("invalid_grant", 0) == 0


@pytest.mark.chaos
async def test_a_lost_answer_to_a_commit_is_made_good_by_the_key(tmp_path: Path) -> None:
    """F20: each request is committed and nobody hears of it; asked again, it has one effect."""
    chosen = smallest(SEED, 12)
    async with laboratory(tmp_path, seed=SEED, workers=0, pace=1) as lab:
        ada = await lab.sign_in()
        asked = (await ada.post("/connections", {"provider": "xero"})).json()["authorize_url"]
        await lab.browser.get(await consented(lab.xero, asked, [one.tenant_id for one in chosen], home=lab.base))
        tenants = [tenant["id"] for tenant in (await ada.get("/tenants")).json()["items"]]
        clients = []
        for tenant in tenants:
            adopted = await _unheard(lab.to_postgres, ada, "/clients", {"tenant_ids": [tenant]})
            clients += [client["id"] for client in adopted["items"]]
        await ada.send("PATCH", "/clients/bulk", {"changes": [{"id": id_} for id_ in clients], "ready": True})
        for id_ in clients:
            await _unheard(lab.to_postgres, ada, "/import-runs", {"client_ids": [id_]})
        assert lab.to_postgres.cuts == 24
        assert await lab.value("SELECT count(*) FROM client") == 12
        assert await lab.value("SELECT count(*) FROM import_run") == 12
        assert await lab.value('SELECT count(*) FROM "import"') == 12


async def _unheard(proxy: Proxy, ada: Person, path: str, body: dict[str, list[str]]) -> dict[str, Any]:
    key = str(uuid4())
    proxy.cut_commit_of(key.encode())
    first = await ada.post(path, body, Idempotency_Key=key)
    assert first.status_code == 503, first.text
    again = await ada.post(path, body, Idempotency_Key=key)
    assert again.status_code in (201, 202), again.text
    assert again.headers["Idempotent-Replayed"] == "true"
    found: dict[str, Any] = again.json()
    return found


@pytest.mark.chaos
async def test_a_server_that_hangs_is_said_to_be_away_within_seconds(tmp_path: Path) -> None:
    """F21: it takes connections and says nothing; the process stays alive, and all is well when it speaks again."""
    chosen = smallest(SEED, 3)
    async with laboratory(tmp_path, seed=SEED) as lab:
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id for one in chosen])
        await started(ada, list(ours.values()))
        await lab.until_calls(5)
        lab.to_postgres.blackhole()
        began = time.monotonic()
        alive, ready, *answers = await asyncio.gather(
            lab.browser.get("/api/v1/health/alive"), lab.browser.get("/api/v1/health/ready"), *(ada.get("/clients") for _ in range(8))
        )
        assert (alive.status_code, ready.status_code) == (200, 503)
        assert {answer.status_code for answer in answers} == {503}
        assert time.monotonic() - began < 25
        lab.to_postgres.pass_on()
        await lab.until_finished()
        await as_at_xero(lab, chosen)
        assert (await ada.get("/clients")).status_code == 200


async def test_two_opposite_bulk_edits_are_never_a_fault_of_ours(house: House) -> None:
    """F22: they want the same rows in opposite orders, over and over."""
    ada = await house.founder()
    async with house.unit(Actor("staff", ada.firm_id, ada.member_id, "owner")) as unit:
        ids = [str((await make.client(unit, f"Client {number}")).id) for number in range(12)]
    there, back = [{"changes": [{"id": id_, "tags": ["x"]} for id_ in order]} for order in (ids, ids[::-1])]
    answers = await asyncio.gather(*(ada.send("PATCH", "/clients/bulk", each) for each in [there, back] * 10))
    assert {answer.status_code for answer in answers} <= {200, 409, 412, 422}, [answer.text for answer in answers]
    assert 200 in {answer.status_code for answer in answers}


@pytest.mark.chaos
async def test_a_server_without_room_for_sessions_is_503_and_no_hang(tmp_path: Path) -> None:
    """F23: others hold its sessions."""
    async with laboratory(tmp_path, seed=SEED, workers=0, postgres={"max_connections": "30"}) as lab:
        ada = await lab.sign_in()
        lab.to_postgres.reset()
        others = []
        try:
            with pytest.raises(asyncpg.PostgresError):
                while True:
                    others.append(
                        await asyncpg.connect(user="postgres", host=str(lab.servers.sockets), port=PORT, database="postgres")
                    )
            began = time.monotonic()
            answers = await asyncio.gather(*(ada.get("/clients") for _ in range(5)))
            assert {answer.status_code for answer in answers} == {503}, [answer.text for answer in answers]
            assert time.monotonic() - began < 15
        finally:
            for one in others:
                await one.close()
        with_room: httpx.Response = await ada.get("/clients")
        assert with_room.status_code == 200
