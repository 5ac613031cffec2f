"""Takes drafts out again, so that their places are free. Only what was never imported can be dropped."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from practice.clients.models import Client
from practice.clients.problems import ClientInUse
from practice.kernel.unit import Unit


async def remove_drafts(unit: Unit, *, client_ids: Sequence[UUID]) -> int:
    """Deletes the drafts; raises ClientInUse for a client with imports, finished or not."""
    clients = await unit.find(Client, client_ids, lock=True)
    if any(client.importing or client.state not in ("draft", "ready") or client.last_imported_at for client in clients):
        raise ClientInUse
    for client in clients:
        unit.record("client.dropped", on=client, name=client.name)
        await unit.remove(client)
    try:
        await unit.flush()
    except IntegrityError as kept:
        raise ClientInUse(detail="An import of it, cancelled or failed, is kept. Archive it to free its place.") from kept
    unit.changed("client", unit.firm_id)
    return len(clients)
