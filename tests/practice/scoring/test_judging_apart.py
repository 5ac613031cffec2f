"""The child process judges as this one does, survives being killed, and an import ends with its score."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from practice.imports.models import Import, ImportRun
from practice.kernel.jobs import JobRow
from practice.scoring.dismissed import NOTHING_DISMISSED
from practice.scoring.jobs import ScoreClient
from practice.scoring.judge_tenant import judge_tenant
from practice.scoring.problems import NoLedger
from tests.books import FIRST
from tests.practice.scoring.conftest import Scene
from worker.handling import Outcome
from worker.jobs.score_client import Child, score_settled

AS_OF = date(2026, 11, 21)


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    made = Child()
    yield made
    if made.pool:
        made.pool.shutdown()


async def test_the_child_judges_as_this_process_does_and_a_new_one_follows_a_killed_one(
    scene: Scene, child: Child
) -> None:
    await scene.document("B1", 110, date(2026, 10, 1), status="DRAFT")
    here = await judge_tenant(scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED)
    assert await child.judge(scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED) == here
    assert child.pool
    (process,) = child.pool._processes.values()
    assert process.pid
    await scene.document("B2", 120, date(2026, 10, 2), status="DRAFT")
    after = await judge_tenant(scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED)
    assert await child.judge(scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED) == after != here
    assert [one.pid for one in child.pool._processes.values()] == [process.pid]
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with pytest.raises(RuntimeError):
        await child.judge(scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED)
    assert await child.judge(scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED) == after


async def test_who_is_judged_last_waits_for_everybody_at_hand(scene: Scene, child: Child) -> None:
    """However many came after it."""
    asked = (scene.ctx, scene.tenant_id, AS_OF, FIRST, NOTHING_DISMISSED)
    ended: list[str] = []

    async def ends(name: str, judging: Awaitable[object]) -> None:
        await judging
        ended.append(name)

    first = asyncio.create_task(ends("first", child.judge(*asked)))
    await asyncio.sleep(0)
    last = asyncio.create_task(ends("last", child.judge_last(*asked)))
    await asyncio.sleep(0)
    later = asyncio.create_task(ends("later", child.judge(*asked)))
    await asyncio.gather(first, last, later)
    assert ended == ["first", "later", "last"]


async def importing(scene: Scene) -> UUID:
    async with scene.ctx.unit() as unit:
        run = unit.add(ImportRun(started_by=None))
        await unit.flush()
        import_ = unit.add(Import(run_id=run.id, client_id=scene.client_id, tenant_id=scene.tenant_id, state="scoring"))
    return import_.id


async def state(scene: Scene, import_id: UUID) -> str:
    async with scene.ctx.unit(write=False) as unit:
        return (await unit.get(Import, import_id)).state


async def test_an_import_ends_with_its_score(scene: Scene) -> None:
    import_id = await importing(scene)
    async with scene.ctx.unit() as unit:
        await score_settled(unit, ScoreClient(client_id=scene.client_id, import_id=import_id), Outcome("retry"))
    assert await state(scene, import_id) == "scoring"
    async with scene.ctx.unit() as unit:
        await score_settled(unit, ScoreClient(client_id=scene.client_id, import_id=import_id), Outcome("done"))
    assert await state(scene, import_id) == "done"


async def test_an_import_fails_with_its_score(scene: Scene) -> None:
    import_id = await importing(scene)
    async with scene.ctx.unit() as unit:
        failed = Outcome("failed", NoLedger())
        await score_settled(unit, ScoreClient(client_id=scene.client_id, import_id=import_id), failed)
    assert await state(scene, import_id) == "failed"


async def test_an_import_that_came_while_another_score_was_at_work_is_scored_after_it(scene: Scene) -> None:
    import_id = await importing(scene)
    async with scene.ctx.unit() as unit:
        await score_settled(unit, ScoreClient(client_id=scene.client_id), Outcome("done"))
    assert await state(scene, import_id) == "scoring"
    async with scene.ctx.unit(write=False) as unit:
        queued = await unit.scalars(
            select(JobRow.args).where(JobRow.firm_id == unit.firm_id, JobRow.name == "score_client")
        )
    assert [args["import_id"] for args in queued] == [str(import_id)]
