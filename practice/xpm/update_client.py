"""Reads one client's record again and brings both together, as an import does, without a review: it is that client."""

from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.clients.set_relationships import Related, set_relationships
from practice.connections.models import Tenant
from practice.connections.reach_practice import reach_practice
from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.links.problems import NotLinked
from practice.providers.parties import RemoteParty
from practice.xpm.apply_relations import outward
from practice.xpm.apply_row import apply_parties
from practice.xpm.models import Snapshot, SnapshotRow, StructureKind
from practice.xpm.neutral import to_json
from practice.xpm.problems import NotConnected
from practice.xpm.relations import edges
from practice.xpm.structures import kind_of


async def update_client(ctx: Context, *, client_id: UUID) -> str:
    """What came of it: `updated`, `conflict` or `unchanged`. As much is brought as was brought before.

    Raises NotLinked, NotConnected where it came from a report, and what reaching the practice raises.
    """
    async with ctx.unit(write=False) as unit:
        await unit.get(Client, client_id)
        link = await _link(unit, client_id)
        if (await unit.get(Tenant, link.tenant_id)).provider == "report":
            raise NotConnected
    async with reach_practice(ctx, link.tenant_id, urgent=True) as practice:
        party = await practice.client(link.remote_id)
    async with ctx.unit() as unit:
        client = await unit.lock(Client, client_id)
        return await _bring(unit, client, await _link(unit, client_id), party)


async def _link(unit: Unit, client_id: UUID) -> Link:
    links: list[Link] = await unit.scalars(
        select(Link)
        .where(Link.firm_id == unit.firm_id, Link.client_id == client_id, Link.state != "unlinked")
        .order_by(Link.last_imported_at.desc().nulls_last(), Link.id)
        .limit(1)
    )
    if not links:
        raise NotLinked
    return links[0]


async def _bring(unit: Unit, client: Client, link: Link, party: RemoteParty | None) -> str:
    mapping = dict(
        await unit.rows(
            select(StructureKind.structure, StructureKind.client_kind).where(
                StructureKind.firm_id == unit.firm_id, StructureKind.tenant_id == link.tenant_id
            )
        )
    )
    # The same as an import with one row, of which nothing is kept.
    snapshot = Snapshot(
        id=link.snapshot_id, firm_id=unit.firm_id, tenant_id=link.tenant_id, source="xpm", details=link.details,
        numbers_too=False, confirmed_by=unit.actor.member_id,
    )  # fmt: skip
    neutral = to_json(party) if party else {"deleted": True}
    row = SnapshotRow(
        firm_id=unit.firm_id, kind="entity", remote_id=link.remote_id, name=party.name if party else link.remote_name,
        neutral=neutral, private=None, archived=bool(party and party.archived), chosen=True, action="link",
        target_id=client.id, version=1,
        client_kind=(kind_of(party.structure, mapping) if party else None) or client.kind or "other",
    )  # fmt: skip
    await apply_parties(unit, snapshot, [row])
    if party is not None and not party.deleted:
        related = await _related(unit, link, client, party)
        await set_relationships(
            unit, tenant_id=link.tenant_id, related={client.id: related}, told={one.remote_id for one in related},
            whole=[], seen=[],
        )  # fmt: skip
    return row.outcome or "unchanged"


async def _related(unit: Unit, link: Link, client: Client, party: RemoteParty) -> list[Related]:
    """What the record says of itself; what others say of it stays as it is."""
    rows = await unit.rows(
        select(Link.remote_id, Link.client_id, Client.kind)
        .join(Client, (Client.firm_id == Link.firm_id) & (Client.id == Link.client_id))
        .where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == link.tenant_id,
            Link.kind == "client",
            Link.state != "unlinked",
            Link.remote_id.in_({row.other_remote_id for row in party.relations}),
        )
    )
    ours = {row.remote_id: row.client_id for row in rows}
    kinds = {row.remote_id: row.kind for row in rows} | {party.remote_id: client.kind}
    said = [edge for edge in edges([party], kinds) if edge.from_id == party.remote_id]
    return [outward(edge, ours.get(edge.to_id)) for edge in said]


