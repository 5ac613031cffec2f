"""Takes an applied import back, row by row, where nothing was built on it since; whatever is kept says why.

Clients that the run made are removed; on others, fields, link, managers, people, groups and relationships are as before.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from practice.clients.models import (
    Client,
    ClientDetail,
    ClientGroup,
    ClientGroupMember,
)
from practice.clients.set_managers import Placed, give_places_back
from practice.clients.set_people import forget_people_of_nobody
from practice.clients.set_relationships import make_stubs, put_back
from practice.clients.visibility import rewrite_sight
from practice.firms.models import Invitation
from practice.kernel.context import Run
from practice.kernel.database import trouble_of
from practice.kernel.failpoints import FailpointReached, failpoint
from practice.kernel.problems import Problem
from practice.kernel.unit import LeaseLost, Unit
from practice.links.models import IgnoredRemote, Link, LinkConflict
from practice.links.ties import Tie, lock_ties
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.surroundings import put_people_back, put_surroundings_back

AT_ONCE = 100
UNDONE = "undone"
UNCHANGED = "Nothing was changed by this row."
EDITED = "Kept: it was changed after the import."
BUILT_ON = "Kept: something was built on it after the import, such as an import of its books."
GONE = "It is not there any more."
JOINED = "Kept: they have joined the team."
BROKEN = "Kept: it could not be taken back. The log says why."


async def undo_snapshot(run: Run, *, snapshot_id: UUID) -> None:
    """Some rows at a time, by halves where one of them cannot be; raises SliceOver between two lots.

    A row that was looked at says so, and is not looked at again.
    """
    async with run.unit(write=False) as unit:
        snapshot = await unit.get(Snapshot, snapshot_id)
        rows = await unit.rows(
            select(SnapshotRow.id, SnapshotRow.kind)
            .where(
                SnapshotRow.firm_id == unit.firm_id,
                SnapshotRow.snapshot_id == snapshot_id,
                SnapshotRow.outcome.not_in(("skipped", "failed")),
                SnapshotRow.undone.is_(None),
            )
            # Clients before staff, the last that was done first.
            .order_by(SnapshotRow.kind != "entity", SnapshotRow.kind != "client", SnapshotRow.id.desc())
        )
    if snapshot.state != "undoing":
        return
    ids = [row.id for row in rows]
    for start in range(0, len(ids), AT_ONCE):
        await _undo(run, snapshot_id, ids[start : start + AT_ONCE])
        failpoint(run.settings, "undone", snapshot.tenant_id)
        run.pause_if_over()
    async with run.unit() as unit:
        await _finish(unit, snapshot_id, None)


async def note_not_undone(unit: Unit, *, snapshot_id: UUID, problem: Problem | None) -> None:
    """The work was given up; what was taken back stays so, and the rest can be tried again."""
    await _finish(unit, snapshot_id, problem)


async def _undo(run: Run, snapshot_id: UUID, ids: Sequence[UUID]) -> None:
    try:
        async with run.unit() as unit:
            snapshot = await unit.lock(Snapshot, snapshot_id)
            if snapshot.state != "undoing":
                return
            rows = [row for row in await unit.find(SnapshotRow, ids, lock=True) if row.undone is None]
            await _remove(unit, snapshot, [row for row in rows if _has_made(row)])
            for row in [row for row in rows if row.undone is None]:
                row.undone = await _take_back(unit, snapshot, row)
                await unit.flush()
            await unit.flush()
            snapshot.progress = {
                "stage": "Undoing", "done": snapshot.progress.get("done", 0) + len(rows), "total": None
            }  # fmt: skip
            unit.changed("snapshot", snapshot_id, patch={"state": "undoing", "done": snapshot.progress["done"]})
            failpoint(run.settings, "undoing", snapshot.tenant_id)
    except (LeaseLost, FailpointReached):
        raise
    except Exception as error:
        if not isinstance(error, (Problem, IntegrityError)) and trouble_of(error):
            raise
        if len(ids) > 1:
            half = len(ids) // 2
            await _undo(run, snapshot_id, ids[:half])
            await _undo(run, snapshot_id, ids[half:])
            return
        if not isinstance(error, (Problem, IntegrityError)):
            structlog.get_logger().error("xpm.row_not_undone", row=str(ids[0]), exc_info=error)
        async with run.unit() as unit:
            row = await unit.lock(SnapshotRow, ids[0])
            row.undone = row.undone or (BUILT_ON if isinstance(error, (Problem, IntegrityError)) else BROKEN)


async def _take_back(unit: Unit, snapshot: Snapshot, row: SnapshotRow) -> str:
    before = row.before or {}
    if row.outcome == "ignored":
        return await _ask_again(unit, snapshot, row)
    if row.kind == "staff":
        return await _undo_staff(unit, snapshot, row, before)
    if row.client_id is None:
        return GONE
    return await _restore(unit, row, before)


async def _finish(unit: Unit, snapshot_id: UUID, problem: Problem | None) -> None:
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "undoing":
        return
    await forget_people_of_nobody(unit, tenant_id=snapshot.tenant_id)
    await _forget_groups_of_nobody(unit, snapshot)
    await _give_names_back(unit, snapshot)
    of = (SnapshotRow.firm_id == unit.firm_id) & (SnapshotRow.snapshot_id == snapshot_id)
    [(looked_at, undone, kept)] = await unit.rows(
        select(
            func.count(SnapshotRow.undone),
            func.count().filter(SnapshotRow.undone == UNDONE),
            func.count().filter(SnapshotRow.undone.in_((EDITED, BUILT_ON, JOINED, BROKEN))),
        ).where(of)
    )
    snapshot.counts = {**snapshot.counts, "undone": undone, "kept": kept}
    snapshot.state = "applied" if problem else "undone"
    snapshot.undone_at = None if problem else unit.now
    snapshot.problem = problem.as_dict() if problem else None
    snapshot.progress = {"stage": "Done", "done": looked_at, "total": looked_at}
    snapshot.version += 1
    unit.record("snapshot.undone", on=snapshot, undone=undone, kept=kept)
    unit.changed("snapshot", snapshot_id, patch={"state": snapshot.state, "undone": undone})
    unit.changed("client", unit.firm_id)


async def _ask_again(unit: Unit, snapshot: Snapshot, row: SnapshotRow) -> str:
    await unit.execute(
        delete(IgnoredRemote).where(
            IgnoredRemote.firm_id == unit.firm_id,
            IgnoredRemote.tenant_id == snapshot.tenant_id,
            IgnoredRemote.kind == ("staff" if row.kind == "staff" else "client"),
            IgnoredRemote.remote_id == row.remote_id,
        )
    )
    return UNDONE


async def _link_of(unit: Unit, snapshot: Snapshot, row: SnapshotRow) -> Link | None:
    link: Link | None = await unit.scalar(
        select(Link)
        .where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == snapshot.tenant_id,
            Link.kind == ("staff" if row.kind == "staff" else "client"),
            Link.remote_id == row.remote_id,
            Link.state != "unlinked",
        )
        .with_for_update()
    )
    return link


async def _undo_staff(unit: Unit, snapshot: Snapshot, row: SnapshotRow, before: Mapping[str, Any]) -> str:
    link = await _link_of(unit, snapshot, row)
    if before.get("invitation"):
        invitation = await unit.lock(Invitation, UUID(before["invitation"]))
        if invitation.accepted_at is not None:
            return JOINED
        if invitation.withdrawn_at is None:
            invitation.withdrawn_at = unit.now
            unit.changed("member", invitation.id)
    if link is None:
        return GONE
    if link.version != before["left"]["link"]:
        return JOINED if before["made"] and link.member_id and link.member_id != row.member_id else EDITED
    if link.member_id is not None:
        placed = [Placed(UUID(id_), position, name, taken) for id_, position, name, taken in before["placed"]]
        await give_places_back(
            unit, tenant_id=snapshot.tenant_id, staff_remote_id=row.remote_id, member_id=link.member_id, placed=placed
        )
    if before["made"]:
        row.member_id = None
        await unit.remove(link)
    else:
        if link.snapshot_id == snapshot.id and "stamp" in before:
            _put_stamp_back(link, before["stamp"])
        if before["version"] == link.version:
            return UNCHANGED
        link.member_id = UUID(before["member_id"]) if before["member_id"] else None
        link.base, link.remote_name = before["base"], before["remote_name"]
        link.state = before.get("state", link.state)
        link.version += 1
    return UNDONE


def _has_made(row: SnapshotRow) -> bool:
    """Whether the client is there because of this row."""
    return row.kind != "staff" and row.client_id is not None and bool((row.before or {}).get("made"))


async def _remove(unit: Unit, snapshot: Snapshot, rows: Sequence[SnapshotRow]) -> None:
    """Takes out the clients of these rows, all that can be in one go, and writes on each row what became of it."""
    if not rows:
        return
    ties = await lock_ties(
        unit, tenant_id=snapshot.tenant_id, client_ids=[row.client_id for row in rows if row.client_id]
    )
    by_client = {tie.client.id: tie for tie in ties}
    decided = await _with_decisions(unit, [tie.link.id for tie in ties if tie.link])
    made: list[str] = []
    stood: list[Mapping[str, Any]] = []
    going: list[UUID] = []
    for row in rows:
        assert row.client_id is not None
        tie, before = by_client[row.client_id], row.before or {}
        row.undone = _kept_why(row, tie, before, decided)
        if row.undone is not None:
            continue
        if before["persons"]:
            await put_people_back(unit, before["persons"])
        kept = _relationships(before)
        made, stood = made + kept["made"], stood + kept["before"]
        unit.record("snapshot.client_removed", on=snapshot, name=tie.client.name)
        going.append(tie.client.id)
        row.client_id, row.undone = None, UNDONE
    if made or stood:
        await put_back(unit, made=made, before=stood)
    await make_stubs(unit, client_ids=going)
    await unit.flush()
    # What hangs on them goes with them.
    await unit.execute(
        delete(Client)
        .where(Client.firm_id == unit.firm_id, Client.id.in_(going))
        .execution_options(synchronize_session=False)
    )


def _kept_why(row: SnapshotRow, tie: Tie, before: Mapping[str, Any], decided: Collection[UUID]) -> str | None:
    client, link = tie.client, tie.link
    if link is None or link.remote_id != row.remote_id or not _untouched(before, client, tie.detail, link):
        return EDITED
    if client.tenant_id is not None or client.last_imported_at is not None or client.importing or client.scored_at:
        return BUILT_ON
    return EDITED if link.id in decided else None


async def _restore(unit: Unit, row: SnapshotRow, before: Mapping[str, Any]) -> str:
    assert row.client_id is not None
    client = await unit.lock(Client, row.client_id)
    detail = await _detail_of(unit, client.id)
    link = await _live_link(unit, row, client.id)
    if link is None or not _untouched(before, client, detail, link, only_details=True):
        return EDITED
    if row.outcome == "unchanged" and not before.get("moved") and not before.get("relationships"):
        if (was := before["link"]) and link.snapshot_id == row.snapshot_id:
            # The name it has there may be another all the same.
            link.remote_name, link.web_url = was["remote_name"], was["web_url"]
            _put_stamp_back(link, was)
        return UNCHANGED
    if before.get("opened") and await _with_decisions(unit, [link.id], before["opened"]):
        return EDITED
    if not before.get("deleted"):
        _restore_client(client, before["client"], before["left"]["client_is"])
        await _restore_detail(unit, detail, before["detail"])
        await put_surroundings_back(unit, client.id, was=before, left=before["left"])
        await put_people_back(unit, before["persons"])
        await put_back(unit, **_relationships(before))
    await _restore_link(unit, link, before)
    await _restore_conflicts(unit, before)
    await unit.flush()
    await _hand_back(unit, row, before, client, detail, link)
    await rewrite_sight(unit, [client.id])
    unit.record("snapshot.client_restored", on=client)
    unit.changed("client", client.id, client_id=client.id)
    return UNDONE


async def _hand_back(
    unit: Unit, row: SnapshotRow, before: Mapping[str, Any], client: Client, detail: ClientDetail | None, link: Link
) -> None:
    """The import before this one finds what it left, so that it can be taken back in its turn."""
    was = before["link"]
    if was is None or was["snapshot_id"] is None:
        return
    earlier: SnapshotRow | None = await unit.scalar(
        select(SnapshotRow)
        .where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == UUID(was["snapshot_id"]),
            SnapshotRow.remote_id == row.remote_id,
            SnapshotRow.kind != "staff",
        )
        .with_for_update()
    )
    if earlier is None or not earlier.before or "left" not in earlier.before:
        return
    left = earlier.before["left"]
    kept = before.get("detail")
    stood = {"client": before["client"]["version"], "detail": kept["version"] if kept else None, "link": was["version"]}
    if before.get("deleted"):
        stood["detail"] = left["detail"]
    if {part: left[part] for part in stood} == stood:
        now = {"client": client.version, "detail": detail.version if detail else None, "link": link.version}
        earlier.before = {**earlier.before, "left": {**left, **now}}
        await unit.flush()


def _untouched(
    before: Mapping[str, Any], client: Client, detail: ClientDetail | None, link: Link, *, only_details: bool = False
) -> bool:
    """Settings of a client that was here before have nothing to do with the import; its details and its link have."""
    left = before["left"]
    same = left["detail"] == (detail.version if detail else None) and left["link"] == link.version
    return same and (only_details or left["client"] == client.version)


def _relationships(before: Mapping[str, Any]) -> dict[str, Any]:
    kept = before.get("relationships", {"made": [], "before": []})
    return {"made": kept["made"], "before": kept["before"]}


async def _detail_of(unit: Unit, client_id: UUID) -> ClientDetail | None:
    detail: ClientDetail | None = await unit.scalar(
        select(ClientDetail)
        .where(ClientDetail.firm_id == unit.firm_id, ClientDetail.client_id == client_id)
        .with_for_update()
    )
    return detail


async def _live_link(unit: Unit, row: SnapshotRow, client_id: UUID) -> Link | None:
    link: Link | None = await unit.scalar(
        select(Link)
        .where(
            Link.firm_id == unit.firm_id,
            Link.client_id == client_id,
            Link.remote_id == row.remote_id,
            Link.state != "unlinked",
        )
        .with_for_update()
    )
    return link


async def _with_decisions(unit: Unit, link_ids: Collection[UUID], conflicts: list[str] | None = None) -> set[UUID]:
    """Those of these links with a conflict, or one of these, that somebody decided."""
    query = select(LinkConflict.link_id).where(
        LinkConflict.firm_id == unit.firm_id, LinkConflict.link_id.in_(link_ids), LinkConflict.resolved_by.is_not(None)
    )
    if conflicts is not None:
        query = query.where(LinkConflict.id.in_([UUID(id_) for id_ in conflicts]))
    return set(await unit.scalars(query))


def _restore_client(client: Client, was: Mapping[str, Any], left: Mapping[str, Any]) -> None:
    """Only what the row changed, and nobody has changed since."""
    for name in ("name", "kind"):
        if getattr(client, name) == left[name]:
            setattr(client, name, was[name])
    if client.state == left["state"]:
        client.state, client.archived_at = was["state"], _moment(was["archived_at"])
    client.linked = was["linked"]
    client.updated_fields, client.updated_at = was["updated_fields"], _moment(was["updated_at"])
    client.version += 1


async def _restore_detail(unit: Unit, detail: ClientDetail | None, was: Mapping[str, Any] | None) -> None:
    if detail is None:
        return
    if was is None:
        await unit.remove(detail)
        return
    detail.fields, detail.sources = was["fields"], was["sources"]
    detail.private = base64.b64decode(was["private"]) if was["private"] else None
    detail.version += 1


async def _restore_link(unit: Unit, link: Link, before: Mapping[str, Any]) -> None:
    was = before["link"]
    if was is None:
        await unit.execute(delete(LinkConflict).where(LinkConflict.firm_id == unit.firm_id, LinkConflict.link_id == link.id))
        await unit.remove(link)
        await unit.flush()
        if before.get("repointed"):
            old = await unit.lock(Link, UUID(before["repointed"]["id"]))
            old.state = before["repointed"]["state"]
            old.version += 1
        return
    link.state, link.details, link.base = was["state"], was["details"], was["base"]
    link.remote_name, link.web_url, link.changed_fields = was["remote_name"], was["web_url"], was["changed_fields"]
    _put_stamp_back(link, was)
    link.version += 1


def _put_stamp_back(link: Link, was: Mapping[str, Any]) -> None:
    link.last_imported_at = _moment(was["last_imported_at"])
    link.imported_by = UUID(was["imported_by"]) if was["imported_by"] else None
    link.snapshot_id = UUID(was["snapshot_id"]) if was["snapshot_id"] else None


async def _restore_conflicts(unit: Unit, before: Mapping[str, Any]) -> None:
    opened, closed = ([UUID(id_) for id_ in before.get(name, ())] for name in ("opened", "closed"))
    await unit.execute(delete(LinkConflict).where(LinkConflict.firm_id == unit.firm_id, LinkConflict.id.in_(opened)))
    await unit.execute(
        update(LinkConflict)
        .where(LinkConflict.firm_id == unit.firm_id, LinkConflict.id.in_(closed))
        .values(resolved_at=None)
        .execution_options(synchronize_session=False)
    )


async def _forget_groups_of_nobody(unit: Unit, snapshot: Snapshot) -> None:
    members = select(ClientGroupMember.group_id).where(ClientGroupMember.firm_id == unit.firm_id)
    await unit.execute(
        delete(ClientGroup)
        .where(
            ClientGroup.firm_id == unit.firm_id,
            ClientGroup.tenant_id == snapshot.tenant_id,
            ClientGroup.id.not_in(members),
        )
        .execution_options(synchronize_session=False)
    )


async def _give_names_back(unit: Unit, snapshot: Snapshot) -> None:
    """To groups that still have the name which this run gave them."""
    renamed = {group["remote_id"]: group for group in snapshot.groups if "was" in group}
    for group in await unit.scalars(
        select(ClientGroup).where(
            ClientGroup.firm_id == unit.firm_id,
            ClientGroup.tenant_id == snapshot.tenant_id,
            ClientGroup.remote_id.in_(renamed),
        )
    ):
        if group.name == renamed[group.remote_id]["name"]:
            group.name = renamed[group.remote_id]["was"]


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
