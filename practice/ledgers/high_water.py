"""How far each resource has been read, so that the next reading asks only for what changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import HighWater
from practice.ledgers.store_statements import forget_statements


async def read_high_water(unit: Unit, *, tenant_id: UUID) -> dict[str, datetime]:
    """Each resource that was read whole, and the time from which changes are to be asked for."""
    rows = await unit.rows(
        select(HighWater.resource, HighWater.modified_since).where(
            HighWater.firm_id == unit.firm_id, HighWater.tenant_id == tenant_id, HighWater.refused_at.is_(None)
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
            set_={
                "modified_since": statement.excluded.modified_since,
                "read_at": statement.excluded.read_at,
                "refused_at": None,
            },
        )
    )


async def note_refused(unit: Unit, *, tenant_id: UUID, resources: Sequence[str]) -> int:
    """That nobody's consent allows these; answers how many it is news of. What only Xero said there is forgotten."""
    if not resources:
        return 0
    statement = insert(HighWater).values(
        [
            {
                "firm_id": unit.firm_id, "tenant_id": tenant_id, "resource": resource, "modified_since": unit.now,
                "refused_at": unit.now,
            }
            for resource in resources
        ]
    )  # fmt: skip
    news = await unit.execute(
        statement.on_conflict_do_update(
            index_elements=["firm_id", "tenant_id", "resource"],
            set_={"refused_at": statement.excluded.refused_at},
            where=HighWater.refused_at.is_(None),
        )
    )
    if news.rowcount and "cash_validation" in resources:
        await forget_statements(unit, tenant_id=tenant_id)
    return int(news.rowcount)
