"""Archives a client: it gives its place back, and everything it has is kept."""

from uuid import UUID

from practice.clients.models import Client
from practice.clients.problems import ClientInUse
from practice.kernel.unit import Unit


async def archive_client(unit: Unit, *, client_id: UUID) -> Client:
    """Archives; a client already archived stays so. Raises ClientInUse while it is being imported."""
    client = await unit.lock(Client, client_id)
    if client.importing:
        raise ClientInUse
    if client.state != "archived":
        client.state, client.archived_at = "archived", unit.now
        client.version += 1
        unit.record("client.archived", on=client)
        unit.changed("client", client.id, client_id=client.id)
    return client
