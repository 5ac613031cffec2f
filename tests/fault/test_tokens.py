"""Everything that can happen to tokens and to the consent behind them (promises 2.3, F42 to F48).

Xero turns refresh tokens here by the harshest reading of its rule: a token that was turned is taken again only while its
own child is the newest, and that child dies of it.
"""

import asyncio
import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from practice.connections.begin_authorization import begin_authorization
from practice.connections.complete_authorization import complete_authorization
from practice.connections.lend_token import lend_token
from practice.connections.models import Grant, Tenant
from practice.connections.reach_tenant import reach_tenant
from practice.connections.refresh_grant import refresh_grant
from practice.imports.models import Import
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.kernel.crypto import KeyRing, KeysUnusable
from practice.kernel.prove_keys import prove_keys
from practice.kernel.runtime import Runtime
from practice.notices.models import Message
from practice.providers.problems import ConsentRevoked, TenantGone, Unavailable
from sandbox.world.organisations import organisations
from stack.places import ROOT
from tests.api.conftest import OURS, Person
from tests.fault.source import Sandbox, sandbox_process
from tests.make import firm
from tests.practice.imports.conftest import SEED, Desk
from tests.world import before_the_sandbox, consented


async def stats(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = await desk.control("GET", "stats")
    return found


async def harsh(desk: Desk) -> None:
    await desk.control("POST", "rotation", harsh=True)


async def stored_token(ctx: Context) -> tuple[Grant, str]:
    """The firm's one grant, and its refresh token."""
    async with ctx.unit(write=False) as unit:
        grant = (await unit.scalars(select(Grant).where(Grant.firm_id == unit.firm_id)))[0]
        return grant, unit.reveal(grant, "refresh")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# -- races between processes -------------------------------------------------------------------------------------------


@dataclass
class Race:
    """A firm with one grant, at a sandbox of its own; processes are forked by race.py."""

    rt: Runtime
    ctx: Context
    sandbox: Sandbox
    env: dict[str, str]

    def run(self, mode: str, seconds: float) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fault.race", mode, str(seconds)],
            env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said


@pytest.fixture
async def at_race(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Race]:
    with sandbox_process(tmp_path, SANDBOX_HARSH_ROTATION="on", SANDBOX_LATENCY_MS="20") as sandbox:
        settings = before_the_sandbox(database_url, redis_url, tmp_path)
        addresses = dict.fromkeys(("login_url", "identity_url", "api_url", "app_url"), sandbox.origin)
        settings = settings.model_copy(update={"xero": settings.xero.model_copy(update=addresses)})
        async with (
            Runtime.open(settings) as rt,
            httpx.AsyncClient(base_url=sandbox.origin, timeout=30, trust_env=False) as xero,
        ):
            ctx = rt.context(await firm(rt, "Bright", "Ada"))
            await connected(rt, ctx, xero, [organisations(SEED)[0].tenant_id])
            grant, _ = await stored_token(ctx)
            env = {
                **{name: value for name, value in os.environ.items() if not name.startswith(("XERO_", "SANDBOX_"))},
                "ENVIRONMENT": "test", "BASE_URL": OURS, "KEYS_FILE": str(settings.keys_file), "LOG_LEVEL": "error",
                "DATABASE_URL": database_url, "REDIS_URL": redis_url, "PYTHONPATH": str(ROOT), "DATABASE_POOL": "3",
                "XERO_CLIENT_ID": "sandbox-client", "XERO_CLIENT_SECRET": "sandbox-secret", "XERO_SANDBOX": "true",
                **{f"XERO_{name}_URL": sandbox.origin for name in ("LOGIN", "IDENTITY", "API", "APP")},
                "FIRM": str(ctx.actor.firm_id), "GRANT": str(grant.id), "SEED": "44",
            }  # fmt: skip
            yield Race(rt, ctx, sandbox, env)


async def connected(rt: Runtime, ctx: Context, xero: httpx.AsyncClient, tenant_ids: list[str]) -> None:
    begun = await begin_authorization(ctx, provider_key="xero", return_to="tenants", browser="this one")
    back = await consented(xero, begun.authorize_url, tenant_ids)
    said = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    await complete_authorization(
        rt.context(Actor.door()), provider_key="xero", state=said["state"], code=said["code"], error=None, browser="this one"
    )


async def live_and_stored_agree(race: Race) -> Grant:
    """I6: what is stored is the one that Xero takes."""
    grant, token = await stored_token(race.ctx)
    (live,) = race.sandbox.stats()["live_tokens"].values()
    assert live["sha256"] == hashed(token)
    assert grant.active
    return grant


@pytest.mark.parametrize("seconds", [3, pytest.param(20, marks=pytest.mark.chaos)])
async def test_f42_ten_processes_turn_each_generation_once(at_race: Race, seconds: float) -> None:
    said = await asyncio.to_thread(at_race.run, "race", seconds)
    assert said["wrong"] == []
    grant = await live_and_stored_agree(at_race)
    counted = at_race.sandbox.stats()["tokens"]
    # I7: as many calls as generations, however many asked.
    assert counted["refreshes"] == said["rounds"] == grant.generation - 1
    assert counted.get("invalid_grant", 0) == counted.get("within_grace", 0) == 0


@pytest.mark.parametrize("seconds", [4, pytest.param(27, marks=pytest.mark.chaos)])
async def test_f44_killed_between_the_answer_and_the_commit(at_race: Race, seconds: float) -> None:
    said = await asyncio.to_thread(at_race.run, "kill", seconds)
    assert said["kills"] >= 8
    assert "problem" not in said["last"], said
    grant = await live_and_stored_agree(at_race)
    counted = at_race.sandbox.stats()["tokens"]
    lost = counted["refreshes"] - (grant.generation - 1)
    # I7: every call more than the generations is one whose answer died with its process, made good inside the grace.
    assert lost == counted.get("within_grace", 0)
    assert said["between"] <= lost <= said["between"] + said["kills"]
    assert counted.get("invalid_grant", 0) == 0


# -- answers that are lost -----------------------------------------------------------------------------------------------


async def test_f43_answers_lost_after_rotation_are_made_good_inside_the_grace(desk: Desk) -> None:
    await harsh(desk)
    grant, _ = await stored_token(desk.ctx)
    before = (await stats(desk))["tokens"].get("refreshes", 0)
    first = grant.generation
    await desk.control("POST", "faults", kind="token_lost", times=0, chance=0.15)
    for _ in range(25):
        grant, _ = await stored_token(desk.ctx)
        try:
            await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
        except Unavailable:
            assert (await stored_token(desk.ctx))[0].active
    await desk.control("POST", "faults/drop")
    grant, token = await stored_token(desk.ctx)
    counted = (await stats(desk))["tokens"]
    assert counted["lost"] > 0
    assert counted["refreshes"] - before == grant.generation - first + counted["lost"]
    assert counted.get("invalid_grant", 0) == 0
    assert [live["sha256"] for live in (await stats(desk))["live_tokens"].values()] == [hashed(token)]


async def test_f43_four_lost_in_a_row_and_then_the_grace_runs_out(desk: Desk) -> None:
    await harsh(desk)
    grant, _ = await stored_token(desk.ctx)
    await desk.control("POST", "faults", kind="token_lost", times=4)
    with pytest.raises(Unavailable):
        await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
    after, _ = await stored_token(desk.ctx)
    assert (after.active, after.generation) == (True, grant.generation)
    # The fourth is lost too, the fifth arrives: the same token all the time.
    lent = await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
    assert lent.generation == grant.generation + 1
    counted = (await stats(desk))["tokens"]
    assert (counted["lost"], counted.get("invalid_grant", 0)) == (4, 0)
    # Once more, and nobody asks again for longer than the grace.
    await desk.control("POST", "faults", kind="token_lost", times=3)
    with pytest.raises(Unavailable):
        await refresh_grant(desk.ctx, grant_id=grant.id, refused=lent.generation)
    await desk.control("POST", "faults/drop")
    await desk.later(timedelta(minutes=31))
    for _ in range(3):
        with pytest.raises(ConsentRevoked):
            await lend_token(desk.ctx, grant_id=grant.id, refused=lent.generation)
    assert (await stored_token(desk.ctx))[0].status == "reauth_required"
    await desk.worked()
    verbs = await desk.verbs()
    assert verbs["connection.broken"] == 1
    letters: list[Message] = await desk.all(Message)
    assert len([letter for letter in letters if letter.intent.startswith("connection_broken")]) == 1


# -- consent withdrawn, connections ended --------------------------------------------------------------------------------


async def consented_as(desk: Desk, who: int, tenant_ids: list[str]) -> Person:
    """Another Xero user of the same firm connects these."""
    ada = await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)
    asked = await ada.post("/connections", {"provider": "xero"})
    people = (await desk.control("GET", "users"))["users"]
    xero = desk.house.xero
    xero.cookies.clear()
    at = await xero.get(asked.json()["authorize_url"])
    while urlsplit(at.headers["location"]).netloc != urlsplit(OURS).netloc:
        where = urlsplit(at.headers["location"])
        page = parse_qs(where.query)
        if where.path == "/identity/login":
            at = await xero.post("/identity/login", data={"user": people[who]["email"], "return": page["return"][0]})
        elif where.path == "/identity/consent":
            form = {"txn": page["txn"][0], "tenant": tenant_ids, "action": "allow"}
            at = await xero.post("/identity/consent", data=form)
        else:
            at = await xero.get(at.headers["location"])
    answer = await ada.http.get(at.headers["location"])
    assert answer.headers["location"].startswith("/connect/tenants"), answer.headers["location"]
    return ada


async def adopted_too(desk: Desk, remote: str) -> None:
    """One more client of the firm, from an organisation that is connected already."""
    ada = await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)
    (tenant,) = await desk.all(Tenant, Tenant.remote_id == remote)
    answer = await ada.post("/clients", {"tenant_ids": [str(tenant.id)]})
    assert answer.status_code == 201, answer.text
    (client,) = answer.json()["items"]
    ready = await ada.send("PATCH", "/clients/bulk", {"changes": [{"id": client["id"]}], "ready": True})
    assert ready.status_code == 200, ready.text
    desk.remote[UUID(client["id"])] = remote


async def test_f45_a_consent_withdrawn_in_the_middle_ends_its_imports_once_and_soon(desk: Desk) -> None:
    users = (await desk.control("GET", "users"))["users"]
    documents = {each["tenant_id"]: each["documents"] for each in (await desk.control("GET", "organisations"))["organisations"]}
    both = {*users[0]["organisation_ids"]} & {*users[1]["organisation_ids"]} - {*desk.remote.values()}
    shared = min(both, key=lambda remote: documents[remote])
    await consented_as(desk, 0, [shared])
    await adopted_too(desk, shared)
    await consented_as(desk, 1, [shared])
    await desk.worked()
    reading, parked, with_another = desk.clients
    # One is parked for hours when it happens: it must not wait so long to say so.
    await desk.fault("day429", "2.0/Invoices", tenant=desk.remote[parked], retry_after="40000")
    await desk.start(parked)
    await desk.worked()
    assert (await desk.import_of(parked)).state == "waiting"
    await desk.start(reading, with_another)
    await desk.worked(most=2)
    await desk.control("POST", "revoke", user=users[0]["user_id"])
    under_way = {(await desk.import_of(client_id)).state for client_id in (reading, with_another)}
    assert under_way <= {"queued", "importing"}
    await desk.worked()
    desk.clock.move(timedelta(seconds=10))
    await desk.worked()
    for client_id in (reading, parked):
        ended = await desk.import_of(client_id)
        assert (ended.state, ended.shown_state) == ("failed", "needs_action")
        assert ended.problem
        assert ended.problem["extensions"]["cause"] == "consent_revoked"
    # The other person's consent reaches the third: it is tried, and goes on to the end.
    through_the_other = await desk.import_of(with_another)
    assert (through_the_other.state, through_the_other.problem) == ("done", None)
    grants: list[Grant] = await desk.all(Grant)
    assert sorted(grant.status for grant in grants) == ["active", "reauth_required"]
    verbs = await desk.verbs()
    assert (verbs["import.failed"], verbs["import.finished"], verbs["connection.broken"]) == (2, 1, 1)
    letters: list[Message] = await desk.all(Message)
    assert len([letter for letter in letters if letter.intent.startswith("connection_broken")]) == 1


async def test_f46_disconnecting_in_the_middle_cancels_at_once_and_no_call_follows(desk: Desk) -> None:
    one, two = desk.clients
    ada = await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)
    remote = desk.remote[one]
    connections = (await ada.get("/connections")).json()["items"]
    (tenant,) = await desk.all(Tenant, Tenant.remote_id == remote)
    (connection,) = [each for each in connections if each["tenant_id"] == str(tenant.id)]
    held = await desk.control("POST", "hold", tenant=remote, path="2.0/", after=8, times=0)
    run_id = await desk.start(one, two)
    work = asyncio.create_task(desk.worked())

    async def calls() -> int:
        """Those that have not been answered yet are not in the log; the fault has counted them."""
        plan = (await desk.control("GET", "faults"))["plan"]
        seen: int = next(fault["seen"] for fault in plan if fault["id"] == held["id"])
        return seen

    async with asyncio.timeout(300):
        while await calls() < 10:  # noqa: ASYNC110 - the other side says nothing by itself
            await asyncio.sleep(0.02)
    answer = await ada.send("DELETE", f"/connections/{connection['id']}")
    assert answer.status_code == 204, answer.text
    before = await calls()
    await desk.control("POST", "release")
    await work
    assert await calls() == before
    import_ = await desk.import_of(one)
    assert import_.state == "cancelled"
    assert import_.problem
    assert import_.problem["slug"] == "connection-ended"
    assert (await desk.import_of(two)).state == "done"
    assert (await desk.run(run_id)).state == "finished"
    assert await desk.all(Import, Import.state == "failed") == []
    with pytest.raises(TenantGone):
        async with reach_tenant(desk.ctx, tenant.id):
            pytest.fail("nobody gets in")
    # The other one's link at Xero is as it was; this one's was taken away.
    assert {each["tenant_id"] for each in (await desk.control("GET", "state"))["connections"]} == {desk.remote[two]}


async def test_f47_one_xero_user_in_two_firms_sees_and_ends_only_their_own(desk: Desk) -> None:
    shared, own = desk.remote[desk.clients[0]], desk.remote[desk.clients[1]]
    another = next(one.tenant_id for one in organisations(SEED)[:60] if one.tenant_id not in (shared, own))
    eve = await desk.house.founder("Other", "Eve")
    asked = await eve.post("/connections", {"provider": "xero"})
    back = await consented(desk.house.xero, asked.json()["authorize_url"], [shared, another])
    assert (await eve.http.get(back)).headers["location"].startswith("/connect/tenants")
    listed = {tenant["remote_id"] for tenant in (await eve.get("/tenants")).json()["items"]}
    assert listed == {shared, another}
    # She leaves: her connections end, also that to the organisation which the first firm reads too.
    for connection in (await eve.get("/connections")).json()["items"]:
        assert (await eve.send("DELETE", f"/connections/{connection['id']}")).status_code == 204
    await desk.worked()
    left = {each["tenant_id"] for each in (await desk.control("GET", "state"))["connections"]}
    assert left == {shared, own}
    await desk.start(*desk.clients)
    await desk.worked()
    assert [(await desk.import_of(client_id)).state for client_id in desk.clients] == ["done", "done"]


# -- keys ------------------------------------------------------------------------------------------------------------


def key(number: int) -> str:
    return base64.b64encode(bytes([number]) * 32).decode()


async def test_f48_a_key_that_is_rotated_during_an_import_opens_what_it_sealed(desk: Desk) -> None:
    rt = desk.house.rt
    path = rt.settings.keys_file
    old = path.read_text()
    await desk.start(desk.clients[0])
    await desk.worked(most=1)
    # Restarted with a new key in front: what the old one sealed still opens, new tokens are sealed with the new one.
    path.write_text(f"k2:{key(2)}\n{old}")
    async with Runtime.open(rt.settings, http=rt.lent.http, clock=desk.clock) as restarted:
        desk.house.rt = restarted
        await desk.worked()
        assert (await desk.import_of(desk.clients[0])).state == "done"
        grant, token = await stored_token(desk.ctx)
        await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
        grant, renewed = await stored_token(desk.ctx)
        assert renewed != token
        assert grant.refresh.startswith(b"k2|")
    # The old key is taken away: what is kept besides the newest is no way back any more, and harms nobody.
    path.write_text(f"k2:{key(2)}\n")
    async with Runtime.open(rt.settings, http=rt.lent.http, clock=desk.clock) as restarted:
        desk.house.rt = restarted
        await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
    desk.house.rt = rt


@pytest.mark.parametrize("keys", [f"k1:{key(9)}\n", f"k7:{key(7)}\n"], ids=["other bytes", "another key"])
async def test_f48_with_the_wrong_key_nothing_is_asked_and_nothing_overwritten(desk: Desk, keys: str) -> None:
    rt = desk.house.rt
    grant, _ = await stored_token(desk.ctx)
    sealed, calls = bytes(grant.refresh), (await stats(desk))["tokens"].get("refreshes", 0)
    right = rt.settings.keys_file.read_text()
    rt.settings.keys_file.write_text(keys)
    async with Runtime.open(rt.settings, http=rt.lent.http, clock=desk.clock) as wrong:
        ctx = wrong.context(desk.ctx.actor)
        with pytest.raises(KeysUnusable):
            await refresh_grant(ctx, grant_id=grant.id, refused=grant.generation)
    rt.settings.keys_file.write_text(right)
    (after,) = await desk.all(Grant)
    assert (bytes(after.refresh), after.status, after.generation) == (sealed, "active", grant.generation)
    assert (await stats(desk))["tokens"].get("refreshes", 0) == calls
    await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)


def test_f48_without_keys_nothing_starts_and_it_says_why(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    with pytest.raises(KeysUnusable, match="cannot be read"):
        KeyRing.from_file(missing)
    missing.write_text("")
    with pytest.raises(KeysUnusable, match="no encryption key"):
        KeyRing.from_file(missing)


async def test_f48_wrong_keys_stop_the_start_and_a_new_one_in_front_does_not(desk: Desk) -> None:
    rt = desk.house.rt
    file = rt.settings.keys_file
    right = file.read_text()

    async def start(keys: str) -> None:
        file.write_text(keys)
        async with Runtime.open(rt.settings, http=rt.lent.http) as started:
            await prove_keys(started.lent)

    await start(right)
    await start(right)
    for wrong in (f"k1:{key(9)}\n", f"k7:{key(7)}\n"):
        with pytest.raises(KeysUnusable, match="not those that sealed this database"):
            await start(wrong)
    await start(f"k2:{key(2)}\n{right}")
    await start(f"k2:{key(2)}\n")
    with pytest.raises(KeysUnusable, match="Nothing was changed"):
        await start(right)
    # A process says it and ends.
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("XERO_", "SANDBOX_"))},
        "ENVIRONMENT": "test", "KEYS_FILE": str(file), "DATABASE_URL": rt.settings.database.url,
        "REDIS_URL": rt.settings.redis.url, "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "worker.main", cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(worker.communicate(), 300)
    assert worker.returncode != 0
    assert b"not those that sealed this database" in said
    assert right.split(":")[1].strip().encode() not in said
