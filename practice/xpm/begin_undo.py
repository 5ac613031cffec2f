"""Asks for an applied import to be taken back, and for its failed rows to be tried again; the worker does both."""

from uuid import UUID

from sqlalchemy import update

from practice.kernel.unit import Unit
from practice.xpm.jobs import ApplySnapshot, UndoSnapshot
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import ImportCannotBeUndone, ImportForgotten, NothingFailed
from practice.xpm.refuse_another import refuse_another


async def begin_undo(unit: Unit, *, snapshot_id: UUID) -> Snapshot:
    """Raises ImportCannotBeUndone where it was not applied, or is being applied still; ImportForgotten; FetchUnderWay."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "applied":
        raise ImportCannotBeUndone(f"It is {snapshot.state}, and only what was applied can be taken back.")
    if snapshot.forgotten_at is not None:
        raise ImportForgotten
    await refuse_another(unit, tenant_id=snapshot.tenant_id, but=snapshot.id)
    snapshot.state = "undoing"
    snapshot.progress = {"stage": "Undoing", "done": 0, "total": None}
    snapshot.version += 1
    await unit.enqueue(UndoSnapshot(snapshot_id=snapshot_id))
    unit.record("snapshot.undo_asked", on=snapshot)
    unit.changed("snapshot", snapshot_id, patch={"state": "undoing"})
    return snapshot


async def retry_failed(unit: Unit, *, snapshot_id: UUID) -> Snapshot:
    """The rows that failed are done again. Raises NothingFailed, ImportForgotten, FetchUnderWay."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "applied":
        raise NothingFailed
    if snapshot.forgotten_at is not None:
        raise ImportForgotten
    await refuse_another(unit, tenant_id=snapshot.tenant_id, but=snapshot.id)
    again = await unit.execute(
        update(SnapshotRow)
        .where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == snapshot_id,
            SnapshotRow.outcome == "failed",
        )
        .values(outcome=None, outcome_at=None, problem=None, version=SnapshotRow.version + 1)
        .execution_options(synchronize_session=False)
    )
    if not again.rowcount:
        raise NothingFailed
    snapshot.state = "applying"
    snapshot.progress = {"stage": "Importing", "done": 0, "total": again.rowcount}
    snapshot.version += 1
    await unit.enqueue(ApplySnapshot(snapshot_id=snapshot_id))
    unit.record("snapshot.retried", on=snapshot, rows=again.rowcount)
    unit.changed("snapshot", snapshot_id, patch={"state": "applying", "done": 0, "total": again.rowcount})
    return snapshot
