"""Nights: each client once, at its turn, a few at a time, and never in the way of what somebody started."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice.clients.models import Client
from practice.clients.nights import Night
from practice.connections.models import Connection
from practice.firms.models import Firm
from practice.imports.cancel_imports import cancel_imports
from practice.imports.feed_night import AT_ONCE, feed_night
from practice.imports.models import Import, ImportRun
from practice.imports.start_imports import start_imports
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.jobs import JobRow
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.notices.models import Message
from tests import make
from tests.practice.imports.conftest import Desk
from worker.schedule import keep_nights

SYDNEY = "Australia/Sydney"
SATURDAY = Night.of(date(2026, 11, 21), SYDNEY)
SUNDAY = Night.of(date(2026, 11, 22), SYDNEY)
MONDAY = Night.of(date(2026, 11, 23), SYDNEY)


class Firms:
    """A firm in Sydney with twelve clients, and a worker's part played by hand."""

    def __init__(self, runtime: Runtime, clock: FrozenClock, ada: Actor, clients: list[UUID]) -> None:
        self.runtime, self.clock, self.ada, self.clients = runtime, clock, ada, clients

    @property
    def ctx(self) -> Context:
        return self.runtime.context(Actor.system(self.ada.firm_id))  # type: ignore[arg-type]  # a founded firm has one

    async def tick(self) -> None:
        await keep_nights(self.runtime.context(Actor.door()))

    async def read(self) -> list[UUID]:
        """Everything queued is read, as if nothing had changed; whose they were, in the order of their turns."""
        async with self.ctx.unit() as unit:
            imports = await unit.scalars(
                select(Import).where(Import.firm_id == unit.firm_id, Import.state == "queued").order_by(Import.id)
            )
            for import_ in imports:
                import_.state, import_.finished_at = "done", unit.now
                client = await unit.get(Client, import_.client_id)
                run = await unit.get(ImportRun, import_.run_id)
                client.importing, client.last_synced_at = None, unit.now
                client.last_swept_at = unit.now if run.kind == "sweep" else client.last_swept_at
            for job in await unit.scalars(select(JobRow).where(JobRow.firm_id == unit.firm_id, JobRow.name == "import_ledger")):
                job.state, job.finished_at = "done", unit.now
        return [import_.client_id for import_ in imports]

    async def night(self, until: datetime, *, step: timedelta = timedelta(minutes=5)) -> list[UUID]:
        """The time until then, a look every five minutes."""
        read = []
        while self.clock.now() < until:
            self.clock.move(step)
            await self.tick()
            read += await self.read()
        return read

    async def runs(self) -> list[tuple[str, int, str, int]]:
        async with self.ctx.unit(write=False) as unit:
            rows = await unit.rows(
                select(ImportRun, select(func.count()).where(Import.run_id == ImportRun.id).scalar_subquery())
                .where(ImportRun.firm_id == unit.firm_id)
                .order_by(ImportRun.created_at, ImportRun.id)
            )
        return [(run.kind, run.night.day if run.night else 0, run.state, count) for run, count in rows]

    async def queued(self) -> int:
        async with self.ctx.unit(write=False) as unit:
            return int(
                await unit.scalar(
                    select(func.count()).select_from(Import).where(Import.firm_id == unit.firm_id, Import.state == "queued")
                )
            )


@pytest.fixture
async def firms(product: Settings) -> AsyncIterator[Firms]:
    clock = FrozenClock(SATURDAY.begins - timedelta(hours=1))
    async with Runtime.open(product, clock=clock) as runtime:
        ada = await make.firm(runtime, "Bright", "Ada")
        async with runtime.context(ada).unit() as unit:
            (await unit.get(Firm, unit.firm_id)).time_zone = SYDNEY
            clients = [await make.client(unit, f"Client {n:02}", state="active") for n in range(12)]
            for client in clients:
                client.last_synced_at = client.last_swept_at = unit.now - timedelta(hours=5)
                client.last_imported_at = client.last_synced_at
        yield Firms(runtime, clock, ada, [client.id for client in clients])


def in_turn(night: Night, clients: list[UUID]) -> list[UUID]:
    return sorted(clients, key=night.turn_of)


async def test_each_client_once_at_its_turn(firms: Firms) -> None:
    assert await firms.night(SATURDAY.begins) == []
    read = await firms.night(SATURDAY.ends)
    assert read == in_turn(SATURDAY, firms.clients)
    assert await firms.night(SATURDAY.ends + timedelta(minutes=30)) == []
    assert await firms.runs() == [("night", 21, "finished", 12)]


async def test_no_more_than_three_and_the_next_as_soon_as_one_ends(firms: Firms) -> None:
    firms.clock.at = SATURDAY.ends
    await firms.tick()
    await firms.tick()
    assert await firms.queued() == AT_ONCE
    assert len(await firms.read()) == AT_ONCE
    async with firms.ctx.unit() as unit:
        assert await feed_night(unit) == AT_ONCE


async def test_what_a_person_started_goes_first(firms: Firms) -> None:
    async with firms.ctx.unit() as unit:
        mine = await start_imports(unit, client_ids=firms.clients[:2])
    firms.clock.at = SATURDAY.ends
    await firms.tick()
    assert await firms.queued() == 2  # and none of the night's
    await firms.read()
    await firms.tick()
    assert await firms.queued() == AT_ONCE
    async with firms.ctx.unit(write=False) as unit:
        assert (await unit.get(ImportRun, mine.id)).kind == "import"


async def test_sunday_is_read_whole_and_monday_makes_up_for_a_sunday_that_was_missed(firms: Firms) -> None:
    firms.clock.at = SUNDAY.begins
    half = in_turn(SUNDAY, firms.clients)[5]
    await firms.night(SUNDAY.turn_of(half), step=timedelta(minutes=1))
    assert await firms.runs() == [("sweep", 22, "open", 6)]
    firms.clock.at = MONDAY.begins
    await firms.night(MONDAY.ends + timedelta(minutes=5))
    assert sorted(await firms.runs()) == [
        ("night", 23, "finished", 6), ("sweep", 22, "finished", 6), ("sweep", 23, "finished", 6),
    ]  # fmt: skip


async def test_nights_that_were_missed_are_made_up_for_once(firms: Firms) -> None:
    firms.clock.at = SATURDAY.ends + timedelta(days=4, hours=4)  # switched on at nine on Wednesday
    read = await firms.night(firms.clock.at + timedelta(minutes=20))
    assert sorted(read) == sorted(firms.clients)
    assert len(await firms.runs()) == 1
    assert await firms.night(firms.clock.at + timedelta(hours=1), step=timedelta(minutes=10)) == []


async def test_whoever_was_read_this_night_already_is_left_alone(firms: Firms) -> None:
    firms.clock.at = SATURDAY.begins + timedelta(minutes=1)
    async with firms.ctx.unit() as unit:
        (await unit.get(Client, firms.clients[0])).last_synced_at = unit.now
    read = await firms.night(SATURDAY.ends)
    assert sorted(read) == sorted(firms.clients[1:])


async def test_only_what_can_be_read(firms: Firms) -> None:
    broken, archived = firms.clients[:2]
    async with firms.ctx.unit() as unit:
        client = await unit.get(Client, broken)
        connection = await unit.scalar(
            select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id == client.tenant_id)
        )
        connection.status, connection.cause = "reauth_required", "consent_revoked"
        (await unit.get(Client, archived)).state = "archived"
    firms.clock.at = SATURDAY.begins
    read = await firms.night(SATURDAY.ends + timedelta(minutes=5))
    assert sorted(read) == sorted(firms.clients[2:])
    assert await firms.runs() == [("night", 21, "finished", 10)]
    # Connected again at noon, it does not wait for the next night.
    async with firms.ctx.unit() as unit:
        mended = await unit.get(Connection, connection.id)
        mended.status, mended.cause = "active", None
    assert await firms.night(SATURDAY.ends + timedelta(hours=7), step=timedelta(hours=1)) == [broken]
    assert await firms.runs() == [("night", 21, "finished", 11)]


async def test_a_failure_is_not_tried_again_the_same_night(firms: Firms) -> None:
    firms.clock.at = SATURDAY.ends
    await firms.tick()
    async with firms.ctx.unit() as unit:
        for import_ in await unit.scalars(select(Import).where(Import.firm_id == unit.firm_id)):
            import_.state, import_.finished_at, import_.problem = "failed", unit.now, {"slug": "unavailable"}
            (await unit.get(Client, import_.client_id)).importing = None
    assert len(await firms.night(SATURDAY.ends + timedelta(minutes=30))) == len(firms.clients) - AT_ONCE


async def test_switched_off_it_is_off(firms: Firms) -> None:
    async with firms.ctx.unit() as unit:
        (await unit.get(Firm, unit.firm_id)).nightly_sync = False
    firms.clock.at = SATURDAY.ends
    await firms.tick()
    assert await firms.runs() == []


async def test_a_night_that_somebody_cancels_is_over(firms: Firms) -> None:
    firms.clock.at = SATURDAY.ends
    await firms.tick()
    async with firms.ctx.unit() as unit:
        (run,) = await unit.scalars(select(ImportRun).where(ImportRun.firm_id == unit.firm_id))
        await cancel_imports(unit, run_id=run.id)
    assert await firms.night(SATURDAY.ends + timedelta(minutes=10)) == []
    assert await firms.runs() == [("night", 21, "finished", AT_ONCE)]


async def test_every_firm_has_its_own_night(firms: Firms) -> None:
    other = await make.firm(firms.runtime, "Dusk", "Dan")
    async with firms.runtime.context(other).unit() as unit:
        (await unit.get(Firm, unit.firm_id)).time_zone = "Europe/London"
        client = await make.client(unit, "Thames", state="active")
        client.last_synced_at = client.last_swept_at = unit.now - timedelta(hours=5)
    firms.clock.at = SATURDAY.ends
    await firms.tick()
    async with firms.runtime.context(other).unit(write=False) as unit:
        assert await unit.scalars(select(ImportRun.id).where(ImportRun.firm_id == unit.firm_id)) == []


async def test_from_the_clock_to_the_score_and_no_mail(desk: Desk) -> None:
    """The whole way with a worker: the night's import ends, the next is fed, the run is closed, nobody is written to."""
    for client_id in desk.clients:
        await desk.start(client_id)
    await desk.worked()
    mails = len(await desk.all(Message))
    night = Night.begun(desk.clock.now(), "UTC").after("UTC")
    await desk.later(night.ends - desk.clock.now())
    await keep_nights(desk.house.rt.context(Actor.door()))
    await desk.worked()
    await keep_nights(desk.house.rt.context(Actor.door()))
    imports = [await desk.import_of(client_id) for client_id in desk.clients]
    runs = [await desk.run(import_.run_id) for import_ in imports]
    assert {run.kind for run in runs} <= {"night", "sweep"}
    assert {run.state for run in runs} == {"finished"}
    assert [import_.state for import_ in imports] == ["done", "done"]
    assert len(await desk.all(Message)) == mails
    assert {run.started_by for run in runs} == {None}
