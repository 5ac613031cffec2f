"""Throws away an import that was not confirmed, with everything that was read for it."""

from uuid import UUID

from sqlalchemy import delete

from practice.kernel.unit import Unit
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import NotUnderReview


async def discard_snapshot(unit: Unit, *, snapshot_id: UUID) -> None:
    """Raises NotUnderReview once it is confirmed. A reading that is under way ends by itself when it finds this."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state not in ("fetching", "ready", "failed"):
        raise NotUnderReview(snapshot.state)
    snapshot.state = "discarded"
    snapshot.groups = []
    snapshot.version += 1
    await unit.execute(
        delete(SnapshotRow).where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id)
    )
    unit.record("snapshot.discarded", on=snapshot)
    unit.changed("snapshot", snapshot_id, patch={"state": "discarded"})
