"""Cancels what is left of a run. What was scored already stays; what is being scored ends."""

from uuid import UUID

from sqlalchemy import Text, cast, select

from practice.clients.note_progress import note_import
from practice.imports.models import Import, ImportRun
from practice.imports.parking import take_out
from practice.imports.problems import RunFinished
from practice.imports.settle_import import finish_run
from practice.kernel.unit import Unit


async def cancel_imports(unit: Unit, *, run_id: UUID) -> ImportRun:
    """Raises RunFinished."""
    mine = select(cast(Import.id, Text)).where(Import.firm_id == unit.firm_id, Import.run_id == run_id)
    await take_out(unit, mine)
    run = await unit.lock(ImportRun, run_id)
    if run.state == "finished":
        raise RunFinished
    left = await unit.scalars(
        select(Import)
        .where(
            Import.firm_id == unit.firm_id,
            Import.run_id == run_id,
            Import.state.in_(("queued", "importing", "waiting")),
        )
        .order_by(Import.id)
        .with_for_update()
    )
    for import_ in left:
        import_.state, import_.finished_at, import_.waiting_until, import_.stage = "cancelled", unit.now, None, None
        await note_import(unit, client_id=import_.client_id, state=None)
        unit.changed("import", import_.id, client_id=import_.client_id, patch={"state": "cancelled"})
        unit.changed("client", import_.client_id, client_id=import_.client_id)
    unit.record("run.cancelled", on=run, clients=len(left))
    await unit.flush()
    await finish_run(unit, run, closing=True)
    unit.changed("import_run", run.id)
    return run
