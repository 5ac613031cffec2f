"""Connecting Xero: the way to its consent page, the way back, what is connected, and ending it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from api.callers import flow_cookie
from api.deps import ContextDep, UnitDep
from api.pages import Page, whole
from api.problems import raises
from api.wire import In, Out, Remedy
from practice.clients.models import Client
from practice.clients.reads import clients_by_tenant, clients_seen
from practice.connections.begin_authorization import LASTS, begin_authorization
from practice.connections.complete_authorization import complete_authorization
from practice.connections.disconnect import disconnect as end
from practice.connections.order_grants import order_grants as order
from practice.connections.problems import GrantsLeftOut
from practice.connections.quotas import quotas_of
from practice.connections.reads import SeenConnection, connections_of_firm, health_of
from practice.imports.end_imports import end_imports
from practice.kernel.context import Context
from practice.kernel.problems import NotFound, Problem
from practice.kernel.tickets import new_secret
from practice.kernel.unit import Unit

router = APIRouter(prefix="/connections", tags=["connections"])

_BACK = {
    "tenants": "/connect/tenants", "connections": "/configure/connections", "import": "/connect/importing",
    "xpm": "/configure/integrations/xpm",
}  # fmt: skip


class BeginConnection(In):
    provider: Literal["xero"] = "xero"
    return_to: Literal["tenants", "connections", "import", "xpm"] = Field(
        "tenants", description="Where the browser goes afterwards."
    )
    writes: bool = Field(False, description="Also ask to be let correct contacts and accounts.")
    practice_manager: bool = Field(
        False, description="Ask to read a practice's staff and clients in Xero Practice Manager instead, and nothing else."
    )


class Authorization(Out):
    authorize_url: str


class GrantOut(Out):
    id: UUID
    name: str
    email: str | None
    status: Literal["active", "reauth_required"]
    connected_by: str
    last_refreshed_at: datetime | None


class Connection(Out):
    id: UUID
    tenant_id: UUID
    tenant_name: str
    kind: Literal["organisation", "practice_manager", "other"]
    status: Literal["active", "degraded", "reauth_required", "disconnected", "revoked_at_xero"]
    client_id: UUID | None
    client_name: str | None
    connected_at: datetime
    grants: list[GrantOut]
    day_calls_left: int | None
    day_limit: int
    minute_calls_left: int | None
    cause: str | None
    detail: str | None
    missing_scopes: list[str]
    ends_at: datetime | None
    checked_at: datetime | None
    action: Remedy | None


class ConnectionCause(Out):
    """One trouble, however many connections have it. `names`: the first five. `breaks`: nothing is read until it is mended."""

    cause: str
    breaks: bool
    title: str
    detail: str
    connections: int
    names: list[str]
    clients: int
    grant_id: UUID | None
    action: Remedy | None


class ConnectionHealth(Out):
    total: int
    working: int
    degraded: int
    broken: int
    causes: list[ConnectionCause]


class GrantOrder(In):
    grant_ids: list[UUID] = Field(min_length=1, max_length=50, description="Whose consent is asked first, second and so on.")


@router.post("", status_code=201)
async def begin_connection(body: BeginConnection, request: Request, response: Response, ctx: ContextDep) -> Authorization:
    """Starts a consent: send the browser to `authorize_url`. The answer works once, within ten minutes, in this browser."""
    cookie = flow_cookie(ctx.settings, "x")
    browser = request.cookies.get(cookie) or new_secret()
    begun = await begin_authorization(
        ctx, provider_key=body.provider, return_to=body.return_to, browser=browser, writes=body.writes,
        purpose="practice" if body.practice_manager else "ledgers",
    )  # fmt: skip
    response.set_cookie(
        cookie,
        browser,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=not ctx.settings.on_localhost,
        httponly=True,
        # Lax: the way back comes from another site.
        samesite="lax",
    )
    return Authorization(authorize_url=begun.authorize_url)


@router.get("/{provider}/callback", include_in_schema=False)
async def complete_connection(
    provider: str,
    request: Request,
    ctx: ContextDep,
    state: str | None = None,
    code: str | None = None,
    error: str | None = None,
) -> RedirectResponse:
    """Where Xero sends the browser back to: always on to a page, whatever happened."""
    browser = request.cookies.get(flow_cookie(ctx.settings, "x"))
    try:
        done = await complete_authorization(
            ctx, provider_key=provider, state=state, code=code, error=error, browser=browser
        )
    except Problem as problem:
        return RedirectResponse(f"/oauth-failed?problem={problem.slug()}", status_code=303)
    return RedirectResponse(_BACK.get(done.return_to, _BACK["tenants"]), status_code=303)


@router.get("", response_model=Page[Connection])
async def list_connections(unit: UnitDep, ctx: ContextDep) -> object:
    """Every organisation and practice that is or was connected, by name, with whose consent reaches it and what helps."""
    return whole(await _shown(unit, ctx, await connections_of_firm(unit)))


@router.get("/health")
async def read_connection_health(unit: UnitDep) -> ConnectionHealth:
    """How the connections fare, and each trouble once: of all for owners and admins, of their clients' for the others."""
    health = health_of(
        await connections_of_firm(unit), clients=await clients_seen(unit), everything=unit.actor.sees_all
    )
    causes = [
        {
            "cause": each.cause.slug,
            "breaks": each.cause.breaks,
            "title": each.cause.title,
            "detail": each.detail,
            "connections": len(each.names),
            "names": each.names[:5],
            "clients": each.clients,
            "grant_id": each.grant_id,
            "action": each.cause.remedy.as_dict() if each.cause.remedy else None,
        }
        for each in health.causes
    ]
    return ConnectionHealth.model_validate(
        {
            "total": health.total,
            "working": health.working,
            "degraded": health.degraded,
            "broken": health.broken,
            "causes": causes,
        }
    )


@router.put("/{connection_id}/grants", responses=raises(NotFound, GrantsLeftOut))
async def order_grants(connection_id: UUID, body: GrantOrder, unit: UnitDep, ctx: ContextDep) -> Connection:
    """Says whose consent is asked first and who steps in. A sign-in that no longer works may be left out; then it is dropped."""
    await order(unit, connection_id=connection_id, grant_ids=body.grant_ids)
    return (await _shown(unit, ctx, await connections_of_firm(unit, only=connection_id)))[0]


@router.delete("/{connection_id}", status_code=204, responses=raises(NotFound))
async def disconnect(connection_id: UUID, unit: UnitDep) -> None:
    """Ends a connection, here at once and at Xero in the background; its imports are cancelled. What was read stays."""
    await end_imports(unit, connection_id=connection_id)
    await end(unit, connection_id=connection_id)


async def _shown(unit: Unit, ctx: Context, connections: list[SeenConnection]) -> list[Connection]:
    clients = await clients_by_tenant(unit)
    quotas = await quotas_of(ctx, tenants=[seen.tenant for seen in connections])
    limit = ctx.settings.xero.daily_limit
    shown = []
    for seen in connections:
        quota = quotas.get(seen.tenant.id)
        day_left = seen.connection.day_calls_left if quota is None or quota.day_left is None else quota.day_left
        left = {"day_calls_left": day_left, "day_limit": limit, "minute_calls_left": quota.minute_left if quota else None}
        shown.append(_one(seen, clients.get(seen.tenant.id), left))
    return shown


def _one(seen: SeenConnection, client: Client | None, left: dict[str, int | None]) -> Connection:
    connection = seen.connection
    return Connection.model_validate(
        {
            "id": connection.id,
            "tenant_id": seen.tenant.id,
            "tenant_name": seen.tenant.name,
            "kind": seen.tenant.kind,
            "status": connection.status,
            "client_id": client.id if client else None,
            "client_name": client.name if client else None,
            "connected_at": connection.connected_at,
            "grants": [
                {
                    "id": each.grant.id,
                    "name": each.grant.name,
                    "email": each.grant.email,
                    "status": each.grant.status,
                    "connected_by": each.connected_by,
                    "last_refreshed_at": each.grant.last_refresh_at,
                }
                for each in seen.grants
            ],
            **left,
            "cause": connection.cause,
            "detail": seen.detail,
            "missing_scopes": seen.missing_scopes,
            "ends_at": seen.ends_at,
            "checked_at": connection.checked_at,
            "action": seen.remedy.as_dict() if seen.remedy else None,
        }
    )
