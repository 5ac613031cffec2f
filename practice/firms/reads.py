"""Queries about firms, for screens and for what goes through all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from practice.firms.models import Firm, Invitation, Member
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.kernel.unit import Unit


async def every_firm(door: Context) -> list[Context]:
    """Each firm as the system sees it."""
    async with door.unit(write=False) as unit:
        ids = await unit.scalars(select(Firm.id))
    return [door.acting_as(Actor.system(id_)) for id_ in ids]


async def firm_of(unit: Unit) -> Firm:
    """The actor's firm."""
    return await unit.get(Firm, unit.firm_id)


async def members_of(unit: Unit) -> Sequence[Member]:
    """Everybody active, by name."""
    return await unit.scalars(
        select(Member)
        .where(Member.firm_id == unit.firm_id, Member.state == "active")
        .order_by(func.lower(Member.name), Member.id)
    )


async def keepers_of(unit: Unit) -> list[Member]:
    """Who looks after the firm's connections: its owners and administrators."""
    return [member for member in await members_of(unit) if member.role in ("owner", "admin")]


async def still_here(unit: Unit, member_ids: Iterable[UUID | None]) -> list[Member]:
    """Those of them who are active, each once, in the order given."""
    wanted = [id_ for id_ in dict.fromkeys(member_ids) if id_ is not None]
    return [member for member in await unit.find(Member, wanted) if member.active]


async def names_of(unit: Unit, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By id, of those who have left as well."""
    rows = await unit.rows(
        select(Member.id, Member.name).where(Member.firm_id == unit.firm_id, Member.id.in_(set(member_ids)))
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation with the name of the one who invited."""

    id: UUID
    email: str
    role: str
    invited_by: str
    created_at: datetime
    expires_at: datetime


async def open_invitations(unit: Unit, *, only: UUID | None = None) -> list[OpenInvitation]:
    """Those that can still be accepted, the newest first."""
    query = (
        select(Invitation, Member.name)
        .join(Member, (Member.firm_id == Invitation.firm_id) & (Member.id == Invitation.invited_by))
        .where(
            Invitation.firm_id == unit.firm_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > unit.now,
        )
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    if only is not None:
        query = query.where(Invitation.id == only)
    return [
        OpenInvitation(row.id, row.email, row.role, name, row.created_at, row.expires_at)
        for row, name in await unit.rows(query)
    ]


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in one firm."""

    member_id: UUID
    firm_id: UUID
    firm_name: str
    time_zone: str
    role: str
    name: str
    email: str


async def memberships_of(unit: Unit, identity_id: UUID) -> list[Membership]:
    """Where a person is an active member, the newest first. Asked at the door, before a firm is known."""
    query = (
        select(Member, Firm)
        .join(Firm, Firm.firm_id == Member.firm_id)
        .where(Member.identity_id == identity_id, Member.state == "active")
        .order_by(Member.created_at.desc(), Member.id.desc())
    )
    return [
        Membership(member.id, firm.id, firm.name, firm.time_zone, member.role, member.name, member.email)
        for member, firm in await unit.rows(query)
    ]


async def any_firm(unit: Unit) -> bool:
    """Whether this installation has a firm yet. Asked at the door."""
    return await unit.scalar(select(Firm.id).limit(1)) is not None
