"""A run's whole life: started, paused, cancelled, tried again, and ended exactly once."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from practice.clients.models import Client
from practice.clients.problems import ClientNotConfigured
from practice.imports.cancel_imports import cancel_imports
from practice.imports.jobs import key_of
from practice.imports.models import Import
from practice.imports.pause_imports import pause_imports, resume_imports
from practice.imports.problems import AlreadyImporting, NothingToImport, NothingToRetry, RunFinished
from practice.imports.retry_imports import retry_imports
from practice.imports.settle_import import settle_import
from practice.imports.start_imports import start_imports
from practice.kernel.actor import Actor
from practice.kernel.context import Run
from practice.kernel.jobs import JobRow
from practice.kernel.problems import NotFound
from practice.kernel.unit import LeaseLost
from practice.providers.problems import Unavailable
from tests.make import firm
from tests.practice.imports.conftest import Desk, pages
from tests.world import next_slice


async def test_a_draft_is_named_and_nothing_starts(desk: Desk) -> None:
    async with desk.ctx.unit() as unit:
        (await unit.get(Client, desk.clients[1])).state = "draft"
    with pytest.raises(ClientNotConfigured):
        await desk.start(*desk.clients)
    assert await desk.all(Import) == []


async def test_an_archived_client_is_not_imported(desk: Desk) -> None:
    async with desk.ctx.unit() as unit:
        client = await unit.get(Client, desk.clients[0])
        client.state, client.archived_at = "archived", unit.now
    with pytest.raises(NothingToImport):
        await desk.start(*desk.clients)


async def test_a_client_under_way_keeps_the_import_it_has(desk: Desk) -> None:
    one, two = desk.clients
    await desk.start(one)
    first = await desk.import_of(one)
    await desk.start(one, two)
    assert len(await desk.all(Import)) == 2
    assert (await desk.import_of(one)).id == first.id
    with pytest.raises(AlreadyImporting):
        await desk.start(one, two)


async def test_ids_of_others_are_nobodys(desk: Desk) -> None:
    run_id = await desk.start(desk.clients[0])
    (import_,) = await desk.all(Import)
    stranger = desk.house.rt.context(await firm(desk.house.rt, "Other", "Eve"))
    async with stranger.unit() as unit:
        with pytest.raises(NotFound):
            await start_imports(unit, client_ids=desk.clients)
        for verb in (pause_imports, resume_imports, cancel_imports, retry_imports):
            with pytest.raises(NotFound):
                await verb(unit, run_id=run_id)
    with pytest.raises(NotFound):
        await desk.start(desk.clients[0], uuid4())
    async with desk.ctx.unit() as unit:
        with pytest.raises(NotFound):
            await retry_imports(unit, run_id=run_id, import_ids=[import_.id, uuid4()])


async def test_everything_arrives_in_slices_and_the_run_ends_once(desk: Desk) -> None:
    run_id = await desk.start(*desk.clients)
    assert await desk.worked() > 8
    for client_id in desk.clients:
        import_ = await desk.import_of(client_id)
        assert (import_.state, import_.problem, import_.set_aside) == ("done", None, 0)
        assert await desk.stored(client_id) == await desk.true(client_id)
        assert max(pages(await desk.calls(client_id)).values()) == 1
        assert import_.calls == len(await desk.calls(client_id))
        assert import_.documents == import_.documents_total
    assert (await desk.run(run_id)).state == "finished"
    verbs = await desk.verbs()
    assert (verbs["import.finished"], verbs["run.finished"], verbs["run.started"]) == (2, 1, 1)


async def test_a_paused_run_rests_and_goes_on_where_it_was(desk: Desk) -> None:
    run_id = await desk.start(*desk.clients)
    await desk.worked(most=1)
    async with desk.ctx.unit() as unit:
        await pause_imports(unit, run_id=run_id)
    before = await asked(desk)
    assert before
    assert await desk.worked() <= 2  # the reader of the record
    assert await asked(desk) == before
    async with desk.ctx.unit() as unit:
        await resume_imports(unit, run_id=run_id)
    await desk.worked()
    assert (await desk.run(run_id)).state == "finished"
    for client_id in desk.clients:
        assert max(pages(await desk.calls(client_id)).values()) == 1
    verbs = await desk.verbs()
    assert (verbs["run.paused"], verbs["run.resumed"]) == (1, 1)
    async with desk.ctx.unit() as unit:
        for verb in (pause_imports, resume_imports, cancel_imports):
            with pytest.raises(RunFinished):
                await verb(unit, run_id=run_id)


async def asked(desk: Desk) -> int:
    return sum([len(await desk.calls(client_id)) for client_id in desk.clients])


async def test_a_slice_at_work_when_somebody_pauses_is_the_last(desk: Desk) -> None:
    run_id = await desk.start(desk.clients[0])
    import_ = await desk.import_of(desk.clients[0])
    async with desk.ctx.unit() as unit:
        await pause_imports(unit, run_id=run_id)
        await unit.execute(update(JobRow).where(JobRow.name == "import_ledger").values(run_at=unit.now, cause=None))
    await desk.worked(most=1)  # as if it had been claimed just before
    assert 0 < len(await desk.calls(desk.clients[0])) <= 10
    assert (await desk.import_of(desk.clients[0])).state == "queued"
    await desk.worked()
    assert len(await desk.calls(desk.clients[0])) <= 10
    assert not (await desk.all(JobRow, JobRow.name == "score_client"))
    async with desk.ctx.unit() as unit:
        await resume_imports(unit, run_id=run_id)
    await desk.worked()
    assert (await desk.import_of(desk.clients[0])).id == import_.id
    assert (await desk.run(run_id)).state == "finished"


async def test_cancelling_keeps_what_was_scored(desk: Desk) -> None:
    one, two = desk.clients
    run_id = await desk.start(one)
    async with desk.ctx.unit() as unit:
        started = await unit.lock(Import, (await desk.import_of(one)).id)
        await settle_import(unit, import_id=started.id, state="scoring")
        await unit.execute(
            update(JobRow).where(JobRow.name == "import_ledger").values(state="done", finished_at=unit.now)
        )
    other = await desk.start(two)
    async with desk.ctx.unit() as unit:
        await unit.execute(update(Import).where(Import.client_id == two).values(run_id=run_id))
    async with desk.ctx.unit() as unit:
        await cancel_imports(unit, run_id=run_id)
    assert (await desk.import_of(two)).state == "cancelled"
    assert (await desk.run(run_id)).state == "open"
    async with desk.ctx.unit() as unit:
        await settle_import(unit, import_id=(await desk.import_of(one)).id, state="done")
    assert (await desk.import_of(one)).state == "done"
    assert (await desk.run(run_id)).state == "finished"
    assert (await desk.run(other)).state == "open"
    await desk.worked()
    assert not await desk.calls(two)


async def test_a_worker_that_holds_a_cancelled_import_writes_nothing_more(desk: Desk) -> None:
    """Cancelled in the middle of a unit of the worker: whoever comes second waits, and nobody waits for the other."""
    run_id = await desk.start(desk.clients[0])
    import_ = await desk.import_of(desk.clients[0])
    taken = await next_slice(desk.house.rt, "slow")
    assert taken
    assert desk.ada.firm_id
    run = Run(desk.house.rt.lent, Actor.system(desk.ada.firm_id), claimed=taken.claimed)

    async def cancel() -> None:
        async with desk.ctx.unit() as unit:
            await cancel_imports(unit, run_id=run_id)

    async with run.unit() as unit:
        cancelling = asyncio.create_task(cancel())
        await waits_for_a_lock(desk)
        await unit.execute(update(Import).where(Import.id == import_.id).values(documents=1))
    await cancelling
    assert (await desk.import_of(desk.clients[0])).state == "cancelled"
    with pytest.raises(LeaseLost):
        async with run.unit() as unit:
            await unit.execute(update(Import).where(Import.id == import_.id).values(documents=2))
    assert (await desk.run(run_id)).state == "finished"


async def waits_for_a_lock(desk: Desk) -> None:
    while True:
        async with desk.house.rt.lent.sessions.begin() as session:
            if await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        await asyncio.sleep(0.01)


async def test_the_last_two_settling_at_once_end_the_run_once(desk: Desk) -> None:
    run_id = await desk.start(*desk.clients)
    imports = await desk.all(Import)

    async def settle(import_: Import) -> None:
        async with desk.ctx.unit() as unit:
            await settle_import(unit, import_id=import_.id, state="done")

    await asyncio.gather(*(settle(import_) for import_ in imports))
    assert (await desk.run(run_id)).state == "finished"
    verbs = await desk.verbs()
    assert (verbs["run.finished"], verbs["import.finished"]) == (1, 2)
    await asyncio.gather(*(settle(import_) for import_ in imports))
    assert (await desk.verbs())["import.finished"] == 2


async def test_a_retry_does_not_wake_a_paused_run(desk: Desk) -> None:
    one, _ = desk.clients
    run_id = await desk.start(*desk.clients)
    failed = await desk.import_of(one)
    async with desk.ctx.unit() as unit:
        await settle_import(unit, import_id=failed.id, state="failed", problem=Unavailable(reason="timeout"))
        await unit.execute(update(JobRow).where(JobRow.key == key_of(one)).values(state="failed", finished_at=unit.now))
        await pause_imports(unit, run_id=run_id)
    async with desk.ctx.unit() as unit:
        await retry_imports(unit, run_id=run_id)
    await desk.worked()
    assert (await desk.run(run_id)).state == "paused"
    assert await asked(desk) == 0
    async with desk.ctx.unit() as unit:
        await resume_imports(unit, run_id=run_id)
    await desk.worked()
    assert {import_.state for import_ in await desk.all(Import)} == {"done"}
    assert (await desk.run(run_id)).state == "finished"


async def test_nothing_to_try_again(desk: Desk) -> None:
    run_id = await desk.start(*desk.clients)
    async with desk.ctx.unit() as unit:
        with pytest.raises(NothingToRetry):
            await retry_imports(unit, run_id=run_id)
