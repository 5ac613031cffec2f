"""Applying and undoing cut off at every place where it can be: nothing doubled, nothing half done, and it goes on."""

import asyncio
from dataclasses import replace

import pytest

from practice.kernel.context import SliceOver
from practice.kernel.failpoints import FailpointReached
from practice.xpm.apply_snapshot import apply_snapshot
from tests.practice.xpm.conftest import Office, Theirs, contact, party, relation

STAFF = [{"remote_id": "s1", "name": "Tom", "email": "tom@x.example"}]
APPLYING = [
    "applying_staff", "applied_staff", "applying_client", "applied_client", "applying_entity", "applied_entity",
    "applied_relations",
]  # fmt: skip
UNDOING = ["undoing", "undone"]


def rows() -> list[Theirs]:
    return [
        Theirs(
            party("p1", "Daniel", account_manager=("s1", "Tom"), contacts=(contact("c1", "Gus", "g@x.example"),),
                  groups=(("g1", "Family"),), relations=(relation("r1", "Trustee", "t1", "Trust"),))
        ),
        Theirs(party("p2", "Ngozi", contacts=(contact("c1", "Gus", "g@x.example"),), groups=(("g1", "Family"),))),
        Theirs(party("t1", "Trust", structure="Trust"), kind="trust"),
        Theirs(party("x1", "Odd", structure="Guild"), kind=None),
    ]  # fmt: skip


@pytest.mark.parametrize("place", APPLYING)
async def test_applying_that_was_cut_off_goes_on_and_ends_as_if_it_had_not_been(office: Office, place: str) -> None:
    snapshot_id = await office.snapshot(*rows(), staff=STAFF, invite=True)
    with pytest.raises(FailpointReached):
        await office.apply(snapshot_id, failpoint=f"{place}:raise")
    half = await office.read(snapshot_id)
    assert (half.state, half.applied_at) == ("applying", None)
    with pytest.raises(FailpointReached):
        await office.apply(snapshot_id, failpoint="applied_relations:raise")
    snapshot = await office.apply(snapshot_id)
    assert snapshot.state == "applied"
    assert (snapshot.counts["created"], snapshot.counts["failed"]) == (4, 1)
    there = await office.everything()
    expected = {
        "client": 3, "client_detail": 3, "link": 4, "person": 1, "client_person": 2, "client_group": 1, "client_group_member": 2,
        "relationship": 1, "pending_manager": 1, "link_conflict": 0,
    }  # fmt: skip
    assert {table: len(there[table]) for table in expected} == expected
    assert await office.count("invitation") == 1
    assert await office.count("entry WHERE verb = 'client.added'") == 3
    assert await office.count("entry WHERE verb = 'snapshot.applied'") == 1
    await office.apply(snapshot_id)
    assert await office.everything() == there, "a job that rings once more finds nothing to do"


@pytest.mark.parametrize("place", UNDOING)
async def test_undoing_that_was_cut_off_goes_on(office: Office, place: str) -> None:
    before = await office.everything()
    snapshot = await office.imported(*rows(), staff=STAFF)
    with pytest.raises(FailpointReached):
        await office.undo(snapshot.id, failpoint=f"{place}:raise")
    assert (await office.read(snapshot.id)).state == "undoing"
    snapshot = await office.undo(snapshot.id)
    assert snapshot.state == "undone"
    assert await office.everything() == before


async def test_two_workers_at_one_import_do_it_once(office: Office) -> None:
    many = [party(f"p{number}", f"Client {number}") for number in range(250)]
    snapshot_id = await office.snapshot(*many)
    await asyncio.gather(*(office.apply(snapshot_id) for _ in range(2)), return_exceptions=True)
    snapshot = await office.apply(snapshot_id)
    assert snapshot.counts["created"] == 250
    assert await office.count("client") == 250
    assert await office.count("link") == 250
    assert await office.count("entry WHERE verb = 'snapshot.applied'") == 1


async def test_an_import_gives_its_place_up_when_its_turn_is_over(office: Office) -> None:
    many = [party(f"p{number}", f"Client {number}") for number in range(150)]
    snapshot_id = await office.snapshot(*many)
    with pytest.raises(SliceOver):
        await apply_snapshot(replace(office.run(), handed_back=True), snapshot_id=snapshot_id)
    assert 0 < await office.count("client") < 150
    assert (await office.read(snapshot_id)).progress["done"] == await office.count("client")
    assert (await office.apply(snapshot_id)).counts["created"] == 150
