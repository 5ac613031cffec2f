"""Reads the practice again since a snapshot was taken, and marks what changed; what was decided stays decided.

All of it, in the three calls of the first reading: a client that joins a group or is related to another need not say that
it changed, and one that vanished cannot (xpm.md 3.2). To ask for what changed, and then for all ids, took as many calls.
"""

from collections.abc import Sequence
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import cast, select, update
from sqlalchemy.dialects.postgresql import JSONB

from practice.connections.reach_practice import reach_practice
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.stage_rows import count_snapshot, stage_rows, structures_of
from practice.xpm.store_rows import GONE, store_missing_staff, store_rows, store_staff
from practice.xpm.take_snapshot import group_rows, lay_groups, linked_ids


async def refresh_snapshot(run: Run, *, snapshot_id: UUID) -> None:
    """Does nothing to one that is no longer under review. Raises what the provider raises; the review goes on meanwhile."""
    async with run.unit(write=False) as unit:
        snapshot = await unit.get(Snapshot, snapshot_id)
        if snapshot.state != "ready" or snapshot.source != "xpm" or snapshot.fetched_at is None:
            return
        begun = unit.now
        structures = await structures_of(unit, snapshot.tenant_id)
        kinds = {id_: kind for id_, (_, kind) in (await linked_ids(unit, snapshot_id)).items()}
        # What somebody is being asked about and was not in the list of what is there any more.
        linked = dict.fromkeys(await _shown(unit, snapshot_id)) | kinds
    async with reach_practice(run, snapshot.tenant_id) as practice:
        run.spend(3)
        staff, groups = await practice.staff(), await practice.groups()
        async with run.unit() as unit:
            snapshot = await unit.lock(Snapshot, snapshot_id)
            if snapshot.state != "ready":
                return
            await store_staff(unit, snapshot=snapshot, staff=staff)
            lay_groups(snapshot, groups)
        new = changed = 0
        living: set[str] = set()
        async with aclosing(practice.clients()) as batches:
            async for parties in batches:
                async with run.unit() as unit:
                    snapshot = await unit.lock(Snapshot, snapshot_id)
                    if snapshot.state != "ready":
                        return
                    stored = await store_rows(
                        unit, snapshot=snapshot, parties=parties, structures=structures, linked=linked
                    )
                new, changed = new + stored.new, changed + stored.changed
                living |= {party.remote_id for party in parties if not party.deleted}
        # What could not be read is there all the same.
        living |= {one.remote_id for one in practice.set_aside}
        as_before = await practice.whose() == snapshot.xero_user_id
    # Somebody who sees less has not seen it vanish.
    if as_before:
        async with run.unit() as unit:
            changed += await _bury(unit, snapshot_id, living)
            await store_missing_staff(unit, snapshot=await unit.get(Snapshot, snapshot_id))
    await stage_rows(run, snapshot_id=snapshot_id)
    async with run.unit() as unit:
        snapshot = await unit.lock(Snapshot, snapshot_id)
        if snapshot.state != "ready":
            return
        await group_rows(unit, snapshot)
        snapshot.fetched_at, snapshot.problem = begun, None
        snapshot.counts = snapshot.counts | await count_snapshot(unit, snapshot)
        snapshot.version += 1
        unit.record("snapshot.refreshed", on=snapshot, new=new, changed=changed)
        unit.changed("snapshot", snapshot_id, patch={"state": "ready", "new": new, "changed": changed})


async def _bury(unit: Unit, snapshot_id: UUID, living: set[str]) -> int:
    """Marks the rows of records that are no longer there, and answers how many are news."""
    gone = [id_ for id_ in await _shown(unit, snapshot_id) if id_ not in living]
    done = await unit.execute(
        update(SnapshotRow)
        .where(
            SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id, SnapshotRow.kind != "staff",
            SnapshotRow.remote_id.in_(gone), SnapshotRow.neutral["deleted"].astext != "true",
        )
        .values(
            neutral=SnapshotRow.neutral.op("||")(cast({"deleted": True}, JSONB)), digest=GONE, changed_since=True,
            version=SnapshotRow.version + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return int(done.rowcount)


async def _shown(unit: Unit, snapshot_id: UUID) -> set[str]:
    rows: Sequence[str] = await unit.scalars(
        select(SnapshotRow.remote_id).where(
            SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id, SnapshotRow.kind != "staff"
        )
    )
    return set(rows)
