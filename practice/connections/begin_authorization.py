"""Starts a consent: a one-time state bound to this browser, and the address of the provider's page."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from practice.connections.purposes import Purpose
from practice.kernel.context import Context
from practice.kernel.tickets import issue, new_secret
from practice.kernel.unit import Unit
from practice.providers.http import Caller
from practice.providers.registry import provider

PURPOSE = "connect"
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Authorization:
    """Where to send the browser."""

    authorize_url: str


def redirect_uri(base_url: str, key: str) -> str:
    """Xero compares it letter by letter, so there is one per purpose and one place that writes it."""
    return f"{base_url.rstrip('/')}/api/v1/connections/{key}/callback"


def bound_to(key: str) -> str:
    """What a sealed verifier is bound to."""
    return f"ticket|verifier|{key}"


async def begin_authorization(
    ctx: Context, *, provider_key: str, return_to: str, browser: str, writes: bool = False, purpose: Purpose = "ledgers"
) -> Authorization:
    """`browser`: a secret that only this browser holds; the answer counts only where it is shown again."""
    consent = provider(provider_key).consent(Caller.of(ctx, provider=provider_key), ctx.settings)
    async with ctx.unit() as unit:
        verifier = new_secret()
        state = await _issue(unit, provider_key, return_to, browser, verifier, purpose)
    uri = redirect_uri(ctx.settings.base_url, provider_key)
    return Authorization(
        consent.authorize_url(
            redirect_uri=uri, state=state, verifier=verifier, writes=writes, practice=purpose == "practice"
        )
    )


async def _issue(unit: Unit, key: str, return_to: str, browser: str, verifier: str, purpose: Purpose) -> str:
    sealed = base64.b64encode(unit.keys.seal(verifier, bound_to(key))).decode()
    facts = {
        "firm_id": str(unit.firm_id), "member_id": str(unit.actor.member_id), "provider": key,
        "return_to": return_to, "verifier": sealed, "purpose": purpose,
    }
    return await issue(unit, PURPOSE, facts, ttl=LASTS, binding=browser)
