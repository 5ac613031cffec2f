"""Who is known to the practice at a client, for the check of who else has access to its books."""

from uuid import UUID

from sqlalchemy import select

from practice.firms.models import Member
from practice.kernel.unit import Unit
from practice.scoring.models import ApprovedPerson


async def people(unit: Unit, *, client_id: UUID) -> frozenset[str]:
    """The e-mail addresses of the team and of those approved for this client, in lower case."""
    team = select(Member.email).where(Member.firm_id == unit.firm_id, Member.state == "active")
    approved = select(ApprovedPerson.email).where(
        ApprovedPerson.firm_id == unit.firm_id, ApprovedPerson.client_id == client_id
    )
    return frozenset(email.casefold() for email in await unit.scalars(team.union_all(approved)))
