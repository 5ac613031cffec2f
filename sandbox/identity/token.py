"""The token endpoint: three grants, secret by Basic or by form, PKCE, rotation with its grace, and revocation.

The reply carries exactly the documented keys: Xero's own Python SDK fails on any other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..gateway.chain import Sandbox
from ..state.consents import ACCESS_LIVES, ID_TOKEN_LIVES, Consent
from ..state.keys import left_half
from ..world.users import User, users
from .authorize import form
from .scopes import NON_TENANTED


class Refused(Exception):
    """Becomes `400 {"error": …}`, without a description, as Xero answers."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def origin(request: Request, sandbox: Sandbox) -> str:
    return sandbox.settings.origin or str(request.base_url).rstrip("/")


class Tokens:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.consents = sandbox.memory.consents
        self.users: dict[str, User] = {u.user_id: u for u in users(sandbox.settings.seed)}

    async def token(self, request: Request) -> Response:
        await self.sandbox.gateway.latency()
        count = self.sandbox.memory.calls.tokens
        sent = {key: values[0] for key, values in (await form(request)).items()}
        try:
            client_id = self._client(request, sent)
            match sent.get("grant_type"):
                case "authorization_code":
                    body = self._from_code(request, sent, client_id)
                case "refresh_token":
                    body = self._refreshed(request, sent, client_id)
                case "client_credentials":
                    body = self._for_app(request, sent, client_id)
                case _:
                    raise Refused("unsupported_grant_type")
        except Refused as refused:
            count["refused"] += 1
            count[refused.error] += 1
            return JSONResponse({"error": refused.error}, 400, {"Cache-Control": "no-store"})
        return JSONResponse(body, headers={"Cache-Control": "no-store, no-cache, max-age=0", "Pragma": "no-cache"})

    async def revoke(self, request: Request) -> Response:
        """Ends everything between the token's user and the app. An unknown token is answered alike."""
        await self.sandbox.gateway.latency()
        sent = {key: values[0] for key, values in (await form(request)).items()}
        try:
            client_id = self._client(request, sent)
        except Refused as refused:
            return JSONResponse({"error": refused.error}, 400)
        refresh = self.consents.refreshes.get(sent.get("token", ""))
        consent = self.consents.consents.get(refresh.auth_event_id) if refresh else None
        if consent is not None and consent.client_id == client_id:
            self.consents.revoke(consent.user_id, client_id)
            self.sandbox.memory.calls.tokens["revoked"] += 1
        return Response(b"", 200)

    def _client(self, request: Request, sent: dict[str, str]) -> str:
        settings = self.sandbox.settings
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        client_id, secret = sent.get("client_id", ""), sent.get("client_secret")
        if scheme.lower() == "basic":
            try:
                text = base64.b64decode(credentials, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise Refused("invalid_client") from None
            client_id, _, secret = text.partition(":")
            client_id, secret = unquote_plus(client_id), unquote_plus(secret)
        if client_id == settings.pkce_client_id and not secret:
            return client_id
        if client_id != settings.client_id or not secrets.compare_digest((secret or "").encode(), settings.client_secret.encode()):
            raise Refused("invalid_client")
        return client_id

    def _from_code(self, request: Request, sent: dict[str, str], client_id: str) -> dict[str, Any]:
        found = self.consents.redeem(sent.get("code", ""), self.sandbox.clock.now())
        if found is None:
            raise Refused("invalid_grant")
        code, consent = found
        if consent.client_id != client_id or code.redirect_uri != sent.get("redirect_uri"):
            raise Refused("invalid_grant")
        verifier = sent.get("code_verifier", "")
        if code.challenge is not None and not _proves(verifier, code.challenge):
            raise Refused("invalid_grant")
        if code.challenge is None and verifier:
            raise Refused("invalid_grant")
        self.sandbox.memory.calls.tokens["codes"] += 1
        return self._reply(request, consent)

    def _refreshed(self, request: Request, sent: dict[str, str], client_id: str) -> dict[str, Any]:
        token = sent.get("refresh_token", "")
        known = self.consents.refreshes.get(token)
        behind = self.consents.consents.get(known.auth_event_id) if known else None
        if behind is None or behind.client_id != client_id:
            raise Refused("invalid_grant")
        harsh = self.sandbox.memory.switches.harsh_rotation
        rotated = self.consents.rotate(token, self.sandbox.clock.now(), harsh=harsh)
        if rotated is None:
            raise Refused("invalid_grant")
        consent, late = rotated
        self.sandbox.memory.calls.tokens["refreshes"] += 1
        if late:
            self.sandbox.memory.calls.tokens["within_grace"] += 1
        return self._reply(request, consent, parent=token)

    def _for_app(self, request: Request, sent: dict[str, str], client_id: str) -> dict[str, Any]:
        if client_id != self.sandbox.settings.client_id:
            raise Refused("unauthorized_client")
        scopes = sent.get("scope", "app.connections").split()
        if not scopes or not set(scopes) <= NON_TENANTED:
            raise Refused("invalid_scope")
        now = int(self.sandbox.clock.now().timestamp())
        issuer = origin(request, self.sandbox)
        claims = {
            "nbf": now,
            "exp": now + int(ACCESS_LIVES.total_seconds()),
            "iss": issuer,
            "aud": f"{issuer}/resources",
            "client_id": client_id,
            "jti": secrets.token_hex(16),
            "scope": scopes,
        }
        return {
            "access_token": self.sandbox.memory.keys.sign(claims),
            "expires_in": int(ACCESS_LIVES.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }

    def _reply(self, request: Request, consent: Consent, parent: str | None = None) -> dict[str, Any]:
        now, issuer = self.sandbox.clock.now(), origin(request, self.sandbox)
        access = self._access_token(consent, int(now.timestamp()), issuer)
        body: dict[str, Any] = {}
        if "openid" in consent.scopes:
            body["id_token"] = self._id_token(consent, int(now.timestamp()), issuer, access)
        body |= {
            "access_token": access,
            "expires_in": int(ACCESS_LIVES.total_seconds()),
            "token_type": "Bearer",
        }
        if "offline_access" in consent.scopes:
            body["refresh_token"] = self.consents.issue(consent, now, parent)
        body["scope"] = " ".join(consent.scopes)
        return body

    def _access_token(self, consent: Consent, now: int, issuer: str) -> str:
        user = self.users[consent.user_id]
        return self.sandbox.memory.keys.sign(
            {
                "nbf": now,
                "exp": now + int(ACCESS_LIVES.total_seconds()),
                "iss": issuer,
                "aud": f"{issuer}/resources",
                "client_id": consent.client_id,
                "sub": user.sub,
                "auth_time": int(consent.auth_time.timestamp()),
                "xero_userid": user.user_id,
                "global_session_id": consent.global_session_id,
                "sid": consent.sid,
                "jti": secrets.token_hex(16),
                "authentication_event_id": consent.auth_event_id,
                "scope": list(consent.scopes),
                "amr": ["pwd", "mfa", "otp"],
                "idp": "local",
            }
        )

    def _id_token(self, consent: Consent, now: int, issuer: str, access: str) -> str:
        user = self.users[consent.user_id]
        claims: dict[str, Any] = {
            "nbf": now,
            "exp": now + int(ID_TOKEN_LIVES.total_seconds()),
            "iss": issuer,
            "aud": consent.client_id,
            "iat": now,
            "at_hash": left_half(access),
            "sub": user.sub,
            "auth_time": int(consent.auth_time.timestamp()),
            "xero_userid": user.user_id,
            "global_session_id": consent.global_session_id,
            "sid": consent.sid,
            "amr": ["pwd", "mfa", "otp"],
            "idp": "local",
        }
        if consent.nonce is not None:
            claims["nonce"] = consent.nonce
        return self.sandbox.memory.keys.sign(claims | who(user, consent.scopes))


def who(user: User, scopes: tuple[str, ...]) -> dict[str, str]:
    said: dict[str, str] = {}
    if "profile" in scopes:
        said |= {"given_name": user.given_name, "family_name": user.family_name, "name": user.name}
    if "email" in scopes:
        said |= {"preferred_username": user.email, "email": user.email}
    return said


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return 43 <= len(verifier) <= 128 and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge.rstrip("=")
