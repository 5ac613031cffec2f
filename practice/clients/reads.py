"""Queries about clients for screens: the list with its facets, one client, and who is a tenant's client."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text

from practice.clients.models import Client, ClientManager, ClientSeen, ClientViewer
from practice.clients.nights import STALE_AFTER, next_turn
from practice.connections.causes import WORKING
from practice.connections.models import Connection, Tenant
from practice.firms.models import Firm, Member
from practice.kernel.unit import Unit

NEW_FOR = timedelta(days=14)
SORTS: dict[str, Any] = {
    "name": func.lower(Client.name),
    "score": Client.score,
    "issues": Client.issues,
    "last_imported": Client.last_imported_at,
}


@dataclass(frozen=True, slots=True)
class Someone:
    """A member by name."""

    id: UUID
    name: str


@dataclass(slots=True)
class Listed:
    """A client with what the list shows beside it."""

    client: Client
    tenant: Tenant | None
    connection: str | None
    is_new: bool
    managers: list[Someone] = field(default_factory=list)
    viewers: list[Someone] = field(default_factory=list)
    next_sync_at: datetime | None = None
    stale: bool = False
    updated: list[str] = field(default_factory=list)
    """What the last import from the practice's own system changed, for as long as that is news."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list: a view, filters, an order."""

    view: str = "all"
    q: str | None = None
    manager_id: UUID | None = None
    tag: str | None = None
    band: str | None = None
    sort: str = "name"


def _unseen(unit: Unit) -> ColumnElement[bool]:
    seen = exists().where(
        ClientSeen.firm_id == Client.firm_id,
        ClientSeen.client_id == Client.id,
        ClientSeen.member_id == unit.actor.member_id,
    )
    # Its books are in, or it came without books from the practice's own system.
    brought = or_(Client.last_imported_at.is_not(None), and_(Client.tenant_id.is_(None), Client.linked))
    return and_(brought, Client.created_at > unit.now - NEW_FOR, ~seen)


def _managed(member_id: UUID | None) -> ColumnElement[bool]:
    return exists().where(
        ClientManager.firm_id == Client.firm_id,
        ClientManager.client_id == Client.id,
        ClientManager.member_id == member_id,
    )


def _views(unit: Unit) -> dict[str, ColumnElement[bool]]:
    living = Client.state != "archived"
    anybody = exists().where(ClientManager.firm_id == Client.firm_id, ClientManager.client_id == Client.id)
    broken = exists().where(
        Connection.firm_id == Client.firm_id, Connection.tenant_id == Client.tenant_id, Connection.status.not_in(WORKING)
    )
    kept = and_(living, Client.state != "draft")
    return {
        "all": kept,
        "mine": and_(kept, _managed(unit.actor.member_id)),
        "new": and_(kept, _unseen(unit)),
        "at_risk": and_(kept, Client.band == "at_risk"),
        "no_manager": and_(kept, ~anybody),
        "needs_action": and_(kept, or_(Client.import_failed, broken)),
        "linked": and_(kept, Client.linked),
        "not_linked": and_(kept, ~Client.linked),
        "draft": Client.state == "draft",
        "archived": Client.state == "archived",
    }


async def list_clients(unit: Unit, wanted: Wanted, *, limit: int, offset: int) -> tuple[list[Listed], int]:
    """A page of the list, and how many there are in all."""
    conditions = [Client.firm_id == unit.firm_id, _views(unit)[wanted.view]]
    if wanted.q:
        pattern = "%" + wanted.q.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        conditions.append(Client.name.ilike(pattern))
    if wanted.manager_id:
        conditions.append(_managed(wanted.manager_id))
    if wanted.tag:
        conditions.append(Client.tags.contains([wanted.tag]))
    if wanted.band:
        conditions.append(Client.band == wanted.band)
    total = await unit.scalar(select(func.count()).select_from(Client).where(*conditions))
    column = SORTS[wanted.sort.removeprefix("-")]
    ordered = column.desc().nulls_last() if wanted.sort.startswith("-") else column.asc().nulls_last()
    query = _listed(unit).where(*conditions).order_by(ordered, func.lower(Client.name), Client.id)
    rows = await unit.rows(query.limit(limit).offset(offset))
    return await _with_people(unit, [Listed(*row) for row in rows]), total


async def read_listed(unit: Unit, client_ids: Sequence[UUID]) -> list[Listed]:
    """These clients, as the list shows them, in the order given."""
    await unit.find(Client, client_ids)
    rows = await unit.rows(_listed(unit).where(Client.firm_id == unit.firm_id, Client.id.in_(client_ids)))
    listed = {row[0].id: Listed(*row) for row in rows}
    return await _with_people(unit, [listed[id_] for id_ in dict.fromkeys(client_ids)])


def _listed(unit: Unit) -> Any:
    return (
        select(Client, Tenant, Connection.status, _unseen(unit))
        .outerjoin(Tenant, and_(Tenant.firm_id == Client.firm_id, Tenant.id == Client.tenant_id))
        .outerjoin(Connection, and_(Connection.firm_id == Client.firm_id, Connection.tenant_id == Client.tenant_id))
    )


async def _with_people(unit: Unit, listed: list[Listed]) -> list[Listed]:
    by_id = {one.client.id: one for one in listed}
    await _with_nights(unit, listed)
    for model, attribute in ((ClientManager, "managers"), (ClientViewer, "viewers")):
        rows = await unit.rows(
            select(model.client_id, Member.id, Member.name)
            .join(Member, and_(Member.firm_id == model.firm_id, Member.id == model.member_id))
            .where(model.firm_id == unit.firm_id, model.client_id.in_(by_id), Member.state == "active")
            .order_by(ClientManager.position if model is ClientManager else Member.name)
        )
        for client_id, member_id, name in rows:
            getattr(by_id[client_id], attribute).append(Someone(member_id, name))
    return listed


async def _with_nights(unit: Unit, listed: list[Listed]) -> None:
    firm = await unit.get(Firm, unit.firm_id)
    for one in listed:
        client = one.client
        if client.updated_at is not None and client.updated_at > unit.now - NEW_FOR:
            one.updated = client.updated_fields
        if not firm.nightly_sync or client.state != "active" or client.tenant_id is None:
            continue
        if one.connection in WORKING:
            one.next_sync_at = next_turn(client.id, now=unit.now, time_zone=firm.time_zone)
        one.stale = client.last_synced_at is None or unit.now - client.last_synced_at > STALE_AFTER


async def count_views(unit: Unit) -> dict[str, int]:
    """How many clients each view has."""
    views = _views(unit)
    row = (
        await unit.rows(
            select(*(func.count().filter(condition) for condition in views.values())).where(
                Client.firm_id == unit.firm_id
            )
        )
    )[0]
    return dict(zip(views, row, strict=True))


async def list_tags(unit: Unit) -> list[str]:
    """Every tag in use."""
    return list(
        await unit.scalars(
            select(func.unnest(Client.tags).label("tag"))
            .where(Client.firm_id == unit.firm_id, Client.state != "archived")
            .distinct()
            .order_by(text("tag"))
        )
    )


async def neighbours(unit: Unit, client: Client) -> tuple[UUID | None, UUID | None]:
    """The clients before and after this one by name."""
    name, here = func.lower(Client.name), client.name.lower()
    mine = and_(Client.firm_id == unit.firm_id, Client.state.not_in(("archived", "draft")))
    before = await unit.scalar(
        select(Client.id)
        .where(mine, or_(name < here, and_(name == here, Client.id < client.id)))
        .order_by(name.desc(), Client.id.desc())
        .limit(1)
    )
    after = await unit.scalar(
        select(Client.id)
        .where(mine, or_(name > here, and_(name == here, Client.id > client.id)))
        .order_by(name, Client.id)
        .limit(1)
    )
    return before, after


async def client_names(unit: Unit, client_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of those the actor may see; archived clients have theirs still."""
    rows = await unit.rows(
        select(Client.id, Client.name).where(Client.firm_id == unit.firm_id, Client.id.in_(set(client_ids)))
    )
    return {row.id: row.name for row in rows}


async def clients_by_tenant(unit: Unit) -> dict[UUID, Client]:
    """Which client stands for which tenant, archived ones included; also those the asker may not open."""
    async with unit.whole_firm():
        clients = await unit.scalars(
            select(Client).where(Client.firm_id == unit.firm_id, Client.tenant_id.is_not(None))
        )
    return {client.tenant_id: client for client in clients}


async def clients_seen(unit: Unit) -> dict[UUID, UUID]:
    """The clients that the asker may open and that are kept, by their tenant."""
    rows = await unit.rows(
        select(Client.tenant_id, Client.id).where(
            Client.firm_id == unit.firm_id, Client.tenant_id.is_not(None), Client.state != "archived"
        )
    )
    return {row[0]: row[1] for row in rows}


async def clients_managed(unit: Unit) -> dict[UUID, int]:
    """How many clients each member manages."""
    async with unit.whole_firm():
        rows = await unit.rows(
            select(ClientManager.member_id, func.count())
            .where(ClientManager.firm_id == unit.firm_id)
            .group_by(ClientManager.member_id)
        )
    return {row[0]: row[1] for row in rows}

