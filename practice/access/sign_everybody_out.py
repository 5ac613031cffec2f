"""Ends every session and every sign-in or consent that is under way, for all firms."""

from sqlalchemy import delete

from practice.access.models import Session
from practice.firms.invitations import PURPOSE as INVITATION
from practice.kernel.prove_keys import PURPOSE as KEYS
from practice.kernel.tickets import Ticket
from practice.kernel.unit import Unit


async def sign_everybody_out(unit: Unit) -> int:
    """Answers how many sessions there were. Invitations stay: they are in somebody's mailbox."""
    await unit.execute(delete(Ticket).where(Ticket.purpose.not_in((KEYS, INVITATION))))
    return int((await unit.execute(delete(Session))).rowcount)
