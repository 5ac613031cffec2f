"""Matches a snapshot's rows again, once somebody has explained what its structures are, and counts them."""

from uuid import UUID

from practice.kernel.context import Run
from practice.xpm.models import Snapshot
from practice.xpm.stage_rows import count_snapshot, stage_rows


async def match_rows(run: Run, *, snapshot_id: UUID) -> None:
    """What is explained may have gone from the people to the entities, or back, so that each step holds another number."""
    await stage_rows(run, snapshot_id=snapshot_id)
    async with run.unit() as unit:
        snapshot = await unit.lock(Snapshot, snapshot_id)
        if snapshot.state == "ready":
            snapshot.counts = snapshot.counts | await count_snapshot(unit, snapshot)
        unit.changed("snapshot", snapshot_id)
