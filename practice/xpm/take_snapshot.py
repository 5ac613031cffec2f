"""Reads a practice's staff, groups and clients, lays them down as they arrive, then matches and checks them.

What was read whole is not read again: the checkpoint stands after each of the lists, and after each linked record that
was asked for by itself. The list of clients comes in one answer that cannot be resumed; read again, it lays down the same
rows. Nothing of this touches a client.
"""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice.clients.details import FIELDS, PRIVATE
from practice.clients.models import Client
from practice.connections.reach_practice import ReachedPractice, reach_practice
from practice.kernel.context import Run
from practice.kernel.failpoints import failpoint
from practice.kernel.problems import Problem
from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.providers.parties import RemoteGroup, RemoteParty
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import RecordsSetAside
from practice.xpm.stage_rows import count_snapshot, stage_rows, structures_of
from practice.xpm.store_rows import GONE, store_missing_staff, store_rows, store_staff

# Linked records that are not in the list are asked for one by one; beyond so many it is no longer their being gone that
# explains it, and nothing is said of the rest.
MOST_ASKED = 100
_STOPPED = ("discarded", "ready", "applying", "applied", "undoing", "undone", "failed")
_KEPT_ASIDE = 50
# What stands for our kinds of client where the record itself is no more.
_STRUCTURES = {
    "person": "Individual", "company": "Company", "trust": "Trust", "partnership": "Partnership",
    "super_fund": "Superannuation Fund", "other": "Other",
}  # fmt: skip


class _Ended(Exception):
    """The import was thrown away while it was read."""


async def take_snapshot(run: Run, *, snapshot_id: UUID) -> None:
    """Raises what the provider raises; what was read stays laid down."""
    try:
        await _take(run, snapshot_id)
    except _Ended:
        return


async def _take(run: Run, snapshot_id: UUID) -> None:
    async with run.unit() as unit:
        snapshot = await _held(unit, snapshot_id)
        tenant_id = snapshot.tenant_id
        if snapshot.source == "xpm":
            snapshot.problem = None
        snapshot.fetched_at = snapshot.fetched_at or unit.now
    if snapshot.source == "xpm" and "clients" not in run.cursor:
        async with reach_practice(run, tenant_id) as practice:
            await _read(run, snapshot_id, practice)
    if snapshot.source == "xpm" and not run.cursor.get("asked_all"):
        run.pause_if_over()
        async with reach_practice(run, tenant_id) as practice:
            await _ask_for_missing(run, snapshot_id, practice)
    run.pause_if_over()
    async with run.unit() as unit:
        _tell(unit, await _held(unit, snapshot_id), "Matching with your clients", 0, None)
    await stage_rows(run, snapshot_id=snapshot_id)
    failpoint(run.settings, "after_staging")
    async with run.unit() as unit:
        await _finish(unit, snapshot_id, run.cursor)


async def note_not_taken(unit: Unit, *, snapshot_id: UUID, problem: Problem | None, over: bool) -> None:
    """`over`: it is given up, and people hear of it; else it waits and goes on by itself."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "fetching":
        return
    snapshot.problem = said_of(problem) if problem else None
    if over:
        snapshot.state = "failed"
        snapshot.version += 1
        unit.record("snapshot.failed", on=snapshot, problem=problem.slug() if problem else None)
    unit.changed("snapshot", snapshot_id, patch={"state": snapshot.state})


async def note_not_refreshed(unit: Unit, *, snapshot_id: UUID, problem: Problem | None) -> None:
    """What changed since could not be read; what stands there can still be reviewed."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state == "ready":
        snapshot.problem = said_of(problem) if problem else None
        unit.changed("snapshot", snapshot_id, patch={"state": "ready"})


def said_of(problem: Problem) -> dict[str, Any]:
    """As a row keeps it. A practice is connected by a consent of its own."""
    said = problem.as_dict()
    if said["remedy"] and said["remedy"]["operation"] == "reconnect":
        said["remedy"] |= {"label": "Connect Xero Practice Manager again", "operation": "connect_practice"}
    return said


async def _read(run: Run, snapshot_id: UUID, practice: ReachedPractice) -> None:
    run.spend(3)
    if "staff" not in run.cursor:
        staff = await practice.staff()
        async with run.unit() as unit:
            snapshot = await _held(unit, snapshot_id)
            await store_staff(unit, snapshot=snapshot, staff=staff)
            _tell(unit, snapshot, "Reading staff", len(staff), len(staff))
            await run.checkpoint(unit, run.cursor | {"staff": len(staff)})
    failpoint(run.settings, "after_staff")
    if "groups" not in run.cursor:
        groups = await practice.groups()
        async with run.unit() as unit:
            snapshot = await _held(unit, snapshot_id)
            lay_groups(snapshot, groups)
            await run.checkpoint(unit, run.cursor | {"groups": len(groups)})
    async with run.unit(write=False) as unit:
        structures = await structures_of(unit, (await unit.get(Snapshot, snapshot_id)).tenant_id)
        linked = await linked_ids(unit, snapshot_id)
    kinds = {id_: kind for id_, (_, kind) in linked.items()}
    seen: set[str] = set()
    deleted: set[str] = set()
    async with aclosing(practice.clients()) as batches:
        async for parties in batches:
            seen |= {party.remote_id for party in parties}
            deleted |= {party.remote_id for party in parties if party.deleted}
            async with run.unit() as unit:
                snapshot = await _held(unit, snapshot_id)
                await store_rows(unit, snapshot=snapshot, parties=parties, structures=structures, linked=kinds)
                _tell(unit, snapshot, "Reading clients", len(seen), None)
            failpoint(run.settings, "after_batch")
    whose = await practice.whose()
    aside = [asdict(one) for one in practice.set_aside]
    async with run.unit() as unit:
        snapshot = await _held(unit, snapshot_id)
        snapshot.xero_user_id = whose
        await group_rows(unit, snapshot)
        await store_missing_staff(unit, snapshot=snapshot)
        done = {"clients": len(seen), "deleted": len(deleted - linked.keys())}
        await run.checkpoint(unit, run.cursor | done | {"aside": aside[:_KEPT_ASIDE], "aside_in_all": len(aside)})
    failpoint(run.settings, "after_clients")


async def _ask_for_missing(run: Run, snapshot_id: UUID, practice: ReachedPractice) -> None:
    """Linked records that this person's list showed when they were last brought, and no longer shows."""
    async with run.unit(write=False) as unit:
        snapshot = await unit.get(Snapshot, snapshot_id)
        structures = await structures_of(unit, snapshot.tenant_id)
        linked = await linked_ids(unit, snapshot_id)
        missing = await _missing(unit, snapshot)
    kinds = {id_: kind for id_, (_, kind) in linked.items()}
    asked = list(run.cursor.get("asked", []))
    for remote_id in [one for one in missing if one not in asked][: MOST_ASKED - len(asked)]:
        run.pause_if_over()
        run.spend()
        party = await practice.client(remote_id) or _gone(remote_id, *linked[remote_id])
        asked.append(remote_id)
        async with run.unit() as unit:
            snapshot = await _held(unit, snapshot_id)
            await store_rows(unit, snapshot=snapshot, parties=[party], structures=structures, linked=kinds)
            await run.checkpoint(unit, run.cursor | {"asked": asked})
    async with run.unit() as unit:
        await run.checkpoint(unit, run.cursor | {"asked": asked, "asked_all": True})


async def _missing(unit: Unit, snapshot: Snapshot) -> Sequence[str]:
    """Absence in somebody else's snapshot says nothing: they may see less than who brought it."""
    before = select(Snapshot.id).where(
        Snapshot.firm_id == unit.firm_id, Snapshot.xero_user_id == snapshot.xero_user_id,
        Snapshot.tenant_id == snapshot.tenant_id,
    )  # fmt: skip
    here = select(SnapshotRow.remote_id).where(
        SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.kind != "staff"
    )
    return await unit.scalars(
        select(Link.remote_id)
        .where(
            Link.firm_id == unit.firm_id, Link.tenant_id == snapshot.tenant_id, Link.kind == "client",
            Link.state.in_(("linked", "remote_archived")), Link.snapshot_id.in_(before), Link.remote_id.not_in(here),
        )
        .order_by(Link.remote_id)
    )  # fmt: skip


async def linked_ids(unit: Unit, snapshot_id: UUID) -> dict[str, tuple[str, str | None]]:
    """By the ids that clients here are linked to: the name it had there, and our client's kind."""
    snapshot = await unit.get(Snapshot, snapshot_id)
    rows = await unit.rows(
        select(Link.remote_id, Link.remote_name, Client.kind)
        .join(Client, (Client.firm_id == Link.firm_id) & (Client.id == Link.client_id))
        .where(
            Link.firm_id == unit.firm_id, Link.tenant_id == snapshot.tenant_id, Link.kind == "client",
            Link.state != "unlinked",
        )
    )  # fmt: skip
    return {row.remote_id: (row.remote_name, row.kind) for row in rows}


def _gone(remote_id: str, name: str, kind: str | None) -> RemoteParty:
    """What stands for a record that is there no more."""
    return RemoteParty(
        remote_id=remote_id, name=name, structure=_STRUCTURES.get(kind or "", ""),
        fields=dict.fromkeys(FIELDS, "") | {"name": name}, private=dict.fromkeys(PRIVATE, ""), archived=False,
        deleted=True, account_manager=None, job_manager=None, contacts=(), relations=(), groups=(), web_url="", code="",
        digest=GONE,
    )  # fmt: skip


def lay_groups(snapshot: Snapshot, groups: Sequence[RemoteGroup]) -> None:
    """Who is in them the clients say."""
    snapshot.groups = [{"remote_id": one.remote_id, "name": one.name, "members": []} for one in groups]


async def group_rows(unit: Unit, snapshot: Snapshot) -> None:
    """Who is in which group, as the clients themselves say it; a group that only they name is one, too."""
    rows = await unit.rows(
        select(SnapshotRow.remote_id, SnapshotRow.neutral["groups"].label("groups"))
        .where(
            SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.kind != "staff",
            SnapshotRow.neutral["groups"].astext != "[]",
        )
        .order_by(SnapshotRow.remote_id)
    )  # fmt: skip
    groups = {one["remote_id"]: one | {"members": []} for one in snapshot.groups}
    for row in rows:
        for id_, name in row.groups:
            groups.setdefault(id_, {"remote_id": id_, "name": name, "members": []})["members"].append(row.remote_id)
    snapshot.groups = list(groups.values())


async def _held(unit: Unit, snapshot_id: UUID) -> Snapshot:
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state in _STOPPED:
        raise _Ended
    return snapshot


def _tell(unit: Unit, snapshot: Snapshot, stage: str, done: int, total: int | None) -> None:
    snapshot.progress = {"stage": stage, "done": done, "total": total}
    unit.changed("snapshot", snapshot.id, patch={"state": snapshot.state, **snapshot.progress})


async def _finish(unit: Unit, snapshot_id: UUID, cursor: dict[str, Any]) -> None:
    snapshot = await _held(unit, snapshot_id)
    more = {"deleted": cursor.get("deleted", 0), "set_aside": cursor.get("aside_in_all", 0)}
    snapshot.counts = await count_snapshot(unit, snapshot) | more
    rows = snapshot.counts["staff"] + snapshot.counts["clients"] + snapshot.counts["entities"]
    if more["set_aside"]:
        snapshot.problem = RecordsSetAside(cursor["aside"], in_all=more["set_aside"]).as_dict()
    snapshot.state = "ready"
    snapshot.version += 1
    _tell(unit, snapshot, "Ready for review", rows, rows)
    unit.record("snapshot.fetched", on=snapshot, **snapshot.counts)
