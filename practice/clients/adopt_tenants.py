"""Makes clients of chosen tenants, in draft, inside the bundle. Adopting a tenant twice is the same client."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from practice.clients.bundle import take_places
from practice.clients.models import Client, ClientManager
from practice.clients.problems import NotAnOrganisation
from practice.clients.visibility import rewrite_sight
from practice.connections.models import Tenant
from practice.firms.models import Firm
from practice.kernel.unit import Unit


async def adopt_tenants(unit: Unit, *, tenant_ids: Sequence[UUID]) -> list[Client]:
    """The clients of these tenants, new or old, in order. Raises BundleFull before anything is added."""
    tenants = await unit.find(Tenant, tenant_ids)
    others = [tenant.name for tenant in tenants if tenant.kind != "organisation"]
    if others:
        raise NotAnOrganisation(detail=f"{others[0]} is not an organisation, so it has no books to import.")
    firm = await unit.lock(Firm, unit.firm_id)
    async with unit.whole_firm():
        known: dict[UUID | None, Client] = {
            client.tenant_id: client
            for client in await unit.scalars(
                select(Client)
                .where(Client.firm_id == unit.firm_id, Client.tenant_id.in_([tenant.id for tenant in tenants]))
                .order_by(Client.id)
                .with_for_update()
            )
        }
        fresh = [tenant for tenant in tenants if tenant.id not in known]
        back = [client for client in known.values() if client.state == "archived"]
        await take_places(unit, len(fresh) + len(back))
        for client in back:
            client.state, client.archived_at = "draft", None
            client.version += 1
            unit.record("client.restored", on=client)
        for tenant in fresh:
            client = unit.add(
                Client(tenant_id=tenant.id, name=tenant.name, visibility=firm.default_visibility, tags=[])
            )
            known[tenant.id] = client
            unit.record("client.adopted", on=client)
        await unit.flush()
        if not unit.actor.sees_all and unit.actor.member_id:
            # Whoever adds a client must be able to configure it.
            for tenant in fresh:
                client = known[tenant.id]
                unit.add(ClientManager(client_id=client.id, member_id=unit.actor.member_id, position=0))
            await unit.flush()
        await rewrite_sight(unit, [client.id for client in known.values()])
    unit.changed("client", firm.id)
    return [known[tenant.id] for tenant in tenants]
