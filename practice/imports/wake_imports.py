"""Wakes parked imports whose connection has broken, so that they ask for help now and not when their wait is over."""

from sqlalchemy import Text, cast, select, update

from practice.connections.causes import WORKING
from practice.connections.models import Connection
from practice.imports.jobs import ImportLedger
from practice.imports.models import Import, ImportRun
from practice.kernel.jobs import JobRow
from practice.kernel.unit import Unit


async def wake_imports(unit: Unit) -> int:
    """Answers how many were woken. What a person paused stays paused."""
    stranded = (
        select(cast(Import.id, Text))
        .join(ImportRun, (ImportRun.firm_id == Import.firm_id) & (ImportRun.id == Import.run_id))
        .join(Connection, (Connection.firm_id == Import.firm_id) & (Connection.tenant_id == Import.tenant_id))
        .where(
            Import.firm_id == unit.firm_id,
            Import.state.in_(("queued", "waiting")),
            ImportRun.state == "open",
            Connection.status.not_in(WORKING),
        )
    )
    woken = await unit.execute(
        update(JobRow)
        .where(
            JobRow.firm_id == unit.firm_id,
            JobRow.name == ImportLedger.job_name(),
            JobRow.state == "queued",
            JobRow.run_at > unit.now,
            JobRow.args["import_id"].astext.in_(stranded),
        )
        .values(run_at=unit.now, cause=None)
        .execution_options(synchronize_session=False)
    )
    if woken.rowcount:
        unit.rung.add("slow")
        unit.rings += min(woken.rowcount, 5)
    return int(woken.rowcount)
