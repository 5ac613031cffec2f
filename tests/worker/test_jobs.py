"""The life of a job on real PostgreSQL: lanes, fences, leases, retries and what a crash leaves."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from practice.kernel.actor import Actor
from practice.kernel.context import Lent, Run, SliceOver
from practice.kernel.jobs import Job, JobRow
from practice.kernel.problems import Kind, Problem, Remedy
from practice.kernel.runtime import Runtime
from practice.kernel.unit import LeaseLost
from tests.make import firm
from tests.worker.conftest import Errand, Work
from worker import run as running
from worker.claim import Taken, claim
from worker.handling import Outcome
from worker.run import drain, work
from worker.settle import settle
from worker.sweep import MOST_CRASHES, sweep_once

Given = Callable[[Work], type[Errand]]


class Later(Problem):
    kind, title = Kind.BUSY, "Later"


class Gone(Problem):
    kind, title = Kind.CONFLICT, "Gone"


class Away(Problem):
    kind, title = Kind.UPSTREAM, "Away"


async def queue(runtime: Runtime, actor: Actor, numbers: range) -> None:
    async with runtime.context(actor).unit() as unit:
        for number in numbers:
            await unit.enqueue(Errand(number=number))


async def rows(runtime: Runtime, actor: Actor) -> list[JobRow]:
    async with runtime.context(actor).unit(write=False) as unit:
        found: list[JobRow] = await unit.scalars(
            select(JobRow).where(JobRow.firm_id == unit.firm_id, JobRow.name == "errand").order_by(JobRow.created_at)
        )
        return found


async def one_slice(runtime: Runtime) -> None:
    """A drain goes on: on a machine that stands still for a second it would come to the next try as well."""
    taken = await claim(runtime.lent, "slow", "w")
    assert taken
    await work(runtime.lent, taken)


async def expire(runtime: Runtime) -> None:
    async with runtime.lent.sessions.begin() as session:
        await session.execute(text("UPDATE job SET lease_until = now() - interval '1 second' WHERE state = 'running'"))


async def test_a_sixth_waits_its_turn(runtime: Runtime, bright: Actor, errand: Given) -> None:
    at_once, most = 0, 0
    gate = asyncio.Event()

    async def busy(run: Run, job: Errand) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == 5:
            gate.set()
        await gate.wait()
        at_once -= 1

    errand(busy)
    await queue(runtime, bright, range(8))
    await asyncio.gather(*(drain(runtime.lent, "slow", f"w{i}") for i in range(7)))
    while [row for row in await rows(runtime, bright) if row.state != "done"]:
        await drain(runtime.lent, "slow", "w")
    assert most == 5


async def test_the_database_itself_refuses_a_sixth(runtime: Runtime, bright: Actor, errand: Given) -> None:
    errand(lambda run, job: asyncio.sleep(0))
    await queue(runtime, bright, range(6))
    taken = [await claim(runtime.lent, "slow", "w") for _ in range(6)]
    assert [one is not None for one in taken] == [True] * 5 + [False]
    slots = sorted(row.slot for row in await rows(runtime, bright) if row.slot)
    assert slots == [1, 2, 3, 4, 5]


async def test_one_firms_crowd_does_not_hold_up_another(runtime: Runtime, bright: Actor, errand: Given) -> None:
    errand(lambda run, job: asyncio.sleep(0))
    await queue(runtime, bright, range(300))
    other = await firm(runtime, "Other", "Ola")
    await claim(runtime.lent, "slow", "w")
    await queue(runtime, other, range(1))
    taken = await claim(runtime.lent, "slow", "w")
    assert taken is not None
    assert taken.claimed.firm_id == other.firm_id


async def test_the_same_key_is_queued_once(runtime: Runtime, bright: Actor) -> None:
    await queue(runtime, bright, range(1))
    await queue(runtime, bright, range(1))
    assert len(await rows(runtime, bright)) == 1


async def test_a_slice_goes_on_from_its_checkpoint(runtime: Runtime, bright: Actor, errand: Given) -> None:
    seen: list[int] = []

    async def in_slices(run: Run, job: Errand) -> None:
        step = run.cursor.get("step", 0)
        seen.append(step)
        async with run.unit() as unit:
            await run.checkpoint(unit, {"step": step + 1})
        if step < 3:
            raise SliceOver

    errand(in_slices)
    await queue(runtime, bright, range(1))
    await drain(runtime.lent, "slow", "w")
    assert seen == [0, 1, 2, 3]
    assert (await rows(runtime, bright))[0].state == "done"


async def test_what_was_waited_before_a_slice_counts_after_it(runtime: Runtime, bright: Actor, errand: Given) -> None:
    """Otherwise a client of sixty calls would stand behind all others again after each fifteen."""
    waited: list[timedelta] = []

    async def in_slices(run: Run, job: Errand) -> None:
        row = (await rows(runtime, bright))[0]
        assert row.served_at is not None
        waited.append(row.served_at - row.run_at)
        if len(waited) < 3:
            raise SliceOver

    errand(in_slices)
    await queue(runtime, bright, range(1))
    async with runtime.lent.sessions.begin() as session:
        await session.execute(text("UPDATE job SET run_at = run_at - interval '100 seconds'"))
    await drain(runtime.lent, "slow", "w")
    assert len(waited) == 3
    assert timedelta(seconds=100) <= waited[0] <= waited[1] <= waited[2]


async def test_a_zombie_writes_nothing(runtime: Runtime, bright: Actor, errand: Given) -> None:
    """Directed test of the fence: the lease passes to another worker while the first one sleeps."""
    errand(lambda run, job: asyncio.sleep(0))
    await queue(runtime, bright, range(1))
    first = await claim(runtime.lent, "slow", "zombie")
    assert first is not None
    zombie = Run(runtime.lent, Actor.system(first.claimed.firm_id), claimed=first.claimed)
    await expire(runtime)
    await sweep_once(runtime.lent)
    assert await drain(runtime.lent, "slow", "other") == 1
    with pytest.raises(LeaseLost):
        async with zombie.unit() as unit:
            await run_checkpoint(zombie, unit)
    await work(runtime.lent, first)
    row = (await rows(runtime, bright))[0]
    assert (row.state, row.cursor, row.crashes) == ("done", {}, 1)


async def run_checkpoint(run: Run, unit: object) -> None:
    await run.checkpoint(unit, {"zombie": True})  # type: ignore[arg-type]  # a Unit


async def test_busy_waits_and_spends_no_attempt(runtime: Runtime, bright: Actor, errand: Given) -> None:
    until = runtime.lent.clock.now() + timedelta(hours=1)

    async def throttled(run: Run, job: Errand) -> None:
        raise Later(remedy=Remedy("Continues by itself", "wait", until=until))

    errand(throttled)
    await queue(runtime, bright, range(1))
    await drain(runtime.lent, "slow", "w")
    row = (await rows(runtime, bright))[0]
    assert (row.state, row.attempt, row.run_at, row.cause, row.slot) == ("queued", 0, until, "later", None)


async def test_upstream_is_tried_again_then_fails_with_its_problem(
    runtime: Runtime, bright: Actor, errand: Given
) -> None:
    async def away(run: Run, job: Errand) -> None:
        raise Away

    errand(away)
    await queue(runtime, bright, range(1))
    for attempt in (1, 2, None):
        await one_slice(runtime)
        row = (await rows(runtime, bright))[0]
        if attempt:
            assert (row.state, row.attempt) == ("queued", attempt)
            async with runtime.context(bright).unit() as unit:
                await unit.execute(update(JobRow).where(JobRow.firm_id == unit.firm_id).values(run_at=unit.now))
    assert row.state == "failed"
    assert row.error is not None
    assert row.error["slug"] == "away"


async def test_a_conflict_is_final_at_once(runtime: Runtime, bright: Actor, errand: Given) -> None:
    async def gone(run: Run, job: Errand) -> None:
        raise Gone

    errand(gone)
    await queue(runtime, bright, range(1))
    await drain(runtime.lent, "slow", "w")
    assert (await rows(runtime, bright))[0].state == "failed"


async def test_what_we_did_not_expect_names_no_detail(runtime: Runtime, bright: Actor, errand: Given) -> None:
    async def raises(run: Run, job: Errand) -> None:
        raise ValueError("CANARY_secret")

    errand(raises)
    await queue(runtime, bright, range(1))
    await one_slice(runtime)
    row = (await rows(runtime, bright))[0]
    assert row.state == "queued"
    assert "CANARY" not in str(row.error)


async def test_a_stopped_worker_hands_back_at_once(runtime: Runtime, bright: Actor, errand: Given) -> None:
    begun = asyncio.Event()

    async def long(run: Run, job: Errand) -> None:
        begun.set()
        await asyncio.Event().wait()

    errand(long)
    await queue(runtime, bright, range(1))
    draining = asyncio.create_task(drain(runtime.lent, "slow", "w"))
    await begun.wait()
    draining.cancel()
    await asyncio.gather(draining, return_exceptions=True)
    row = (await rows(runtime, bright))[0]
    assert (row.state, row.attempt, row.crashes, row.slot) == ("queued", 0, 0, None)


async def test_a_worker_stopped_at_the_commit_of_a_claim_hands_the_job_back(
    runtime: Runtime, bright: Actor, errand: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut there, the job would be nobody's until its lease ends, and a crash would be counted."""
    committed, heard = asyncio.Event(), asyncio.Event()

    async def claims(lent: Lent, queue: str, owner: str) -> Taken | None:
        taken = await claim(lent, queue, owner)
        committed.set()
        await heard.wait()
        return taken

    begun: list[int] = []

    async def works(run: Run, job: Errand) -> None:
        begun.append(job.number)

    monkeypatch.setattr(running, "claim", claims)
    errand(works)
    await queue(runtime, bright, range(1))
    draining = asyncio.create_task(drain(runtime.lent, "slow", "w"))
    await committed.wait()
    draining.cancel()
    heard.set()
    await asyncio.gather(draining, return_exceptions=True)
    row = (await rows(runtime, bright))[0]
    assert (row.state, row.attempt, row.crashes, row.slot, begun) == ("queued", 0, 0, None, [])


async def test_a_worker_stopped_while_it_settles_has_settled(
    runtime: Runtime, bright: Actor, errand: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    settling, heard = asyncio.Event(), asyncio.Event()

    async def settles(ctx: Run, taken: Taken, job: Job, outcome: Outcome) -> Outcome:
        settling.set()
        await heard.wait()
        return await settle(ctx, taken, job, outcome)

    monkeypatch.setattr(running, "settle", settles)
    errand(lambda run, job: asyncio.sleep(0))
    await queue(runtime, bright, range(2))
    draining = asyncio.create_task(drain(runtime.lent, "slow", "w"))
    await settling.wait()
    draining.cancel()
    heard.set()
    await asyncio.gather(draining, return_exceptions=True)
    assert sorted((row.state, row.slot) for row in await rows(runtime, bright)) == [("done", None), ("queued", None)]


async def test_a_job_that_ends_its_worker_every_time_fails(runtime: Runtime, bright: Actor, errand: Given) -> None:
    errand(lambda run, job: asyncio.sleep(0))
    await queue(runtime, bright, range(2))
    for _ in range(MOST_CRASHES):
        async with runtime.lent.sessions.begin() as session:
            # After a second crash it waits for a while.
            await session.execute(text("UPDATE job SET run_at = now() WHERE state = 'queued'"))
        assert await claim(runtime.lent, "slow", "w")
        await expire(runtime)
        await sweep_once(runtime.lent)
    states = {row.state: row.error for row in await rows(runtime, bright)}
    assert "failed" not in states or states["failed"] is not None
    crashed = [row for row in await rows(runtime, bright) if row.crashes]
    assert sum(row.crashes for row in crashed) + sum(row.state == "failed" for row in crashed) >= MOST_CRASHES - 1


async def test_another_firm_sees_no_job(runtime: Runtime, bright: Actor) -> None:
    await queue(runtime, bright, range(1))
    other = await firm(runtime, "Other", "Ola")
    assert await rows(runtime, other) == []
    async with runtime.context(other).unit() as unit:
        seen = await unit.rows(select(JobRow.id).where(JobRow.name == "errand"))
    assert not seen
