"""Forgets what an import read of people, some time after it was applied; what came of every row stays in the history.

A name, the id there, its structure, what was decided and what came of it: that is what the report of a run is made of. The
rest stands with the clients it was brought to, and of those it was not brought to there is no reason to keep it.
"""

from datetime import timedelta

from sqlalchemy import case, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from practice.kernel.unit import Unit
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.neutral import BLANK

KEPT_FOR = timedelta(days=90)


async def forget_applied(unit: Unit) -> int:
    """Of imports that were applied, or taken back, ninety days ago or more; answers how many. They cannot be undone then."""
    past = unit.now - KEPT_FOR
    snapshots = await unit.scalars(
        select(Snapshot)
        .where(
            Snapshot.firm_id == unit.firm_id, Snapshot.state.in_(("applied", "undone")), Snapshot.forgotten_at.is_(None),
            func.coalesce(Snapshot.undone_at, Snapshot.applied_at) < past,
        )
        .with_for_update()
    )  # fmt: skip
    said = func.jsonb_build_object(
        "structure", SnapshotRow.neutral["structure"], "deleted", SnapshotRow.neutral["deleted"]
    )
    for snapshot in snapshots:
        await unit.execute(
            update(SnapshotRow)
            .where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot.id)
            .values(
                neutral=case((SnapshotRow.kind == "staff", cast({}, JSONB)), else_=cast(BLANK, JSONB).op("||")(said)),
                private=None, candidates=[], changes=[], warnings=[], before=None,
                # A client's is a hash, by which the next import knows that nothing changed.
                digest=case((SnapshotRow.kind == "staff", b""), else_=SnapshotRow.digest),
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        snapshot.groups, snapshot.forgotten_at = [], unit.now
        snapshot.version += 1
        unit.changed("snapshot", snapshot.id)
    return len(snapshots)
