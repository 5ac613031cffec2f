"""Gives a member another role."""

from uuid import UUID

from practice.firms.models import Member
from practice.firms.owners import must_leave_an_owner, must_outrank
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def change_role(unit: Unit, *, member_id: UUID, role: str) -> Member:
    """It holds from the member's next request on: a role is read with every session, never kept in it."""
    member = await unit.get(Member, member_id)
    must_outrank(unit, member, role)
    if role != "owner":
        await must_leave_an_owner(unit, member)
    member = await unit.lock(Member, member_id)
    if not member.active:
        raise NotFound
    if member.role != role:
        before, member.role = member.role, role
        member.version += 1
        unit.record("member.changed", on=member, before=before, after=role)
        unit.changed("member", member.id)
    return member
