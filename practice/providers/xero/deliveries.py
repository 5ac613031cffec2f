"""Xero's webhooks: whether a body is signed with our key, and the events in it. An event only points; what changed is read."""

import base64
import hmac
from typing import Any

import orjson

from practice.providers.base import RemoteEvent

RESOURCES = {
    "CONTACT": "contacts",
    "INVOICE": "invoices",
    "CREDITNOTE": "credit_notes",
    "PREPAYMENT": "prepayments",
    "OVERPAYMENT": "overpayments",
}
"""What a category is called here. The others tell of nothing that we read."""


def signed(body: bytes, signature: str, key: str) -> bool:
    """Whether the signature is that of these bytes. Without a key nothing is."""
    expected = base64.b64encode(hmac.digest(key.encode(), body, "sha256"))
    return bool(key) and hmac.compare_digest(expected, signature.strip().encode("utf-8", "replace"))


def events(body: bytes) -> list[RemoteEvent]:
    """Those that can be read, each once. Xero writes times in two ways, so they are taken as they are."""
    try:
        said = orjson.loads(body).get("events")
    except (orjson.JSONDecodeError, AttributeError):
        return []
    found = (_event(one) for one in said) if isinstance(said, list) else ()
    return list(dict.fromkeys(one for one in found if one is not None))


def _event(one: Any) -> RemoteEvent | None:
    if not isinstance(one, dict):
        return None
    words = [one.get(name) for name in ("tenantId", "resourceId", "eventCategory", "eventType", "eventDateUtc")]
    if not all(isinstance(word, str) and word and "\0" not in word for word in words):
        return None
    tenant_id, resource_id, category, kind, at = (str(word).strip()[:100] for word in words)
    return RemoteEvent(tenant_id.lower(), resource_id.lower(), category.upper(), kind.upper(), at)
