"""Withdraws an invitation: its link no longer works."""

from uuid import UUID

from practice.firms.models import Invitation
from practice.firms.problems import InvitationOver
from practice.kernel.unit import Unit


async def withdraw_invitation(unit: Unit, *, invitation_id: UUID) -> None:
    """One that was accepted cannot be withdrawn; withdrawing twice is withdrawing once."""
    invitation = await unit.lock(Invitation, invitation_id)
    if invitation.accepted_at is not None:
        raise InvitationOver
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = unit.now
        unit.record("invitation.withdrawn", on=invitation)
        unit.changed("member", invitation.id)
