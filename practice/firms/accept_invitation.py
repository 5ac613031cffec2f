"""Turns an invitation into a member."""

from uuid import UUID

from sqlalchemy import select

from practice.firms.models import Invitation, Member
from practice.firms.problems import InvitationOver
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def accept_invitation(unit: Unit, *, invitation_id: UUID, identity_id: UUID, name: str, email: str) -> Member:
    """Somebody who is a member already stays what they are: a link never raises a role."""
    try:
        invitation = await unit.lock(Invitation, invitation_id)
    except NotFound as missing:
        raise InvitationOver from missing
    if not invitation.open_at(unit.now):
        raise InvitationOver
    invitation.accepted_at = unit.now
    members = await unit.scalars(
        select(Member).where(
            Member.firm_id == unit.firm_id, Member.identity_id == identity_id, Member.state == "active"
        )
    )
    if members:
        member: Member = members[0]
        return member
    member = unit.add(
        Member(
            identity_id=identity_id,
            name=name,
            email=email,
            role=invitation.role,
            state="active",
            version=1,
            last_seen_at=unit.now,
        )
    )
    await unit.flush()
    unit.record("member.joined", on=member, role=member.role)
    unit.changed("member", member.id)
    return member
