"""The link of an invitation: made while its letter is being written, and read on the sign-in page.

The secret is in the letter and nowhere else, so a second letter gets a link of its own; the invitation is accepted once.
"""

from uuid import UUID

from sqlalchemy import select

from practice.firms.models import Firm, Invitation
from practice.kernel import tickets
from practice.kernel.tickets import Ticket
from practice.kernel.unit import Unit

PURPOSE = "invitation"


async def issue_link(unit: Unit, invitation: Invitation) -> str:
    """A link that accepts this invitation. Only a letter may hold it."""
    secret = await tickets.issue(
        unit,
        PURPOSE,
        {"firm_id": str(invitation.firm_id), "invitation_id": str(invitation.id)},
        ttl=invitation.expires_at - unit.now,
    )
    return f"{unit.settings.base_url.rstrip('/')}/invite/{secret}"


async def invited_to(unit: Unit, secret: str) -> str | None:
    """The name of the firm that a link leads to, while it still works. Takes nothing from it."""
    facts = await unit.scalar(
        select(Ticket.facts).where(
            Ticket.purpose == PURPOSE,
            Ticket.secret_hash == unit.keys.hash_token(secret),
            Ticket.used_at.is_(None),
            Ticket.expires_at > unit.now,
        )
    )
    if facts is None:
        return None
    firm_id = UUID(facts["firm_id"])
    found = await unit.scalars(
        select(Invitation).where(Invitation.firm_id == firm_id, Invitation.id == UUID(facts["invitation_id"]))
    )
    if not found or not found[0].open_at(unit.now):
        return None
    name: str | None = await unit.scalar(select(Firm.name).where(Firm.firm_id == firm_id, Firm.id == firm_id))
    return name
