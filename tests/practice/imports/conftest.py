"""A firm whose clients' books are at the sandbox, in pages of ten rows; a worker and a clock that a test drives by hand."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from api.main import create_app
from practice.imports.models import Import, ImportRun
from practice.imports.start_imports import start_imports
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from practice.ledgers.models.bank import BankTransfer, Payment
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import BankTransaction, Document, ManualJournal
from practice.scoring.judge_tenant import judge_tenant
from sandbox.app import create_app as create_sandbox
from sandbox.clock import Clock
from sandbox.settings import Settings as SandboxSettings
from sandbox.world.organisations import organisations
from tests.api.conftest import XERO, House, Person
from tests.world import adopted, before_the_sandbox, worked
from worker.jobs.score_client import child

SEED = 1
KINDS = {
    "Invoices": "invoice",
    "CreditNotes": "credit_note",
    "Prepayments": "prepayment",
    "Overpayments": "overpayment",
}
TABLES: dict[str, Any] = {
    "Contacts": Contact, "BankTransactions": BankTransaction, "BankTransfers": BankTransfer, "Payments": Payment,
    "ManualJournals": ManualJournal,
}  # fmt: skip


class OnTheWire(httpx.ASGITransport):
    """A connection that breaks shows as it would on a socket."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error


@dataclass
class Desk:
    """What a test holds in its hands."""

    house: House
    ada: Person
    clock: FrozenClock
    sandbox: Any
    remote: dict[UUID, str]
    """Xero's id of each client's organisation, the smallest first."""
    sent: list[httpx.Request] = field(default_factory=list)

    @property
    def clients(self) -> list[UUID]:
        return list(self.remote)

    @property
    def ctx(self) -> Context:
        return self.house.rt.context(Actor("staff", self.ada.firm_id, self.ada.member_id, "owner", "Ada"))

    async def start(self, *client_ids: UUID) -> UUID:
        async with self.ctx.unit() as unit:
            return (await start_imports(unit, client_ids=client_ids)).id

    async def worked(self, *, most: int = 10_000) -> int:
        return await worked(self.house.rt, most=most)

    async def later(self, by: timedelta = timedelta(hours=1)) -> None:
        """Time passes here and at Xero; what Redis remembered has run out."""
        self.clock.move(by)
        self.sandbox.sandbox.clock.advance(by.total_seconds())
        redis = self.house.rt.lent.redis
        if counted := [key async for key in redis.scan_iter("rl:*") if not key.endswith(b":epoch")]:
            await redis.delete(*counted)

    async def import_of(self, client_id: UUID) -> Import:
        """The latest."""
        async with self.ctx.unit(write=False) as unit:
            rows = await unit.scalars(
                select(Import)
                .where(Import.firm_id == unit.firm_id, Import.client_id == client_id)
                .order_by(Import.created_at.desc(), Import.id.desc())
            )
        found: Import = rows[0]
        return found

    async def run(self, run_id: UUID) -> ImportRun:
        async with self.ctx.unit(write=False) as unit:
            return await unit.get(ImportRun, run_id)

    async def all(self, model: Any, *conditions: Any) -> list[Any]:
        async with self.ctx.unit(write=False) as unit:
            # Pages are stored as they come: what they hold has its order at Xero's, not here.
            order = [getattr(model, name) for name in ("remote_id", "id") if hasattr(model, name)]
            return await unit.scalars(select(model).where(model.firm_id == unit.firm_id, *conditions).order_by(*order))

    async def verbs(self) -> Counter[str]:
        async with self.ctx.unit(write=False) as unit:
            return Counter(await unit.scalars(select(EntryRow.verb).where(EntryRow.firm_id == unit.firm_id)))

    async def stored(self, client_id: UUID) -> dict[str, int]:
        """How many rows of each of Xero's collections we hold."""
        tenant_id = (await self.import_of(client_id)).tenant_id
        counts = {}
        async with self.ctx.unit(write=False) as unit:
            for name, table in {**dict.fromkeys(KINDS, Document), **TABLES}.items():
                query = select(func.count()).where(table.firm_id == unit.firm_id, table.tenant_id == tenant_id)
                if name in KINDS:
                    query = query.where(Document.kind == KINDS[name])
                counts[name] = await unit.scalar(query.select_from(table))
        return counts

    async def true(self, client_id: UUID) -> dict[str, int]:
        """How many there are at Xero."""
        rows = (await self.control("GET", f"truth/{self.remote[client_id]}"))["rows"]
        return {name: rows[name] for name in (*KINDS, *TABLES)}

    async def control(self, method: str, what: str, **said: Any) -> Any:
        answer = await self.house.xero.request(method, f"/__control/{what}", json=said or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def fault(self, kind: str, path: str, **more: Any) -> None:
        await self.control("POST", "faults", kind=kind, path=path, **more)

    async def calls(self, client_id: UUID) -> list[dict[str, Any]]:
        """The bulk reading's calls: a probe asks for pages of one row."""
        answer = await self.house.xero.get(
            "/__control/calls", params={"tenant": self.remote[client_id], "limit": "5000"}
        )
        return [call for call in answer.json()["calls"] if call["query"].get("pageSize") != "1"]


@pytest.fixture(scope="session")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture
async def desk(
    database_url: str, redis_url: str, tmp_path: Path, ledgers: Path, monkeypatch: pytest.MonkeyPatch, more_scopes: str
) -> AsyncIterator[Desk]:
    monkeypatch.setattr(child, "judge", judge_tenant)  # in this process: a child of its own takes seconds to start
    settings = before_the_sandbox(
        database_url, redis_url, tmp_path, more_scopes=more_scopes, worker={"page_size": 10, "slice_calls": 5, "slice_seconds": 30}
    )
    # Ahead of the machine's clock, so that what is to wait does wait.
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    sandbox = create_sandbox(
        SandboxSettings(origin=XERO, today=date(2026, 1, 15), directory=ledgers), Clock(now, scale=0)
    )
    sandbox.sandbox.reset()
    clock, sent = FrozenClock(now), list[httpx.Request]()

    async def note(request: httpx.Request) -> None:
        sent.append(request)

    async with (
        httpx.AsyncClient(transport=OnTheWire(sandbox), base_url=XERO, event_hooks={"request": [note]}) as to_xero,
        httpx.AsyncClient(transport=OnTheWire(sandbox), base_url=XERO) as xero,
        Runtime.open(settings, http=to_xero, clock=clock) as rt,
    ):
        house = House(create_app(settings, rt), rt, xero)
        ada = await house.founder()
        small = [one.tenant_id for one in sorted(organisations(SEED)[:60], key=lambda one: one.documents)[:2]]
        ids = await adopted(ada, xero, small)
        desk = Desk(house, ada, clock, sandbox, {UUID(ids[remote]): remote for remote in small}, sent)
        await desk.worked()  # the probes
        await desk.later()
        yield desk
        for client in house.open:
            await client.aclose()


def pages(calls: Sequence[dict[str, Any]]) -> Counter[tuple[str, int | None]]:
    """How often each page was answered."""
    return Counter((call["path"], call["page"]) for call in calls if call["status"] == 200)
