"""Calls go on while pages are stored; what arrived meanwhile is stored together, and nothing is lost or asked for twice."""

import asyncio
from typing import Any

import pytest

from practice.imports import pull_ledger as pulling
from practice.imports.models import Import
from practice.imports.plan import Step
from practice.imports.pull_ledger import pull_ledger
from practice.kernel.actor import Actor
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.providers.base import PulledPage
from tests.practice.imports.conftest import Desk, pages


def a_run(desk: Desk) -> Run:
    assert desk.ada.firm_id is not None
    return Run(desk.house.rt.lent, Actor.system(desk.ada.firm_id))


@pytest.fixture
async def import_(desk: Desk) -> Import:
    """Begun by hand: no worker looks at it."""
    await desk.start(desk.clients[0])
    return await desk.import_of(desk.clients[0])


async def test_calls_go_on_while_a_page_is_stored(desk: Desk, import_: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, arrived, stored = 0, 0, list[list[Step]]()
    more = asyncio.Event()
    fetch, store = pulling._Reading._fetch, pulling._Reading._store

    def look() -> None:
        if stored and asked > pulling.AT_ONCE and arrived > len(stored[0]) + 1:
            more.set()

    async def count(self: Any, step: Step) -> PulledPage:
        nonlocal asked, arrived
        asked += 1
        page = await fetch(self, step)
        arrived += 1
        look()
        return page

    async def slowly(self: Any, landed: list[tuple[Step, PulledPage]]) -> None:
        stored.append([step for step, _ in landed])
        look()
        await more.wait()  # storing first and calling later would wait for ever
        await store(self, landed)

    monkeypatch.setattr(pulling._Reading, "_fetch", count)
    monkeypatch.setattr(pulling._Reading, "_store", slowly)
    await pull_ledger(a_run(desk), import_id=import_.id)
    assert sum(map(len, stored)) == asked > len(stored)
    assert await desk.stored(desk.clients[0]) == await desk.true(desk.clients[0])
    assert set(pages(await desk.calls(desk.clients[0])).values()) == {1}


async def test_a_page_that_arrived_and_was_not_stored_is_asked_for_again(
    desk: Desk, import_: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, Any]] = []
    store = pulling._Reading._store_page

    async def checkpoint(self: Run, unit: Unit, cursor: dict[str, Any], *, cost: int | None = None) -> None:
        await unit.flush()
        saved.append(cursor)

    async def fails(self: Any, unit: Unit, step: Step, page: PulledPage) -> None:
        if len(saved) == 2:
            raise OSError("the disk is full")
        await store(self, unit, step, page)

    monkeypatch.setattr(Run, "checkpoint", checkpoint)
    monkeypatch.setattr(pulling._Reading, "_store_page", fails)
    run = a_run(desk)
    with pytest.raises(OSError, match="disk"):
        await pull_ledger(run, import_id=import_.id)
    monkeypatch.setattr(pulling._Reading, "_store_page", store)
    before = pages(await desk.calls(desk.clients[0]))
    again = a_run(desk)
    again.cursor = saved[-1]
    await pull_ledger(again, import_id=import_.id)
    assert await desk.stored(desk.clients[0]) == await desk.true(desk.clients[0])
    after = pages(await desk.calls(desk.clients[0]))
    twice = [page for page, times in after.items() if times > 1]
    assert twice
    assert set(twice) <= set(before)
    assert max(after.values()) == 2
