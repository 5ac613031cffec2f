"""Decides a conflict: keep what is here, or take what is there. The same difference is not asked about again."""

from typing import Literal
from uuid import UUID

from practice.clients.models import Client
from practice.clients.write_details import write_details
from practice.kernel.unit import Unit
from practice.links.models import Link, LinkConflict
from practice.links.problems import AlreadySettled
from practice.links.ties import lock_ties


async def resolve_conflict(unit: Unit, *, conflict_id: UUID, take: Literal["local", "remote"]) -> LinkConflict:
    """From here on both are agreed on what is there: what is kept here is ours to send. Raises AlreadySettled."""
    found = await unit.get(LinkConflict, conflict_id)
    client: Client = await unit.get(Client, found.client_id)
    link: Link = await unit.get(Link, found.link_id)
    ties = await lock_ties(unit, tenant_id=link.tenant_id, client_ids=[client.id])
    [tie] = ties
    conflict = tie.conflicts.get(found.field)
    if conflict is None or conflict.id != conflict_id or tie.link is None:
        raise AlreadySettled
    if take == "remote":
        write_details(unit, tie.client, tie.details(unit), {conflict.field: conflict.remote}, source="xpm")
    tie.link.base = {**tie.link.base, conflict.field: conflict.remote}
    tie.link.version += 1
    conflict.resolved_at, conflict.resolved_by, conflict.resolution = unit.now, unit.actor.member_id, take
    unit.record("link.settled", on=tie.link, client_id=tie.client.id, field=conflict.field, take=take)
    unit.changed("client", tie.client.id, client_id=tie.client.id)
    await unit.flush()
    return conflict
