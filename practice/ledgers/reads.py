"""Queries about ledgers for screens."""

from uuid import UUID

from sqlalchemy import select

from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import Organisation


async def organisation_of(unit: Unit, tenant_id: UUID) -> Organisation | None:
    """The organisation as last read, if it was read yet."""
    return await unit.scalar(  # type: ignore[no-any-return]  # a scalar of this row
        select(Organisation).where(Organisation.firm_id == unit.firm_id, Organisation.tenant_id == tenant_id)
    )
