"""Queries about links for screens: a client's team with where each detail came from, and conflicts that wait for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from practice.clients.details import FIELDS, GROUP_OF, LABELS
from practice.clients.models import (
    Client,
    ClientDetail,
    ClientGroup,
    ClientGroupMember,
    ClientPerson,
    PendingManager,
    Person,
    Relationship,
)
from practice.clients.write_details import local_fields
from practice.connections.models import Tenant
from practice.firms.reads import names_of
from practice.kernel.unit import Unit
from practice.links.models import Link, LinkConflict

MANAGES_AS = {0: "partner", 1: "manager"}


@dataclass(frozen=True, slots=True)
class Detail:
    """One field with where it came from; `at` and `by` are not known of what came with the books."""

    field: str
    group: str
    label: str
    value: str
    source: str
    at: datetime | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A contact of the client."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    mobile: str | None
    position: str | None
    primary: bool
    source: str


@dataclass(frozen=True, slots=True)
class Other:
    """Whom a client is related to; `id` is None where they are no client here."""

    id: UUID | None
    name: str
    imported: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """`to`: the client is `type` of the other; `from`: the other is `type` of the client."""

    id: UUID
    type: str
    role: str | None
    direction: str
    other: Other
    shares: Decimal | None
    percentage: Decimal | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """A group the client is in; `members`: those whom the asker may see."""

    id: UUID
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who manages the client there and is nobody in the firm yet."""

    name: str
    as_: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that differs on both sides; `local` is what stands here now."""

    id: UUID
    client_id: UUID
    client_name: str
    practice: str
    field: str
    label: str
    base: str
    local: str
    remote: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """A client's link with its practice, and who imported it last."""

    link: Link
    practice: str
    imported_by: str | None
    conflicts: list[Conflict]


@dataclass(frozen=True, slots=True)
class Team:
    """What is known of a client besides its books."""

    client: Client
    version: int
    details: list[Detail]
    contacts: list[Spoken]
    relationships: list[Relation]
    groups: list[Group]
    managers_pending: list[Waiting]
    link: Linked | None


async def team_of(unit: Unit, client_id: UUID) -> Team:
    """Everything as the asker may see it: a client they may not open is in none of it, not even by name. Raises NotFound."""
    client = await unit.get(Client, client_id)
    detail: ClientDetail | None = await unit.scalar(
        select(ClientDetail).where(ClientDetail.firm_id == unit.firm_id, ClientDetail.client_id == client_id)
    )
    waiting = await unit.scalars(
        select(PendingManager)
        .where(PendingManager.firm_id == unit.firm_id, PendingManager.client_id == client_id)
        .order_by(PendingManager.position)
    )
    return Team(
        client=client,
        version=detail.version if detail else 0,
        details=await _details(unit, client, detail),
        contacts=await _contacts(unit, client_id),
        relationships=await _relationships(unit, client_id),
        groups=await _groups(unit, client_id),
        managers_pending=[Waiting(one.name, MANAGES_AS.get(one.position, "manager")) for one in waiting],
        link=await link_of(unit, client_id),
    )


async def link_of(unit: Unit, client_id: UUID) -> Linked | None:
    """The client's link, with its open conflicts."""
    rows = await unit.rows(
        select(Link, Tenant.name)
        .join(Tenant, and_(Tenant.firm_id == Link.firm_id, Tenant.id == Link.tenant_id))
        .where(Link.firm_id == unit.firm_id, Link.client_id == client_id, Link.state != "unlinked")
        .order_by(Link.last_imported_at.desc().nulls_last(), Link.id)
        .limit(1)
    )
    if not rows:
        return None
    link, practice = rows[0]
    names = await names_of(unit, [link.imported_by] if link.imported_by else [])
    conflicts, _ = await open_conflicts(unit, client_id=client_id, limit=len(FIELDS))
    return Linked(link, practice, names.get(link.imported_by), conflicts)


async def open_conflicts(
    unit: Unit, *, client_id: UUID | None = None, after: tuple[datetime, UUID] | None = None, limit: int
) -> tuple[list[Conflict], int]:
    """Those that nobody has decided, the oldest first, and how many there are; only of clients the asker may see."""
    where = [LinkConflict.firm_id == unit.firm_id, LinkConflict.resolved_at.is_(None)]
    if client_id:
        where.append(LinkConflict.client_id == client_id)
    total: int = await unit.scalar(
        select(func.count())
        .select_from(LinkConflict)
        .join(Client, and_(Client.firm_id == LinkConflict.firm_id, Client.id == LinkConflict.client_id))
        .where(*where)
    )
    if after:
        where.append(tuple_(LinkConflict.found_at, LinkConflict.id) > after)
    rows = await unit.rows(
        select(LinkConflict, Client, ClientDetail, Tenant.name)
        .join(Client, and_(Client.firm_id == LinkConflict.firm_id, Client.id == LinkConflict.client_id))
        .join(Link, and_(Link.firm_id == LinkConflict.firm_id, Link.id == LinkConflict.link_id))
        .join(Tenant, and_(Tenant.firm_id == Link.firm_id, Tenant.id == Link.tenant_id))
        .outerjoin(ClientDetail, and_(ClientDetail.firm_id == Client.firm_id, ClientDetail.client_id == Client.id))
        .where(*where)
        .order_by(LinkConflict.found_at, LinkConflict.id)
        .limit(limit)
    )
    return [
        Conflict(
            id=conflict.id, client_id=client.id, client_name=client.name, practice=practice, field=conflict.field,
            label=LABELS[conflict.field], base=conflict.base, local=local_fields(client, detail).get(conflict.field, ""),
            remote=conflict.remote, found_at=conflict.found_at,
        )
        for conflict, client, detail, practice in rows
    ], total  # fmt: skip


async def practices(unit: Unit) -> Sequence[Tenant]:
    """The practices that records came from or can come from, by name."""
    return await unit.scalars(
        select(Tenant)
        .where(Tenant.firm_id == unit.firm_id, Tenant.kind == "practice_manager")
        .order_by(Tenant.provider.desc(), func.lower(Tenant.name), Tenant.id)
    )


async def _details(unit: Unit, client: Client, detail: ClientDetail | None) -> list[Detail]:
    values = local_fields(client, detail)
    sources: dict[str, Any] = detail.sources if detail else {}
    names = await names_of(unit, {UUID(one["by"]) for one in sources.values() if one.get("by")})
    found = []
    for field in FIELDS:
        if not values.get(field):
            continue
        # Of a client of whom nobody else told us, what we know came with its books.
        source = sources.get(field, {"from": "xero", "at": None, "by": None})
        found.append(
            Detail(
                field=field,
                group=GROUP_OF[field],
                label=LABELS[field],
                value=values[field],
                source=source["from"],
                at=datetime.fromisoformat(source["at"]) if source["at"] else None,
                by=names.get(UUID(source["by"])) if source["by"] else None,
            )
        )
    return found


async def _contacts(unit: Unit, client_id: UUID) -> list[Spoken]:
    rows = await unit.rows(
        select(Person, ClientPerson)
        .join(ClientPerson, and_(ClientPerson.firm_id == Person.firm_id, ClientPerson.person_id == Person.id))
        .where(ClientPerson.firm_id == unit.firm_id, ClientPerson.client_id == client_id)
        .order_by(ClientPerson.is_primary.desc(), func.lower(Person.name), Person.id)
    )
    return [
        Spoken(
            person.id, person.name, person.email, person.phone, person.mobile, at.position, at.is_primary,
            "xpm" if person.tenant_id else "here",
        )
        for person, at in rows
    ]  # fmt: skip


async def _relationships(unit: Unit, client_id: UUID) -> list[Relation]:
    other = aliased(Client)
    rows = await unit.rows(
        select(Relationship, other.id, other.name)
        .outerjoin(
            other,
            and_(
                other.firm_id == Relationship.firm_id,
                or_(
                    and_(Relationship.client_id == client_id, other.id == Relationship.other_id),
                    and_(Relationship.other_id == client_id, other.id == Relationship.client_id),
                ),
            ),
        )
        .where(
            Relationship.firm_id == unit.firm_id,
            or_(Relationship.client_id == client_id, Relationship.other_id == client_id),
        )
        .order_by(Relationship.ended_on.desc().nulls_first(), Relationship.type, Relationship.id)
    )
    found = []
    for row, other_id, name in rows:
        mine = row.client_id == client_id
        if other_id is None and (row.other_id is not None or not mine):
            # Somebody whom the asker may not see: it is as if nothing were said of them.
            continue
        found.append(
            Relation(
                id=row.id, type=row.type, role=row.role, direction="to" if mine != row.inward else "from",
                other=Other(other_id, name or row.other_name, other_id is not None), shares=row.shares,
                percentage=row.percentage, started_on=row.started_on, ended_on=row.ended_on,
            )
        )  # fmt: skip
    return found


async def _groups(unit: Unit, client_id: UUID) -> list[Group]:
    member, counted = aliased(ClientGroupMember), aliased(ClientGroupMember)
    rows = await unit.rows(
        select(ClientGroup.id, ClientGroup.name, func.count(counted.id))
        .join(member, and_(member.firm_id == ClientGroup.firm_id, member.group_id == ClientGroup.id))
        .join(counted, and_(counted.firm_id == ClientGroup.firm_id, counted.group_id == ClientGroup.id))
        .where(ClientGroup.firm_id == unit.firm_id, member.client_id == client_id)
        .group_by(ClientGroup.id, ClientGroup.name)
        .order_by(func.lower(ClientGroup.name), ClientGroup.id)
    )
    return [Group(*row) for row in rows]
