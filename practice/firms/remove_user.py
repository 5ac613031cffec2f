"""Removes a member: their sessions and keys are worthless from the commit on."""

from uuid import UUID

from practice.firms.models import Member
from practice.firms.owners import must_leave_an_owner, must_outrank
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def remove_user(unit: Unit, *, member_id: UUID) -> Member:
    """The row stays, since the record and old runs name it; only its state changes."""
    member = await unit.get(Member, member_id)
    must_outrank(unit, member)
    await must_leave_an_owner(unit, member)
    member = await unit.lock(Member, member_id)
    if not member.active:
        raise NotFound
    member.state = "removed"
    member.version += 1
    await unit.flush()
    unit.record("member.removed", on=member)
    unit.changed("member", member.id)
    return member
