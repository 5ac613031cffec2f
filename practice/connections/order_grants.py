"""Says whose consent is asked first for an organisation, and who steps in; one that no longer works can be dropped."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from practice.connections.forget_grants import forget_grants
from practice.connections.models import Connection, ConnectionGrant, Grant
from practice.connections.problems import GrantsLeftOut
from practice.connections.settle_connections import settle_connections
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def order_grants(unit: Unit, *, connection_id: UUID, grant_ids: Sequence[UUID]) -> Connection:
    """Raises NotFound for a grant that does not reach it, GrantsLeftOut where a working one is not named."""
    connection = await unit.get(Connection, connection_id)
    links = {
        link.grant_id: link
        for link in await unit.scalars(
            select(ConnectionGrant).where(
                ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.connection_id == connection_id
            )
        )
    }
    wanted = list(dict.fromkeys(grant_ids))
    if unknown := [str(id_) for id_ in wanted if id_ not in links]:
        raise NotFound(detail="That sign-in does not reach this organisation.", extensions={"missing": unknown})
    left_out = [id_ for id_ in links if id_ not in wanted]
    named = await unit.find(Grant, left_out)
    if working := [grant.name for grant in named if grant.active and links[grant.id].gone_at is None]:
        raise GrantsLeftOut(working)
    for number, grant_id in enumerate(wanted, start=1):
        links[grant_id].priority = number
    for grant_id in left_out:
        await unit.remove(links[grant_id])
    await unit.flush()
    await forget_grants(unit, grant_ids=left_out)
    unit.record("connection.ordered", on=connection)
    unit.changed("connection", connection.id)
    await settle_connections(unit, connection_ids=[connection_id])
    return await unit.get(Connection, connection_id)
