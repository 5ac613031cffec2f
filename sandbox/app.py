"""Puts the rooms together under Xero's own paths; nothing happens at import time."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from .accounting.routes import mount as mount_accounting
from .assets import mount as mount_assets
from .clock import Clock
from .control.routes import mount as mount_control
from .finance import mount as mount_finance
from .gateway.chain import Sandbox
from .gateway.errors import GatewayRefusal
from .gateway.wire import Wire
from .identity.routes import mount as mount_identity
from .practice_manager.routes import mount as mount_practice_manager
from .settings import Settings


async def _refused(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, GatewayRefusal)
    return refusal.response


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Wire:
    """An ASGI app; its `.sandbox` holds the clock, the memory and the gateway, for tests in the same process."""
    sandbox = Sandbox.build(settings or Settings(), clock or Clock())
    app = Starlette(exception_handlers={GatewayRefusal: _refused})
    mount_identity(app, sandbox)
    mount_accounting(app, sandbox)
    mount_finance(app, sandbox)
    mount_assets(app, sandbox)
    mount_practice_manager(app, sandbox)
    mount_control(app, sandbox)
    return Wire(app, sandbox)
