"""The control endpoints: latency, limits, faults, clock, revoke, disconnect, change, calls, truth, reset."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..gateway.chain import Sandbox


def mount(app: Starlette, sandbox: Sandbox) -> None:
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "seed": sandbox.settings.seed, "today": sandbox.settings.today.isoformat()})

    app.router.routes.append(Route("/__control/health", health))
