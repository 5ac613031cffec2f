"""Sends somebody to the provider to sign in, tied to the browser that they ask with.

The browser keeps one random value in a cookie; PKCE verifier and nonce are derived from it, so neither is stored.
"""

import base64
from dataclasses import dataclass
from datetime import timedelta

from practice.access.throttle import must_not_be_throttled
from practice.kernel import tickets
from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.providers import oidc

PURPOSE = "sign_in"
TIME_TO_SIGN_IN = timedelta(minutes=10)
_APART = "~"


@dataclass(frozen=True, slots=True)
class Flow:
    """What the browser keeps while it is at the provider: its random value, and the links it came with."""

    value: str
    invitation: str
    setup: str

    @classmethod
    def read(cls, cookie: str) -> "Flow":
        """From the cookie; whatever else it is given becomes a flow that no ticket is bound to."""
        parts = [*cookie.split(_APART), "", ""]
        return cls(*parts[:3])

    def __str__(self) -> str:
        return _APART.join((self.value, self.invitation, self.setup))

    def derive(self, unit: Unit, purpose: str) -> str:
        """A secret for one purpose that only this browser's flow leads to."""
        return base64.urlsafe_b64encode(unit.keys.hash_token(f"{purpose}|{self.value}")).decode().rstrip("=")


def redirect_uri(base_url: str) -> str:
    """Where the provider sends the browser back: its own address, so that no other flow's answer fits (S8)."""
    return f"{base_url.rstrip('/')}/api/v1/sign-in/xero/callback"


async def begin_sign_in(
    ctx: Context, *, origin: str, invitation: str = "", setup: str = "", return_to: str = "/"
) -> tuple[str, str]:
    """The provider's address, and the flow for the browser's cookie. Raises TooManyAttempts."""
    flow = Flow(tickets.new_secret(), invitation, setup)
    async with ctx.unit() as unit:
        await must_not_be_throttled(unit, origin)
        state = await tickets.issue(
            unit, PURPOSE, {"return_to": return_to}, ttl=TIME_TO_SIGN_IN, binding=str(flow)
        )
        nonce, verifier = flow.derive(unit, "nonce"), flow.derive(unit, "verifier")
    address = await oidc.begin(ctx, redirect_uri(ctx.settings.base_url), state, nonce, verifier)
    return address, str(flow)
