"""Signing in with an OpenID Connect provider: where to send the browser, and who came back.

An id token counts only when its signature, issuer, audience, time and nonce all hold.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from practice.kernel.context import Context
from practice.kernel.settings import Settings
from practice.providers.http import Caller
from practice.providers.problems import AppMisconfigured, BadAnswer, SignInRefused

SIGN_IN_SCOPES = "openid profile email"
_LEEWAY = 60


@dataclass(frozen=True, slots=True)
class Claims:
    """Who signed in, as the provider vouches for it."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    xero_user_id: str


@dataclass(frozen=True, slots=True)
class _Published:
    issuer: str
    jwks_uri: str
    keys: KeySet


# Asking for the published document at every sign-in gets an app blocked by the provider's edge, so each process
# asks once. Kept beside the HTTP client, so that it is forgotten with it.
_published: WeakKeyDictionary[httpx.AsyncClient, dict[str, _Published]] = WeakKeyDictionary()


def _caller(ctx: Context) -> Caller:
    return Caller.of(ctx, provider="xero")


async def begin(ctx: Context, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
    """The address to send the browser to."""
    xero = ctx.settings.xero
    return str(
        prepare_grant_uri(
            f"{xero.login_url.rstrip('/')}/identity/connect/authorize",
            client_id=xero.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=SIGN_IN_SCOPES,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    )


async def complete(ctx: Context, code: str, redirect_uri: str, verifier: str, nonce: str) -> Claims:
    """Who came back with this code. Raises SignInRefused, and Unavailable or BadAnswer when the provider fails."""
    caller = _caller(ctx)
    answer = await ask_token(
        caller, ctx.settings,
        {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier},
    )
    if answer is None:
        raise SignInRefused(reason="the answer was used already or came too late")
    claims = await verified_claims(caller, ctx.settings, answer.get("id_token"), nonce=nonce)
    return Claims(
        issuer=str(claims["iss"]), subject=str(claims["sub"]), email=email_of(claims) or "",
        # Xero lets nobody sign in before the address was confirmed and sends no such claim; others send it.
        email_verified=claims.get("email_verified", True) is True, name=name_of(claims), xero_user_id=user_id_of(claims),
    )


async def ask_token(caller: Caller, settings: Settings, form: dict[str, str], *, deadline: float = 15) -> dict[str, Any] | None:
    """The token endpoint. None: the code or token is not accepted (`invalid_grant`)."""
    xero = settings.xero
    answer = await caller.call(
        "POST", f"{xero.identity_url.rstrip('/')}/connect/token",
        form=form, headers={"authorization": basic(xero.client_id, xero.client_secret.get_secret_value())}, expect=(200, 400, 401), deadline=deadline,
    )
    body = answer.json()
    if not isinstance(body, dict):
        raise BadAnswer(reason="the token answer is not an object", status=answer.status)
    if answer.status == 200:
        return body
    error = str(body.get("error", "unknown"))
    if error == "invalid_grant":
        return None
    raise AppMisconfigured(error="".join(c for c in error if c.isalnum() or c == "_")[:40])


def basic(user: str, password: str) -> str:
    """The Authorization header by which the app names itself (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def verified_claims(
    caller: Caller, settings: Settings, token: Any, *, nonce: str | None
) -> dict[str, Any]:
    """The claims of an id token that holds in every respect; raises SignInRefused."""
    if not isinstance(token, str) or not token:
        raise SignInRefused(reason="Xero sent no proof of identity")
    published = await _look_up(caller, settings)
    try:
        claims = _decode(token, published.keys)
    except (JoseError, ValueError):
        # A new signing key since we last looked is the one innocent reason.
        published = await _look_up(caller, settings, again=True)
        try:
            claims = _decode(token, published.keys)
        except (JoseError, ValueError):
            raise SignInRefused(reason="its signature does not hold") from None
    reason = _fault(claims, published.issuer, settings.xero.client_id, nonce, caller.clock.now())
    if reason:
        raise SignInRefused(reason=reason)
    return claims


def _decode(token: str, keys: KeySet) -> dict[str, Any]:
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def _fault(claims: dict[str, Any], issuer: str, audience: str, nonce: str | None, now: datetime) -> str | None:
    said = claims.get("aud")
    at, expires = now.timestamp(), claims.get("exp")
    if claims.get("iss") != issuer:
        return "it was issued by somebody else"
    if audience not in (said if isinstance(said, list) else [said]):
        return "it was made for another application"
    if not isinstance(expires, int | float) or expires + _LEEWAY < at:
        return "it has expired"
    if isinstance(claims.get("nbf"), int | float) and claims["nbf"] - _LEEWAY > at:
        return "it is not valid yet"
    if nonce is not None and not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        return "it answers another sign-in"
    if not claims.get("sub"):
        return "it names nobody"
    return None


async def _look_up(caller: Caller, settings: Settings, *, again: bool = False) -> _Published:
    base = settings.xero.identity_url.rstrip("/")
    kept = _published.setdefault(caller.http, {})
    if base in kept and not again:
        return kept[base]
    document = (await caller.call("GET", f"{base}/.well-known/openid-configuration")).json()
    if not isinstance(document, dict) or not isinstance(document.get("issuer"), str):
        raise BadAnswer(reason="the published configuration names no issuer")
    issuer, jwks_uri = document["issuer"], str(document.get("jwks_uri"))
    # Keys from another house would let it speak for this one.
    if issuer.rstrip("/") != base or not jwks_uri.startswith(f"{base}/"):
        raise BadAnswer(reason="the published configuration names another house")
    keys = (await caller.call("GET", jwks_uri)).json()
    try:
        published = _Published(issuer, jwks_uri, KeySet.import_key_set(keys))
    except (JoseError, KeyError, TypeError, ValueError):
        raise BadAnswer(reason="the published keys cannot be read") from None
    kept[base] = published
    return published


def email_of(claims: dict[str, Any]) -> str | None:
    """The address, in small letters, as it is compared everywhere."""
    said = claims.get("email")
    return said.strip().lower() if isinstance(said, str) and "@" in said else None


def name_of(claims: dict[str, Any]) -> str:
    """A name to show; the address where there is none."""
    parts = (claims.get("given_name"), claims.get("family_name"))
    return str(claims.get("name") or " ".join(str(p) for p in parts if p) or email_of(claims) or "Xero user")[:200]


def user_id_of(claims: dict[str, Any]) -> str:
    """Xero's id of the person; another provider's subject."""
    return str(claims.get("xero_userid") or claims["sub"])
