"""Who is calling: a session cookie or an API key becomes an Actor, and policy says whether the actor may.

Every route under /api/v1 passes here before anything of it runs. A changing request that comes with a cookie must come
from our own page: same origin by the browser's word, the session's CSRF token in a header, JSON in the body. A key is sent
by no browser by itself, so it skips that.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from api.policy import Policy, Rule
from api.problems import UnknownParameter
from api.quotas import take_one
from api.wire import NUL, camel
from practice.access.problems import ConfirmIdentity, CrossSite, FirmNeeded
from practice.access.recognise_key import recognise_key
from practice.access.sessions import Recognised, recognise_session
from practice.kernel.actor import Actor
from practice.kernel.problems import FieldError, Forbidden, Invalid, SignedOut
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings

log = structlog.get_logger()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `again` asks anew whether they still may, for answers that last."""

    actor: Actor
    principal: UUID | None = None
    session: Recognised | None = None
    again: Callable[[], Awaitable[Actor | None]] | None = None


def session_cookie(settings: Settings) -> str:
    """The cookie's name: with the prefix that browsers enforce, but on http://localhost (S10)."""
    return "sid" if settings.on_localhost else "__Host-sid"


def flow_cookie(settings: Settings, flow: str) -> str:
    """The cookie that ties a way to Xero and back to one browser (S11)."""
    return f"{flow}flow" if settings.on_localhost else f"__Host-{flow}flow"


async def caller(request: Request) -> Caller:
    """The caller, allowed to call this operation. Raises SignedOut, Forbidden, CrossSite and their like."""
    rt: Runtime = request.app.state.rt
    policy: Policy = request.app.state.policy
    operation = camel(request.scope["route"].name)
    rule = policy.rules[operation]
    _must_know_parameters(request, operation)
    if rule.anyone:
        return Caller(Actor.door())
    _must_be_of_its_type(request, operation)
    if request.headers.get("authorization"):
        found = await _by_key(request, rt)
    else:
        found = await _by_session(request, rt, note=operation != "events")
        if request.method not in SAFE:
            _must_be_our_page(request, rt.settings, found)
    assert found.principal is not None
    request.state.answer_headers.update(
        await take_one(rt.lent.redis, found.principal, found.actor.kind, rt.lent.clock.now())
    )
    _must_be_allowed(rule, found, operation, rt)
    return found


CallerDep = Annotated[Caller, Depends(caller)]


async def _by_key(request: Request, rt: Runtime) -> Caller:
    scheme, _, presented = request.headers["authorization"].partition(" ")
    if scheme.lower() != "bearer":
        raise SignedOut("Send an API key as Authorization: Bearer bh_live_…")

    async def again() -> Actor | None:
        async with rt.context(Actor.door()).unit() as unit:
            found = await recognise_key(unit, presented=presented.strip())
            return found[0] if found else None

    async with rt.context(Actor.door()).unit() as unit:
        found = await recognise_key(unit, presented=presented.strip())
    if found is None:
        raise SignedOut("This API key is wrong, revoked or expired.")
    actor, key_id = found
    return Caller(actor, principal=key_id, again=again)


async def _by_session(request: Request, rt: Runtime, *, note: bool) -> Caller:
    secret = request.cookies.get(session_cookie(rt.settings))
    if not secret:
        raise SignedOut

    async def again() -> Actor | None:
        async with rt.context(Actor.door()).unit(write=False) as unit:
            found = await recognise_session(unit, secret, note=False)
            return found.actor if found else None

    async with rt.context(Actor.door()).unit() as unit:
        found = await recognise_session(unit, secret, note=note)
    if found is None:
        raise SignedOut("Your session has ended.")
    return Caller(found.actor, principal=found.session_id, session=found, again=again)


def _must_be_allowed(rule: Rule, caller: Caller, operation: str, rt: Runtime) -> None:
    actor = caller.actor
    if actor.role is None:
        if not rule.newcomer:
            raise FirmNeeded
        return
    if actor.role not in rule.roles or (actor.kind == "key" and not rule.key):
        log.info("request.denied", operation=operation, role=actor.role, kind=actor.kind, member_id=str(actor.member_id))
        if actor.role in rule.roles:
            raise Forbidden(detail="An API key cannot do this. Sign in for it.")
        able = ", ".join(role for role in ("owner", "admin", "manager", "staff") if role in rule.roles)
        raise Forbidden(detail=f"It takes one of these roles: {able or 'none that is in a firm'}.")
    if rule.step_up and not (caller.session and caller.session.confirmed_lately(rt.lent.clock.now())):
        raise ConfirmIdentity


def _must_be_of_its_type(request: Request, operation: str) -> None:
    """JSON, or what the operation says; never a type that another site's form can send."""
    if request.method in SAFE:
        return
    wanted: str = request.app.state.body_types.get(operation, "application/json")
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and media != wanted:
        raise HTTPException(415)


def _must_be_our_page(request: Request, settings: Settings, caller: Caller) -> None:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise CrossSite("The browser says that another site asked for it.")
    elif request.headers.get("origin") != settings.base_url.rstrip("/"):
        raise CrossSite("It names no origin, or another one.")
    expected = caller.session.csrf if caller.session else ""
    given = request.headers.get("x-csrf-token", "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise CrossSite("The X-CSRF-Token header is missing or is not this session's; GET /api/v1/me has it.")


def _must_know_parameters(request: Request, operation: str) -> None:
    known: dict[str, dict[str, bool]] = request.app.state.parameters
    if operation not in known:
        return
    given = [name for name, _ in request.query_params.multi_items()]
    repeatable = known[operation]
    wrong = sorted({name for name in given if (given.count(name) > 1 and not repeatable.get(name)) or name not in repeatable})
    if wrong:
        raise UnknownParameter(
            detail="Nothing was done.", errors=[FieldError(f"?{name}", "Unknown here, or given twice.") for name in wrong]
        )
    if unstorable := sorted({name for name, value in request.query_params.multi_items() if "\0" in value}):
        raise Invalid([FieldError(f"?{name}", NUL) for name in unstorable])
