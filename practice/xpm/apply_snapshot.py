"""Applies a confirmed import: staff, then people, then entities, then how they are related. Goes on where it was cut off.

Rows are done some at a time, each lot in one unit with its outcomes; a lot that fails is tried by halves, so that one row
that cannot be done fails alone. A row with an outcome is done, whoever looks at it next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.context import Run
from practice.kernel.database import trouble_of
from practice.kernel.failpoints import FailpointReached, failpoint
from practice.kernel.problems import NotFound, Problem, Unexpected
from practice.kernel.unit import LeaseLost, Unit
from practice.xpm.apply_relations import apply_relations, read_web
from practice.xpm.apply_row import apply_parties
from practice.xpm.apply_staff import apply_staff
from practice.xpm.models import OUTCOMES, Snapshot, SnapshotRow
from practice.xpm.problems import ChangedMeanwhile, TargetGone

AT_ONCE = 100
KINDS = ("staff", "client", "entity")


class Stopped(Exception):
    """The import is not being applied any more: somebody else has ended it."""


async def apply_snapshot(run: Run, *, snapshot_id: UUID) -> None:
    """Raises SliceOver between two lots; nothing of a lot is there before all of it is."""
    async with run.unit(write=False) as unit:
        snapshot = await unit.get(Snapshot, snapshot_id)
        confirmer = await _confirmer(unit, snapshot)
    if snapshot.state != "applying":
        return
    # In the record stands who decided it.
    ctx = replace(run, actor=confirmer) if confirmer else run
    try:
        for kind in KINDS:
            open_rows = await _open_rows(run, snapshot_id, kind)
            for lot in _lots(open_rows, 1 if kind == "staff" else AT_ONCE):
                await _apply(ctx, snapshot_id, kind, lot)
                failpoint(run.settings, f"applied_{kind}", snapshot.tenant_id)
                run.pause_if_over()
        await _relate(run, ctx, snapshot_id)
        async with ctx.unit() as unit:
            await _finish(unit, snapshot_id)
    except Stopped:
        return


async def note_not_applied(unit: Unit, *, snapshot_id: UUID, problem: Problem | None) -> None:
    """The work was given up: what is done is done, the rest says why not, and can be tried again."""
    await unit.execute(
        update(SnapshotRow)
        .where(
            SnapshotRow.firm_id == unit.firm_id,
            SnapshotRow.snapshot_id == snapshot_id,
            SnapshotRow.chosen,
            SnapshotRow.outcome.is_(None),
        )
        .values(outcome="failed", outcome_at=unit.now, problem=problem.as_dict() if problem else None)
        .execution_options(synchronize_session=False)
    )
    try:
        await _finish(unit, snapshot_id, problem)
    except Stopped:
        return


async def _confirmer(unit: Unit, snapshot: Snapshot) -> Actor | None:
    if snapshot.confirmed_by is None:
        return None
    member = await unit.get(Member, snapshot.confirmed_by)
    if not member.active or member.role not in ("owner", "admin"):
        return None
    role: Any = member.role
    return Actor("staff", unit.firm_id, member.id, role, member.name)


async def _open_rows(run: Run, snapshot_id: UUID, kind: str) -> list[UUID]:
    async with run.unit(write=False) as unit:
        return await unit.scalars(
            select(SnapshotRow.id)
            .where(
                SnapshotRow.firm_id == unit.firm_id,
                SnapshotRow.snapshot_id == snapshot_id,
                SnapshotRow.kind == kind,
                SnapshotRow.chosen,
                SnapshotRow.outcome.is_(None),
            )
            .order_by(SnapshotRow.id)
        )


async def _apply(ctx: Run, snapshot_id: UUID, kind: str, ids: Sequence[UUID]) -> None:
    try:
        async with ctx.unit() as unit:
            snapshot = await _held(unit, snapshot_id)
            rows: list[SnapshotRow] = await unit.scalars(
                select(SnapshotRow)
                .where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.id.in_(ids), SnapshotRow.outcome.is_(None))
                .order_by(SnapshotRow.id)
                .with_for_update()
            )
            if kind == "staff":
                for row in rows:
                    await apply_staff(unit, snapshot=snapshot, row=row)
            elif rows:
                await apply_parties(unit, snapshot, rows)
            await _note_progress(unit, snapshot, len(rows))
            failpoint(ctx.settings, f"applying_{kind}", snapshot.tenant_id)
    except (Stopped, LeaseLost, FailpointReached):
        raise
    except Exception as error:
        if not isinstance(error, (Problem, IntegrityError)) and trouble_of(error):
            raise
        if len(ids) > 1:
            half = len(ids) // 2
            await _apply(ctx, snapshot_id, kind, ids[:half])
            await _apply(ctx, snapshot_id, kind, ids[half:])
        else:
            await _note_failed(ctx, snapshot_id, ids[0], error)


async def _held(unit: Unit, snapshot_id: UUID) -> Snapshot:
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "applying":
        raise Stopped
    return snapshot


async def _note_failed(ctx: Run, snapshot_id: UUID, row_id: UUID, error: Exception) -> None:
    problem = _worded(error, row_id)
    async with ctx.unit() as unit:
        snapshot = await _held(unit, snapshot_id)
        row = await unit.lock(SnapshotRow, row_id)
        if row.outcome is None:
            row.outcome, row.outcome_at, row.problem = "failed", unit.now, problem.as_dict()
            row.version += 1
            await _note_progress(unit, snapshot, 1)


def _worded(error: Exception, row_id: UUID) -> Problem:
    if isinstance(error, NotFound):
        return TargetGone()
    if isinstance(error, Problem):
        return error
    if isinstance(error, IntegrityError):
        return ChangedMeanwhile()
    structlog.get_logger().error("xpm.row_failed", row=str(row_id), exc_info=error)
    return Unexpected(str(row_id))


async def _note_progress(unit: Unit, snapshot: Snapshot, rows: int, stage: str = "Importing") -> None:
    done = snapshot.progress.get("done", 0) + rows
    snapshot.progress = {**snapshot.progress, "stage": stage, "done": done}
    unit.changed("snapshot", snapshot.id, patch={"state": "applying", **snapshot.progress})


def _lots(ids: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


async def _relate(run: Run, ctx: Run, snapshot_id: UUID) -> None:
    async with run.unit(write=False) as unit:
        web = await read_web(unit, await unit.get(Snapshot, snapshot_id))
    related = run.cursor.get("related", "")
    for owners in _lots([owner for owner in web.owners if str(owner) > related], AT_ONCE * 2):
        async with ctx.unit() as unit:
            snapshot = await _held(unit, snapshot_id)
            await apply_relations(unit, snapshot=snapshot, web=web, owners=owners)
            await run.checkpoint(unit, {"related": str(owners[-1])})
            await _note_progress(unit, snapshot, 0, "Relating clients to each other")
        failpoint(run.settings, "applied_relations", snapshot.tenant_id)
        run.pause_if_over()


async def _finish(unit: Unit, snapshot_id: UUID, problem: Problem | None = None) -> None:
    snapshot = await _held(unit, snapshot_id)
    of = (SnapshotRow.firm_id == unit.firm_id) & (SnapshotRow.snapshot_id == snapshot_id)
    await unit.execute(
        update(SnapshotRow)
        .where(of, SnapshotRow.outcome.is_(None))
        .values(outcome="skipped", outcome_at=unit.now)
        .execution_options(synchronize_session=False)
    )
    counted = await unit.rows(select(SnapshotRow.outcome, func.count()).where(of).group_by(SnapshotRow.outcome))
    counts = dict.fromkeys(OUTCOMES, 0) | {row[0]: row[1] for row in counted}
    snapshot.state, snapshot.applied_at = "applied", unit.now
    snapshot.counts = {**snapshot.counts, **counts}
    snapshot.progress = {**snapshot.progress, "stage": "Done", "done": snapshot.progress.get("total")}
    snapshot.problem = problem.as_dict() if problem else None
    snapshot.version += 1
    unit.record("snapshot.applied", on=snapshot, **counts)
    unit.changed("snapshot", snapshot_id, patch={"state": "applied", **counts})
