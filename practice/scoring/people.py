"""Who belongs to the practice, for the check of who else has access to a client's books."""

from sqlalchemy import select

from practice.firms.models import Member
from practice.kernel.unit import Unit


async def people(unit: Unit) -> frozenset[str]:
    """The team's e-mail addresses in lower case."""
    emails = await unit.scalars(select(Member.email).where(Member.firm_id == unit.firm_id, Member.state == "active"))
    return frozenset(email.casefold() for email in emails)
