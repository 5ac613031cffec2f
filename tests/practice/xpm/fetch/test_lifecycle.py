"""What becomes of a client at the practice after it was brought here: archived, deleted, vanished, merged, made anew."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from practice.clients.models import Client
from practice.links.models import Link
from practice.xpm import stage_rows as stage_rows_module
from practice.xpm.confirm_snapshot import confirm_snapshot
from practice.xpm.decide_rows import Decision, decide_row
from practice.xpm.models import Snapshot, SnapshotRow
from tests.practice.xpm.fetch.conftest import MARGARET, PRIYA, Practice

ABN = "51824753556"


async def brought(practice: Practice) -> Snapshot:
    """Everything that is proposed, applied."""
    return await applied(practice, (await practice.taken()).id)


async def applied(practice: Practice, snapshot_id: UUID) -> Snapshot:
    snapshot = await practice.read(snapshot_id)
    async with practice.ctx.unit() as unit:
        await confirm_snapshot(unit, snapshot_id=snapshot_id, version=snapshot.version)
    await practice.worked()
    done = await practice.read(snapshot_id)
    assert [one.problem for one in (await practice.rows(snapshot_id)).values() if one.outcome == "failed"] == []
    assert done.state == "applied"
    return done


async def change(practice: Practice, verb: str, **said: Any) -> Any:
    await practice.later()
    return await practice.control("POST", f"practice/{verb}", **said)


async def someone(practice: Practice, name: str, **fields: str) -> str:
    first, last = name.split()
    made = await change(
        practice, "add-client",
        fields={"name": f"{last}, {first}", "firstName": first, "lastName": last, "businessStructure": "Individual", **fields},
    )  # fmt: skip
    return str(made["uuid"])


async def links(practice: Practice) -> dict[str, Link]:
    return {link.remote_id: link for link in await practice.all(Link, Link.kind == "client", Link.state != "unlinked")}


async def row(practice: Practice, snapshot: Snapshot, remote_id: str) -> SnapshotRow:
    return (await practice.rows(snapshot.id))[remote_id]


async def test_the_same_again_changes_nothing(practice: Practice) -> None:
    await practice.connect()
    await brought(practice)
    clients = {client.id: client.version for client in await practice.all(Client)}
    await practice.later()
    again = await practice.taken()
    rows = await practice.rows(again.id)
    linked = [one for one in rows.values() if one.proposal == "linked" and one.kind != "staff"]
    assert len(linked) == len(await links(practice)) > 100
    assert [one.name for one in linked if one.chosen] == []
    assert {client.id: client.version for client in await practice.all(Client)} == clients


async def test_a_telephone_number_changed_there_is_proposed(practice: Practice) -> None:
    await practice.connect()
    ned = await someone(practice, "Ned Newcomer", phone="0400 000 001")
    await brought(practice)
    await change(practice, "change-client", uuid=ned, fields={"phone": "0499 999 999"})
    found = await row(practice, await practice.taken(), ned)
    assert (found.proposal, found.chosen) == ("linked", True)
    assert {one["field"]: one["after"] for one in found.changes}["phone"] == "0499 999 999"


async def test_archived_there_and_back_again(practice: Practice) -> None:
    await practice.connect()
    ned = await someone(practice, "Ned Newcomer")
    await brought(practice)
    await change(practice, "archive-client", uuid=ned)
    snapshot = await practice.taken()
    found = await row(practice, snapshot, ned)
    assert (found.proposal, found.archived, found.chosen) == ("linked", True, True)
    await applied(practice, snapshot.id)
    assert (await links(practice))[ned].state == "remote_archived"
    await change(practice, "restore-client", uuid=ned)
    snapshot = await practice.taken()
    assert (await row(practice, snapshot, ned)).chosen
    await applied(practice, snapshot.id)
    assert (await links(practice))[ned].state == "linked"


async def test_deleted_there_breaks_the_link_and_nothing_else(practice: Practice) -> None:
    await practice.connect()
    ned, nora = await someone(practice, "Ned Newcomer"), await someone(practice, "Nora Newcomer")
    await brought(practice)
    there = len(await practice.all(Client))
    await change(practice, "delete-client", uuid=ned)
    await change(practice, "delete-client", uuid=nora, gone="yes")
    snapshot = await practice.taken()
    assert snapshot.counts["gone"] == 2
    for uuid in (ned, nora):
        found = await row(practice, snapshot, uuid)
        assert (found.proposal, found.reasons, found.chosen, found.changes) == ("linked", ["remote_deleted"], True, [])
        assert found.neutral["deleted"]
    await applied(practice, snapshot.id)
    assert {(await links(practice))[uuid].state for uuid in (ned, nora)} == {"remote_deleted"}
    assert len(await practice.all(Client)) == there
    # Nobody is asked about them again.
    after = await practice.taken()
    rows = await practice.rows(after.id)
    assert not any(rows[uuid].chosen for uuid in (ned, nora) if uuid in rows)


async def test_a_narrower_user_marks_nothing_as_gone(practice: Practice) -> None:
    await practice.connect(who=MARGARET)
    await brought(practice)
    whole = len(await links(practice))
    (connection,) = [one for one in (await practice.ada.get("/connections")).json()["items"] if one["kind"] == "practice_manager"]
    await practice.connect(who=PRIYA)
    grants = {grant["email"]: grant["id"] for grant in connection["grants"]}
    (connection,) = [one for one in (await practice.ada.get("/connections")).json()["items"] if one["kind"] == "practice_manager"]
    hers = next(grant["id"] for grant in connection["grants"] if grant["email"] == PRIYA)
    order = {"grant_ids": [hers, *grants.values()]}
    answer = await practice.ada.send("PUT", f"/connections/{connection['id']}/grants", order)
    assert answer.status_code == 200, answer.text
    calls = len(await practice.at_practice())
    await practice.later()
    narrow = await practice.taken()
    assert 0 < narrow.counts["clients"] + narrow.counts["entities"] < whole
    assert narrow.counts["gone"] == 0
    # None was asked for by itself.
    assert len(await practice.at_practice()) - calls == 3
    assert {link.state for link in (await links(practice)).values()} == {"linked"}


async def test_two_merged_there_are_offered_as_one(practice: Practice) -> None:
    await practice.connect()
    ned = await someone(practice, "Ned Newcomer", businessNumber=ABN)
    await brought(practice)
    client_id = (await links(practice))[ned].client_id
    other = await someone(practice, "Edward Newcomer", businessNumber=ABN)
    await change(practice, "merge-clients", gone=ned, into=other)
    snapshot = await practice.taken()
    gone, into = await row(practice, snapshot, ned), await row(practice, snapshot, other)
    assert gone.reasons == ["remote_deleted"]
    assert (into.proposal, into.reasons[0], into.target_id, into.chosen) == ("check", "merged_into", client_id, False)
    # Somebody says yes, and the link moves.
    async with practice.ctx.unit() as unit:
        await decide_row(
            unit, snapshot_id=snapshot.id, row_id=into.id, decision=Decision(action="link", target_id=client_id)
        )
    await applied(practice, snapshot.id)
    assert (await links(practice))[other].client_id == client_id


async def test_a_prospect_that_became_a_client_is_offered_under_its_new_id(practice: Practice) -> None:
    await practice.connect()
    ned = await someone(practice, "Ned Newcomer", businessNumber=ABN, email="ned@newcomer.example")
    await brought(practice)
    client_id = (await links(practice))[ned].client_id
    made = await change(practice, "convert-client", uuid=ned)
    snapshot = await practice.taken()
    rows = await practice.rows(snapshot.id)
    anew = [one for one in rows.values() if one.target_id == client_id and one.remote_id != ned]
    assert [(one.proposal, one.reasons[0]) for one in anew] == [("check", "new_id")], made
    assert rows[ned].archived


async def test_what_vanishes_during_the_review_is_brought_nowhere(practice: Practice) -> None:
    await practice.connect()
    ned, nora = await someone(practice, "Ned Newcomer"), await someone(practice, "Nora Newcomer")
    snapshot = await practice.taken()
    before = await row(practice, snapshot, ned)
    # Somebody decides, and then it changes there.
    async with practice.ctx.unit() as unit:
        await decide_row(unit, snapshot_id=snapshot.id, row_id=before.id, decision=Decision(action="skip"))
    await change(practice, "delete-client", uuid=ned)
    await change(practice, "delete-client", uuid=nora, gone="yes")
    await practice.later(timedelta(minutes=1))
    after = await practice.refreshed(snapshot.id)
    rows = await practice.rows(snapshot.id)
    for uuid in (ned, nora):
        assert (rows[uuid].changed_since, rows[uuid].action, rows[uuid].chosen) == (True, "skip", False)
        assert rows[uuid].neutral["deleted"]
    assert after.counts["gone"] == 2
    assert rows[nora].reasons == ["remote_deleted"]
    # And nobody is made of what is gone.
    await applied(practice, snapshot.id)
    assert not {client.name for client in await practice.all(Client)} & {"Newcomer, Ned", "Newcomer, Nora"}


async def test_what_is_confirmed_while_it_is_matched_again_stays_as_it_was_decided(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await practice.connect()
    ned = await someone(practice, "Ned Newcomer")
    snapshot = await practice.taken()
    work_out = stage_rows_module._work_out

    def somebody_confirms_meanwhile(known: stage_rows_module.Known) -> list[dict[str, Any]]:
        """In a thread of its own, as the matching is."""
        staged = work_out(known)
        asyncio.run_coroutine_threadsafe(confirm(), loop).result(30)
        return [one | {"proposal": "skip", "action": "skip", "chosen": False} for one in staged]

    async def confirm() -> None:
        version = (await practice.read(snapshot.id)).version
        async with practice.ctx.unit() as unit:
            await confirm_snapshot(unit, snapshot_id=snapshot.id, version=version)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(stage_rows_module, "_work_out", somebody_confirms_meanwhile)
    await stage_rows_module.stage_rows(practice.ctx, snapshot_id=snapshot.id)
    found = await row(practice, snapshot, ned)
    assert (found.proposal, found.action, found.chosen) == ("create", "create", True)
