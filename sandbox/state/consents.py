"""What users have allowed: codes, token sets with their grace, connections, and who is signed in at the sandbox."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

MARK = "CANARY_"
"""Begins every secret given out: whoever looks for it in logs and tables finds what should not be there."""

CODE_LIVES = timedelta(minutes=5)
ACCESS_LIVES = timedelta(minutes=30)
ID_TOKEN_LIVES = timedelta(minutes=5)
REFRESH_LIVES = timedelta(days=60)
GRACE = timedelta(minutes=30)


@dataclass(frozen=True)
class SignedIn:
    """A browser that has chosen one of the named users."""

    user_id: str
    at: datetime
    global_session_id: str


@dataclass(frozen=True)
class Asked:
    """An authorize request on its way through sign-in and consent."""

    id: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    nonce: str | None
    challenge: str | None
    one_at_a_time: bool
    at: datetime


@dataclass(frozen=True)
class Tenant:
    """Something a user can tick: an organisation or a practice."""

    tenant_id: str
    tenant_type: str
    name: str


@dataclass
class Consent:
    """One trip through the consent page, named by its authentication event; it is also one token set."""

    auth_event_id: str
    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    auth_time: datetime
    sid: str
    global_session_id: str
    nonce: str | None


@dataclass
class Code:
    auth_event_id: str
    redirect_uri: str
    challenge: str | None
    ends: datetime


@dataclass
class Refresh:
    auth_event_id: str
    issued: datetime
    rotated: datetime | None = None
    parent: str | None = None


@dataclass
class Connection:
    id: str
    client_id: str
    user_id: str
    tenant_id: str
    tenant_type: str
    tenant_name: str
    auth_event_id: str
    created: datetime
    updated: datetime
    active: bool = True


@dataclass
class Consents:
    """Every change that must outlive a restart ends in `kept()`."""

    kept: Callable[[], None] = lambda: None
    consents: dict[str, Consent] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    profiles: set[tuple[str, str]] = field(default_factory=set)
    codes: dict[str, Code] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    signed_in: dict[str, SignedIn] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    """`jti` of access tokens that the control page has ended early."""

    # Signing in and asking

    def sign_in(self, user_id: str, now: datetime) -> str:
        ticket = secrets.token_urlsafe(24)
        self.signed_in[ticket] = SignedIn(user_id, now, secrets.token_hex(16))
        return ticket

    def remember(self, asked: Asked) -> None:
        for old in [a.id for a in self.asked.values() if asked.at - a.at > timedelta(hours=1)]:
            del self.asked[old]
        self.asked[asked.id] = asked

    # Consent

    def allow(self, asked: Asked, who: SignedIn, tenants: Iterable[Tenant], now: datetime) -> str:
        """The code that answers `asked`; the tenants are connected from this moment on."""
        consent = Consent(
            auth_event_id=str(uuid.uuid4()),
            client_id=asked.client_id,
            user_id=who.user_id,
            scopes=asked.scopes,
            auth_time=who.at,
            sid=secrets.token_hex(16),
            global_session_id=who.global_session_id,
            nonce=asked.nonce,
        )
        self.consents[consent.auth_event_id] = consent
        self.profiles.add((asked.client_id, who.user_id))
        for tenant in tenants:
            self._connect(consent, tenant, now)
        code = MARK + secrets.token_urlsafe(32)
        self.codes[code] = Code(consent.auth_event_id, asked.redirect_uri, asked.challenge, now + CODE_LIVES)
        self.kept()
        return code

    def _connect(self, consent: Consent, tenant: Tenant, now: datetime) -> None:
        for known in self.connections.values():
            if (known.client_id, known.user_id, known.tenant_id) == (
                consent.client_id,
                consent.user_id,
                tenant.tenant_id,
            ):
                known.active, known.updated, known.auth_event_id = True, now, consent.auth_event_id
                return
        made = Connection(
            str(uuid.uuid4()),
            consent.client_id,
            consent.user_id,
            tenant.tenant_id,
            tenant.tenant_type,
            tenant.name,
            consent.auth_event_id,
            now,
            now,
        )
        self.connections[made.id] = made

    def redeem(self, code: str, now: datetime) -> tuple[Code, Consent] | None:
        """A code works once, for five minutes."""
        found = self.codes.pop(code, None)
        if found is None or now >= found.ends:
            return None
        consent = self.consents.get(found.auth_event_id)
        return (found, consent) if consent else None

    # Refresh tokens

    def issue(self, consent: Consent, now: datetime, parent: str | None = None) -> str:
        for token in [t for t, r in self.refreshes.items() if self._dead(r, now)]:
            del self.refreshes[token]
        token = MARK + secrets.token_urlsafe(32)
        self.refreshes[token] = Refresh(consent.auth_event_id, now, parent=parent)
        self.kept()
        return token

    def rotate(self, token: str, now: datetime, *, harsh: bool = False) -> tuple[Consent, bool] | None:
        """The consent behind a refresh token, and whether it was asked for within the grace.

        A token that was rotated away goes on working for thirty minutes, as often as needed; its successor too.
        Harsh: only while its own child is the newest of the consent, and the child is no longer taken after that.
        """
        found = self.refreshes.get(token)
        if found is None or self._dead(found, now):
            return None
        late = found.rotated is not None
        if harsh and late:
            newest = self._newest(found.auth_event_id)
            if newest is None or self.refreshes[newest].parent != token:
                return None
            del self.refreshes[newest]
        if not late:
            found.rotated = now
        return self.consents[found.auth_event_id], late

    def _newest(self, auth_event_id: str) -> str | None:
        """The last one issued: a dictionary keeps that order."""
        return next((t for t, r in reversed(self.refreshes.items()) if r.auth_event_id == auth_event_id), None)

    def live_tokens(self) -> dict[str, dict[str, str]]:
        """The newest refresh token of each consent, as its SHA-256, with whose it is."""
        return {
            event: {"user_id": consent.user_id, "sha256": hashlib.sha256(token.encode()).hexdigest()}
            for event, consent in self.consents.items()
            if (token := self._newest(event)) is not None
        }

    def _dead(self, refresh: Refresh, now: datetime) -> bool:
        if refresh.auth_event_id not in self.consents:
            return True
        if refresh.rotated is not None:
            return now - refresh.rotated >= GRACE
        return now - refresh.issued >= REFRESH_LIVES

    def revoke(self, user_id: str, client_id: str | None = None) -> int:
        """Ends all token sets and connections between a user and the app; how many connections went."""
        gone = [
            c for c in self.consents.values() if c.user_id == user_id and client_id in {None, c.client_id}
        ]
        for consent in gone:
            del self.consents[consent.auth_event_id]
            self.profiles.discard((consent.client_id, user_id))
        mine = [
            c for c in self.connections.values() if c.active and c.user_id == user_id and client_id in {None, c.client_id}
        ]
        for connection in mine:
            connection.active = False
        self.kept()
        return len(mine)

    # Connections

    def reachable(self, client_id: str, user_id: str | None) -> list[Connection]:
        """The app's live connections, of one user or (for the app's own token) of all, newest first."""
        live = [
            c
            for c in self.connections.values()
            if c.active and c.client_id == client_id and user_id in {None, c.user_id}
        ]
        return sorted(live, key=lambda c: c.updated, reverse=True)

    def find(self, client_id: str, user_id: str | None, tenant_id: str) -> Connection | None:
        """Asked on every call, so without sorting; the app, the user and the tenant name one connection at most."""
        return next(
            (
                c
                for c in self.connections.values()
                if c.tenant_id == tenant_id and c.active and c.client_id == client_id and user_id in {None, c.user_id}
            ),
            None,
        )

    def disconnect(self, connection: Connection, now: datetime) -> None:
        connection.active, connection.updated = False, now
        self.kept()

    # Between runs

    def dump(self) -> dict[str, Any]:
        return {
            "consents": [asdict(c) for c in self.consents.values()],
            "refreshes": {token: asdict(r) for token, r in self.refreshes.items()},
            "connections": [asdict(c) for c in self.connections.values()],
            "profiles": sorted(self.profiles),
        }

    def load(self, kept: dict[str, Any]) -> None:
        def time(text: str | None) -> datetime | None:
            return datetime.fromisoformat(text) if text else None

        for row in kept["consents"]:
            row |= {"scopes": tuple(row["scopes"]), "auth_time": time(row["auth_time"])}
            self.consents[row["auth_event_id"]] = Consent(**row)
        for token, row in kept["refreshes"].items():
            self.refreshes[token] = Refresh(**(row | {"issued": time(row["issued"]), "rotated": time(row["rotated"])}))
        for row in kept["connections"]:
            row |= {"created": time(row["created"]), "updated": time(row["updated"])}
            self.connections[row["id"]] = Connection(**row)
        self.profiles = {(client, user) for client, user in kept["profiles"]}

    def clear(self) -> None:
        for part in (
            self.consents,
            self.refreshes,
            self.connections,
            self.profiles,
            self.codes,
            self.asked,
            self.signed_in,
            self.expired,
        ):
            part.clear()
        self.kept()
