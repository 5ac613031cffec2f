"""Ends the imports of an organisation whose connection was ended here: cancelled at once, and no call follows."""

from uuid import UUID

from sqlalchemy import Text, cast, select

from practice.clients.note_progress import note_import
from practice.connections.models import Connection
from practice.imports.models import Import, ImportRun
from practice.imports.parking import take_out
from practice.imports.problems import ConnectionEnded
from practice.imports.settle_import import finish_run
from practice.kernel.unit import Unit

READING = ("queued", "importing", "waiting")


async def end_imports(unit: Unit, *, connection_id: UUID) -> None:
    """What is being scored has all it needs and goes on. Call it first: jobs are locked before what they work on."""
    connection = await unit.get(Connection, connection_id)
    mine = select(Import).where(
        Import.firm_id == unit.firm_id, Import.tenant_id == connection.tenant_id, Import.state.in_(READING)
    )
    await take_out(unit, mine.with_only_columns(cast(Import.id, Text)))
    runs = await unit.scalars(
        select(ImportRun)
        .where(ImportRun.firm_id == unit.firm_id, ImportRun.id.in_(mine.with_only_columns(Import.run_id)))
        .order_by(ImportRun.id)
        .with_for_update()
    )
    problem = ConnectionEnded().as_dict()
    for import_ in await unit.scalars(mine.order_by(Import.id).with_for_update()):
        import_.state, import_.finished_at, import_.waiting_until, import_.stage = "cancelled", unit.now, None, None
        import_.problem = problem
        await note_import(unit, client_id=import_.client_id, state=None)
        unit.changed("import", import_.id, client_id=import_.client_id, patch={"state": "cancelled"})
        unit.changed("client", import_.client_id, client_id=import_.client_id)
    await unit.flush()
    for run in runs:
        await finish_run(unit, run)
        unit.changed("import_run", run.id)
