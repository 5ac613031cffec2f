"""Throws away imports that nobody went on with: what was read of people who may never become clients is not kept for good."""

from datetime import timedelta

from sqlalchemy import exists, func, select

from practice.kernel.unit import Unit
from practice.xpm.discard_snapshot import discard_snapshot
from practice.xpm.models import Snapshot, SnapshotRow

KEPT_FOR = timedelta(days=14)


async def discard_forgotten(unit: Unit) -> int:
    """Those read and last decided two weeks ago or more, and never confirmed; answers how many."""
    past = unit.now - KEPT_FOR
    touched = exists().where(
        SnapshotRow.firm_id == Snapshot.firm_id, SnapshotRow.snapshot_id == Snapshot.id, SnapshotRow.decided_at >= past
    )
    forgotten = await unit.scalars(
        select(Snapshot.id).where(
            Snapshot.firm_id == unit.firm_id,
            Snapshot.state.in_(("ready", "failed")),
            func.coalesce(Snapshot.fetched_at, Snapshot.created_at) < past,
            ~touched,
        )
    )
    for id_ in forgotten:
        await discard_snapshot(unit, snapshot_id=id_)
    return len(forgotten)
