"""Forgets consents that reach nothing any more, with their tokens; and lets a new one take the place of ended ones."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, exists, select

from practice.connections.models import ConnectionGrant, Grant
from practice.kernel.unit import Unit


async def forget_grants(unit: Unit, *, grant_ids: Iterable[UUID]) -> None:
    """Of these, those without a connection. The record keeps who connected what."""
    await unit.execute(
        delete(Grant)
        .where(
            Grant.firm_id == unit.firm_id,
            Grant.id.in_(list(grant_ids)),
            ~exists().where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id == Grant.id),
        )
        .execution_options(synchronize_session=False)
    )


async def replace_ended(unit: Unit, *, by: UUID, connection_ids: Iterable[UUID]) -> None:
    """Whoever consents repairs an organisation for good: consents that have ended no longer count for it."""
    ended: list[ConnectionGrant] = await unit.scalars(
        select(ConnectionGrant)
        .join(Grant, (Grant.firm_id == ConnectionGrant.firm_id) & (Grant.id == ConnectionGrant.grant_id))
        .where(
            ConnectionGrant.firm_id == unit.firm_id,
            ConnectionGrant.connection_id.in_(list(connection_ids)),
            ConnectionGrant.grant_id != by,
            Grant.status != "active",
        )
        .order_by(ConnectionGrant.id)
    )
    for link in ended:
        await unit.remove(link)
    await unit.flush()
    await forget_grants(unit, grant_ids={link.grant_id for link in ended})
