"""Reading a practice for an import, whole or what changed since, and matching it; the snapshot's row follows its job's."""

from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.xpm.jobs import MatchRows, RefreshSnapshot, TakeSnapshot
from practice.xpm.match_rows import match_rows
from practice.xpm.refresh_snapshot import refresh_snapshot
from practice.xpm.take_snapshot import note_not_refreshed, note_not_taken, take_snapshot
from worker.handling import Outcome, handles, settles


@handles(TakeSnapshot)
async def take(run: Run, job: TakeSnapshot) -> None:
    await take_snapshot(run, snapshot_id=job.snapshot_id)


@settles(TakeSnapshot)
async def taken(unit: Unit, job: TakeSnapshot, outcome: Outcome) -> None:
    if outcome.state in ("failed", "waiting", "retry"):
        await note_not_taken(
            unit, snapshot_id=job.snapshot_id, problem=outcome.problem, over=outcome.state == "failed"
        )


@handles(RefreshSnapshot)
async def refresh(run: Run, job: RefreshSnapshot) -> None:
    await refresh_snapshot(run, snapshot_id=job.snapshot_id)


@settles(RefreshSnapshot)
async def refreshed(unit: Unit, job: RefreshSnapshot, outcome: Outcome) -> None:
    if outcome.state in ("failed", "waiting", "retry"):
        await note_not_refreshed(unit, snapshot_id=job.snapshot_id, problem=outcome.problem)


@handles(MatchRows)
async def match(run: Run, job: MatchRows) -> None:
    await match_rows(run, snapshot_id=job.snapshot_id)
