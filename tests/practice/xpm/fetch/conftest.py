"""A firm whose practice is at the sandbox; a worker and a clock that a test drives by hand."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.main import create_app
from practice.connections.models import Tenant
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from practice.scoring.judge_tenant import judge_tenant
from practice.xpm.ask_for_refresh import ask_for_refresh
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.start_snapshot import start_snapshot
from sandbox.app import create_app as create_sandbox
from sandbox.clock import Clock
from sandbox.settings import Settings as SandboxSettings
from tests.api.conftest import XERO, House, Person
from tests.practice.connections.at_xero import Wire
from tests.world import before_the_sandbox, next_slice, worked
from worker.handling import load_handlers
from worker.jobs.score_client import child

MARGARET, PRIYA, TANE = (f"{name}@ironbark.example" for name in ("margaret", "priya", "tane"))


@dataclass
class Practice:
    """What a test holds in its hands."""

    house: House
    ada: Person
    clock: FrozenClock
    sandbox: Any

    @property
    def rt(self) -> Runtime:
        return self.house.rt

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.ada.firm_id, self.ada.member_id, "owner", "Ada")

    @property
    def ctx(self) -> Context:
        return self.rt.context(self.actor)

    async def connect(self, who: str = MARGARET, **body: Any) -> str:
        """Through Xero's sign-in and consent, ticking the practice if it is offered; where the browser ends up."""
        asked = await self.ada.post(
            "/connections", {"provider": "xero", "practice_manager": True, "return_to": "xpm", **body}
        )
        assert asked.status_code == 201, asked.text
        # A browser of its own: nobody else is signed in at Xero there.
        async with httpx.AsyncClient(transport=self.house.xero._transport, base_url=XERO) as browser:
            at = await browser.get(asked.json()["authorize_url"])
            while (where := urlsplit(at.headers["location"])).path != "/api/v1/connections/xero/callback":
                page = parse_qs(where.query)
                if where.path == "/identity/login":
                    at = await browser.post("/identity/login", data={"user": who, "return": page["return"][0]})
                elif where.path == "/identity/consent":
                    practice = (await self.control("GET", "practice"))["tenant_id"]
                    offered = practice in (await browser.get(at.headers["location"])).text
                    form = {"txn": page["txn"][0], "tenant": [practice], "action": "allow" if offered else "cancel"}
                    at = await browser.post("/identity/consent", data=form)
                else:
                    at = await browser.get(at.headers["location"])
        landed = await self.ada.http.get(at.headers["location"])
        return str(landed.headers["location"])

    async def started(self) -> UUID:
        async with self.ctx.unit() as unit:
            return (await start_snapshot(unit)).id

    async def taken(self) -> Snapshot:
        snapshot_id = await self.started()
        await self.worked()
        return await self.read(snapshot_id)

    async def refreshed(self, snapshot_id: UUID) -> Snapshot:
        async with self.ctx.unit() as unit:
            await ask_for_refresh(unit, snapshot_id=snapshot_id)
        await self.worked()
        return await self.read(snapshot_id)

    async def worked(self, *, most: int = 10_000) -> int:
        return await worked(self.rt, most=most)

    async def slice(self) -> Any:
        load_handlers()
        return await next_slice(self.rt, "slow")

    async def later(self, by: timedelta = timedelta(hours=1)) -> None:
        """Time passes here and at Xero; what Redis remembered has run out."""
        self.clock.move(by)
        self.sandbox.sandbox.clock.advance(by.total_seconds())
        redis = self.rt.lent.redis
        if counted := [key async for key in redis.scan_iter("rl:*") if not key.endswith(b":epoch")]:
            await redis.delete(*counted)

    async def read(self, snapshot_id: UUID) -> Snapshot:
        async with self.ctx.unit(write=False) as unit:
            return await unit.get(Snapshot, snapshot_id)

    async def rows(self, snapshot_id: UUID, kind: str | None = None) -> dict[str, SnapshotRow]:
        async with self.ctx.unit(write=False) as unit:
            found = await unit.scalars(
                select(SnapshotRow).where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id)
            )
        assert len({(row.kind == "staff", row.remote_id) for row in found}) == len(found)
        return {row.remote_id: row for row in found if kind in (None, row.kind)}

    async def all(self, model: Any, *conditions: Any) -> list[Any]:
        async with self.ctx.unit(write=False) as unit:
            return await unit.scalars(select(model).where(model.firm_id == unit.firm_id, *conditions))

    async def verbs(self) -> Counter[str]:
        return Counter(entry.verb for entry in await self.all(EntryRow))

    async def tenant(self) -> Tenant:
        found: list[Tenant] = await self.all(Tenant, Tenant.kind == "practice_manager")
        return found[0]

    async def control(self, method: str, what: str, **said: Any) -> Any:
        answer = await self.house.xero.request(method, f"/__control/{what}", json=said or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fault(self, kind: str, path: str, **more: Any) -> None:
        await self.control("POST", "faults", kind=kind, path=path, **more)

    async def at_practice(self) -> list[dict[str, Any]]:
        """The calls that Practice Manager was asked."""
        calls = (await self.house.xero.get("/__control/calls", params={"limit": "5000"})).json()["calls"]
        return [call for call in calls if "practicemanager" in call["path"]]


@pytest.fixture
async def practice(
    database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Practice]:
    # A child of its own would outlive the test, and look for the next one's books in this one's database.
    monkeypatch.setattr(child, "judge", judge_tenant)
    settings = before_the_sandbox(database_url, redis_url, tmp_path)
    # Ahead of the machine's clock, so that what is to wait does wait.
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    sandbox = create_sandbox(
        SandboxSettings(origin=XERO, today=date(2026, 1, 15), directory=tmp_path / "sandbox", practice_clients=150),
        Clock(now, scale=0),
    )
    sandbox.sandbox.reset()
    clock = FrozenClock(now)
    async with (
        httpx.AsyncClient(transport=Wire(sandbox), base_url=XERO) as to_xero,
        httpx.AsyncClient(transport=Wire(sandbox), base_url=XERO) as xero,
        Runtime.open(settings, http=to_xero, clock=clock) as rt,
    ):
        house = House(create_app(settings, rt), rt, xero)
        ada = await house.founder()
        yield Practice(house, ada, clock, sandbox)
        for client in house.open:
            await client.aclose()
