"""Somebody was invited: told to them, with a link that is made here and kept nowhere else."""

from practice.firms.invitations import issue_link
from practice.firms.models import Invitation, Member
from practice.firms.reads import firm_of
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    assert entry.subject_id is not None
    invitation = await unit.get(Invitation, entry.subject_id)
    if not invitation.open_at(unit.now):
        return []
    inviter = await unit.get(Member, invitation.invited_by)
    firm = await firm_of(unit)
    return [
        Written(
            invitation.email,
            f"{inviter.name} invites you to {firm.name}",
            (
                f"{inviter.name} has invited you to {firm.name} on Bulkhead, as {invitation.role}.",
                "The link works once, for seven days. Sign in with your Xero login.",
            ),
            await issue_link(unit, invitation),
            "Join",
        )
    ]


LETTER = Letter("member_invited", frozenset({"member.invited"}), write)
