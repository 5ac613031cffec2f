"""Pauses a run: the slices at work end, and nothing new begins until somebody resumes it."""

from uuid import UUID

from sqlalchemy import select

from practice.imports.models import ACTIVE, Import, ImportRun
from practice.imports.parking import let_back, park
from practice.imports.problems import RunFinished
from practice.kernel.unit import Unit


async def pause_imports(unit: Unit, *, run_id: UUID) -> ImportRun:
    """Raises RunFinished."""
    run = await unit.lock(ImportRun, run_id)
    if run.state == "finished":
        raise RunFinished
    if run.state == "open":
        run.state = "paused"
        await park(unit, await _active(unit, run_id))
        unit.record("run.paused", on=run)
        unit.changed("import_run", run.id)
    return run


async def resume_imports(unit: Unit, *, run_id: UUID) -> ImportRun:
    """Goes on; raises RunFinished."""
    run = await unit.lock(ImportRun, run_id)
    if run.state == "finished":
        raise RunFinished
    if run.state == "paused":
        run.state = "open"
        await let_back(unit, await _active(unit, run_id))
        unit.record("run.resumed", on=run)
        unit.changed("import_run", run.id)
    return run


async def _active(unit: Unit, run_id: UUID) -> list[Import]:
    return await unit.scalars(
        select(Import).where(Import.firm_id == unit.firm_id, Import.run_id == run_id, Import.state.in_(ACTIVE))
    )
