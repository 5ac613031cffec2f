"""`/connections`: which tenants a user (or the app) reaches, by the consent that brought them; and letting one go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ..gateway.chain import Sandbox, always
from ..gateway.errors import GatewayRefusal, refused, unauthorised
from ..gateway.tokens import Caller
from ..state.consents import Connection


def _moment(at: datetime) -> str:
    """UTC with seven digits and no zone, as Xero writes it here and nowhere else."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}0"


def shown(connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.id,
        "authEventId": connection.auth_event_id,
        "tenantId": connection.tenant_id,
        "tenantType": connection.tenant_type,
        "tenantName": connection.tenant_name,
        "createdDateUtc": _moment(connection.created),
        "updatedDateUtc": _moment(connection.updated),
    }


class Connections:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.consents = sandbox.memory.consents

    def _mine(self, request: Request) -> tuple[Caller, list[Connection]]:
        caller = self.sandbox.gateway.caller(request)
        if caller.user_id is None and "app.connections" not in caller.scopes:
            raise GatewayRefusal(unauthorised())
        return caller, self.consents.reachable(caller.client_id, caller.user_id)

    async def show(self, request: Request) -> Response:
        caller, mine = self._mine(request)
        await self.sandbox.gateway.latency()
        wanted = {k.lower(): v for k, v in request.query_params.items()}.get("autheventid")
        found = [shown(c) for c in mine if wanted is None or c.auth_event_id == wanted.strip().lower()]
        return JSONResponse(found, headers=always() | self.sandbox.gateway.limits.app_header(caller.client_id))

    async def delete(self, request: Request) -> Response:
        caller, mine = self._mine(request)
        await self.sandbox.gateway.latency()
        asked = str(request.path_params["id"]).lower()
        for connection in mine:
            if connection.id == asked:
                self.consents.disconnect(connection, self.sandbox.clock.now())
                return Response(status_code=204, headers=always())
        if any(asked in {c.tenant_id, c.auth_event_id} for c in mine):  # the wrong one of its three ids
            return refused(403, "AuthenticationUnsuccessful", self.sandbox.gateway.limits.app_header(caller.client_id))
        return PlainTextResponse("", 404, always())
