"""Brings the relationships of an import across, once every client is there that is to be there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.clients.set_relationships import Change, Related, set_relationships
from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.providers.parties import RemoteParty
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.neutral import BLANK, from_json
from practice.xpm.relations import Edge, alike, canonical, edges, inverse_of

APPLIED = ("created", "updated", "linked", "unchanged", "conflict")


@dataclass(slots=True)
class Web:
    """Every relation that the practice tells of and that touches a client of this run, by the client that keeps it."""

    related: dict[UUID, list[Related]]
    applied: dict[UUID, UUID]
    """The rows of this run by their client."""
    seen: set[str]
    """The ids of all records that the practice showed."""
    told: set[str]
    """The ids of all relations that it told of, each once."""

    @property
    def owners(self) -> list[UUID]:
        """In an order that stays, so that a run that was cut off goes on where it was."""
        return sorted(set(self.related) | set(self.applied))


async def read_web(unit: Unit, snapshot: Snapshot) -> Web:
    """From the rows as they were read and the links as they are now."""
    rows = await unit.rows(
        select(
            SnapshotRow.id, SnapshotRow.remote_id, SnapshotRow.name, SnapshotRow.client_kind, SnapshotRow.outcome,
            SnapshotRow.client_id, SnapshotRow.neutral["relations"].label("relations"),
        ).where(
            SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.kind != "staff"
        )
    )  # fmt: skip
    links = await unit.rows(
        select(Link.remote_id, Link.client_id, Client.kind)
        .join(Client, (Client.firm_id == Link.firm_id) & (Client.id == Link.client_id))
        .where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == snapshot.tenant_id,
            Link.kind == "client",
            Link.state != "unlinked",
        )
    )
    ours: dict[str, UUID] = {link.remote_id: link.client_id for link in links}
    # Of somebody whom this reading does not show we know what they are.
    kinds = {link.remote_id: link.kind for link in links} | {row.remote_id: row.client_kind for row in rows}
    applied = {row.client_id: row.id for row in rows if row.outcome in APPLIED and row.client_id}
    found = edges([_party(row) for row in rows], kinds)
    related: defaultdict[UUID, list[Related]] = defaultdict(list)
    for edge in found:
        here, there = ours.get(edge.from_id), ours.get(edge.to_id)
        if here not in applied and there not in applied:
            continue
        if here is not None:
            related[here].append(outward(edge, there))
        elif there is not None:
            related[there].append(_inward(edge))
    told = {edge.remote_id for edge in found if edge.remote_id}
    return Web(dict(related), applied, {row.remote_id for row in rows}, told)


async def apply_relations(unit: Unit, *, snapshot: Snapshot, web: Web, owners: Sequence[UUID]) -> int:
    """Of these clients; answers how many of them changed. Done again it changes nothing."""
    changes = await set_relationships(
        unit,
        tenant_id=snapshot.tenant_id,
        related={owner: web.related.get(owner, []) for owner in owners},
        told=web.told,
        whole=[] if snapshot.source == "report" else [owner for owner in owners if owner in web.applied],
        seen=web.seen,
    )
    changed = {owner: change for owner, change in changes.items() if change}
    await _remember(unit, web, changed)
    return len(changed)


async def _remember(unit: Unit, web: Web, changed: Mapping[UUID, Change]) -> None:
    """On the rows, for undo. What a client that is not of this run got stands on the row at the other end."""
    by_row: defaultdict[UUID, Change] = defaultdict(Change)
    for owner, change in changed.items():
        ends = [owner, *(one.other_id for one in web.related.get(owner, ()) if one.other_id)]
        kept = by_row[next(web.applied[end] for end in ends if end in web.applied)]
        kept.made += change.made
        kept.before += change.before
    for row in await unit.find(SnapshotRow, by_row, lock=True):
        before = row.before or {}
        was = before.get("relationships", {"made": [], "before": []})
        change = by_row[row.id]
        row.before = {
            **before, "relationships": {"made": was["made"] + change.made, "before": was["before"] + change.before}
        }  # fmt: skip
    await unit.flush()


def _party(row: SnapshotRow) -> RemoteParty:
    # The rest of a record has no say in how it is related.
    return from_json(
        {**BLANK, "relations": row.relations or []},  # type: ignore[attr-defined]  # a labelled column
        remote_id=row.remote_id, name=row.name, archived=False, private={}, digest=b"",
    )  # fmt: skip


def outward(edge: Edge, there: UUID | None) -> Related:
    """Said from the side that it was written at. `there`: the other, if a client here."""
    return Related(
        edge.remote_id, edge.type, edge.role, False, edge.to_id, edge.to_name, there, edge.shares, edge.percentage,
        edge.started_on, edge.ended_on, alike(edge.role),
    )  # fmt: skip


def _inward(edge: Edge) -> Related:
    """Said from the side that is here, where ours has a word for it; else as what the other is of it."""
    inverse = inverse_of(edge.role)
    if inverse and canonical(edge.type) == edge.role:
        return Related(
            edge.remote_id, inverse.capitalize(), inverse, False, edge.from_id, edge.from_name, None, edge.shares,
            edge.percentage, edge.started_on, edge.ended_on,
        )  # fmt: skip
    return Related(
        edge.remote_id, edge.type, edge.role, True, edge.from_id, edge.from_name, None, edge.shares, edge.percentage,
        edge.started_on, edge.ended_on,
    )  # fmt: skip


