"""Decides what becomes of rows of an import from XPM: of one, or of all that a filter shows. Nothing reaches a client yet."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, update

from practice.clients.models import Client
from practice.firms.models import ROLES, Member
from practice.kernel.problems import FieldError, Invalid, NotFound, Stale
from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.xpm.lifecycle import MOVED
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import NotUnderReview
from practice.xpm.reads import Wanted, matching


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be set; None leaves a value as it is. `target_id` counts with the action `link`."""

    chosen: bool | None = None
    action: str | None = None
    target_id: UUID | None = None
    role: str | None = None


async def decide_row(
    unit: Unit, *, snapshot_id: UUID, row_id: UUID, decision: Decision, version: int | None = None
) -> SnapshotRow:
    """One row. Raises NotFound, Stale, NotUnderReview, and Invalid where the target cannot be it."""
    await reviewed(unit, snapshot_id)
    row = await unit.lock(SnapshotRow, row_id)
    if row.snapshot_id != snapshot_id:
        raise NotFound(detail=f"There is no row {row_id} in this import.")
    if version is not None and row.version != version:
        raise Stale(
            detail=f"{row.name} was decided by somebody else since you read it. Nothing was saved.",
            extensions={"current_version": row.version},
        )
    _check_role(decision, row.kind)
    if decision.action is not None:
        row.action = decision.action
        row.target_id = await _target(unit, row, decision) if decision.action == "link" else None
        # Saying what a row is to become means wanting it; skipping it means not.
        row.chosen = decision.action != "skip"
    if decision.chosen is not None:
        row.chosen = decision.chosen
        if row.chosen and row.action == "skip":
            row.action = "link" if row.target_id else "create"
    if decision.role is not None:
        row.role = decision.role
    if decision.action is not None or row.proposal != "check":
        row.decided_by, row.decided_at = unit.actor.member_id, unit.now
    row.version += 1
    unit.changed("snapshot", snapshot_id)
    return row


async def decide_rows(unit: Unit, *, snapshot_id: UUID, wanted: Wanted, decision: Decision) -> int:
    """Every row that the filter shows, in one statement; answers how many changed.

    A row linked to one of ours stays so when many are made to be created: that is decided one at a time.
    """
    snapshot = await reviewed(unit, snapshot_id)
    _check_role(decision, wanted.kind)
    if decision.action == "link" or decision.target_id is not None:
        raise Invalid([FieldError("/action", "Linking is decided for one row at a time.")])
    where = matching(snapshot, wanted)
    values: dict[str, Any] = {"version": SnapshotRow.version + 1}
    if decision.action is not None:
        keeps = (SnapshotRow.target_id.is_not(None)) & (decision.action == "create")
        values["action"] = case((keeps, SnapshotRow.action), else_=decision.action)
        values["chosen"] = decision.action != "skip"
        values |= {"decided_by": unit.actor.member_id, "decided_at": unit.now}
    if decision.chosen is not None:
        values["chosen"] = decision.chosen
        if decision.action is None:
            # Ticking does not say which of several it is: as where one row is ticked.
            sure = SnapshotRow.proposal != "check"
            values["decided_by"] = case((sure, unit.actor.member_id), else_=SnapshotRow.decided_by)
            values["decided_at"] = case((sure, unit.now), else_=SnapshotRow.decided_at)
        if decision.chosen and decision.action is None:
            where = where & (SnapshotRow.action != "ignore")
            values["action"] = case(
                (SnapshotRow.action != "skip", SnapshotRow.action),
                (SnapshotRow.target_id.is_not(None), "link"),
                else_="create",
            )
    if decision.role is not None:
        values["role"] = decision.role
    differs = [
        getattr(SnapshotRow, name).is_distinct_from(value)
        for name, value in values.items()
        if name in ("chosen", "action", "role")
    ]
    if not differs:
        raise Invalid([FieldError("", "Say what is to be set: chosen, action or role.")])
    changed = differs[0]
    for one in differs[1:]:
        changed = changed | one
    done = await unit.execute(
        update(SnapshotRow)
        .where(SnapshotRow.firm_id == unit.firm_id, where, changed)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    unit.changed("snapshot", snapshot_id)
    return int(done.rowcount)


async def reviewed(unit: Unit, snapshot_id: UUID) -> Snapshot:
    """The import while it is under review. Two people may decide at once; confirming waits for both. Raises NotUnderReview."""
    snapshot = await unit.get(Snapshot, snapshot_id)
    state = await unit.scalar(
        select(Snapshot.state)
        .where(Snapshot.firm_id == unit.firm_id, Snapshot.id == snapshot_id)
        .with_for_update(read=True)
    )
    if state != "ready":
        raise NotUnderReview(state)
    return snapshot


def _check_role(decision: Decision, kind: str) -> None:
    if decision.role is not None and kind != "staff":
        raise Invalid([FieldError("/role", "Only staff have a role.")])
    if decision.role is not None and (decision.role not in ROLES or decision.role == "owner"):
        raise Invalid([FieldError("/role", f"One of {', '.join(role for role in ROLES if role != 'owner')}.")])


async def _target(unit: Unit, row: SnapshotRow, decision: Decision) -> UUID:
    """Whom to link to: it must be there, and be no other record of this practice already."""
    target = decision.target_id or row.target_id
    if target is None:
        raise Invalid([FieldError("/target_id", "Say which one it is.")])
    model: type[Client | Member] = Member if row.kind == "staff" else Client
    try:
        found = await unit.get(model, target)
    except NotFound:
        raise Invalid([FieldError("/target_id", "There is none with this id.")]) from None
    if found.state in ("removed", "archived"):
        raise Invalid([FieldError("/target_id", f"{found.name} is {found.state}. Choose another, or restore it first.")])
    if target == row.target_id and MOVED.intersection(row.reasons):
        # It is linked to the record that this one stands in for: confirming moves the link.
        return target
    column = Link.member_id if row.kind == "staff" else Link.client_id
    tenant_id = await unit.scalar(
        select(Snapshot.tenant_id).where(Snapshot.firm_id == unit.firm_id, Snapshot.id == row.snapshot_id)
    )
    other = await unit.scalar(
        select(func.min(Link.remote_name)).where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == tenant_id,
            column == target,
            Link.state != "unlinked",
            Link.remote_id != row.remote_id,
        )
    )
    if other is not None:
        raise Invalid([FieldError("/target_id", f"{found.name} is linked to {other} in XPM. Unlink it there first.")])
    return target
