"""The team: members and their roles, and who is invited."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.pages import Page, whole
from api.problems import raises
from api.wire import In, Out, Role
from practice.clients.forget_member import forget_member
from practice.clients.reads import clients_managed
from practice.connections.retire_consents import retire_consents
from practice.firms.change_role import change_role
from practice.firms.invite_user import invite_user as invite
from practice.firms.models import Member as MemberRow
from practice.firms.problems import AlreadyInvited, AlreadyMember, InvitationOver, LastOwner, OwnersOnly
from practice.firms.reads import members_of, open_invitations
from practice.firms.remove_user import remove_user
from practice.firms.withdraw_invitation import withdraw_invitation as withdraw
from practice.kernel.unit import Unit

router = APIRouter(tags=["team"], route_class=KeyedRoute)


class Member(Out):
    id: UUID
    name: str
    email: str
    role: Role
    state: Literal["active", "removed"]
    is_me: bool
    clients_managed: int
    last_seen_at: datetime | None
    version: int


class ChangeMember(In):
    role: Role


class Invitation(Out):
    id: UUID
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime


class Invite(In):
    email: str = Field(max_length=254, description="Where the invitation goes.")
    role: Role


async def _shown(unit: Unit, rows: list[MemberRow]) -> list[Member]:
    managed = await clients_managed(unit)
    return [
        Member.model_validate(
            {
                "id": row.id,
                "name": row.name,
                "email": row.email,
                "role": row.role,
                "state": row.state,
                "is_me": row.id == unit.actor.member_id,
                "clients_managed": managed.get(row.id, 0),
                "last_seen_at": row.last_seen_at,
                "version": row.version,
            }
        )
        for row in rows
    ]


@router.get("/members", response_model=Page[Member])
async def list_members(unit: UnitDep) -> object:
    """Everybody in the firm, by name."""
    return whole(await _shown(unit, list(await members_of(unit))))


@router.patch("/members/{member_id}", responses=raises(LastOwner, OwnersOnly))
async def change_member(member_id: UUID, body: ChangeMember, unit: UnitDep) -> Member:
    """Gives a member another role, from their next request on."""
    row = await change_role(unit, member_id=member_id, role=body.role)
    await unit.flush()
    return (await _shown(unit, [row]))[0]


@router.delete("/members/{member_id}", status_code=204, responses=raises(LastOwner, OwnersOnly))
async def remove_member(member_id: UUID, unit: UnitDep) -> None:
    """Removes a member: their sessions and keys end at once. What they did stays in the record."""
    await remove_user(unit, member_id=member_id)
    await forget_member(unit, member_id=member_id)
    await retire_consents(unit, member_id=member_id)


@router.get("/invitations", response_model=Page[Invitation])
async def list_invitations(unit: UnitDep) -> object:
    """Invitations that can still be accepted, the newest first."""
    return whole([Invitation.model_validate(each) for each in await open_invitations(unit)])


@router.post("/invitations", status_code=201, responses=raises(AlreadyMember, AlreadyInvited, OwnersOnly))
async def invite_user(body: Invite, unit: UnitDep, _: Idempotent) -> Invitation:
    """Invites somebody by e-mail, with the role they will have. The link works for seven days."""
    invitation = await invite(unit, email=body.email, role=body.role)
    return Invitation.model_validate((await open_invitations(unit, only=invitation.id))[0])


@router.delete("/invitations/{invitation_id}", status_code=204, responses=raises(InvitationOver))
async def withdraw_invitation(invitation_id: UUID, unit: UnitDep) -> None:
    """Withdraws an invitation; its link no longer works."""
    await withdraw(unit, invitation_id=invitation_id)
