"""The rules about owners that changing and removing people share."""

from sqlalchemy import func, select

from practice.firms.models import Firm, Member
from practice.firms.problems import LastOwner, OwnersOnly
from practice.kernel.unit import Unit


def must_outrank(unit: Unit, member: Member, role: str | None = None) -> None:
    """Raises OwnersOnly where an owner is concerned and the actor is none."""
    if "owner" in (member.role, role) and unit.actor.role != "owner":
        raise OwnersOnly


async def must_leave_an_owner(unit: Unit, member: Member) -> None:
    """Raises LastOwner. Two owners who remove each other at once meet at the firm's lock."""
    if member.role != "owner":
        return
    await unit.lock(Firm, unit.firm_id)
    others = await unit.scalar(
        select(func.count())
        .select_from(Member)
        .where(
            Member.firm_id == unit.firm_id, Member.role == "owner", Member.state == "active", Member.id != member.id
        )
    )
    if not others:
        raise LastOwner
