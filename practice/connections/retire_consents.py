"""Somebody leaves the firm: other consents are asked before theirs, and what hangs on theirs alone is said.

Their consent is not ended: it is theirs, and organisations that nobody else reaches would go dark with it.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from practice.connections.models import ConnectionGrant, Grant
from practice.connections.settle_connections import settle_connections
from practice.kernel.unit import Unit


async def retire_consents(unit: Unit, *, member_id: UUID) -> None:
    """Call it when the member's row says that they have left."""
    theirs = set(
        await unit.scalars(select(Grant.id).where(Grant.firm_id == unit.firm_id, Grant.connected_by == member_id))
    )
    held = select(ConnectionGrant.connection_id).where(
        ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id.in_(theirs)
    )
    links: Sequence[ConnectionGrant] = await unit.scalars(
        select(ConnectionGrant)
        .where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.connection_id.in_(held))
        .order_by(ConnectionGrant.priority, ConnectionGrant.grant_id)
    )
    by_connection: defaultdict[UUID, list[ConnectionGrant]] = defaultdict(list)
    for link in links:
        by_connection[link.connection_id].append(link)
    for reached_by in by_connection.values():
        # False sorts first, and the sort keeps the order within either half.
        for number, link in enumerate(sorted(reached_by, key=lambda each: each.grant_id in theirs), start=1):
            link.priority = number
    await settle_connections(unit, connection_ids=by_connection)
