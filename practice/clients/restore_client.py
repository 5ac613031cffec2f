"""Brings an archived client back, if the bundle has a place for it."""

from uuid import UUID

from practice.clients.bundle import take_places
from practice.clients.models import Client
from practice.clients.visibility import rewrite_sight
from practice.firms.models import Firm
from practice.kernel.unit import Unit


async def restore_client(unit: Unit, *, client_id: UUID) -> Client:
    """Restores to what it was: active if it was ever imported. Raises BundleFull."""
    # The firm first, as adopting does, or the two would wait for each other.
    await unit.lock(Firm, unit.firm_id)
    client = await unit.lock(Client, client_id)
    if client.state == "archived":
        if client.tenant_id:
            await take_places(unit, 1)
        client.state, client.archived_at = ("active" if client.last_imported_at else "ready"), None
        client.version += 1
        unit.record("client.restored", on=client)
        await unit.flush()
        await rewrite_sight(unit, [client.id])
        unit.changed("client", client.id, client_id=client.id)
    return client
