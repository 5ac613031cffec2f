"""Takes the jobs of imports out of the queue for a while, lets them back in, or takes them out for good."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select, update

from practice.imports.jobs import ImportLedger, key_of
from practice.imports.models import Import
from practice.kernel.jobs import JobRow
from practice.kernel.unit import Unit

FOR_AS_LONG_AS_NEEDED = timedelta(days=3650)


async def park(unit: Unit, imports: Iterable[Import]) -> None:
    """Queued jobs wait until they are let back in."""
    await unit.execute(
        update(JobRow)
        .where(
            JobRow.firm_id == unit.firm_id,
            JobRow.key.in_([key_of(import_.client_id) for import_ in imports]),
            JobRow.state == "queued",
        )
        .values(run_at=unit.now + FOR_AS_LONG_AS_NEEDED, cause="paused")
        .execution_options(synchronize_session=False)
    )


async def let_back(unit: Unit, imports: Iterable[Import]) -> None:
    """What was parked is due again."""
    await unit.execute(
        update(JobRow)
        .where(
            JobRow.firm_id == unit.firm_id,
            JobRow.key.in_([key_of(import_.client_id) for import_ in imports]),
            JobRow.state == "queued",
            JobRow.cause == "paused",
        )
        .values(run_at=unit.now, cause=None)
        .execution_options(synchronize_session=False)
    )
    unit.rung.add("slow")
    unit.rings += 5


async def take_out(unit: Unit, import_ids: Select[Any]) -> None:
    """Cancels the jobs of these imports. A worker that holds one loses its fence, so it writes nothing more.

    Whoever locks more than jobs calls this first: a worker's unit holds its job before it comes to the import.
    """
    await unit.execute(
        update(JobRow)
        .where(
            JobRow.firm_id == unit.firm_id,
            JobRow.name == ImportLedger.job_name(),
            JobRow.args["import_id"].astext.in_(import_ids),
            JobRow.state.in_(("queued", "running")),
        )
        .values(
            state="cancelled", finished_at=unit.now, slot=None, lease_owner=None, lease_until=None,
            fence=JobRow.fence + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip


async def last_cursor(unit: Unit, import_: Import) -> dict[str, object]:
    """Where the import's last job had come to, so that a retry goes on from there."""
    cursor = await unit.scalar(
        select(JobRow.cursor)
        .where(
            JobRow.firm_id == unit.firm_id,
            JobRow.key == key_of(import_.client_id),
            JobRow.args["import_id"].astext == str(import_.id),
        )
        .order_by(JobRow.created_at.desc())
        .limit(1)
    )
    return dict(cursor or {})
