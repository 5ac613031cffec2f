"""One-time secrets: OAuth states, invitations, set-up links. Only their hash is kept; each works once."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base
from practice.kernel.problems import Kind, Problem, Remedy
from practice.kernel.unit import Unit


class Ticket(Base):
    """A secret given out. Not a firm's row: some are redeemed before the firm is known."""

    __tablename__ = "ticket"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    purpose: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    binding_hash: Mapped[bytes | None]
    facts: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ticket_expires_at_idx", "expires_at"),)


class TicketSpent(Problem):
    """The link or answer was used already, has expired, or belongs to another browser."""

    kind, title = Kind.GONE, "This link no longer works"

    def __init__(self) -> None:
        super().__init__(
            detail="It was used already, has expired, or was opened in another browser. Nothing changed.",
            remedy=Remedy("Start again", "restart"),
        )


def new_secret() -> str:
    """256 bits, fit for a URL."""
    return secrets.token_urlsafe(32)


async def issue(
    unit: Unit,
    purpose: str,
    facts: dict[str, Any],
    *,
    ttl: timedelta,
    binding: str | None = None,
    secret: str | None = None,
) -> str:
    """Makes a ticket and hands back its secret, which is stored nowhere. `binding`: what only this browser holds."""
    secret = secret or new_secret()
    unit.session.add(
        Ticket(
            id=unit.ids.new(),
            purpose=purpose,
            secret_hash=unit.keys.hash_token(secret),
            binding_hash=unit.keys.hash_token(binding) if binding else None,
            facts=facts,
            expires_at=unit.now + ttl,
        )
    )
    await unit.session.flush()
    return secret


async def look_at(unit: Unit, purpose: str, secret: str, *, binding: str) -> dict[str, Any] | None:
    """A ticket's facts, which stays as it is; None where there is none, or it belongs to another browser."""
    facts = await unit.scalar(
        select(Ticket.facts).where(
            Ticket.purpose == purpose,
            Ticket.secret_hash == unit.keys.hash_token(secret),
            Ticket.binding_hash == unit.keys.hash_token(binding),
            Ticket.expires_at > unit.now,
        )
    )
    return None if facts is None else dict(facts)


async def redeem(unit: Unit, purpose: str, secret: str, *, binding: str | None = None) -> dict[str, Any]:
    """Takes the ticket in one statement, so that two at once cannot both have it. Raises TicketSpent."""
    facts = await unit.scalar(
        update(Ticket)
        .where(
            Ticket.purpose == purpose,
            Ticket.secret_hash == unit.keys.hash_token(secret),
            Ticket.used_at.is_(None),
            Ticket.expires_at > unit.now,
            Ticket.binding_hash.is_(None)
            if binding is None
            else Ticket.binding_hash == unit.keys.hash_token(binding),
        )
        .values(used_at=unit.now)
        .returning(Ticket.facts)
    )
    if facts is None:
        raise TicketSpent
    return dict(facts)


async def forget(unit: Unit, purpose: str, secret: str) -> None:
    """A ticket that was redeemed and led to nothing."""
    await unit.execute(
        delete(Ticket).where(
            Ticket.purpose == purpose,
            Ticket.secret_hash == unit.keys.hash_token(secret),
            Ticket.used_at.is_not(None),
        )
    )
