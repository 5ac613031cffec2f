"""What the screens ask of connections and tenants."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice.connections.causes import CAUSES
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.firms.models import Member
from practice.kernel.problems import Remedy
from practice.kernel.unit import Unit

# Unused for 60 days a consent lapses.
IDLE_LIMIT = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class SeenGrant:
    """A grant with the name of who made it."""

    grant: Grant
    connected_by: str


@dataclass(frozen=True, slots=True)
class SeenConnection:
    """A connection with its tenant and the grants that reach it, in order."""

    connection: Connection
    tenant: Tenant
    grants: list[SeenGrant]

    @property
    def remedy(self) -> Remedy | None:
        """What helps, where something is wrong with it."""
        return CAUSES[self.connection.cause].remedy if self.connection.cause else None


@dataclass(frozen=True, slots=True)
class SeenTenant:
    """A tenant with its connection, who linked it, and whether the latest consent named it."""

    tenant: Tenant
    connection: Connection | None
    linked_by: str | None
    in_latest_consent: bool


async def connections_of_firm(unit: Unit) -> list[SeenConnection]:
    """Every connection, by the tenant's name."""
    rows: Sequence[Any] = await unit.rows(
        select(Connection, Tenant)
        .join(Tenant, (Tenant.firm_id == Connection.firm_id) & (Tenant.id == Connection.tenant_id))
        .where(Connection.firm_id == unit.firm_id)
        .order_by(Tenant.name, Connection.id)
    )
    grants = await _grants_by_connection(unit)
    return [SeenConnection(connection, tenant, grants[connection.id]) for connection, tenant in rows]


async def tenants_of_firm(unit: Unit) -> list[SeenTenant]:
    """Every tenant, by name."""
    rows: Sequence[Any] = await unit.rows(
        select(Tenant, Connection)
        .outerjoin(Connection, (Connection.firm_id == Tenant.firm_id) & (Connection.tenant_id == Tenant.id))
        .where(Tenant.firm_id == unit.firm_id)
        .order_by(Tenant.name, Tenant.id)
    )
    grants = await _grants_by_connection(unit)
    latest: str | None = await unit.scalar(
        select(Grant.auth_event_id).where(Grant.firm_id == unit.firm_id).order_by(Grant.consented_at.desc()).limit(1)
    )
    return [
        SeenTenant(
            tenant,
            connection,
            next((seen.connected_by for seen in grants[connection.id]), None) if connection else None,
            latest is not None and tenant.auth_event_id == latest,
        )
        for tenant, connection in rows
    ]


async def tenants_by_id(unit: Unit, tenant_ids: Iterable[UUID]) -> dict[UUID, Tenant]:
    """Those that exist, by id."""
    found = await unit.scalars(select(Tenant).where(Tenant.firm_id == unit.firm_id, Tenant.id.in_(list(tenant_ids))))
    return {tenant.id: tenant for tenant in found}


async def connections_by_tenant(unit: Unit, tenant_ids: Iterable[UUID]) -> dict[UUID, Connection]:
    """The connections of these tenants, by tenant."""
    found = await unit.scalars(
        select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id.in_(list(tenant_ids)))
    )
    return {connection.tenant_id: connection for connection in found}


async def idle_grants(unit: Unit) -> Sequence[UUID]:
    """Grants to be kept alive: in use, but not refreshed for 40 days."""
    return await unit.scalars(
        select(Grant.id).where(
            Grant.firm_id == unit.firm_id, Grant.status == "active", Grant.expires_at < unit.now - IDLE_LIMIT
        )
    )


async def _grants_by_connection(unit: Unit) -> defaultdict[UUID, list[SeenGrant]]:
    rows: Sequence[Any] = await unit.rows(
        select(ConnectionGrant.connection_id, Grant, Member.name)
        .join(Grant, (Grant.firm_id == ConnectionGrant.firm_id) & (Grant.id == ConnectionGrant.grant_id))
        .outerjoin(Member, (Member.firm_id == Grant.firm_id) & (Member.id == Grant.connected_by))
        .where(ConnectionGrant.firm_id == unit.firm_id)
        .order_by(ConnectionGrant.connection_id, ConnectionGrant.priority, Grant.id)
    )
    grants: defaultdict[UUID, list[SeenGrant]] = defaultdict(list)
    for connection_id, grant, member in rows:
        grants[connection_id].append(SeenGrant(grant, member or grant.name))
    return grants
