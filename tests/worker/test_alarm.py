"""What was put off is begun on time, by the worker itself: without a bell, without Redis, and after PostgreSQL was away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from practice.kernel.actor import Actor
from practice.kernel.context import Run, SliceOver
from practice.kernel.jobs import JobRow
from practice.kernel.problems import Kind, Problem, Remedy
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from tests.worker.conftest import Errand, Work
from worker import alarm as alarms
from worker.alarm import Alarm, claims_possible
from worker.claim import Waiting

Given = Callable[[Work], type[Errand]]


class NotYet(Problem):
    kind, title = Kind.BUSY, "Not yet"


async def queue(runtime: Runtime, actor: Actor, numbers: range, *, run_at: datetime | None = None) -> None:
    async with runtime.context(actor).unit() as unit:
        for number in numbers:
            await unit.enqueue(Errand(number=number), run_at=run_at)


@asynccontextmanager
async def kept(runtime: Runtime, at_once: int = 10) -> AsyncIterator[Alarm]:
    alarm = Alarm(runtime.lent, "w", {"slow": at_once})
    keeping = asyncio.create_task(alarm.keep())
    try:
        yield alarm
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


@pytest.fixture
def only_on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look that comes every second anyway would hide an alarm that does not know when to ring."""
    monkeypatch.setattr(alarms, "LONGEST_SLEEP", 3600.0)


@pytest.mark.usefixtures("only_on_time")
async def test_a_parked_job_goes_on_when_its_time_comes(runtime: Runtime, bright: Actor, errand: Given) -> None:
    begun: list[datetime] = []
    until = runtime.lent.clock.now() + timedelta(seconds=1)
    again = asyncio.Event()

    async def parks_once(run: Run, job: Errand) -> None:
        begun.append(run.clock.now())
        if len(begun) == 1:
            raise NotYet(remedy=Remedy("Continues by itself", "wait", until=until))
        again.set()

    errand(parks_once)
    await queue(runtime, bright, range(1))
    async with kept(runtime):
        await asyncio.wait_for(again.wait(), 100)
    assert begun[1] >= until


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.usefixtures("only_on_time")
async def test_five_places_are_used_and_no_more(
    runtime: Runtime, bright: Actor, errand: Given, workers: int
) -> None:
    """By one worker as by three, without a bell."""
    at_work, all_five = 0, asyncio.Event()

    async def stays(run: Run, job: Errand) -> None:
        nonlocal at_work
        at_work += 1
        if at_work == 5:
            all_five.set()
        await asyncio.Event().wait()

    errand(stays)
    await queue(runtime, bright, range(8))
    async with AsyncExitStack() as open_:
        alarms_kept = [await open_.enter_async_context(kept(runtime)) for _ in range(workers)]
        await asyncio.wait_for(all_five.wait(), 100)
        for alarm in alarms_kept:
            await alarm.look()
            await alarm.drain("slow")
        assert at_work == 5
    async with runtime.context(bright).unit(write=False) as unit:
        rows = await unit.scalars(select(JobRow).where(JobRow.firm_id == unit.firm_id, JobRow.name == "errand"))
    assert {(row.state, row.attempt, row.crashes, row.slot) for row in rows} == {("queued", 0, 0, None)}


@pytest.mark.usefixtures("only_on_time")
async def test_a_process_with_its_hands_full_begins_no_more(runtime: Runtime, bright: Actor, errand: Given) -> None:
    begun: list[int] = []
    two = asyncio.Event()

    async def stays(run: Run, job: Errand) -> None:
        begun.append(job.number)
        if len(begun) == 2:
            two.set()
        await asyncio.Event().wait()

    errand(stays)
    await queue(runtime, bright, range(5))
    async with kept(runtime, at_once=2) as alarm:
        await asyncio.wait_for(two.wait(), 100)
        await alarm.look()
        await alarm.drain("slow")
        assert len(begun) == 2


@pytest.mark.usefixtures("only_on_time")
async def test_a_drain_whose_time_is_up_is_followed_by_another(
    product: Settings, runtime: Runtime, bright: Actor, errand: Given
) -> None:
    steps = 0
    done = asyncio.Event()

    async def in_slices(run: Run, job: Errand) -> None:
        nonlocal steps
        steps += 1
        if steps < 4:
            raise SliceOver
        done.set()

    errand(in_slices)
    short = product.model_copy(update={"worker": product.worker.model_copy(update={"drain_seconds": 0.0})})
    async with Runtime.open(short) as other:
        await queue(runtime, bright, range(1))
        async with kept(other):
            await asyncio.wait_for(done.wait(), 100)
    assert steps == 4


async def test_without_redis_it_wakes_all_the_same(product: Settings, bright: Actor, errand: Given) -> None:
    done = asyncio.Event()

    async def works(run: Run, job: Errand) -> None:
        done.set()

    errand(works)
    away = product.model_copy(
        update={"redis": product.redis.model_copy(update={"url": "unix:///nowhere/valkey.sock"})}
    )
    async with Runtime.open(away) as runtime:
        await queue(runtime, bright, range(1))
        async with kept(runtime):
            await asyncio.wait_for(done.wait(), 100)


async def test_postgres_away_is_waited_for(product: Settings) -> None:
    nowhere = product.database.model_copy(update={"url": "postgresql+asyncpg://nobody@/none?host=/nowhere"})
    async with Runtime.open(product.model_copy(update={"database": nowhere})) as runtime:
        assert await Alarm(runtime.lent, "w", {"slow": 1}).look() == alarms.LONGEST_SLEEP


def test_as_many_as_are_due_and_find_a_place(bright: Actor) -> None:
    def lane(due: int, width: int | None, taken: int) -> Waiting:
        assert bright.firm_id
        return Waiting(bright.firm_id, "l", width, due, 1.0, 0.0, frozenset(range(1, taken + 1)))

    assert claims_possible([lane(10, 5, 2)]) == 3
    assert claims_possible([lane(1, 5, 2), lane(3, 5, 5), lane(4, None, 0)]) == 5


async def test_a_pool_without_a_free_connection_is_waited_for(
    product: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds them all gives them back; the worker must not end meanwhile."""
    monkeypatch.setattr(alarms, "LONGEST_LOOK", 0.05)
    small = product.model_copy(update={"database": product.database.model_copy(update={"pool": 1})})
    async with Runtime.open(small) as runtime:
        alarm = Alarm(runtime.lent, "w", {"slow": 1})
        async with runtime.lent.sessions.begin() as one, runtime.lent.sessions.begin() as other:
            await one.connection()
            await other.connection()
            assert await alarm.look() == alarms.LONGEST_SLEEP
