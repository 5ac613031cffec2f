"""What the screens ask of connections and tenants."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from practice.connections.causes import CAUSES, Cause
from practice.connections.missing import missing_of
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.firms.models import Member
from practice.kernel.problems import Remedy
from practice.kernel.unit import Unit

# Unused for 60 days a consent lapses.
IDLE_LIMIT = timedelta(days=40)
_LISTED = 20


@dataclass(frozen=True, slots=True)
class SeenGrant:
    """A grant on its way to a connection, with the name of who made it."""

    grant: Grant
    connected_by: str
    gone: bool

    @property
    def live(self) -> bool:
        """Whether the organisation can be read with it."""
        return self.grant.active and not self.gone

    @property
    def missing(self) -> list[str]:
        """Permissions that the product asks for now and that this consent does not give."""
        return missing_of(self.grant)


@dataclass(frozen=True, slots=True)
class SeenConnection:
    """A connection with its tenant and the grants that reach it, in order."""

    connection: Connection
    tenant: Tenant
    grants: list[SeenGrant]

    @property
    def remedy(self) -> Remedy | None:
        """What helps, where something is wrong with it."""
        helps = CAUSES[self.connection.cause].remedy if self.connection.cause else None
        if helps and self.tenant.kind == "practice_manager":
            # A practice has a consent of its own.
            return replace(helps, operation="connect_practice")
        return helps

    @property
    def detail(self) -> str | None:
        """What is wrong with it, in a sentence."""
        if self.connection.cause is None:
            return None
        names = (seen.grant.name for seen in self.grants if seen.grant.id == self.connection.caused_by)
        return CAUSES[self.connection.cause].detail.format(who=next(names, "the person who connected it"))

    @property
    def missing_scopes(self) -> list[str]:
        """Of the sign-in that is used."""
        return next((seen.missing for seen in self.grants if seen.live), [])

    @property
    def ends_at(self) -> datetime | None:
        """When the last of its consents lapses, should nothing renew them."""
        return max((seen.grant.lapses_at for seen in self.grants if seen.live), default=None)


@dataclass(frozen=True, slots=True)
class SeenCause:
    """One trouble, however many connections have it: a cause and the consent it is about."""

    cause: Cause
    detail: str
    names: list[str]
    clients: int
    grant_id: UUID | None


@dataclass(frozen=True, slots=True)
class Health:
    """How the connections fare that somebody may know of. What the firm has ended is not counted."""

    working: int
    degraded: int
    broken: int
    causes: list[SeenCause]

    @property
    def total(self) -> int:
        return self.working + self.degraded + self.broken


@dataclass(frozen=True, slots=True)
class Consent:
    """A grant with what hangs on it. `only_link`: organisations that nobody else's consent reaches, by name."""

    seen: SeenGrant
    connections: int
    only_link: list[str]


@dataclass(frozen=True, slots=True)
class SeenTenant:
    """A tenant with its connection, who linked it, and whether the latest consent named it."""

    tenant: Tenant
    connection: Connection | None
    linked_by: str | None
    in_latest_consent: bool


async def connections_of_firm(unit: Unit, *, only: UUID | None = None) -> list[SeenConnection]:
    """Every connection, or this one, by the tenant's name."""
    query = (
        select(Connection, Tenant)
        .join(Tenant, (Tenant.firm_id == Connection.firm_id) & (Tenant.id == Connection.tenant_id))
        .where(Connection.firm_id == unit.firm_id)
        .order_by(Tenant.name, Connection.id)
    )
    rows: Sequence[Any] = await unit.rows(query if only is None else query.where(Connection.id == only))
    grants = await _grants_by_connection(unit)
    return [SeenConnection(connection, tenant, grants[connection.id]) for connection, tenant in rows]


def health_of(connections: Iterable[SeenConnection], *, clients: dict[UUID, UUID], everything: bool) -> Health:
    """`clients`: those that the asker may open, by tenant; without `everything` only their connections are counted."""
    counted = {"active": 0, "degraded": 0, "broken": 0}
    found: dict[tuple[str, UUID | None], list[SeenConnection]] = {}
    for seen in connections:
        connection = seen.connection
        if connection.status == "disconnected" or not (everything or seen.tenant.id in clients):
            continue
        counted["broken" if connection.needs_consent else connection.status] += 1
        if connection.cause and CAUSES[connection.cause].told:
            found.setdefault((connection.cause, connection.caused_by), []).append(seen)
    causes = [
        SeenCause(
            cause=CAUSES[slug],
            detail=having[0].detail or "",
            names=[seen.tenant.name for seen in having],
            clients=sum(seen.tenant.id in clients for seen in having),
            grant_id=grant_id,
        )
        for (slug, grant_id), having in found.items()
    ]
    order = list(CAUSES)
    causes.sort(key=lambda each: (order.index(each.cause.slug), -len(each.names), str(each.grant_id)))
    return Health(counted["active"], counted["degraded"], counted["broken"], causes)


@dataclass(frozen=True, slots=True)
class SeenTrouble:
    """What a letter says of one cause and one consent."""

    cause: Cause
    who: str
    names: list[str]

    @property
    def detail(self) -> str:
        return self.cause.detail.format(who=self.who)

    @property
    def listed(self) -> str:
        """The first twenty by name, and how many more."""
        more = len(self.names) - _LISTED
        return ", ".join(self.names[:_LISTED]) + (f" and {more} more" if more > 0 else "")


async def trouble_of(unit: Unit, *, cause: str, grant_id: UUID | None) -> SeenTrouble | None:
    """None where nothing has the cause any more."""
    names = await unit.scalars(
        select(Tenant.name)
        .join(Connection, (Connection.firm_id == Tenant.firm_id) & (Connection.tenant_id == Tenant.id))
        .where(Tenant.firm_id == unit.firm_id, Connection.cause == cause, Connection.caused_by == grant_id)
        .order_by(func.lower(Tenant.name), Tenant.id)
    )
    who = await unit.scalar(select(Grant.name).where(Grant.firm_id == unit.firm_id, Grant.id == grant_id))
    return SeenTrouble(CAUSES[cause], who, names) if names and who else None


async def consents_of_firm(unit: Unit) -> list[Consent]:
    """Every grant, by the Xero user's name, and what would go dark without it."""
    rows: Sequence[Any] = await unit.rows(
        select(Grant, Member.name)
        .outerjoin(Member, (Member.firm_id == Grant.firm_id) & (Member.id == Grant.connected_by))
        .where(Grant.firm_id == unit.firm_id)
        .order_by(func.lower(Grant.name), Grant.id)
    )
    held: defaultdict[UUID, int] = defaultdict(int)
    alone: defaultdict[UUID, list[str]] = defaultdict(list)
    for seen in await connections_of_firm(unit):
        if seen.connection.status == "disconnected":
            continue
        for each in seen.grants:
            if each.gone:
                continue
            held[each.grant.id] += 1
            if not any(other.live for other in seen.grants if other.grant.id != each.grant.id):
                alone[each.grant.id].append(seen.tenant.name)
    return [
        Consent(SeenGrant(grant, member or grant.name, gone=False), held[grant.id], alone[grant.id])
        for grant, member in rows
    ]


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
        select(Grant.auth_event_id)
        .where(Grant.firm_id == unit.firm_id, Grant.purpose == "ledgers")
        .order_by(Grant.consented_at.desc())
        .limit(1)
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


async def grants_by_tenant(unit: Unit, tenant_ids: Iterable[UUID]) -> dict[UUID, list[SeenGrant]]:
    """The consents that these tenants may still be reached with, by tenant, in the order in which they are asked."""
    found = await connections_by_tenant(unit, tenant_ids)
    kept = [connection for connection in found.values() if connection.status != "disconnected"]
    grants = await _grants_by_connection(unit, only=[connection.id for connection in kept])
    return {one.tenant_id: [seen for seen in grants[one.id] if not seen.gone] for one in kept}


async def idle_grants(unit: Unit) -> Sequence[UUID]:
    """Grants to be kept alive: in use, but not refreshed for 40 days."""
    return await unit.scalars(
        select(Grant.id).where(
            Grant.firm_id == unit.firm_id, Grant.status == "active", Grant.expires_at < unit.now - IDLE_LIMIT
        )
    )


async def _grants_by_connection(
    unit: Unit, *, only: Collection[UUID] | None = None
) -> defaultdict[UUID, list[SeenGrant]]:
    query = (
        select(ConnectionGrant.connection_id, ConnectionGrant.gone_at, Grant, Member.name)
        .join(Grant, (Grant.firm_id == ConnectionGrant.firm_id) & (Grant.id == ConnectionGrant.grant_id))
        .outerjoin(Member, (Member.firm_id == Grant.firm_id) & (Member.id == Grant.connected_by))
        .where(ConnectionGrant.firm_id == unit.firm_id)
        .order_by(ConnectionGrant.connection_id, ConnectionGrant.priority, Grant.id)
    )
    rows: Sequence[Any] = await unit.rows(
        query if only is None else query.where(ConnectionGrant.connection_id.in_(only))
    )
    grants: defaultdict[UUID, list[SeenGrant]] = defaultdict(list)
    for connection_id, gone_at, grant, member in rows:
        grants[connection_id].append(SeenGrant(grant, member or grant.name, gone=gone_at is not None))
    return grants
