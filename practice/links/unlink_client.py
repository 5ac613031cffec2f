"""Unlinks a client: everything it has stays, imports leave it alone, and nothing changes in the practice's own system."""

from uuid import UUID

from sqlalchemy import delete, select, update

from practice.clients.models import Client, PendingManager
from practice.kernel.unit import Unit
from practice.links.models import Link, LinkConflict
from practice.links.problems import NotLinked


async def unlink_client(unit: Unit, *, client_id: UUID) -> Client:
    """Every link that the client has. Raises NotLinked."""
    client = await unit.lock(Client, client_id)
    links: list[Link] = await unit.scalars(
        select(Link)
        .where(Link.firm_id == unit.firm_id, Link.client_id == client_id, Link.state != "unlinked")
        .with_for_update()
    )
    if not links:
        raise NotLinked
    for link in links:
        link.state = "unlinked"
        link.version += 1
        unit.record("link.ended", on=link, client_id=client_id)
    await unit.execute(
        update(LinkConflict)
        .where(
            LinkConflict.firm_id == unit.firm_id,
            LinkConflict.link_id.in_([link.id for link in links]),
            LinkConflict.resolved_at.is_(None),
        )
        .values(resolved_at=unit.now, resolved_by=unit.actor.member_id, resolution="local")
        .execution_options(synchronize_session=False)
    )
    await unit.execute(
        delete(PendingManager).where(PendingManager.firm_id == unit.firm_id, PendingManager.client_id == client_id)
    )
    client.linked, client.updated_fields = False, []
    client.version += 1
    unit.changed("client", client_id, client_id=client_id)
    return client
