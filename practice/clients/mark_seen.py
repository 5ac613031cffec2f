"""Remembers that a member opened a client, so that it is no longer marked New to them."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import Client, ClientSeen
from practice.kernel.unit import Unit


async def mark_seen(unit: Unit, *, client_id: UUID) -> Client:
    """Marks once; again changes nothing."""
    client = await unit.get(Client, client_id)
    if unit.actor.member_id is None:
        return client
    await unit.execute(
        insert(ClientSeen)
        .values(firm_id=unit.firm_id, id=unit.ids.new(), client_id=client.id, member_id=unit.actor.member_id)
        .on_conflict_do_nothing(index_elements=["firm_id", "client_id", "member_id"])
    )
    return client
