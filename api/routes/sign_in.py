"""Signing in with Xero: the ways in, the way there and the way back. The last two are for browsers, not for programs."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from api.callers import flow_cookie, session_cookie
from api.deps import ContextDep, RuntimeDep, UnitDep
from api.wire import Out
from practice.access.begin_sign_in import begin_sign_in as begin
from practice.access.complete_sign_in import complete_sign_in as complete
from practice.clients.visibility import rewrite_all_sight
from practice.firms.invitations import invited_to
from practice.kernel.actor import Actor
from practice.kernel.problems import Problem

router = APIRouter(prefix="/sign-in", tags=["sign-in"])
FLOW_SECONDS = 600


class SignInOption(Out):
    id: str
    label: str
    href: str


class SignInOptions(Out):
    options: list[SignInOption]
    signup: Literal["open", "first", "closed"]
    firm_name: str | None


@router.get("")
async def sign_in_options(
    unit: UnitDep, invitation: Annotated[str | None, Query(max_length=200)] = None
) -> SignInOptions:
    """How one signs in here, whether one may found a firm, and which firm an invitation leads to."""
    asked = f"?{urlencode({'invitation': invitation})}" if invitation else ""
    return SignInOptions(
        options=[SignInOption(id="xero", label="Sign in with Xero", href=f"/api/v1/sign-in/xero{asked}")],
        signup=unit.settings.signup,
        firm_name=await invited_to(unit, invitation) if invitation else None,
    )


@router.get("/xero", include_in_schema=False)
async def begin_sign_in(
    request: Request, ctx: ContextDep, invitation: str = "", setup: str = "", return_to: str = "/"
) -> RedirectResponse:
    try:
        address, flow = await begin(
            ctx, origin=_origin(request), invitation=invitation, setup=setup, return_to=_inside(return_to)
        )
    except Problem as problem:
        return _failed(problem)
    answer = RedirectResponse(address, status_code=302)
    answer.set_cookie(
        flow_cookie(ctx.settings, "signin"),
        flow,
        max_age=FLOW_SECONDS,
        path="/",
        secure=not ctx.settings.on_localhost,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/xero/callback", include_in_schema=False)
async def complete_sign_in(
    request: Request, ctx: ContextDep, rt: RuntimeDep, state: str = "", code: str = "", error: str = ""
) -> RedirectResponse:
    cookie = flow_cookie(ctx.settings, "signin")
    try:
        signed_in = await complete(
            ctx, origin=_origin(request), flow=request.cookies.get(cookie, ""), state=state, code=code, error=error
        )
        if signed_in.joined and signed_in.firm_id:
            async with rt.context(Actor.system(signed_in.firm_id)).unit() as unit:
                await rewrite_all_sight(unit)
    except Problem as problem:
        answer = _failed(problem)
    else:
        answer = RedirectResponse(signed_in.return_to if signed_in.firm_id else "/welcome", status_code=303)
        answer.set_cookie(
            session_cookie(ctx.settings),
            signed_in.secret,
            path="/",
            secure=not ctx.settings.on_localhost,
            httponly=True,
            samesite="strict",
        )
    answer.delete_cookie(cookie, path="/", secure=not ctx.settings.on_localhost, httponly=True, samesite="lax")
    return answer


def _failed(problem: Problem) -> RedirectResponse:
    return RedirectResponse(f"/sign-in-failed?problem={problem.slug()}", status_code=303)


def _origin(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _inside(path: str) -> str:
    """Only a path of our own: an open redirect would lend our name to anybody's page."""
    fits = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if fits else "/"
