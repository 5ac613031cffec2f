"""Many clients are configured in one shot, all of them or none, and who sees them follows at once."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import event

from practice.clients import reads
from practice.clients.configure_clients import Configuration
from practice.firms.models import Member
from practice.kernel.problems import Invalid, NotFound, Stale
from practice.kernel.record import EntryRow
from tests import make
from tests.practice.clients.conftest import Practice

NOBODY = UUID(int=7)


async def test_a_whole_grid_is_saved_and_recorded_as_what_changed(practice: Practice) -> None:
    sam, bea = await practice.member("Sam"), await practice.member("Bea")
    one, two = await practice.clients("One", "Two", state="draft")
    assert sam.member_id
    assert bea.member_id
    changed = await practice.configure(
        Configuration(one, visibility="specific_people", viewer_ids=[bea.member_id], manager_ids=[bea.member_id, sam.member_id]),
        Configuration(two, tags=[" vip ", "abroad", "vip", ""]),
        ready=True,
    )
    assert changed == 2
    async with practice.unit(write=False) as unit:
        first, second = await reads.read_listed(unit, [one, two])
        entries = await unit.scalars(EntryRow.__table__.select().with_only_columns(EntryRow.facts).order_by(EntryRow.seq))
    assert [person.name for person in first.managers] == ["Bea", "Sam"], "the first leads"
    assert [person.name for person in first.viewers] == ["Bea"]
    assert (first.client.state, first.client.visibility, first.client.version) == ("ready", "specific_people", 2)
    assert (second.client.tags, second.client.visibility) == (["abroad", "vip"], "whole_team")
    assert entries[-1] == {"before": {"state": "draft", "tags": []}, "after": {"state": "ready", "tags": ["abroad", "vip"]}}
    assert await practice.verbs() == ["client.configured"] * 2


async def test_what_is_left_out_stays_and_the_same_again_changes_nothing(practice: Practice) -> None:
    sam = await practice.member("Sam")
    assert sam.member_id
    [one] = await practice.clients("One")
    await practice.configure(Configuration(one, manager_ids=[sam.member_id], tags=["vip"]))
    assert await practice.configure(Configuration(one, tags=["vip"]), Configuration(one)) == 0
    assert await practice.configure(Configuration(one, manager_ids=[])) == 1
    client = await practice.client(one)
    assert (client.tags, client.version, client.state) == (["vip"], 3, "ready")


async def test_every_wrong_field_is_named_and_nothing_is_saved(practice: Practice) -> None:
    gone = await practice.member("Gone")
    ids = await practice.clients("One", "Two", "Three", "Four")
    [old] = await practice.clients("Old", state="archived")
    assert gone.member_id
    async with practice.unit() as unit:
        (await unit.get(Member, gone.member_id)).state = "removed"
    with pytest.raises(Invalid) as wrong:
        await practice.configure(
            Configuration(ids[0], tags=["fine"]),
            Configuration(ids[1], visibility="everybody", manager_ids=[NOBODY]),
            Configuration(ids[2], tags=["x" * 41, "fine", "y" * 41]),
            Configuration(ids[3], viewer_ids=[gone.member_id], tags=[str(n) for n in range(21)]),
            Configuration(old, tags=["fine"]),
        )
    assert [error.pointer for error in wrong.value.errors] == [
        "/changes/1/visibility",
        "/changes/1/manager_ids/0",
        "/changes/2/tags/0",
        "/changes/2/tags/2",
        "/changes/3/viewer_ids/0",
        "/changes/3/tags",
        "/changes/4/id",
    ]
    assert (await practice.client(ids[0])).tags == []
    assert await practice.verbs() == []


async def test_a_lost_race_is_told_and_nothing_is_saved(practice: Practice) -> None:
    one, two = await practice.clients("One", "Two")
    await practice.configure(Configuration(two, tags=["theirs"], version=1))
    with pytest.raises(Stale) as stale:
        await practice.configure(Configuration(one, tags=["mine"], version=1), Configuration(two, tags=["mine"], version=1))
    assert "Two was changed by somebody else" in str(stale.value)
    assert stale.value.extensions == {"current_version": 2}
    assert (await practice.client(one)).tags == []


async def test_of_two_at_once_with_one_version_one_wins(practice: Practice) -> None:
    [one] = await practice.clients("One")
    done = await asyncio.gather(
        *(practice.configure(Configuration(one, tags=[tag], version=1)) for tag in ("a", "b")), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in done) == ["Stale", "int"]
    assert (await practice.client(one)).version == 2


async def test_two_grids_in_opposite_order_do_not_block_each_other(practice: Practice) -> None:
    ids = await practice.clients(*(f"Client {n}" for n in range(8)))
    grids = [[Configuration(id_, tags=[tag]) for id_ in order] for tag, order in (("a", ids), ("b", ids[::-1]))]
    assert await asyncio.gather(*(practice.configure(*grid) for grid in grids)) == [8, 8]


async def test_a_client_of_another_firm_or_out_of_sight_is_not_there(practice: Practice) -> None:
    dim = Practice(practice.runtime, await make.firm(practice.runtime, "Dim", "Dan"))
    [theirs] = await dim.clients("Theirs")
    [hidden] = await practice.clients("Hidden", visibility="specific_people")
    [open_] = await practice.clients("Open")
    mia = await practice.member("Mia", "manager")
    with pytest.raises(NotFound):
        await practice.configure(Configuration(open_, tags=["x"]), Configuration(theirs, tags=["x"]))
    with pytest.raises(NotFound):
        await practice.configure(Configuration(open_, tags=["x"]), Configuration(hidden, tags=["x"]), by=mia)
    assert (await practice.client(open_)).tags == []


async def test_a_hundred_clients_take_few_statements(practice: Practice) -> None:
    ids = await practice.clients(*(f"Client {n}" for n in range(100)))
    assert practice.ada.member_id
    asked: list[str] = []
    engine = practice.runtime.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await practice.configure(*(Configuration(id_, manager_ids=[practice.ada.member_id], tags=["x"]) for id_ in ids), ready=True)
    assert len(asked) < 40, f"{len(asked)} statements for 100 clients"
