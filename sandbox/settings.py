"""Every switch of the sandbox, read once from the environment.

A switch that stands for something Xero has not documented says so; its default is the reading of the documents
that seemed likeliest, and a client should bear the other one too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path


def _on(text: str) -> bool:
    return text.strip().lower() not in {"off", "0", "false", "no", ""}


def _one_of(known: tuple[str, ...], text: str) -> str:
    if text not in known:
        raise ValueError(f"{text!r} is not one of {', '.join(known)}")
    return text


LAST_PAGES = ("omit", "empty", "repeat")


@dataclass(frozen=True, kw_only=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8010
    origin: str | None = None
    """The address clients see, and the `iss` of tokens. Unset: taken from each request's own Host."""

    seed: int | str = 1
    """Another number is another firm with other books. SANDBOX_CLIENTS composes the firm by exact numbers (world/composed.py)."""
    today: date | datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    """The day the ledgers end. A moment stands for the day it is, at that moment, where each organisation is."""
    directory: Path | None = None
    """Where consents, keys and made ledgers are kept between runs. Unset: nothing outlives the process."""

    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"
    pkce_client_id: str = "sandbox-pkce"
    """An app without a secret, as Xero registers desktop and mobile apps."""

    latency_ms: int = 0
    limits: bool = True
    daily_limit: int = 5000
    minute_limit: int = 60
    app_minute_limit: int = 10_000
    concurrent_limit: int = 5

    webhook_url: str = ""
    """Where webhooks go. Unset: none are sent."""
    webhook_key: str = "sandbox-webhook-key"

    bulk_connect: bool = True
    """Whether Xero has granted this app the consent page with many organisations to tick."""
    broad_scopes: bool = False
    """Apps made after 2 March 2026 may not ask for `accounting.transactions` and the like; older ones may."""
    harsh_rotation: bool = False
    """Undocumented: what a refresh within the grace does to the tokens made before. On, it ends them."""
    mixed_scopes: bool = True
    """Undocumented: whether ledger and practice manager scopes may stand in one request."""

    practice_clients: int = 2000
    """How many clients the practice has in Practice Manager; 15000 for speed."""
    practice_last_page: str = "omit"
    """Undocumented: what the last page of `paged-list` says of a next one: `omit`, `empty` (an empty element), `repeat` (its own token)."""
    practice_empty_clears: bool = False
    """Undocumented: whether an empty element of an update clears the field; off, it is left as it is."""
    practice_inverse_relationships: bool = False
    """Undocumented: whether a relationship that is added writes its other side too (Husband and Wife, Parent Of and Child Of)."""
    practice_lists_left_staff: bool = True
    """Undocumented: whether staff that left or were disabled stand in `staff.api/list`."""
    practice_contacts_touch: bool = True
    """Undocumented: whether a change to a contact gives its clients a new modified time. Groups, relationships and custom fields do not."""
    practice_unset_is_null: bool = True
    """Undocumented: whether what is unset is null in JSON, or an empty text."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Environment variables `SANDBOX_*` (and `SEED`) over the defaults above."""
        plain = cls()

        def text(name: str, default: str) -> str:
            return environ.get(name, "").strip() or default

        directory = environ.get("SANDBOX_DIR", "").strip()
        seed = int(text("SEED", str(plain.seed)))
        return cls(
            host=text("SANDBOX_HOST", plain.host),
            port=int(text("SANDBOX_PORT", str(plain.port))),
            origin=environ.get("SANDBOX_ORIGIN", "").strip().rstrip("/") or None,
            # A composition is a part of the seed: other organisations are another world.
            seed=f"{seed}:{''.join(clients.split())}" if (clients := environ.get("SANDBOX_CLIENTS")) else seed,
            today=date.fromisoformat(day) if (day := environ.get("SANDBOX_TODAY", "").strip()) else plain.today,
            directory=Path(directory) if directory else None,
            client_id=text("SANDBOX_CLIENT_ID", plain.client_id),
            client_secret=text("SANDBOX_CLIENT_SECRET", plain.client_secret),
            pkce_client_id=text("SANDBOX_PKCE_CLIENT_ID", plain.pkce_client_id),
            latency_ms=int(text("SANDBOX_LATENCY_MS", "0")),
            limits=_on(text("SANDBOX_LIMITS", "on")),
            daily_limit=int(text("SANDBOX_DAILY_LIMIT", str(plain.daily_limit))),
            webhook_url=environ.get("SANDBOX_WEBHOOK_URL", "").strip(),
            webhook_key=text("SANDBOX_WEBHOOK_KEY", plain.webhook_key),
            bulk_connect=_on(text("SANDBOX_BULK_CONNECT", "on")),
            broad_scopes=_on(text("SANDBOX_BROAD_SCOPES", "off")),
            harsh_rotation=_on(text("SANDBOX_HARSH_ROTATION", "off")),
            mixed_scopes=_on(text("SANDBOX_MIXED_SCOPES", "on")),
            practice_clients=int(text("SANDBOX_PRACTICE_CLIENTS", str(plain.practice_clients))),
            practice_last_page=_one_of(LAST_PAGES, text("SANDBOX_PRACTICE_LAST_PAGE", plain.practice_last_page)),
            practice_empty_clears=_on(text("SANDBOX_PRACTICE_EMPTY_CLEARS", "off")),
            practice_inverse_relationships=_on(text("SANDBOX_PRACTICE_INVERSE_RELATIONSHIPS", "off")),
            practice_lists_left_staff=_on(text("SANDBOX_PRACTICE_LISTS_LEFT_STAFF", "on")),
            practice_contacts_touch=_on(text("SANDBOX_PRACTICE_CONTACTS_TOUCH", "on")),
            practice_unset_is_null=_on(text("SANDBOX_PRACTICE_UNSET_IS_NULL", "on")),
        )
