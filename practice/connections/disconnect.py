"""Ends a connection: here at once, at the provider as soon as it hears it. What was read stays."""

from uuid import UUID

from practice.connections.jobs import GiveBack
from practice.connections.models import Connection
from practice.connections.settle_connections import tell_troubles
from practice.kernel.unit import Unit


async def disconnect(unit: Unit, *, connection_id: UUID) -> None:
    """Ending it twice is ending it once."""
    connection = await unit.lock(Connection, connection_id)
    if not connection.end():
        return
    await unit.enqueue(GiveBack(connection_id=connection.id))
    unit.record("connection.ended", on=connection)
    unit.changed("connection", connection.id)
    unit.changed("tenant", connection.tenant_id)
    await tell_troubles(unit)
