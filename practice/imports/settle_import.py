"""Writes on the import how its slice, or its scoring, ended; and ends the run with its last import."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.note_progress import note_import
from practice.imports.models import ACTIVE, Import, ImportRun
from practice.imports.parking import park
from practice.kernel.problems import Problem
from practice.kernel.unit import Unit


async def settle_import(
    unit: Unit, *, import_id: UUID, state: str, problem: Problem | None = None, until: datetime | None = None
) -> Import:
    """`state`: scoring, done, queued, waiting or failed. The run's row is locked first, so that its last two imports
    cannot both think the other is still at work.
    """
    import_ = await unit.get(Import, import_id)
    run = await unit.lock(ImportRun, import_.run_id)
    import_ = await unit.lock(Import, import_id)
    if not import_.active:
        return import_
    import_.state = state
    import_.waiting_until = until
    import_.problem = problem.as_dict() if problem else None
    if state in ("done", "failed"):
        import_.finished_at = unit.now
        import_.stage = None
    ended = state in ("done", "failed")
    # What failed by night and needs nobody is tried again the next night, and calls nobody.
    failed = state == "failed" and (not run.nightly or import_.shown_state == "needs_action")
    await note_import(unit, client_id=import_.client_id, state=None if ended else state, failed=failed)
    if state == "done" and (import_.changed or not run.nightly):
        unit.record("import.finished", on=import_, client_id=import_.client_id, documents=import_.documents)
    if state == "failed" and problem:
        unit.record("import.failed", on=import_, client_id=import_.client_id, problem=problem.slug())
    await unit.flush()
    if run.state == "paused" and state in ("queued", "importing", "waiting"):
        # A slice that was at work when somebody paused ends here, and no other begins.
        import_.state = "waiting" if state == "waiting" else "queued"
        await park(unit, [import_])
    await finish_run(unit, run)
    unit.changed("import", import_.id, client_id=import_.client_id, patch=_patch(import_))
    unit.changed("client", import_.client_id, client_id=import_.client_id)
    unit.changed("import_run", run.id)
    return import_


async def finish_run(unit: Unit, run: ImportRun, *, closing: bool = False) -> None:
    """Ends the run if none of its imports is left to do. The caller holds its lock.

    A night's run may get more clients until it is closed.
    """
    if run.nightly and not closing:
        return
    left = await unit.scalar(
        select(func.count())
        .select_from(Import)
        .where(Import.firm_id == unit.firm_id, Import.run_id == run.id, Import.state.in_(ACTIVE))
    )
    if left == 0 and run.state != "finished":
        run.state, run.finished_at = "finished", unit.now
        unit.record("run.finished", on=run)


def _patch(import_: Import) -> dict[str, Any]:
    return {
        "state": import_.shown_state,
        "stage": import_.stage,
        "waiting_until": import_.waiting_until.isoformat() if import_.waiting_until else None,
    }
