"""Says of every row of a snapshot what it is proposed to become, what would change, and what is wrong with it.

Reads in one unit, thinks in a thread of its own, writes in others: fifteen thousand rows take seconds, in which the
worker must go on saying that it is alive. What somebody has decided stays as they decided it.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import aliased

from practice.clients.details import BROUGHT, FIELDS, PRIVATE
from practice.clients.models import Client, ClientDetail
from practice.clients.write_details import local_fields
from practice.firms.models import Member
from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import Organisation
from practice.links.merge import merge
from practice.links.models import IgnoredRemote, Link
from practice.links.policy import fields_brought
from practice.links.ties import policies_of, ties_trusts_by_name
from practice.providers.parties import RemoteParty, RemoteStaff
from practice.xpm.lifecycle import moved_to
from practice.xpm.matching import OurMember, Ours, Proposal, Proposed, Theirs, TheirStaff, propose, propose_staff
from practice.xpm.models import Snapshot, SnapshotRow, StructureKind
from practice.xpm.names import digits
from practice.xpm.neutral import from_json, staff_from_json
from practice.xpm.precheck import precheck

AT_ONCE = 1_000


@dataclass(slots=True)
class Row:
    """What is looked at of one row."""

    id: UUID
    kind: str | None
    decided: bool
    target: UUID | None
    same: bool
    """It is as it was when it was last brought across."""
    of: RemoteParty


@dataclass(slots=True)
class Tied:
    """A client here, as far as what is there could change it."""

    local: dict[str, str]
    has_books: bool
    state: str | None = None
    """Of its link; None without one."""
    details: str = "all"
    """What was brought the widest."""
    base: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """All that proposing takes, read at one time."""

    rows: list[Row]
    staff: list[tuple[UUID, RemoteStaff]]
    left_staff: dict[UUID, RemoteStaff]
    """Those whom the practice's list shows no more."""
    ours: list[Ours]
    left: list[Ours]
    """Our clients whose record there is gone or archived, as that record last was: by it the one in its place is known."""
    members: list[OurMember]
    tied: dict[UUID, Tied]
    linked: dict[str, UUID]
    linked_staff: dict[str, UUID]
    staff_without_login: set[str]
    staff_gone: set[str]
    """Those whom an import has found gone before."""
    ignored: set[str]
    ignored_staff: set[str]
    policies: dict[str, str]
    trusts_by_name: bool
    as_of: date


async def stage_rows(ctx: Context, *, snapshot_id: UUID) -> None:
    """Of those that nobody has decided; warnings and changes are worked out for all."""
    async with ctx.unit(write=False) as unit:
        known = await _read(unit, snapshot_id)
    written = await asyncio.to_thread(_work_out, known)
    for some in _lots(written):
        async with ctx.unit() as unit:
            # Confirming waits for this, and once it is confirmed what was decided stays as it is.
            state = await unit.scalar(
                select(Snapshot.state)
                .where(Snapshot.firm_id == unit.firm_id, Snapshot.id == snapshot_id)
                .with_for_update(read=True)
            )
            if state not in ("fetching", "ready"):
                return
            await _write(unit, some)


async def _read(unit: Unit, snapshot_id: UUID) -> Known:
    snapshot = await unit.get(Snapshot, snapshot_id)
    links: Sequence[Link] = await unit.scalars(
        select(Link).where(Link.firm_id == unit.firm_id, Link.tenant_id == snapshot.tenant_id, Link.state != "unlinked")
    )
    ignored: Sequence[IgnoredRemote] = await unit.scalars(
        select(IgnoredRemote).where(
            IgnoredRemote.firm_id == unit.firm_id, IgnoredRemote.tenant_id == snapshot.tenant_id
        )
    )
    ours, tied = await _clients(unit, {link.client_id: link for link in links if link.client_id})
    members = await unit.rows(
        select(Member.id, Member.name, Member.email).where(Member.firm_id == unit.firm_id, Member.state != "removed")
    )
    bound = {link.member_id: link.remote_id for link in links if link.member_id}
    staff = await unit.rows(
        select(SnapshotRow.id, SnapshotRow.remote_id, SnapshotRow.name, SnapshotRow.neutral).where(
            SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id, SnapshotRow.kind == "staff"
        )
    )
    told = {row.id: staff_from_json(row.neutral, remote_id=row.remote_id, name=row.name) for row in staff}
    left = {row.id for row in staff if row.neutral.get("deleted")}
    rows = await _rows(unit, snapshot)
    dead = {row.of.remote_id for row in rows if row.of.deleted or row.of.archived}
    return Known(
        rows=rows,
        left=await _left(unit, [link for link in links if link.remote_id in dead or link.state == "remote_deleted"], ours),
        staff=[(id_, one) for id_, one in told.items() if id_ not in left],
        left_staff={id_: told[id_] for id_ in left},
        ours=ours,
        members=[OurMember(row.id, row.name, row.email or "", bound.get(row.id)) for row in members],
        tied=tied,
        linked={link.remote_id: link.client_id for link in links if link.client_id},
        linked_staff={link.remote_id: link.member_id for link in links if link.member_id},
        staff_without_login={link.remote_id for link in links if link.kind == "staff" and link.member_id is None},
        staff_gone={link.remote_id for link in links if link.kind == "staff" and link.state == "remote_deleted"},
        ignored={one.remote_id for one in ignored if one.kind == "client"},
        ignored_staff={one.remote_id for one in ignored if one.kind == "staff"},
        policies=await policies_of(unit, snapshot.tenant_id),
        trusts_by_name=await ties_trusts_by_name(unit, snapshot.tenant_id),
        as_of=unit.now.date(),
    )


async def _rows(unit: Unit, snapshot: Snapshot) -> list[Row]:
    """Some at a time: only the records themselves are held for all."""
    before = aliased(SnapshotRow)
    query = (
        select(
            SnapshotRow.id, SnapshotRow.remote_id, SnapshotRow.name, SnapshotRow.neutral, SnapshotRow.private,
            SnapshotRow.digest, SnapshotRow.client_kind, SnapshotRow.archived, SnapshotRow.target_id,
            SnapshotRow.decided_at, before.digest.label("digest_before"),
        )
        .outerjoin(
            Link,
            and_(
                Link.firm_id == SnapshotRow.firm_id, Link.tenant_id == snapshot.tenant_id, Link.kind == "client",
                Link.remote_id == SnapshotRow.remote_id, Link.state != "unlinked",
            ),
        )
        .outerjoin(
            before,
            and_(
                before.firm_id == Link.firm_id, before.snapshot_id == Link.snapshot_id,
                before.remote_id == Link.remote_id, before.kind != "staff",
            ),
        )
        .where(
            SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id, SnapshotRow.kind != "staff",
        )
        .order_by(SnapshotRow.id)
        .limit(AT_ONCE)
    )  # fmt: skip
    found: list[Row] = []
    while True:
        some = await unit.rows(query.where(SnapshotRow.id > found[-1].id) if found else query)
        for row in some:
            private: dict[str, str] = {}
            if row.private is not None:
                cell = SnapshotRow(id=row.id, firm_id=unit.firm_id, private=row.private)
                private = orjson.loads(unit.reveal(cell, "private"))
            party = from_json(
                row.neutral, remote_id=row.remote_id, name=row.name, archived=row.archived, private=private,
                digest=row.digest,
            )  # fmt: skip
            same = row.digest_before == row.digest
            found.append(Row(row.id, row.client_kind, row.decided_at is not None, row.target_id, same, party))
        if len(some) < AT_ONCE:
            return found


async def _left(unit: Unit, links: Sequence[Link], ours: Sequence[Ours]) -> list[Ours]:
    by_id = {link.client_id: link for link in links}
    last = {
        (row.snapshot_id, row.remote_id): row
        for row in await unit.scalars(
            select(SnapshotRow).where(
                SnapshotRow.firm_id == unit.firm_id, SnapshotRow.kind != "staff",
                SnapshotRow.remote_id.in_([link.remote_id for link in links]),
                SnapshotRow.snapshot_id.in_(
                    select(Snapshot.id).where(
                        Snapshot.firm_id == unit.firm_id, Snapshot.forgotten_at.is_(None),
                        Snapshot.id.in_({link.snapshot_id for link in links if link.snapshot_id}),
                    )
                ),
            )
        )
    }  # fmt: skip
    left = []
    for one in ours:
        link = by_id.get(one.id)
        row = last.get((link.snapshot_id, link.remote_id)) if link and link.snapshot_id else None
        if link is None:
            continue
        if row is None or row.neutral["deleted"]:
            left.append(one)
            continue
        private = orjson.loads(unit.reveal(row, "private")) if row.private else {}
        said = {name: row.neutral["fields"].get(name, "") for name in ("first_name", "last_name", "email", "address", "postcode")}
        left.append(replace(one, name=row.name, **said, **{name: private.get(name, "") for name in PRIVATE}))
    return left


async def _clients(unit: Unit, links: Mapping[UUID, Link]) -> tuple[list[Ours], dict[UUID, Tied]]:
    """All of them: what is archived here is shown to a person before it is made a second time, and tied by nobody else."""
    rows = await unit.rows(
        select(Client, ClientDetail, Organisation.registration_number)
        .outerjoin(ClientDetail, (ClientDetail.firm_id == Client.firm_id) & (ClientDetail.client_id == Client.id))
        .outerjoin(
            Organisation, (Organisation.firm_id == Client.firm_id) & (Organisation.tenant_id == Client.tenant_id)
        )
        .where(Client.firm_id == unit.firm_id)
    )
    ours, tied = [], {}
    for client, detail, number in rows:
        link = links.get(client.id)
        local = local_fields(client, detail)
        private = dict.fromkeys(PRIVATE, "")
        if detail is not None and detail.private is not None:
            private |= orjson.loads(unit.reveal(detail, "private"))
        # Xero keeps one number of an organisation: which it is shows in its length (an ABN, an NZBN; else a company's).
        business, company = (number or "", "") if len(digits(number or "")) in (11, 13) else ("", number or "")
        ours.append(
            Ours(
                id=client.id, kind=client.kind, name=client.name,
                first_name=local.get("first_name", ""), last_name=local.get("last_name", ""), email=local.get("email", ""),
                address=local.get("address", ""), postcode=local.get("postcode", ""),
                business_number=private["business_number"] or business, company_number=private["company_number"] or company,
                date_of_birth=private["date_of_birth"], linked_to=link.remote_id if link else None,
                has_books=client.tenant_id is not None, shelved=client.state == "archived" and link is None,
            )
        )  # fmt: skip
        tied[client.id] = Tied(
            local, client.tenant_id is not None, link.state if link else None, link.details if link else "all",
            link.base if link else {},
        )  # fmt: skip
    return ours, tied


def _work_out(known: Known) -> list[dict[str, Any]]:
    found = propose(
        [_theirs(row) for row in known.rows], known.ours, linked=known.linked, ignored=known.ignored,
        trusts_by_name=known.trusts_by_name,
    )  # fmt: skip
    gone = {row.of.remote_id for row in known.rows if row.of.deleted}
    shelved = {row.of.remote_id for row in known.rows if row.of.archived}
    found |= moved_to(
        [_theirs(row) for row in known.rows if not row.of.deleted], known.left, found,
        gone=gone | {id_ for id_, client in known.linked.items() if known.tied[client].state == "remote_deleted"},
        archived=shelved,
    )  # fmt: skip
    staff = propose_staff(
        [TheirStaff(one.remote_id, one.name, one.email) for _, one in known.staff], known.members,
        linked=known.linked_staff, ignored=known.ignored_staff,
    )  # fmt: skip
    remarks = precheck(
        [row.of for row in known.rows], {row.of.remote_id: row.kind for row in known.rows},
        [one for _, one in known.staff], known.as_of,
    )  # fmt: skip
    written = [
        _decided(row, found[row.of.remote_id], [_worded(one) for one in remarks.get(row.of.remote_id, ())], known)
        for row in known.rows
    ]
    for id_, one in known.staff:
        warnings = [_worded(remark) for remark in remarks.get(one.remote_id, ())]
        proposal = staff[one.remote_id]
        if proposal.proposal == "create" and one.remote_id in known.staff_without_login:
            proposal = replace(proposal, reasons=["linked_before"])
        back = one.remote_id in known.staff_gone
        row = _proposed(id_, proposal, warnings, [], "member_id", worth_it=back)
        # Known from an import before, and nobody in the team: there is nothing to do for them but to invite them.
        row["chosen"] = row["chosen"] and (back or proposal.reasons != ["linked_before"])
        written.append(row)
    for id_, one in known.left_staff.items():
        member = known.linked_staff.get(one.remote_id)
        stands: Proposed = "ignored" if one.remote_id in known.ignored_staff else "linked" if member else "skip"
        proposal = Proposal(stands, member, ["staff_gone"], [])
        written.append(
            _proposed(id_, proposal, [], [], "member_id", worth_it=one.remote_id not in known.staff_gone)
        )
    return written


def _theirs(row: Row) -> Theirs:
    of = row.of
    return Theirs(
        remote_id=of.remote_id, kind=row.kind, name=of.name, first_name=of.fields["first_name"],
        last_name=of.fields["last_name"], email=of.fields["email"], address=of.fields["address"],
        postcode=of.fields["postcode"], business_number=of.private["business_number"],
        company_number=of.private["company_number"], date_of_birth=of.private["date_of_birth"], archived=of.archived,
    )  # fmt: skip


def _decided(row: Row, proposal: Proposal, warnings: list[dict[str, str]], known: Known) -> dict[str, Any]:
    target = row.target if row.decided else proposal.target
    tied = known.tied.get(target) if target else None
    changes = _changes(row.of, tied, known.policies) if tied and not row.of.deleted else []
    if row.of.deleted:
        # Of one that is linked the link is to end; of any other nothing is left to bring.
        linked = proposal.proposal == "linked"
        proposal = Proposal("linked" if linked else "skip", proposal.target if linked else None, ["remote_deleted"], [])
    # Somebody who brings names and addresses only is not asked again and again about telephone numbers.
    brought = BROUGHT[tied.details] if tied else FIELDS
    worth_it = not row.same or any(one["field"] in brought for one in changes)
    if tied and proposal.proposal == "linked":
        stands = "remote_deleted" if row.of.deleted else "remote_archived" if row.of.archived else "linked"
        worth_it = (worth_it and not row.of.deleted) or tied.state != stands
    return _proposed(row.id, proposal, warnings, changes, "client_id", worth_it=worth_it) | {"client_kind": row.kind}


def _changes(party: RemoteParty, tied: Tied, policies: Mapping[str, str]) -> list[dict[str, str]]:
    """What importing all the details would do, as far as it would do anything."""
    remote = {name: party.fields[name] for name in FIELDS}
    fields: Collection[str] = fields_brought("all", has_books=tied.has_books, policies=policies)
    return [
        {"field": one.field, "before": one.local, "after": one.remote, "result": one.result}
        for one in merge(tied.base, tied.local, remote, fields=fields, policies=policies)
        if one.result in ("take", "conflict")
    ]


def _proposed(
    id_: UUID, proposal: Proposal, warnings: list[dict[str, str]], changes: list[dict[str, str]], of: str, *, worth_it: bool
) -> dict[str, Any]:
    """A row that was linked before and would change nothing is not chosen."""
    blocked = any(one["level"] == "blocker" for one in warnings)
    match proposal.proposal:
        case "linked":
            action, chosen = "link", worth_it
        case "match":
            action, chosen = "link", True
        case "check":
            action, chosen = "link" if proposal.target else "create", False
        case "ignored":
            action, chosen = "ignore", False
        case "skip":
            action, chosen = "skip", False
        case _:
            action, chosen = "create", True
    return {
        "id": str(id_),
        "proposal": proposal.proposal,
        "reasons": proposal.reasons,
        "candidates": [
            {of: str(one.id), "name": one.name, "rank": one.rank, "score": one.score, "reasons": one.reasons}
            for one in proposal.candidates
        ],
        "warnings": warnings,
        "changes": changes,
        "chosen": chosen and not blocked,
        "action": action,
        "target_id": str(proposal.target) if proposal.target else None,
    }


def _worded(remark: Any) -> dict[str, str]:
    return {"code": remark.code, "level": remark.level, "text": remark.text, "remedy": remark.remedy}


def _lots(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for at in range(0, len(rows), AT_ONCE):
        yield rows[at : at + AT_ONCE]


_WRITE = text("""
    UPDATE snapshot_row r SET
        proposal = s.proposal, reasons = ARRAY(SELECT jsonb_array_elements_text(s.reasons)), candidates = s.candidates,
        warnings = s.warnings, changes = s.changes,
        chosen = CASE WHEN r.decided_at IS NULL THEN s.chosen ELSE r.chosen END,
        action = CASE WHEN r.decided_at IS NULL THEN s.action ELSE r.action END,
        target_id = CASE WHEN r.decided_at IS NULL THEN s.target_id ELSE r.target_id END
    FROM jsonb_to_recordset(CAST(:staged AS jsonb)) AS s(
        id uuid, client_kind text, proposal text, reasons jsonb, candidates jsonb, warnings jsonb, changes jsonb,
        chosen boolean, action text, target_id uuid
    )
    WHERE r.firm_id = :firm_id AND r.id = s.id AND r.outcome IS NULL
    -- Somebody has said meanwhile what its structure means: it is matched once more.
    AND r.client_kind IS NOT DISTINCT FROM s.client_kind
""")


async def _write(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    await unit.execute(_WRITE, {"firm_id": unit.firm_id, "staged": orjson.dumps(rows).decode()})


async def structures_of(unit: Unit, tenant_id: UUID) -> dict[str, str]:
    """What the practice's own names of structures mean."""
    rows = await unit.rows(
        select(StructureKind.structure, StructureKind.client_kind).where(
            StructureKind.firm_id == unit.firm_id, StructureKind.tenant_id == tenant_id
        )
    )
    return {row.structure: row.client_kind for row in rows}


async def count_snapshot(unit: Unit, snapshot: Snapshot) -> dict[str, int]:
    """What the snapshot holds, as people are told it."""
    of = and_(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id)
    here = SnapshotRow.neutral["deleted"].astext.is_distinct_from("true")
    counted = (
        await unit.rows(
            select(
                func.count().filter(SnapshotRow.kind == "staff", here).label("staff"),
                func.count().filter(SnapshotRow.kind == "client", here).label("clients"),
                func.count().filter(SnapshotRow.kind == "entity", here).label("entities"),
                func.count().filter(SnapshotRow.archived).label("archived"),
                func.count().filter(SnapshotRow.kind != "staff", ~here).label("gone"),
                func.coalesce(
                    func.sum(func.jsonb_array_length(SnapshotRow.neutral["relations"])).filter(SnapshotRow.kind != "staff"), 0
                ).label("relationships"),
            ).where(of)
        )
    )[0]
    return {name: int(value) for name, value in counted._asdict().items()} | {"groups": len(snapshot.groups)}
