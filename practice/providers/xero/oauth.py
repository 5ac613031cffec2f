"""Xero's consent: where to send the person, codes and refresh tokens for tokens, what was connected, giving it back."""

import base64
from datetime import timedelta
from typing import Any

import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from practice.kernel.settings import Settings
from practice.providers.base import Consented, InvalidGrant, RemoteTenant, TokenSet
from practice.providers.http import Caller
from practice.providers.oidc import ask_token, basic, email_of, name_of, user_id_of, verified_claims
from practice.providers.problems import BadAnswer

# The least that reading a ledger needs. Broad scopes are closed to new apps and end on 13 September 2027.
SCOPES = (
    "openid", "profile", "email", "offline_access", "accounting.settings.read", "accounting.contacts.read",
    "accounting.invoices.read", "accounting.payments.read", "accounting.banktransactions.read",
    "accounting.manualjournals.read", "accounting.reports.banksummary.read", "accounting.reports.trialbalance.read",
)
# Asked for only where somebody wants corrections written back.
WRITE_SCOPES = ("accounting.contacts", "accounting.settings")
# A consent of its own: some apps may not ask for these and those of ledgers at once (xero-facts 1.6).
PRACTICE_SCOPES = (
    "openid", "profile", "email", "offline_access", "practicemanager.client.read", "practicemanager.staff.read",
)

_KINDS = {"ORGANISATION": "organisation", "PRACTICEMANAGER": "practice_manager"}


class XeroConsent:
    """Consent at Xero, for this installation's app."""

    def __init__(self, caller: Caller, settings: Settings) -> None:
        self._caller = caller
        self._settings = settings

    def authorize_url(
        self, *, redirect_uri: str, state: str, verifier: str, writes: bool = False, practice: bool = False
    ) -> str:
        xero = self._settings.xero
        # As a set in order: what was asked for twice is asked for once.
        scopes = dict.fromkeys(
            PRACTICE_SCOPES if practice else (*SCOPES, *xero.more_scopes.split(), *(WRITE_SCOPES if writes else ()))
        )
        extra = {} if xero.bulk_connections else {"acr_values": "bulk_connect:false"}
        return str(
            prepare_grant_uri(
                f"{xero.login_url.rstrip('/')}/identity/connect/authorize",
                client_id=xero.client_id, response_type="code", redirect_uri=redirect_uri, scope=" ".join(scopes),
                state=state, code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256", **extra,
            )
        )

    async def exchange(self, *, code: str, redirect_uri: str, verifier: str) -> Consented:
        """Raises InvalidGrant for a code that was used, is too old or is not ours."""
        body = await ask_token(
            self._caller, self._settings,
            {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier},
        )
        if body is None:
            raise InvalidGrant
        tokens = self._tokens(body)
        claims = await verified_claims(self._caller, self._settings, body.get("id_token"), nonce=None)
        event = _peek(tokens.access).get("authentication_event_id")
        return Consented(tokens, user_id_of(claims), name_of(claims), email_of(claims), str(event) if event else None)

    async def refresh(self, refresh_token: str) -> TokenSet:
        """Raises InvalidGrant. Any other trouble means: nobody knows whether the token was turned."""
        body = await ask_token(self._caller, self._settings, {"grant_type": "refresh_token", "refresh_token": refresh_token})
        if body is None:
            raise InvalidGrant
        return self._tokens(body)

    async def revoke(self, refresh_token: str) -> None:
        """Gives the whole consent back: every connection of that person to this app goes with it."""
        xero = self._settings.xero
        await self._caller.call(
            "POST", f"{xero.identity_url.rstrip('/')}/connect/revocation", form={"token": refresh_token},
            headers={"authorization": basic(xero.client_id, xero.client_secret.get_secret_value())}, expect=(200, 400),
        )

    async def tenants(self, access_token: str, *, auth_event_id: str | None = None) -> list[RemoteTenant]:
        """What this person connected, in this consent or ever. An empty list is an answer like any other."""
        answer = await self._caller.call(
            "GET", f"{self._settings.xero.api_url.rstrip('/')}/connections",
            params={"authEventId": auth_event_id} if auth_event_id else None,
            headers={"authorization": f"Bearer {access_token}"},
        )
        listed = answer.json()
        if not isinstance(listed, list):
            raise BadAnswer(reason="the list of connections is not a list")
        try:
            return [
                RemoteTenant(
                    connection_id=str(one["id"]), tenant_id=str(one["tenantId"]).lower(),
                    kind=_KINDS.get(str(one.get("tenantType")), "other"), name=str(one.get("tenantName") or "Without a name"),
                    auth_event_id=str(one["authEventId"]) if one.get("authEventId") else None,
                )
                for one in listed
            ]
        except (KeyError, TypeError, AttributeError):
            raise BadAnswer(reason="a connection in the list has no ids") from None

    async def disconnect(self, access_token: str, *, connection_id: str) -> None:
        """Takes one organisation's connection away; one that is gone already is as good."""
        await self._caller.call(
            "DELETE", f"{self._settings.xero.api_url.rstrip('/')}/connections/{connection_id}",
            headers={"authorization": f"Bearer {access_token}"}, expect=(200, 204, 404),
        )

    def _tokens(self, body: dict[str, Any]) -> TokenSet:
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
            raise BadAnswer(reason="the token answer holds no tokens")
        lasts = body.get("expires_in")
        seconds = lasts if isinstance(lasts, int) and 0 < lasts <= 86_400 else 1_800
        return TokenSet(
            access, refresh, self._caller.clock.now() + timedelta(seconds=seconds), tuple(str(body.get("scope", "")).split())
        )


def _peek(token: str) -> dict[str, Any]:
    """The access token's claims, unverified: it came straight from Xero, and only the consent's id is taken from it."""
    try:
        middle = token.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
