"""Apply a confirmed import from the practice's own system, or take one back. Books are imported by people, not by this."""

from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.xpm.apply_snapshot import apply_snapshot, note_not_applied
from practice.xpm.jobs import ApplySnapshot, UndoSnapshot
from practice.xpm.undo_snapshot import note_not_undone, undo_snapshot
from worker.handling import Outcome, handles, settles


@handles(ApplySnapshot)
async def apply(run: Run, job: ApplySnapshot) -> None:
    """One slice of applying."""
    await apply_snapshot(run, snapshot_id=job.snapshot_id)


@settles(ApplySnapshot)
async def applied(unit: Unit, job: ApplySnapshot, outcome: Outcome) -> None:
    if outcome.state == "failed":
        await note_not_applied(unit, snapshot_id=job.snapshot_id, problem=outcome.problem)


@handles(UndoSnapshot)
async def undo(run: Run, job: UndoSnapshot) -> None:
    """One slice of taking back."""
    await undo_snapshot(run, snapshot_id=job.snapshot_id)


@settles(UndoSnapshot)
async def undone(unit: Unit, job: UndoSnapshot, outcome: Outcome) -> None:
    if outcome.state == "failed":
        await note_not_undone(unit, snapshot_id=job.snapshot_id, problem=outcome.problem)
