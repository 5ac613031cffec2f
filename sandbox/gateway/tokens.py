"""Bearer token → who calls: signature, expiry, and whether the consent behind it still stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from starlette.requests import HTTPConnection

from ..clock import Clock
from ..state.memory import Memory
from .errors import GatewayRefusal, token_expired, unauthenticated

# The broad scopes that Xero retires on 13 September 2027, and what each still stands for.
_BROAD: Final = {
    "accounting.transactions": (
        "accounting.invoices",
        "accounting.payments",
        "accounting.banktransactions",
        "accounting.manualjournals",
    ),
    "accounting.reports": (
        "accounting.reports.aged",
        "accounting.reports.balancesheet",
        "accounting.reports.banksummary",
        "accounting.reports.budgetsummary",
        "accounting.reports.executivesummary",
        "accounting.reports.profitandloss",
        "accounting.reports.trialbalance",
        "accounting.reports.taxreports",
        "accounting.reports.tenninetynine",
    ),
    "practicemanager": (
        "practicemanager.client",
        "practicemanager.staff",
        "practicemanager.job",
        "practicemanager.time",
    ),
}


def covered(scopes: tuple[str, ...]) -> frozenset[str]:
    """What these scopes allow: a writing scope reads too, a broad one covers its parts."""
    found = set(scopes)
    for scope in scopes:
        stem = scope.removesuffix(".read")
        parts = (stem, *_BROAD.get(stem, ()))
        found.update(f"{part}.read" for part in parts)
        if stem == scope:
            found.update(parts)
    return frozenset(found)


@dataclass(frozen=True)
class Caller:
    client_id: str
    user_id: str | None
    """None for the app's own token (client credentials)."""
    scopes: tuple[str, ...]
    auth_event_id: str | None
    jti: str
    ends: datetime


def caller(request: HTTPConnection, memory: Memory, clock: Clock) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    claims = memory.keys.read(token.strip()) if scheme.lower() == "bearer" else None
    if claims is None or claims.get("aud") != f"{claims.get('iss')}/resources":
        raise GatewayRefusal(unauthenticated())
    ends = datetime.fromtimestamp(claims["exp"], UTC)
    if clock.now() >= ends or claims["jti"] in memory.consents.expired:
        raise GatewayRefusal(token_expired(min(ends, clock.now())))
    event = claims.get("authentication_event_id")
    if event is not None and event not in memory.consents.consents:
        raise GatewayRefusal(unauthenticated())
    return Caller(claims["client_id"], claims.get("xero_userid"), tuple(claims["scope"]), event, claims["jti"], ends)
