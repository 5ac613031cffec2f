"""Sessions: begun at sign-in, recognised with every request, ended by time, by signing out, or with the membership.

60 minutes without a request or 12 hours in all, whichever comes first. The event stream is no request in this sense.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, update

from practice.access.models import Identity, Session
from practice.firms.models import Member
from practice.kernel.actor import Actor, Role
from practice.kernel.tickets import new_secret
from practice.kernel.unit import Unit

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose session it is."""

    actor: Actor
    session_id: UUID
    identity_id: UUID
    email: str
    csrf: str
    may_found: bool

    def confirmed_lately(self, now: datetime) -> bool:
        """Whether the last sign-in is fresh enough for what needs a fresh one."""
        return self.actor.confirmed_at is not None and now - self.actor.confirmed_at <= FRESH


def _alive(now: datetime) -> ColumnElement[bool]:
    return and_(Session.ends_at > now, Session.seen_at > now - IDLE)


async def begin_session(unit: Unit, *, identity_id: UUID, firm_id: UUID | None, may_found: bool = False) -> str:
    """Hands back the secret for the cookie; a new one at every sign-in, so that nothing set before it is worth anything."""
    secret = new_secret()
    unit.session.add(
        Session(
            id=unit.ids.new(),
            token_hash=unit.keys.hash_token(secret),
            identity_id=identity_id,
            firm_id=firm_id,
            csrf=new_secret(),
            may_found=may_found,
            created_at=unit.now,
            seen_at=unit.now,
            confirmed_at=unit.now,
            ends_at=unit.now + ABSOLUTE,
        )
    )
    await unit.flush()
    return secret


async def recognise_session(unit: Unit, secret: str, *, note: bool) -> Recognised | None:
    """Whose session this secret is, or None. `note`: this is a person at work, so the idle time starts anew."""
    found = (
        await unit.rows(
            select(Session, Identity, Member)
            .join(Identity, Identity.id == Session.identity_id)
            .outerjoin(
                Member,
                and_(
                    Member.firm_id == Session.firm_id,
                    Member.identity_id == Session.identity_id,
                    Member.state == "active",
                ),
            )
            .where(Session.token_hash == unit.keys.hash_token(secret), _alive(unit.now))
        )
    )
    if not found:
        return None
    session, identity, member = found[0]
    if session.firm_id is not None and member is None:
        return None
    if note and unit.now - session.seen_at > NOTED_EVERY:
        session.seen_at = unit.now
        if member is not None:
            member.last_seen_at = unit.now
    return Recognised(
        actor=Actor(
            kind="staff",
            firm_id=session.firm_id,
            member_id=member.id if member else None,
            role=cast("Role", member.role) if member else None,
            name=member.name if member else identity.name,
            identity_id=identity.id,
            session_id=session.id,
            confirmed_at=session.confirmed_at,
        ),
        session_id=session.id,
        identity_id=identity.id,
        email=member.email if member else identity.email,
        csrf=session.csrf,
        may_found=session.may_found,
    )


async def still_signed_in(unit: Unit, session_id: UUID, firm_id: UUID) -> bool:
    """Whether an open stream may go on: the session lives and its member is active."""
    return (
        await unit.scalar(
            select(Session.id)
            .join(Member, and_(Member.firm_id == Session.firm_id, Member.identity_id == Session.identity_id))
            .where(
                Session.id == session_id, Session.firm_id == firm_id, Member.state == "active", Session.ends_at > unit.now
            )
        )
        is not None
    )


async def take_founding(unit: Unit, session_id: UUID) -> bool:
    """Uses up the session's right to found a firm; of two requests at once one gets it."""
    return (
        await unit.scalar(
            update(Session)
            .where(Session.id == session_id, Session.may_found, Session.firm_id.is_(None))
            .values(may_found=False)
            .returning(Session.id)
        )
        is not None
    )


async def give_founding_back(unit: Unit, session_id: UUID) -> None:
    """The founding came to nothing."""
    await unit.execute(update(Session).where(Session.id == session_id).values(may_found=True))


async def move_to_firm(unit: Unit, session_id: UUID, firm_id: UUID) -> None:
    """The session goes on in the firm that was just founded."""
    await unit.execute(update(Session).where(Session.id == session_id).values(firm_id=firm_id))


async def end_session(unit: Unit, secret: str) -> None:
    """From the commit on the secret is worth nothing."""
    await unit.execute(delete(Session).where(Session.token_hash == unit.keys.hash_token(secret)))
