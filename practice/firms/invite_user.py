"""Invites somebody to the firm, with the role they will have. The letter follows from the record."""

from datetime import timedelta

from sqlalchemy import func, select

from practice.firms.models import Firm, Invitation, Member
from practice.firms.problems import AlreadyInvited, AlreadyMember, OwnersOnly
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit

VALID_FOR = timedelta(days=7)


async def invite_user(unit: Unit, *, email: str, role: str) -> Invitation:
    """One open invitation an address. Only an owner invites an owner."""
    email = email.strip()
    local, _, host = email.rpartition("@")
    if not local or "." not in host or any(character.isspace() for character in email):
        raise Invalid([FieldError("/email", "This is not an e-mail address.")])
    if role == "owner" and unit.actor.role != "owner":
        raise OwnersOnly
    if unit.actor.member_id is None:
        msg = "only a member invites"
        raise RuntimeError(msg)
    # Two who invite the same address at once meet here, and the second is told.
    await unit.lock(Firm, unit.firm_id)
    same = func.lower(email)
    if await unit.scalar(
        select(Member.id).where(Member.firm_id == unit.firm_id, func.lower(Member.email) == same, Member.state == "active")
    ):
        raise AlreadyMember(email)
    for earlier in await unit.scalars(
        select(Invitation)
        .where(
            Invitation.firm_id == unit.firm_id,
            func.lower(Invitation.email) == same,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .with_for_update()
    ):
        if earlier.open_at(unit.now):
            raise AlreadyInvited(email)
        earlier.withdrawn_at = unit.now
    await unit.flush()
    invitation = unit.add(
        Invitation(email=email, role=role, invited_by=unit.actor.member_id, expires_at=unit.now + VALID_FOR)
    )
    await unit.flush()
    unit.record("member.invited", on=invitation, role=role)
    unit.changed("member", invitation.id)
    return invitation
