"""Tries failed imports again, from where they stopped."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from practice.clients.models import Client
from practice.clients.note_progress import note_import
from practice.imports.estimate import FIXED_CALLS
from practice.imports.jobs import ImportLedger
from practice.imports.models import ACTIVE, Import, ImportRun
from practice.imports.parking import last_cursor, park
from practice.imports.plan import anew
from practice.imports.problems import NothingToRetry
from practice.kernel.jobs import JobRow
from practice.kernel.unit import Unit


async def retry_imports(unit: Unit, *, run_id: UUID, import_ids: Sequence[UUID] | None = None) -> ImportRun:
    """These imports, or all that failed. A client that another run imports meanwhile is left to it.

    Raises NothingToRetry where none of them failed, NotFound for an import of another run.
    """
    run = await unit.lock(ImportRun, run_id)
    query = select(Import).where(
        Import.firm_id == unit.firm_id, Import.run_id == run_id, Import.state.in_(("failed", "cancelled"))
    )
    if import_ids is not None:
        await unit.find(Import, import_ids)
        query = query.where(Import.id.in_(import_ids))
    else:
        query = query.where(Import.state == "failed")
    # As start_imports does: whoever comes second for a client sees what the first one made of it.
    await unit.scalars(
        select(Client.id)
        .where(Client.firm_id == unit.firm_id, Client.id.in_(query.with_only_columns(Import.client_id)))
        .order_by(Client.id)
        .with_for_update()
    )
    elsewhere = select(Import.client_id).where(Import.firm_id == unit.firm_id, Import.state.in_(ACTIVE))
    imports: list[Import] = await unit.scalars(
        query.where(Import.client_id.not_in(elsewhere)).order_by(Import.id).with_for_update()
    )
    if not imports:
        raise NothingToRetry(detail="None of these imports failed, or they are under way again already.")
    if run.state == "finished":
        run.state, run.finished_at = "open", None
    for import_ in imports:
        cursor = anew(await last_cursor(unit, import_))
        import_.state, import_.finished_at, import_.problem = "queued", None, None
        import_.attempts += 1
        job_id = await unit.enqueue(
            ImportLedger(import_id=import_.id, client_id=import_.client_id), cost=import_.calls_left or FIXED_CALLS
        )
        await unit.execute(
            update(JobRow)
            .where(JobRow.firm_id == unit.firm_id, JobRow.id == job_id)
            .values(cursor=cursor)
            .execution_options(synchronize_session=False)
        )
        await note_import(unit, client_id=import_.client_id, state="queued")
        unit.changed("import", import_.id, client_id=import_.client_id, patch={"state": "queued"})
    if run.state == "paused":
        await park(unit, imports)
    unit.record("run.retried", on=run, clients=len(imports))
    unit.changed("import_run", run.id)
    return run
