"""Who is signed in, and signing out."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.callers import session_cookie
from api.counts import counts_of
from api.deps import CallerDep, RuntimeDep
from api.policy import Policy
from api.wire import Out, Role
from practice.access.sign_out import sign_out as end
from practice.firms.reads import Membership, memberships_of
from practice.kernel.actor import Actor

router = APIRouter(tags=["me"])


class MeUser(Out):
    id: UUID
    name: str
    email: str


class MeFirm(Out):
    id: UUID
    name: str
    time_zone: str


class Me(Out):
    user: MeUser
    firm: MeFirm | None
    role: Role | None
    permissions: list[str]
    csrf_token: str
    counts: dict[str, int]
    memberships: list[MeFirm]
    sandbox: bool
    mailbox_url: str | None


@router.get("/me")
async def read_me(request: Request, rt: RuntimeDep, caller: CallerDep) -> Me:
    """Who you are, your firm and role, what you may do, and the CSRF token that changing requests need."""
    policy: Policy = request.app.state.policy
    actor, settings = caller.actor, rt.settings
    identity_id = caller.session.identity_id if caller.session else actor.identity_id
    memberships: list[Membership] = []
    if identity_id:
        async with rt.context(Actor.door()).unit(write=False) as unit:
            memberships = await memberships_of(unit, identity_id)
    firms = {each.firm_id: MeFirm(id=each.firm_id, name=each.firm_name, time_zone=each.time_zone) for each in memberships}
    counts: dict[str, int] = {}
    if actor.firm_id:
        async with rt.context(actor).unit(write=False) as unit:
            counts = await counts_of(unit)
    mine = next((each for each in memberships if each.firm_id == actor.firm_id), None)
    email = mine.email if mine else caller.session.email if caller.session else ""
    return Me(
        user=MeUser(id=actor.member_id or identity_id or UUID(int=0), name=actor.name, email=email),
        firm=firms.get(actor.firm_id) if actor.firm_id else None,
        role=actor.role,
        permissions=policy.permissions(actor.role) if actor.role else [],
        csrf_token=caller.session.csrf if caller.session else "",
        counts=counts,
        memberships=list(firms.values()),
        sandbox=settings.xero.sandbox,
        mailbox_url=settings.mailbox_url or None,
    )


@router.delete("/session", status_code=204)
async def sign_out(request: Request, rt: RuntimeDep) -> Response:
    """Ends this session at once, its event stream included."""
    name = session_cookie(rt.settings)
    async with rt.context(Actor.door()).unit() as unit:
        actor = await end(unit, secret=request.cookies.get(name, ""))
    if actor:
        async with rt.context(actor).unit() as unit:
            unit.record("session.ended")
    answer = Response(status_code=204, headers={"Clear-Site-Data": '"cookies", "storage"'})
    answer.delete_cookie(name, path="/", secure=not rt.settings.on_localhost, httponly=True, samesite="strict")
    return answer
