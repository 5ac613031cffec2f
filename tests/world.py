"""What flows need of the world: settings of a product before the sandbox, a consent given there, and work done to its end."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from sqlalchemy import text

from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from tests.api.conftest import OURS, XERO, Person
from worker.claim import Taken, claim
from worker.handling import load_handlers
from worker.run import work


def before_the_sandbox(
    database_url: str, redis_url: str, folder: Path, *, more_scopes: str = "assets.read", **more: Any
) -> Settings:
    """Settings of a product whose Xero is the sandbox in this process."""
    keys = folder / "keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    addresses = dict.fromkeys(("login_url", "identity_url", "api_url", "app_url"), XERO)
    return Settings.model_validate(
        {
            "environment": "test",
            "signup": "open",
            "base_url": OURS,
            "keys_file": keys,
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "xero": {
                "client_id": "sandbox-client", "client_secret": "sandbox-secret", "sandbox": True,
                "more_scopes": more_scopes, **addresses,
            },
            **more,
        }
    )


async def consented(xero: httpx.AsyncClient, address: str, tenant_ids: Sequence[str], *, home: str = OURS) -> str:
    """Through Xero's sign-in and consent, ticking these; the address that it sends the browser back to."""
    at = await xero.get(address)
    while True:
        where = urlsplit(at.headers["location"])
        page = parse_qs(where.query)
        if where.netloc == urlsplit(home).netloc:
            return str(at.headers["location"])
        if where.path == "/identity/login":
            people = (await xero.get("/__control/users")).json()["users"]
            at = await xero.post("/identity/login", data={"user": people[0]["email"], "return": page["return"][0]})
        elif where.path == "/identity/consent":
            form = {"txn": page["txn"][0], "tenant": list(tenant_ids), "action": "allow"}
            at = await xero.post("/identity/consent", data=form)
        else:
            at = await xero.get(at.headers["location"])


async def adopted(
    person: Person, xero: httpx.AsyncClient, tenant_ids: Sequence[str], *, home: str = OURS
) -> dict[str, str]:
    """Consented, adopted and configured: clients ready to import, by their organisation in Xero."""
    asked = await person.post("/connections", {"provider": "xero"})
    assert asked.status_code == 201, asked.text
    back = await consented(xero, asked.json()["authorize_url"], tenant_ids, home=home)
    assert (await person.http.get(back)).headers["location"].startswith("/connect/tenants")
    tenants = {tenant["id"]: tenant["remote_id"] for tenant in (await person.get("/tenants")).json()["items"]}
    assert sorted(tenants.values()) == sorted(tenant_ids)
    answer = await person.post("/clients", {"tenant_ids": list(tenants)})
    assert answer.status_code == 201, answer.text
    clients = answer.json()["items"]
    ready = await person.send(
        "PATCH", "/clients/bulk", {"changes": [{"id": client["id"]} for client in clients], "ready": True}
    )
    assert ready.status_code == 200, ready.text
    return {tenants[client["tenant_id"]]: client["id"] for client in clients}


async def started(person: Person, client_ids: Sequence[str]) -> str:
    """A run of these clients."""
    answer = await person.post("/import-runs", {"client_ids": list(client_ids)}, Idempotency_Key=str(uuid4()))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def worked(rt: Runtime, *, most: int = 10_000) -> int:
    """Both queues, until nothing is due by the product's own clock; answers how many slices there were."""
    load_handlers()
    slices, busy = 0, True
    while busy:
        busy = False
        for queue in ("slow", "quick"):
            while slices < most and (taken := await next_slice(rt, queue)):
                await work(rt.lent, taken)
                slices, busy = slices + 1, True
    return slices


async def next_slice(rt: Runtime, queue: str) -> Taken | None:
    """PostgreSQL's own clock says what may be claimed: a test's clock that is ahead of it says so first."""
    async with rt.lent.sessions.begin() as session:
        await session.execute(
            text("UPDATE job SET run_at = now() WHERE state = 'queued' AND run_at > now() AND run_at <= :now"),
            {"now": rt.lent.clock.now()},
        )
    return await claim(rt.lent, queue, "the test")
