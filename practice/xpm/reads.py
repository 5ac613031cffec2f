"""Queries about imports from XPM for screens: the list, one import, its rows filtered and counted, and what confirming would do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, true, tuple_, union_all

from practice.clients.details import BROUGHT
from practice.clients.models import Client
from practice.connections.causes import WORKING
from practice.connections.models import Connection, Tenant
from practice.firms.models import Member
from practice.firms.reads import names_of
from practice.kernel.unit import Unit
from practice.links.models import Link, LinkConflict
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.precheck import MATCHING_AGAIN

KINDS = ("staff", "client", "entity")
BLOCKING = [{"level": "blocker"}]
# Who decided something within this time is shown as still being there.
PRESENT_FOR = timedelta(minutes=5)
# An older snapshot is read again before it is confirmed.
FRESH_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of one kind, a filter by what is proposed, a reason or warning by its code, words in the name."""

    kind: str
    show: str = "all"
    reason: str | None = None
    q: str | None = None
    ids: Sequence[UUID] | None = None


@dataclass(slots=True)
class Shown:
    """An import with what is worked out beside it."""

    snapshot: Snapshot
    practice: str
    started_by: str
    confirmed_by: str | None
    chosen: dict[str, int]
    blockers: int
    also_editing: list[str] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        return self.snapshot.state == "applied" and self.snapshot.forgotten_at is None


@dataclass(frozen=True, slots=True)
class Gone:
    """A member of the firm whose record the practice's staff list shows no more."""

    id: UUID
    name: str


@dataclass(slots=True)
class Practice:
    """A practice in XPM as somebody in the firm let us see it."""

    tenant_id: UUID
    name: str
    connection: str
    cause: str | None
    linked_clients: int
    linked_staff: int
    staff_gone: list[Gone]
    open_conflicts: int
    last_import: Snapshot | None


@dataclass(slots=True)
class Around:
    """What the rows of one page speak of: targets, managers, and who is related to them."""

    targets: dict[UUID, str]
    members: dict[str, tuple[UUID, str]]
    """The firm's member that a member of XPM's staff is, by its id there."""
    rows: dict[str, tuple[str, bool]]
    """Other rows of the same import by their id in XPM: name, and whether they are chosen."""
    incoming: dict[str, list[dict[str, Any]]]
    """Relations that other rows tell of, by the id in XPM they lead to."""
    deciders: dict[UUID, str]


def _shows(snapshot: Snapshot) -> dict[str, ColumnElement[bool]]:
    offered = true() if snapshot.archived_too else or_(~SnapshotRow.archived, SnapshotRow.proposal == "linked")
    warned = func.jsonb_array_length(SnapshotRow.warnings) > 0
    return {
        "all": offered,
        "new": and_(offered, SnapshotRow.proposal == "create"),
        "updates": and_(offered, SnapshotRow.proposal.in_(("linked", "match"))),
        "check": and_(offered, SnapshotRow.proposal == "check"),
        "ignored": and_(offered, SnapshotRow.proposal == "ignored"),
        "warnings": and_(offered, warned),
        "chosen": SnapshotRow.chosen.is_(True),
        "not_chosen": and_(offered, ~SnapshotRow.chosen),
        "archived": SnapshotRow.archived.is_(True),
        "changed": SnapshotRow.changed_since.is_(True),
        "conflicts": SnapshotRow.outcome == "conflict",
        "failed": SnapshotRow.outcome == "failed",
    }


def matching(snapshot: Snapshot, wanted: Wanted) -> ColumnElement[bool]:
    """The rows wanted, as a condition: the same for a list and for a decision over all of them."""
    found: list[ColumnElement[bool]] = [
        SnapshotRow.firm_id == snapshot.firm_id,
        SnapshotRow.snapshot_id == snapshot.id,
        SnapshotRow.kind == wanted.kind,
        _shows(snapshot)[wanted.show],
    ]
    if wanted.reason:
        found.append(
            or_(
                SnapshotRow.reasons.contains([wanted.reason]),
                SnapshotRow.warnings.contains([{"code": wanted.reason}]),
            )
        )
    if wanted.q:
        pattern = "%" + wanted.q.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        email = func.coalesce(SnapshotRow.neutral["fields"]["email"].astext, SnapshotRow.neutral["email"].astext)
        found.append(or_(SnapshotRow.name.ilike(pattern), email.ilike(pattern)))
    if wanted.ids is not None:
        found.append(SnapshotRow.id.in_(wanted.ids))
    return and_(*found)


def undecided() -> ColumnElement[bool]:
    """A chosen row of which a person has to say what it is."""
    return and_(SnapshotRow.proposal == "check", SnapshotRow.decided_at.is_(None))


def blocked() -> ColumnElement[bool]:
    """A chosen row that cannot be imported as it stands."""
    return and_(
        SnapshotRow.chosen,
        SnapshotRow.action.in_(("create", "link")),
        or_(
            undecided(),
            and_(SnapshotRow.action == "link", SnapshotRow.target_id.is_(None)),
            and_(SnapshotRow.kind != "staff", SnapshotRow.client_kind.is_(None)),
            SnapshotRow.warnings.contains(BLOCKING),
        ),
    )


async def list_rows(
    unit: Unit, snapshot: Snapshot, wanted: Wanted, *, after: tuple[str, UUID] | None, limit: int
) -> list[SnapshotRow]:
    """By name; `after`: the last row that was given out."""
    query = select(SnapshotRow).where(SnapshotRow.firm_id == unit.firm_id, matching(snapshot, wanted))
    if after:
        query = query.where(tuple_(func.lower(SnapshotRow.name), SnapshotRow.id) > after)
    return await unit.scalars(query.order_by(func.lower(SnapshotRow.name), SnapshotRow.id).limit(limit))


async def count_rows(unit: Unit, snapshot: Snapshot, kind: str, wanted: Wanted) -> tuple[int, dict[str, int]]:
    """How many rows are wanted, and how many each filter has."""
    shows = _shows(snapshot)
    row = (
        await unit.rows(
            select(
                func.count().filter(matching(snapshot, wanted)),
                *(func.count().filter(condition) for condition in shows.values()),
            ).where(
                SnapshotRow.firm_id == unit.firm_id,
                SnapshotRow.snapshot_id == snapshot.id,
                SnapshotRow.kind == kind,
            )
        )
    )[0]
    return row[0], dict(zip(shows, row[1:], strict=True))


async def count_reasons(unit: Unit, snapshot: Snapshot, wanted: Wanted) -> list[tuple[str, int]]:
    """By the code of a reason or warning, how many of the rows wanted have it, the most frequent first."""
    of = (
        select(SnapshotRow.id, SnapshotRow.reasons, SnapshotRow.warnings)
        .where(SnapshotRow.firm_id == unit.firm_id, matching(snapshot, replace(wanted, reason=None)))
        .cte("wanted")
    )
    told = union_all(
        select(of.c.id, func.unnest(of.c.reasons).label("code")),
        select(of.c.id, func.jsonb_array_elements(of.c.warnings).op("->>")("code").label("code")),
    ).subquery()
    rows = func.count(told.c.id.distinct())
    found = await unit.rows(select(told.c.code, rows).group_by(told.c.code).order_by(rows.desc(), told.c.code))
    return [(code, n) for code, n in found]


async def around(unit: Unit, snapshot: Snapshot, rows: Sequence[SnapshotRow]) -> Around:
    """What the page's rows point to, in a handful of queries."""
    remote_ids = [row.remote_id for row in rows]
    clients = {row.target_id for row in rows if row.target_id and row.kind != "staff"}
    members = {row.target_id for row in rows if row.target_id and row.kind == "staff"}
    targets = dict(
        await unit.rows(select(Client.id, Client.name).where(Client.firm_id == unit.firm_id, Client.id.in_(clients)))
    )
    targets |= await names_of(unit, members)
    others = {
        relation["other_remote_id"] for row in rows for relation in row.neutral.get("relations", ())
    }
    incoming: dict[str, list[dict[str, Any]]] = {}
    if any(row.kind != "staff" for row in rows):
        for theirs, name, kind, chosen, relation in await unit.rows(
            text(
                """
                SELECT r.remote_id, r.name, r.kind, r.chosen, relation
                FROM snapshot_row r CROSS JOIN LATERAL jsonb_array_elements(r.neutral -> 'relations') relation
                WHERE r.firm_id = :firm AND r.snapshot_id = :snapshot AND r.kind <> 'staff'
                AND relation ->> 'other_remote_id' = ANY(:ids)
                """
            ),
            {"firm": unit.firm_id, "snapshot": snapshot.id, "ids": remote_ids},
        ):
            incoming.setdefault(relation["other_remote_id"], []).append(
                {**relation, "other_remote_id": theirs, "other_name": name, "kind": kind, "chosen": chosen}
            )
    named = await unit.rows(
        select(SnapshotRow.remote_id, SnapshotRow.name, SnapshotRow.chosen).where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == snapshot.id,
            SnapshotRow.kind != "staff",
            SnapshotRow.remote_id.in_(others),
        )
    )
    return Around(
        targets=targets,
        members=await _members(unit, snapshot.tenant_id),
        rows={row.remote_id: (row.name, row.chosen) for row in named},
        incoming=incoming,
        deciders=await names_of(unit, {row.decided_by for row in rows if row.decided_by}),
    )


async def _members(unit: Unit, tenant_id: UUID) -> dict[str, tuple[UUID, str]]:
    rows = await unit.rows(
        select(Link.remote_id, Member.id, Member.name)
        .join(Member, and_(Member.firm_id == Link.firm_id, Member.id == Link.member_id))
        .where(
            Link.firm_id == unit.firm_id, Link.tenant_id == tenant_id, Link.kind == "staff", Link.state != "unlinked",
            Member.state == "active",
        )
    )  # fmt: skip
    return {row[0]: (row[1], row[2]) for row in rows}


async def read_import(unit: Unit, snapshot_id: UUID) -> Shown:
    """One import, with who else is deciding right now."""
    snapshot = await unit.get(Snapshot, snapshot_id)
    shown = (await _shown(unit, [snapshot]))[0]
    deciding = await unit.scalars(
        select(SnapshotRow.decided_by)
        .where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == snapshot_id,
            SnapshotRow.decided_at > unit.now - PRESENT_FOR,
            SnapshotRow.decided_by.is_not(None),
            SnapshotRow.decided_by != unit.actor.member_id,
        )
        .distinct()
    )
    if deciding and snapshot.state == "ready":
        shown.also_editing = sorted((await names_of(unit, deciding)).values())
    return shown


async def list_imports(
    unit: Unit, *, before: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[Shown], int]:
    """The history, the newest first, and how many there are."""
    mine = and_(Snapshot.firm_id == unit.firm_id, Snapshot.state != "discarded")
    query = select(Snapshot).where(mine)
    if before:
        query = query.where(tuple_(Snapshot.created_at, Snapshot.id) < before)
    snapshots = await unit.scalars(query.order_by(Snapshot.created_at.desc(), Snapshot.id.desc()).limit(limit))
    total = await unit.scalar(select(func.count()).select_from(Snapshot).where(mine))
    return await _shown(unit, snapshots), total


async def _shown(unit: Unit, snapshots: Iterable[Snapshot]) -> list[Shown]:
    listed = list(snapshots)
    ids = [snapshot.id for snapshot in listed]
    people = {id_ for one in listed for id_ in (one.started_by, one.confirmed_by) if id_}
    names = await names_of(unit, people)
    practices = dict(
        await unit.rows(
            select(Tenant.id, Tenant.name).where(
                Tenant.firm_id == unit.firm_id, Tenant.id.in_({one.tenant_id for one in listed})
            )
        )
    )
    counted: dict[UUID, dict[str, int]] = {id_: dict.fromkeys(KINDS, 0) for id_ in ids}
    stuck: dict[UUID, int] = dict.fromkeys(ids, 0)
    for snapshot_id, kind, chosen, held in await unit.rows(
        select(
            SnapshotRow.snapshot_id,
            SnapshotRow.kind,
            func.count().filter(SnapshotRow.chosen),
            func.count().filter(blocked()),
        )
        .where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id.in_(ids))
        .group_by(SnapshotRow.snapshot_id, SnapshotRow.kind)
    ):
        counted[snapshot_id][kind] = chosen
        stuck[snapshot_id] += held
    return [
        Shown(
            snapshot=one,
            practice=practices[one.tenant_id],
            started_by=names.get(one.started_by, "Bulkhead") if one.started_by else "Bulkhead",
            confirmed_by=names.get(one.confirmed_by) if one.confirmed_by else None,
            chosen=counted[one.id],
            blockers=stuck[one.id],
        )
        for one in listed
    ]


async def list_practices(unit: Unit) -> list[Practice]:
    """The practices that were ever seen, connected ones first; a practice's report counts as one."""
    rows = await unit.rows(
        select(Tenant, Connection.status, Connection.cause)
        .outerjoin(Connection, and_(Connection.firm_id == Tenant.firm_id, Connection.tenant_id == Tenant.id))
        .where(Tenant.firm_id == unit.firm_id, Tenant.kind == "practice_manager")
        .order_by(Connection.status.in_(WORKING).desc().nulls_last(), Tenant.name)
    )
    practices = []
    for tenant, status, cause in rows:
        linked: dict[str, int] = dict(
            await unit.rows(
                select(Link.kind, func.count())
                .where(Link.firm_id == unit.firm_id, Link.tenant_id == tenant.id, Link.state != "unlinked")
                .group_by(Link.kind)
            )
        )
        gone = await unit.rows(
            select(Member.id, Member.name)
            .join(Link, and_(Link.firm_id == Member.firm_id, Link.member_id == Member.id))
            .where(
                Link.firm_id == unit.firm_id, Link.tenant_id == tenant.id, Link.kind == "staff",
                Link.state == "remote_deleted", Member.state == "active",
            )
            .order_by(func.lower(Member.name), Member.id)
        )  # fmt: skip
        conflicts = await unit.scalar(
            select(func.count())
            .select_from(LinkConflict)
            .join(Link, and_(Link.firm_id == LinkConflict.firm_id, Link.id == LinkConflict.link_id))
            .where(
                LinkConflict.firm_id == unit.firm_id, Link.tenant_id == tenant.id, LinkConflict.resolved_at.is_(None)
            )
        )
        last = await unit.scalar(
            select(Snapshot)
            .where(Snapshot.firm_id == unit.firm_id, Snapshot.tenant_id == tenant.id, Snapshot.applied_at.is_not(None))
            .order_by(Snapshot.applied_at.desc())
            .limit(1)
        )
        state = "none" if status in (None, "disconnected") else "connected" if status in WORKING else "needs_action"
        practices.append(
            Practice(
                tenant.id, tenant.name, state, cause, linked.get("client", 0), linked.get("staff", 0),
                [Gone(*row) for row in gone], conflicts, last,
            )
        )  # fmt: skip
    return practices


async def under_way(unit: Unit) -> Snapshot | None:
    """The import that somebody is in the middle of: being read, reviewed, applied or undone."""
    found: Snapshot | None = await unit.scalar(
        select(Snapshot)
        .where(
            Snapshot.firm_id == unit.firm_id, Snapshot.state.in_(("fetching", "ready", "applying", "undoing", "failed"))
        )
        .order_by(Snapshot.created_at.desc())
        .limit(1)
    )
    return found


async def list_structures(unit: Unit, snapshot_id: UUID) -> list[tuple[str, int, Collection[str], Mapping[str, str]]]:
    """Each structure as XPM writes it: rows, the kinds they were given, and one row's name and first name to guess by."""
    rows = await unit.rows(
        text(
            """
            SELECT neutral ->> 'structure' AS structure, count(*) AS rows,
                   array_remove(array_agg(DISTINCT client_kind), NULL) AS kinds,
                   min(name) AS name, min(neutral -> 'fields' ->> 'first_name') AS first_name
            FROM snapshot_row WHERE firm_id = :firm AND snapshot_id = :snapshot AND kind <> 'staff'
            GROUP BY 1 ORDER BY 2 DESC, 1
            """
        ),
        {"firm": unit.firm_id, "snapshot": snapshot_id},
    )
    return [
        (row.structure or "", row.rows, row.kinds, {"name": row.name, "first_name": row.first_name or ""})
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why rows that are chosen cannot be imported yet, and what helps."""

    code: str
    text: str
    remedy: str
    rows: int


STANDING = {
    "undecided": ("Several of your clients may be the one in XPM.", "Say which one it is, or make a new one."),
    "no_target": ("It is to be linked, and nobody said to whom.", "Choose the client, or make a new one."),
    "no_structure": ("Nobody said what this business structure is.", "Say it once for each structure."),
    "target_twice": ("Two records in XPM would go into one client.", "Link one of them, and create or skip the other."),
}
"""What is wrong with a decision, in the order in which it is counted."""


@dataclass(slots=True)
class Summary:
    """What confirming would do, counted."""

    by_kind: dict[str, dict[str, int]]
    relationships: int
    stubs: int
    groups: int
    managers_assigned: int
    managers_pending: int
    conflicts: int
    invitations: int
    blockers: list[Blocker]
    changed_since: int
    stale: bool


async def summarise(unit: Unit, snapshot: Snapshot) -> Summary:
    """The consequences of confirming as things stand."""
    of = and_(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.chosen)
    by_kind = {kind: dict.fromkeys(("create", "update", "link", "skip", "ignore"), 0) for kind in KINDS}
    for kind, action, proposal, count in await unit.rows(
        select(SnapshotRow.kind, SnapshotRow.action, SnapshotRow.proposal, func.count())
        .where(of)
        .group_by(SnapshotRow.kind, SnapshotRow.action, SnapshotRow.proposal)
    ):
        by_kind[kind]["update" if action == "link" and proposal == "linked" else action] += count
    counted = (
        await unit.rows(
            text(
                """
                -- Each row's JSON is opened once: that is what this costs.
                WITH chosen AS MATERIALIZED (
                    SELECT r.remote_id, r.changes, said.relations, said.groups,
                           said.account_manager ->> 0 AS lead, said.job_manager ->> 0 AS second
                    FROM snapshot_row r, LATERAL jsonb_to_record(r.neutral) AS said(
                        relations jsonb, groups jsonb, account_manager jsonb, job_manager jsonb)
                    WHERE r.firm_id = :firm AND r.snapshot_id = :snapshot AND r.chosen AND r.kind <> 'staff'
                    AND r.action IN ('create', 'link')
                ), relation AS MATERIALIZED (
                    SELECT jsonb_array_elements(c.relations) ->> 'other_remote_id' AS other FROM chosen c
                    WHERE c.relations <> '[]'
                ), known AS (
                    SELECT remote_id FROM chosen
                    UNION SELECT remote_id FROM link
                    WHERE firm_id = :firm AND tenant_id = :tenant AND kind = 'client' AND state <> 'unlinked'
                ), staff AS (
                    SELECT remote_id FROM link
                    WHERE firm_id = :firm AND tenant_id = :tenant AND kind = 'staff' AND state <> 'unlinked'
                    AND member_id IS NOT NULL
                    UNION SELECT remote_id FROM snapshot_row
                    WHERE firm_id = :firm AND snapshot_id = :snapshot AND kind = 'staff' AND chosen
                    AND action = 'link' AND target_id IS NOT NULL
                ), manager AS (
                    SELECT lead AS id FROM chosen WHERE lead IS NOT NULL
                    UNION ALL SELECT second FROM chosen WHERE second IS NOT NULL
                )
                SELECT
                    (SELECT count(*) FROM relation) AS relationships,
                    (SELECT count(DISTINCT other) FROM relation WHERE other NOT IN (SELECT remote_id FROM known)) AS stubs,
                    (SELECT count(DISTINCT g ->> 0) FROM chosen c, jsonb_array_elements(c.groups) g) AS groups,
                    (SELECT count(*) FROM manager WHERE id IN (SELECT remote_id FROM staff)) AS assigned,
                    (SELECT count(*) FROM manager WHERE id NOT IN (SELECT remote_id FROM staff)) AS pending,
                    (SELECT count(*) FROM chosen c WHERE c.changes <> '[]' AND EXISTS (
                        SELECT 1 FROM jsonb_array_elements(c.changes) one
                        WHERE one ->> 'result' = 'conflict' AND one ->> 'field' = ANY(:fields))) AS conflicts
                """
            ),
            {
                "firm": unit.firm_id, "snapshot": snapshot.id, "tenant": snapshot.tenant_id,
                "fields": list(BROUGHT[snapshot.details]),
            },
        )
    )[0]  # fmt: skip
    invitations = 0
    if snapshot.invite:
        invitations = await unit.scalar(
            select(func.count())
            .select_from(SnapshotRow)
            .where(of, SnapshotRow.kind == "staff", SnapshotRow.action == "create")
            .where(func.coalesce(SnapshotRow.neutral["email"].astext, "") != "")
        )
    return Summary(
        by_kind=by_kind,
        relationships=counted.relationships,
        stubs=counted.stubs,
        groups=counted.groups,
        managers_assigned=counted.assigned,
        managers_pending=counted.pending,
        conflicts=counted.conflicts,
        invitations=invitations,
        blockers=await blockers_of(unit, snapshot.id),
        changed_since=await unit.scalar(
            select(func.count()).select_from(SnapshotRow).where(of, SnapshotRow.changed_since)
        ),
        stale=is_stale(unit, snapshot),
    )


def is_stale(unit: Unit, snapshot: Snapshot) -> bool:
    """Whether it was read so long ago that what changed must be read first. A report does not grow old."""
    return snapshot.source == "xpm" and (snapshot.fetched_at is None or unit.now - snapshot.fetched_at > FRESH_FOR)


async def blockers_of(unit: Unit, snapshot_id: UUID) -> list[Blocker]:
    """What stands in the way of confirming, with how many chosen rows each holds up."""
    of = and_(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id)
    # Of one that was deleted there only the link ends: nothing of it need be fit.
    living = SnapshotRow.neutral["deleted"].astext.is_distinct_from("true")
    acts = and_(of, SnapshotRow.chosen, SnapshotRow.action.in_(("create", "link")), living)
    # One that is archived there gives way to the record in its place.
    twice = (
        select(SnapshotRow.target_id)
        .where(acts, SnapshotRow.action == "link", SnapshotRow.target_id.is_not(None), ~SnapshotRow.archived)
        .group_by(SnapshotRow.target_id)
        .having(func.count() > 1)
    )
    row = (
        await unit.rows(
            select(
                func.count().filter(undecided()),
                func.count().filter(SnapshotRow.action == "link", SnapshotRow.target_id.is_(None)),
                func.count().filter(SnapshotRow.kind != "staff", SnapshotRow.client_kind.is_(None)),
                func.count().filter(SnapshotRow.target_id.in_(twice)),
            ).where(acts)
        )
    )[0]
    found = [Blocker(code, *STANDING[code], rows) for code, rows in zip(STANDING, row, strict=True) if rows]
    warned = await unit.rows(
        text(
            """
            SELECT one ->> 'code' AS code, min(one ->> 'text') AS text, min(one ->> 'remedy') AS remedy,
                   count(DISTINCT r.id) AS rows
            FROM snapshot_row r CROSS JOIN LATERAL jsonb_array_elements(r.warnings) one
            WHERE r.firm_id = :firm AND r.snapshot_id = :snapshot
            AND r.warnings @> '[{"level": "blocker"}]' AND one ->> 'level' = 'blocker' AND one ->> 'code' <> 'unmapped_structure'
            -- One that is being matched may be ticked by it.
            AND (r.chosen AND r.action IN ('create', 'link') OR one ->> 'code' = :matching) GROUP BY 1 ORDER BY 1
            """
        ),
        {"firm": unit.firm_id, "snapshot": snapshot_id, "matching": MATCHING_AGAIN.code},
    )
    return found + [Blocker(line.code, line.text, line.remedy, line.rows) for line in warned]
