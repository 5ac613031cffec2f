"""Finishes a sign-in: who came back becomes an identity, perhaps a member by invitation, and gets a session.

A person is known by (issuer, subject). An address that matches proves nothing, so nobody is joined to a firm by it (S8).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.access.begin_sign_in import PURPOSE, Flow, redirect_uri
from practice.access.issue_setup_link import SETUP
from practice.access.models import Identity
from practice.access.problems import NoMembership, SignInFailed
from practice.access.sessions import begin_session
from practice.access.throttle import must_not_be_throttled, note_failure
from practice.firms import invitations
from practice.firms.accept_invitation import accept_invitation
from practice.firms.reads import any_firm, memberships_of
from practice.kernel import tickets
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.kernel.problems import Kind, Problem
from practice.kernel.unit import Unit
from practice.providers import oidc

# What a guesser of links and answers runs into; Xero being away is nobody's fault here.
GUESSES = (Kind.UNAUTHENTICATED, Kind.GONE)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the door needs to know: the secret for the cookie, and where the person stands."""

    secret: str
    firm_id: UUID | None
    joined: UUID | None
    return_to: str


async def complete_sign_in(ctx: Context, *, origin: str, flow: str, state: str, code: str, error: str) -> SignedIn:
    """The context is the door's. Raises SignInFailed, TicketSpent, InvitationOver, NoMembership and TooManyAttempts."""
    async with ctx.unit() as unit:
        await must_not_be_throttled(unit, origin)
    try:
        return await _complete(ctx, Flow.read(flow), state=state, code=code, error=error)
    except Problem as problem:
        if problem.kind in GUESSES:
            async with ctx.unit() as unit:
                await note_failure(unit, origin)
        raise


async def _complete(ctx: Context, flow: Flow, *, state: str, code: str, error: str) -> SignedIn:
    async with ctx.unit() as unit:
        facts = await tickets.redeem(unit, PURPOSE, state, binding=str(flow))
        nonce, verifier = flow.derive(unit, "nonce"), flow.derive(unit, "verifier")
    if error or not code:
        raise SignInFailed("You cancelled it, or Xero did not let you in. Nothing was changed.")
    claims = await oidc.complete(ctx, code, redirect_uri(ctx.settings.base_url), verifier, nonce)
    async with ctx.unit() as unit:
        identity_id = await _recognise(unit, claims)
    joined = await _join(ctx, flow.invitation, identity_id, claims) if flow.invitation else None
    async with ctx.unit() as unit:
        memberships = await memberships_of(unit, identity_id)
        may_found = not memberships and await _may_found(unit, flow.setup)
        if not memberships and not may_found:
            raise NoMembership
        # A person in several firms comes into the one joined last.
        membership = memberships[0] if memberships else None
        secret = await begin_session(
            unit,
            identity_id=identity_id,
            firm_id=membership.firm_id if membership else None,
            may_found=may_found,
        )
    if membership:
        member = Actor(
            kind="staff", firm_id=membership.firm_id, member_id=membership.member_id, name=membership.name
        )
        async with ctx.acting_as(member).unit() as unit:
            unit.record("session.began")
    return SignedIn(secret, membership.firm_id if membership else None, joined, str(facts.get("return_to", "/")))


async def _recognise(unit: Unit, claims: oidc.Claims) -> UUID:
    told = {
        "email": claims.email,
        "email_verified": claims.email_verified,
        "name": claims.name,
        "xero_user_id": claims.xero_user_id or None,
    }
    await unit.execute(
        insert(Identity)
        .values(id=unit.ids.new(), issuer=claims.issuer, subject=claims.subject, created_at=unit.now, **told)
        .on_conflict_do_update(index_elements=["issuer", "subject"], set_=told)
    )
    identity_id: UUID = await unit.scalar(
        select(Identity.id).where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    )
    return identity_id


async def _join(ctx: Context, secret: str, identity_id: UUID, claims: oidc.Claims) -> UUID:
    async with ctx.unit() as unit:
        facts = await tickets.redeem(unit, invitations.PURPOSE, secret)
    system = ctx.acting_as(Actor.system(UUID(facts["firm_id"])))
    async with system.unit() as unit:
        member = await accept_invitation(
            unit,
            invitation_id=UUID(facts["invitation_id"]),
            identity_id=identity_id,
            name=claims.name,
            email=claims.email,
        )
    return member.id


async def _may_found(unit: Unit, setup: str) -> bool:
    match unit.settings.signup:
        case "open":
            return True
        case "first" if setup and not await any_firm(unit):
            await tickets.redeem(unit, SETUP, setup)
            return True
        case _:
            return False
