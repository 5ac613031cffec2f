"""Discovery, the public keys, and userinfo."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..gateway.chain import Sandbox
from ..gateway.errors import GatewayRefusal, unauthorised
from ..world.users import users
from .scopes import BROAD, KNOWN
from .token import origin, who


class Documents:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.users = {u.user_id: u for u in users(sandbox.settings.seed)}

    async def discovery(self, request: Request) -> Response:
        here = origin(request, self.sandbox)
        return JSONResponse(
            {
                "issuer": here,
                "jwks_uri": f"{here}/.well-known/openid-configuration/jwks",
                "authorization_endpoint": f"{here}/identity/connect/authorize",
                "token_endpoint": f"{here}/connect/token",
                "userinfo_endpoint": f"{here}/connect/userinfo",
                "revocation_endpoint": f"{here}/connect/revocation",
                "scopes_supported": sorted(KNOWN - (frozenset() if self.sandbox.settings.broad_scopes else BROAD)),
                "claims_supported": [
                    "sub",
                    "name",
                    "given_name",
                    "family_name",
                    "email",
                    "preferred_username",
                    "xero_userid",
                ],
                "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def keys(self, _: Request) -> Response:
        return JSONResponse(self.sandbox.memory.keys.jwks())

    async def userinfo(self, request: Request) -> Response:
        caller = self.sandbox.gateway.caller(request)
        if caller.user_id is None or "openid" not in caller.scopes:
            raise GatewayRefusal(unauthorised())
        user = self.users[caller.user_id]
        return JSONResponse({"sub": user.sub, "xero_userid": user.user_id, **who(user, caller.scopes)})
