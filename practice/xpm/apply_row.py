"""Does with rows of an import what was decided: people and entities become clients, or are brought together with one.

All of the rows that are given, or none: a row that cannot be done raises, and whoever asked tries them by halves.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.clients.add_clients import NewClient, add_clients, seal_private
from practice.clients.details import BROUGHT, FIELDS
from practice.clients.set_groups import set_groups
from practice.clients.set_managers import Named, set_managers
from practice.clients.set_people import Contact, set_people
from practice.clients.set_relationships import resolve_stubs
from practice.kernel.unit import Unit
from practice.links.link_client import link_client, new_link
from practice.links.merge_remote import Brought, merge_remote
from practice.links.models import IgnoredRemote, Link
from practice.links.problems import AlreadyLinked
from practice.links.ties import Tie, lock_ties, members_by_staff, policies_of
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import RowUnfit
from practice.xpm.surroundings import PARTS, surroundings

MANAGERS = (("account_manager", 0), ("job_manager", 1))


@dataclass(slots=True)
class Done:
    """A row with the client it became, and what it was before."""

    row: SnapshotRow
    tie: Tie
    new: bool
    linked_now: bool
    brought: Brought
    before: dict[str, Any]


async def apply_parties(unit: Unit, snapshot: Snapshot, rows: Sequence[SnapshotRow]) -> None:
    """Writes the outcome on each row. Raises what stands in the way of any of them."""
    for row in rows:
        if row.action in ("skip", "ignore"):
            await leave_out(unit, snapshot, row)
    acting = [row for row in rows if row.outcome is None]
    ties = await lock_ties(
        unit,
        tenant_id=snapshot.tenant_id,
        remote_ids=[row.remote_id for row in acting],
        client_ids=[row.target_id for row in acting if row.action == "link" and row.target_id],
    )
    by_remote = {tie.link.remote_id: tie for tie in ties if tie.link}
    by_client = {tie.client.id: tie for tie in ties}
    pictures = await _pictures(unit, ties)
    policies = await policies_of(unit, snapshot.tenant_id)
    living = await _living(unit, snapshot, set(by_remote))
    done: list[Done] = []
    fresh: list[SnapshotRow] = []
    for row in acting:
        tie = _tie_of(row, by_remote, by_client)
        if row.neutral.get("deleted"):
            _note_deleted(unit, snapshot, row, tie)
        elif row.archived and tie and tie.link and tie.link.remote_id != row.remote_id:
            # Its client is another record by now, as when a prospect became a client.
            note_outcome(unit, row, "skipped")
        elif tie is None:
            _must_be_fit(row)
            fresh.append(row)
        else:
            gives_way = tie.link is not None and tie.link.remote_id not in living
            done.append(await _bring(unit, snapshot, row, tie, policies, pictures[tie.client.id], gives_way))
    done += await _create(unit, snapshot, fresh)
    await unit.flush()
    await resolve_stubs(
        unit, tenant_id=snapshot.tenant_id, arrived={one.row.remote_id: one.tie.client.id for one in done if one.linked_now}
    )
    people = await _surround(unit, snapshot, done)
    around = await surroundings(unit, client_ids=[one.tie.client.id for one in done if not one.new])
    for one in done:
        _settle(unit, snapshot, one, around.get(one.tie.client.id), people[one.tie.client.id])
    if done:
        unit.changed("client", unit.firm_id)
    await unit.flush()


async def _living(unit: Unit, snapshot: Snapshot, remote_ids: set[str]) -> set[str]:
    """Those of these records that the practice still has, neither archived nor deleted: their clients are theirs alone."""
    living = await unit.scalars(
        select(SnapshotRow.remote_id).where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == snapshot.id,
            SnapshotRow.kind != "staff",
            ~SnapshotRow.archived,
            SnapshotRow.neutral["deleted"].astext != "true",
            SnapshotRow.remote_id.in_(remote_ids),
        )
    )
    return set(living)


async def leave_out(unit: Unit, snapshot: Snapshot, row: SnapshotRow) -> None:
    """Skipped this time, or never to be asked about again."""
    if row.action == "ignore":
        await unit.execute(
            insert(IgnoredRemote)
            .values(
                firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, tenant_id=snapshot.tenant_id,
                kind="staff" if row.kind == "staff" else "client", remote_id=row.remote_id, name=row.name,
                ignored_by=row.decided_by,
            )
            .on_conflict_do_nothing(index_elements=["firm_id", "tenant_id", "kind", "remote_id"])
        )  # fmt: skip
    note_outcome(unit, row, "ignored" if row.action == "ignore" else "skipped")


def note_outcome(unit: Unit, row: SnapshotRow, outcome: str) -> None:
    """A row with an outcome is done, and is not done again."""
    row.outcome, row.outcome_at, row.problem = outcome, unit.now, None
    row.version += 1


def _tie_of(row: SnapshotRow, by_remote: Mapping[str, Tie], by_client: Mapping[UUID, Tie]) -> Tie | None:
    tie = by_remote.get(row.remote_id)
    if row.action != "link" or row.target_id is None:
        # Created meanwhile, by another import: it is that client.
        return tie
    if tie is not None and tie.client.id != row.target_id:
        raise AlreadyLinked(row.name, tie.client.name)
    return tie or by_client[row.target_id]


def _must_be_fit(row: SnapshotRow) -> None:
    if not row.name.strip():
        raise RowUnfit(detail="It has no name in XPM. Give it one there, then import it.")
    if row.client_kind is None:
        raise RowUnfit(detail=f"Nobody has said what the structure “{row.neutral['structure']}” means.")


def _remote(row: SnapshotRow) -> dict[str, str]:
    return {field: row.neutral["fields"].get(field, "") for field in FIELDS} | {"name": row.name}


def _private(unit: Unit, row: SnapshotRow) -> dict[str, str]:
    return json.loads(unit.reveal(row, "private")) if row.private else {}


async def _create(unit: Unit, snapshot: Snapshot, rows: Sequence[SnapshotRow]) -> list[Done]:
    wanted = BROUGHT[snapshot.details]
    remotes = [_remote(row) for row in rows]
    added = await add_clients(
        unit,
        new=[
            NewClient(
                name=row.name,
                kind=row.client_kind,
                fields={field: remote[field] for field in wanted},
                private=_private(unit, row) if snapshot.numbers_too else {},
                archived=row.archived,
                linked=True,
            )
            for row, remote in zip(rows, remotes, strict=True)
        ],
        source="xpm",
    )
    done = []
    for row, remote, (client, detail) in zip(rows, remotes, added, strict=True):
        tie = Tie(client, detail)
        tie.link = new_link(unit, tie, snapshot.tenant_id, row.remote_id, row.name)
        managers = {key: said[0] for key, _ in MANAGERS if (said := row.neutral[key])}
        tie.link.base = {**{field: remote[field] for field in wanted}, **managers}
        tie.link.details = snapshot.details
        _stamp(unit, snapshot, row, tie.link)
        if row.archived:
            tie.link.state = "remote_archived"
        done.append(Done(row, tie, True, True, Brought(moved=True), {"made": True}))
    return done


async def _bring(
    unit: Unit,
    snapshot: Snapshot,
    row: SnapshotRow,
    tie: Tie,
    policies: Mapping[str, str],
    picture: dict[str, Any],
    gives_way: bool,
) -> Done:
    _must_be_fit(row)
    linked_now = tie.link is None or tie.link.remote_id != row.remote_id
    was_archived = tie.link is not None and tie.link.state == "remote_archived"
    link = await link_client(
        unit, tie=tie, tenant_id=snapshot.tenant_id, remote_id=row.remote_id, remote_name=row.name, gives_way=gives_way
    )
    if linked_now:
        picture = {**picture, "link": None, "repointed": picture["link"]}
        if was_archived:
            # What was archived with the old record lives on with the new one.
            link.state = "remote_archived"
    brought = merge_remote(unit, tie=tie, remote=_remote(row), details=snapshot.details, policies=policies)
    client = tie.client
    if row.client_kind != client.kind:
        client.kind = row.client_kind
        client.version += 1
        brought.changed = [*brought.changed, "kind"]
        brought.moved = True
    if snapshot.numbers_too and row.private:
        detail = tie.details(unit)
        was = detail.private
        seal_private(unit, detail, _private(unit, row))
        if detail.private is not was:
            detail.version += 1
            brought.moved = True
    _follow_archive(unit, row, tie, brought)
    if (link.web_url, link.remote_name) != (row.neutral["web_url"] or link.web_url, row.name):
        link.web_url, link.remote_name = row.neutral["web_url"] or link.web_url, row.name
    return Done(row, tie, False, linked_now, brought, picture)


def _follow_archive(unit: Unit, row: SnapshotRow, tie: Tie, brought: Brought) -> None:
    """Archived there is out of sight here, and back when it is; a client with books is archived by people alone."""
    link, client = tie.link, tie.client
    assert link is not None
    state = "remote_archived" if row.archived else "linked"
    if link.state == state:
        return
    was, link.state = link.state, state
    link.version += 1
    brought.moved = True
    if client.tenant_id is not None:
        return
    if row.archived and client.state != "archived":
        client.state, client.archived_at = "archived", unit.now
    elif was == "remote_archived" and client.state == "archived":
        client.state, client.archived_at = "active", None
    else:
        return
    client.version += 1
    brought.changed = [*brought.changed, "state"]


def _note_deleted(unit: Unit, snapshot: Snapshot, row: SnapshotRow, tie: Tie | None) -> None:
    """Deleted there breaks the link and nothing else: everything that stands here is kept."""
    if tie is None or tie.link is None or tie.link.remote_id != row.remote_id:
        note_outcome(unit, row, "skipped")
        return
    row.before = {"link": _link_picture(tie), "client": _client_picture(tie), "deleted": True}
    changed = tie.link.state != "remote_deleted"
    if changed:
        tie.link.state = "remote_deleted"
        tie.link.version += 1
        unit.record("link.lost", on=tie.link, client_id=tie.client.id)
        unit.changed("client", tie.client.id, client_id=tie.client.id)
    row.client_id = tie.client.id
    row.before["left"] = _left(tie)
    tie.link.snapshot_id = snapshot.id
    note_outcome(unit, row, "updated" if changed else "unchanged")


async def _surround(unit: Unit, snapshot: Snapshot, done: Sequence[Done]) -> dict[UUID, list[dict[str, Any]]]:
    """People, groups and managers; answers by client the people who are not as they were.

    Relationships follow when every row is done: both sides must be there.
    """
    tenant_id, only_add = snapshot.tenant_id, snapshot.source == "report"
    wide = snapshot.details == "all"
    people = await set_people(
        unit,
        tenant_id=tenant_id,
        people={
            one.tie.client.id: [
                Contact(
                    remote_id=each["remote_id"], name=each["name"], salutation=each["salutation"], email=each["email"],
                    phone=each["phone"] if wide else "", mobile=each["mobile"] if wide else "", position=each["position"],
                    primary=each["primary"],
                )
                for each in one.row.neutral["contacts"]
            ]
            for one in done
        },
        only_add=only_add,
    )  # fmt: skip
    renamed = await set_groups(
        unit,
        tenant_id=tenant_id,
        groups={one.tie.client.id: [(id_, name) for id_, name in one.row.neutral["groups"]] for one in done},
        only_add=[one.tie.client.id for one in done if only_add or one.row.archived],
    )
    if renamed:
        # For undo: a group belongs to the run, not to one of its rows.
        groups = {group["remote_id"]: group for group in snapshot.groups or ()}
        for id_, (was, name) in renamed.items():
            groups[id_] = {"members": [], **groups.get(id_, {}), "remote_id": id_, "name": name, "was": was}
        snapshot.groups = list(groups.values())
    named = {one.tie.client.id: _named_there(one) for one in done}
    before = {one.tie.client.id: _named_before(one) for one in done}
    staff = {id_ for of in named.values() for id_, _ in of.values()} | {id_ for of in before.values() for id_ in of.values()}
    members = await members_by_staff(unit, tenant_id, staff)
    await set_managers(
        unit,
        tenant_id=tenant_id,
        named={
            client_id: [
                Named(
                    position=position,
                    staff_remote_id=of[key][0],
                    name=of[key][1],
                    member_id=members.get(of[key][0]),
                    before=before[client_id].get(key),
                    before_member_id=members.get(before[client_id].get(key, "")),
                )
                for key, position in MANAGERS
                if key in of
            ]
            for client_id, of in named.items()
        },
    )
    for one in done:
        link = one.tie.link
        assert link is not None
        said = {key: id_ for key, (id_, _) in named[one.tie.client.id].items()}
        if said != {key: link.base[key] for key in said if key in link.base}:
            link.base = {**link.base, **said}
            if not one.new:
                link.version += 1
                one.brought.moved = True
    return people


def _named_there(one: Done) -> dict[str, tuple[str, str]]:
    return {key: (said[0], said[1]) for key, _ in MANAGERS if (said := one.row.neutral[key])}


def _named_before(one: Done) -> dict[str, str]:
    assert one.tie.link is not None
    return {key: one.tie.link.base[key] for key, _ in MANAGERS if one.tie.link.base.get(key)} if not one.new else {}


def _settle(
    unit: Unit, snapshot: Snapshot, one: Done, around: Mapping[str, Any] | None, people: Sequence[Mapping[str, Any]]
) -> None:
    """`around`: whom a client that was here before is managed by and belongs with from now on."""
    row, link, client = one.row, one.tie.link, one.tie.client
    assert link is not None
    if not one.new:
        _stamp(unit, snapshot, row, link)
    if one.brought.changed:
        # An import that changes nothing hides nothing: what the one before changed may not have been seen yet.
        link.changed_fields = client.updated_fields = one.brought.changed
        client.updated_at = unit.now
    row.client_id = client.id
    row.before = {
        **one.before,
        "opened": one.brought.opened,
        "closed": one.brought.closed,
        "persons": people,
        "left": _left(one.tie) | ({"client_is": _client_picture(one.tie), **around} if around else {}),
    }
    moved = bool(people) or (around is not None and any(around[part] != one.before[part] for part in PARTS))
    row.before["moved"] = moved or one.brought.moved
    if one.new:
        outcome = "created"
    elif one.brought.conflicts:
        outcome = "conflict"
    elif one.linked_now:
        outcome = "linked"
    else:
        outcome = "updated" if one.brought.changed or moved else "unchanged"
    note_outcome(unit, row, outcome)


def _stamp(unit: Unit, snapshot: Snapshot, row: SnapshotRow, link: Link) -> None:
    link.last_imported_at, link.imported_by, link.snapshot_id = unit.now, snapshot.confirmed_by, snapshot.id
    link.web_url = row.neutral["web_url"] or link.web_url


def _left(tie: Tie) -> dict[str, Any]:
    """The versions that the row leaves behind: the same later means that nobody has built on it."""
    return {
        "client": tie.client.version,
        "detail": tie.detail.version if tie.detail else None,
        "link": tie.link.version if tie.link else None,
    }


async def _pictures(unit: Unit, ties: Sequence[Tie]) -> dict[UUID, dict[str, Any]]:
    """Clients as they are, with everything that a row may change."""
    pictures: dict[UUID, dict[str, Any]] = {
        tie.client.id: {
            "link": _link_picture(tie), "client": _client_picture(tie), "detail": _detail_picture(tie),
        }
        for tie in ties
    }  # fmt: skip
    for client_id, around in (await surroundings(unit, client_ids=pictures)).items():
        pictures[client_id] |= around
    return pictures


def _link_picture(tie: Tie) -> dict[str, Any] | None:
    link = tie.link
    if link is None:
        return None
    return {
        "id": str(link.id), "state": link.state, "details": link.details, "base": link.base,
        "remote_name": link.remote_name, "web_url": link.web_url, "changed_fields": link.changed_fields,
        "version": link.version, **stamp_of(link),
    }  # fmt: skip


def stamp_of(link: Link) -> dict[str, str | None]:
    """When a link was last imported, by whom, and in which run."""
    return {
        "last_imported_at": link.last_imported_at.isoformat() if link.last_imported_at else None,
        "imported_by": str(link.imported_by) if link.imported_by else None,
        "snapshot_id": str(link.snapshot_id) if link.snapshot_id else None,
    }


def _client_picture(tie: Tie) -> dict[str, Any]:
    client = tie.client
    return {
        "name": client.name, "kind": client.kind, "state": client.state, "linked": client.linked,
        "archived_at": client.archived_at.isoformat() if client.archived_at else None,
        "updated_fields": client.updated_fields, "version": client.version,
        "updated_at": client.updated_at.isoformat() if client.updated_at else None,
    }  # fmt: skip


def _detail_picture(tie: Tie) -> dict[str, Any] | None:
    detail = tie.detail
    if detail is None:
        return None
    return {
        "version": detail.version,
        "fields": detail.fields,
        "sources": detail.sources,
        "private": base64.b64encode(detail.private).decode() if detail.private else None,
    }
