"""What a structure means is said once, and its rows are matched as if it had been known from the start."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from practice.clients.add_clients import NewClient, add_clients
from practice.clients.models import Client
from practice.xpm import stage_rows as stage_rows_module
from practice.xpm.confirm_snapshot import confirm_snapshot
from practice.xpm.decide_rows import Decision, decide_row
from practice.xpm.discard_snapshot import discard_snapshot
from practice.xpm.map_structures import map_structures
from practice.xpm.models import Snapshot
from practice.xpm.problems import SnapshotNotConfirmable
from practice.xpm.reads import list_structures
from practice.xpm.structures import normal
from tests.practice.xpm.fetch.conftest import Practice

ABN = "51824753556"
ODD = "Ironbark's own kind"


async def entity(practice: Practice, name: str, **fields: str) -> str:
    await practice.later()
    made = await practice.control("POST", "practice/add-client", fields={"name": name, "businessStructure": ODD, **fields})
    return str(made["uuid"])


async def ours(practice: Practice, name: str, kind: str, **private: str) -> UUID:
    async with practice.ctx.unit() as unit:
        new = NewClient(name=name, kind=kind, fields={"name": name}, private=private)
        ((client, _),) = await add_clients(unit, new=[new], source="here")
    return client.id


async def explained(practice: Practice, snapshot: Snapshot) -> None:
    async with practice.ctx.unit() as unit:
        found = await list_structures(unit, snapshot.id)
        unsaid = {structure: "other" for structure, _, kinds, _ in found if not kinds}
        await map_structures(unit, snapshot_id=snapshot.id, kinds=unsaid | {ODD.upper(): "company"})


async def proposed(practice: Practice, snapshot: Snapshot) -> dict[str, tuple[Any, ...]]:
    rows = await practice.rows(snapshot.id)
    return {
        id_: (row.kind, row.client_kind, row.proposal, row.reasons, row.candidates, row.warnings, row.target_id, row.chosen, row.action)
        for id_, row in rows.items()
    }  # fmt: skip


async def test_rows_are_matched_as_if_it_had_been_known(practice: Practice) -> None:
    await practice.connect()
    mill = await entity(practice, "Flour and Water", businessNumber=ABN)
    trust = await entity(practice, "Nobody's Trustee")
    mine = await ours(practice, "The Old Mill", "company", business_number=ABN)
    snapshot = await practice.taken()
    before = (await practice.rows(snapshot.id))[mill]
    assert (before.proposal, before.client_kind, before.chosen) == ("check", None, False)
    await explained(practice, snapshot)
    await practice.worked()
    after = (await practice.rows(snapshot.id))[mill]
    assert (after.proposal, after.target_id, after.chosen) == ("match", mine, True)
    # Its other warnings are those of a company now.
    assert "company_without_director" in {one["code"] for one in (await practice.rows(snapshot.id))[trust].warnings}
    found = await proposed(practice, snapshot)
    kinds = Counter(row[0] for row in found.values())
    async with practice.ctx.unit() as unit:
        counts = (await unit.get(Snapshot, snapshot.id)).counts
        assert (counts["clients"], counts["entities"]) == (kinds["client"], kinds["entity"])
        await discard_snapshot(unit, snapshot_id=snapshot.id)
    again = await practice.taken()
    blank = {id_ for id_, row in (await practice.rows(again.id)).items() if not normal(row.neutral.get("structure", "x"))}
    known = await proposed(practice, again)
    # A blank structure says nothing of another import.
    assert {id_: one for id_, one in found.items() if id_ not in blank} == {
        id_: one for id_, one in known.items() if id_ not in blank
    }


async def test_what_somebody_decided_stays(practice: Practice) -> None:
    await practice.connect()
    mill, hill = await entity(practice, "Flour and Water", businessNumber=ABN), await entity(practice, "Hill and Dale")
    await ours(practice, "The Old Mill", "company", business_number=ABN)
    snapshot = await practice.taken()
    rows = await practice.rows(snapshot.id)
    async with practice.ctx.unit() as unit:
        for id_, action in ((mill, "create"), (hill, "skip")):
            await decide_row(unit, snapshot_id=snapshot.id, row_id=rows[id_].id, decision=Decision(action=action))
    await explained(practice, snapshot)
    await practice.worked()
    rows = await practice.rows(snapshot.id)
    assert [(rows[id_].action, rows[id_].chosen, rows[id_].target_id) for id_ in (mill, hill)] == [
        ("create", True, None), ("skip", False, None),
    ]  # fmt: skip
    assert rows[mill].proposal == "match", "what matching says is shown all the same"


async def test_nothing_is_confirmed_before_it_is_matched(practice: Practice) -> None:
    await practice.connect()
    await entity(practice, "Flour and Water", businessNumber=ABN)
    mine = await ours(practice, "The Old Mill", "company", business_number=ABN)
    snapshot = await practice.taken()
    await explained(practice, snapshot)
    with pytest.raises(SnapshotNotConfirmable) as told:
        async with practice.ctx.unit() as unit:
            await confirm_snapshot(unit, snapshot_id=snapshot.id, version=snapshot.version)
    assert [one["code"] for one in told.value.extensions["blockers"]] == ["matching_again"]
    await practice.worked()
    async with practice.ctx.unit() as unit:
        await confirm_snapshot(unit, snapshot_id=snapshot.id, version=snapshot.version)
    await practice.worked()
    (mill,) = [client for client in await practice.all(Client) if client.id == mine]
    assert mill.linked


async def test_a_structure_explained_while_rows_are_matched_is_not_passed_by(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await practice.connect()
    mill = await entity(practice, "Flour and Water", businessNumber=ABN)
    await ours(practice, "The Old Mill", "company", business_number=ABN)
    snapshot = await practice.taken()
    write = stage_rows_module._write

    async def somebody_explains_meanwhile(unit: Any, rows: Any) -> None:
        if not told:
            told.append(True)
            await explained(practice, snapshot)
        await write(unit, rows)

    told: list[bool] = []
    monkeypatch.setattr(stage_rows_module, "_write", somebody_explains_meanwhile)
    await stage_rows_module.stage_rows(practice.ctx, snapshot_id=snapshot.id)
    assert {one["code"] for one in (await practice.rows(snapshot.id))[mill].warnings} == {"matching_again"}
    await practice.worked()
    assert (await practice.rows(snapshot.id))[mill].proposal == "match"
