"""Confirms a reviewed import: from here on it is applied, row by row, by the worker."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select

from practice.kernel.problems import Stale
from practice.kernel.unit import Unit
from practice.xpm.jobs import ApplySnapshot
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import NothingChosen, NotUnderReview, SnapshotNotConfirmable, SnapshotStale
from practice.xpm.reads import blockers_of, is_stale
from practice.xpm.refuse_another import refuse_another


async def confirm_snapshot(unit: Unit, *, snapshot_id: UUID, version: int) -> Snapshot:
    """Raises NotUnderReview, Stale, NothingChosen, SnapshotStale, SnapshotNotConfirmable naming what stands in the way."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "ready":
        raise NotUnderReview(snapshot.state)
    if snapshot.version != version:
        raise Stale(
            detail="Somebody else saved this import since you opened it. Look at the confirmation again.",
            extensions={"current_version": snapshot.version},
        )
    if is_stale(unit, snapshot):
        raise SnapshotStale
    await refuse_another(unit, tenant_id=snapshot.tenant_id, but=snapshot.id)
    of = (SnapshotRow.firm_id == unit.firm_id) & (SnapshotRow.snapshot_id == snapshot_id)
    # Ignoring for good is a wish too, though nothing is brought across by it.
    total = await unit.scalar(select(func.count()).select_from(SnapshotRow).where(of, SnapshotRow.chosen))
    if not total:
        raise NothingChosen
    blockers = await blockers_of(unit, snapshot_id)
    if blockers:
        raise SnapshotNotConfirmable([asdict(one) for one in blockers])
    snapshot.state, snapshot.step = "applying", "confirm"
    snapshot.confirmed_at, snapshot.confirmed_by = unit.now, unit.actor.member_id
    snapshot.progress = {"stage": "Importing", "done": 0, "total": total}
    snapshot.problem = None
    snapshot.version += 1
    await unit.enqueue(ApplySnapshot(snapshot_id=snapshot_id))
    unit.record("snapshot.confirmed", on=snapshot, rows=total, details=snapshot.details)
    unit.changed("snapshot", snapshot_id, patch={"state": "applying", "done": 0, "total": total})
    return snapshot
