"""Asks for what changed in XPM since an import was read; the review goes on meanwhile."""

from uuid import UUID

from practice.kernel.unit import Unit
from practice.xpm.decide_rows import reviewed
from practice.xpm.jobs import RefreshSnapshot
from practice.xpm.models import Snapshot
from practice.xpm.problems import NotConnected
from practice.xpm.start_snapshot import connected_practices


async def ask_for_refresh(unit: Unit, *, snapshot_id: UUID) -> Snapshot:
    """Raises NotUnderReview; NotConnected where nobody's consent reaches the practice any more, or it came as a report."""
    snapshot = await reviewed(unit, snapshot_id)
    if snapshot.tenant_id not in await connected_practices(unit):
        raise NotConnected
    await unit.enqueue(RefreshSnapshot(snapshot_id=snapshot_id))
    return snapshot
