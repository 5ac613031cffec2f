"""Lays records of a practice down as rows of a snapshot, each once by its id, however often an answer repeats it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.providers.parties import RemoteParty, RemoteStaff
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.neutral import staff_to_json, to_json
from practice.xpm.structures import kind_of, suggest_kind

# Until it is matched a row proposes nothing that could be confirmed.
GONE = b"gone"
"""The digest of a record that is there no more."""
_UNMATCHED: Mapping[str, Any] = {
    "proposal": "create", "reasons": [], "candidates": [], "warnings": [], "changes": [], "chosen": False,
    "action": "create",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rows are new, how many are not as they were, and how many were left out."""

    new: int
    changed: int
    deleted: int
    """Records that were deleted there and that nothing here is linked to: nobody is asked about them."""


async def store_rows(
    unit: Unit,
    *,
    snapshot: Snapshot,
    parties: Sequence[RemoteParty],
    structures: Mapping[str, str],
    linked: Mapping[str, str | None],
) -> Stored:
    """`structures`: what the practice's own names mean. `linked`: by the ids that clients here are linked to, their kind.

    A blank structure means what it meant before: the kind of the client that it is, or what was said in this import.
    """
    wanted = {party.remote_id: party for party in parties if not party.deleted or party.remote_id in linked}
    known = await _known(unit, snapshot.id, wanted)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for party in wanted.values():
        row = known.get(party.remote_id)
        if row is None:
            new.append(_values(unit, snapshot.id, unit.ids.new(), party, structures, linked.get(party.remote_id)))
        elif row.digest != party.digest:
            before = row.client_kind or linked.get(party.remote_id)
            changed.append({"row_id": row.id} | _values(unit, snapshot.id, row.id, party, structures, before))
    if new:
        fixed = {"firm_id": unit.firm_id, "created_at": unit.now, "snapshot_id": snapshot.id, "version": 1, **_UNMATCHED}
        await unit.execute(insert(SnapshotRow), [fixed | {"changed_since": False} | values for values in new])
    if changed:
        # Where it is reviewed already, whoever reviews it is to look again.
        reviewed = snapshot.state == "ready"
        table = SnapshotRow.__table__
        statement = (
            update(table)  # type: ignore[arg-type]  # a mapped class's table is one
            .where(table.c.firm_id == unit.firm_id, table.c.id == bindparam("row_id"))
            .values(
                {name: bindparam(f"its_{name}") for name in _READ}
                | {"version": table.c.version + 1}
                | ({"changed_since": True} if reviewed else {})
            )
        )
        await unit.execute(
            statement, [{"row_id": each["row_id"]} | {f"its_{name}": each[name] for name in _READ} for each in changed]
        )
    gone = sum(party.deleted and party.remote_id not in linked for party in parties)
    return Stored(len(new), len(changed), gone)


async def store_staff(unit: Unit, *, snapshot: Snapshot, staff: Sequence[RemoteStaff]) -> None:
    """All of the staff, in place of whatever was there; of somebody who left meanwhile what was decided stays."""
    known = {
        row.remote_id: row
        for row in await unit.scalars(
            select(SnapshotRow).where(
                SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.kind == "staff"
            )
        )
    }
    for one in staff:
        neutral = staff_to_json(one)
        digest = orjson.dumps([one.name, neutral], option=orjson.OPT_SORT_KEYS)
        row = known.pop(one.remote_id, None)
        if row is None:
            unit.add(
                SnapshotRow(
                    snapshot_id=snapshot.id, kind="staff", remote_id=one.remote_id, name=one.name, neutral=neutral,
                    digest=digest, role="staff", **_UNMATCHED,
                )
            )  # fmt: skip
        elif row.digest != digest:
            row.name, row.neutral, row.digest = one.name, neutral, digest
            row.changed_since = snapshot.state == "ready"
            row.version += 1
    gone = [row for row in known.values() if row.digest != GONE]
    for row in gone:
        if row.decided_at is not None:
            row.neutral, row.digest, row.changed_since = row.neutral | {"deleted": True}, GONE, snapshot.state == "ready"
            row.version += 1
    await unit.execute(
        delete(SnapshotRow)
        .where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.id.in_([row.id for row in gone if row.decided_at is None]),
        )
        .execution_options(synchronize_session=False)
    )
    await unit.flush()


async def store_missing_staff(unit: Unit, *, snapshot: Snapshot) -> None:
    """Members whose record the same person's list showed when it was last brought, and shows no more."""
    here = select(SnapshotRow.remote_id).where(
        SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.kind == "staff"
    )
    seen = select(Snapshot.id).where(
        Snapshot.firm_id == unit.firm_id, Snapshot.tenant_id == snapshot.tenant_id,
        Snapshot.xero_user_id == snapshot.xero_user_id,
    )  # fmt: skip
    for link in await unit.scalars(
        select(Link).where(
            Link.firm_id == unit.firm_id, Link.tenant_id == snapshot.tenant_id, Link.kind == "staff",
            Link.state != "unlinked", Link.member_id.is_not(None), Link.snapshot_id.in_(seen), Link.remote_id.not_in(here),
        )
    ):  # fmt: skip
        neutral = {key: link.base.get(key, "") for key in ("email", "phone", "mobile", "address")}
        unit.add(
            SnapshotRow(
                snapshot_id=snapshot.id, kind="staff", remote_id=link.remote_id, name=link.remote_name,
                neutral=neutral | {"deleted": True}, digest=GONE, role="staff", **_UNMATCHED,
            )
        )  # fmt: skip
    await unit.flush()


_READ = ("kind", "name", "neutral", "private", "digest", "client_kind", "archived")


async def _known(unit: Unit, snapshot_id: UUID, remote_ids: Collection[str]) -> dict[str, Any]:
    rows = await unit.rows(
        select(SnapshotRow.id, SnapshotRow.remote_id, SnapshotRow.digest, SnapshotRow.client_kind).where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == snapshot_id,
            SnapshotRow.kind != "staff",
            SnapshotRow.remote_id.in_(remote_ids),
        )
    )
    return {row.remote_id: row for row in rows}


def _values(
    unit: Unit, snapshot_id: UUID, id_: UUID, party: RemoteParty, structures: Mapping[str, str], before: str | None
) -> dict[str, Any]:
    kind = kind_of(party.structure, structures) if party.structure.strip() else before
    # Where nobody has said it yet it is shown where it probably belongs.
    is_person = (kind or suggest_kind(party.structure, party.name, party.fields["first_name"])) == "person"
    private = None
    if any(party.private.values()):
        cell = SnapshotRow(id=id_, firm_id=unit.firm_id, snapshot_id=snapshot_id)
        private = unit.seal(cell, "private", orjson.dumps(party.private).decode())
    return {
        "id": id_,
        "kind": "client" if is_person else "entity",
        "remote_id": party.remote_id,
        "name": party.name,
        "neutral": to_json(party),
        "private": private,
        "digest": party.digest,
        "client_kind": kind,
        "archived": party.archived,
    }
