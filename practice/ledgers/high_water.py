"""How far each resource has been read, so that the next reading asks only for what changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import HighWater


async def read_high_water(unit: Unit, *, tenant_id: UUID) -> dict[str, datetime]:
    """Each resource that was read whole, and the time from which changes are to be asked for."""
    rows = await unit.rows(
        select(HighWater.resource, HighWater.modified_since).where(
            HighWater.firm_id == unit.firm_id, HighWater.tenant_id == tenant_id
        )
    )
    return {row.resource: row.modified_since for row in rows}


async def save_high_water(unit: Unit, *, tenant_id: UUID, resource: str, modified_since: datetime) -> None:
    """Saved only when the resource has been read to its last page."""
    statement = insert(HighWater).values(
        firm_id=unit.firm_id, tenant_id=tenant_id, resource=resource, modified_since=modified_since, read_at=unit.now
    )
    await unit.execute(
        statement.on_conflict_do_update(
            index_elements=["firm_id", "tenant_id", "resource"],
            set_={"modified_since": statement.excluded.modified_since, "read_at": statement.excluded.read_at},
        )
    )
