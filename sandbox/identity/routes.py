"""Mounts sign-in, tokens, documents and connections under Xero's own paths."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..gateway.chain import Sandbox
from . import pages
from .authorize import Authorize
from .connections import Connections
from .documents import Documents
from .token import Tokens


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    return pages.asset(name) if name in pages.ASSETS else Response(status_code=404)


def mount(app: Starlette, sandbox: Sandbox) -> None:
    authorize, tokens = Authorize(sandbox), Tokens(sandbox)
    documents, connections = Documents(sandbox), Connections(sandbox)
    app.router.routes.extend(
        [
            Route("/identity/connect/authorize", authorize.ask, methods=["GET"]),
            Route("/identity/login", authorize.show_sign_in, methods=["GET"]),
            Route("/identity/login", authorize.sign_in, methods=["POST"]),
            Route("/identity/consent", authorize.show_consent, methods=["GET"]),
            Route("/identity/consent", authorize.consent, methods=["POST"]),
            Route("/identity/{name}", _asset, methods=["GET"]),
            Route("/connect/token", tokens.token, methods=["POST"]),
            Route("/connect/revocation", tokens.revoke, methods=["POST"]),
            Route("/connect/userinfo", documents.userinfo, methods=["GET", "POST"]),
            Route("/.well-known/openid-configuration", documents.discovery, methods=["GET"]),
            Route("/.well-known/openid-configuration/jwks", documents.keys, methods=["GET"]),
            Route("/connections", connections.show, methods=["GET"]),
            Route("/connections/{id}", connections.delete, methods=["DELETE"]),
        ]
    )
