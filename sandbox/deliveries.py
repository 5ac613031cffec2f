"""Sends webhooks as Xero does: signed bodies that point at what changed, intent to receive, retries, wrong signatures on request.

The first try is waited for, so that whoever changes a document knows how it was taken; retries go on by themselves.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from .gateway.chain import Sandbox

CATEGORIES: Final = {
    "Contacts": "CONTACT",
    "Invoices": "INVOICE",
    "CreditNotes": "CREDITNOTE",
    "Prepayments": "PREPAYMENT",
    "Overpayments": "OVERPAYMENT",
}
"""What Xero tells of; of bank transactions, payments, journals and accounts it says nothing."""
NEWER: Final = ("CREDITNOTE", "PREPAYMENT", "OVERPAYMENT")
DEADLINE: Final = 5.0
RETRY_EVERY: Final = 900.0
GIVES_UP_AFTER: Final = 96


@dataclass(frozen=True)
class Sent:
    """One request and how it was taken; 0: nobody answered in time."""

    at: str
    events: int
    signed: bool
    status: int
    ms: float
    intent: bool = False


class Deliveries:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.url = sandbox.settings.webhook_url
        self.key = sandbox.settings.webhook_key
        self.log: deque[Sent] = deque(maxlen=200)
        self._sequence = 0
        self._retrying: set[asyncio.Task[None]] = set()

    def shown(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "retrying": len(self._retrying),
            "deliveries": [asdict(sent) for sent in self.log],
        }

    def event(self, tenant_id: str, resource: str, document_id: str, *, kind: str, document: Any = None) -> dict[str, Any]:
        """As Xero writes it; the newer categories carry data, and a time with a space in it."""
        category, now = CATEGORIES[resource], self.sandbox.clock.now()
        event: dict[str, Any] = {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/{resource}/{document_id}",
            "resourceId": document_id,
            "tenantId": tenant_id,
            "tenantType": "ORGANISATION",
            "eventCategory": category,
            "eventType": kind,
            "eventDateUtc": _moment(now, "T" if category not in NEWER else " "),
        }
        if category in NEWER and isinstance(document, dict):
            event["data"] = {"Type": document.get("Type"), "Status": document.get("Status")}
        return event

    def body(self, events: Sequence[dict[str, Any]]) -> bytes:
        first = self._sequence + 1 if events else 0
        self._sequence += len(events)
        said = {
            "events": list(events),
            "firstEventSequence": first,
            "lastEventSequence": self._sequence if events else 0,
            "entropy": secrets.token_hex(10).upper(),
        }
        return json.dumps(said, separators=(",", ":")).encode()

    async def send(self, events: Sequence[dict[str, Any]], *, times: int = 1, wrong: bool = False) -> list[Sent]:
        """The same body so many times over, each with its own answer. What is not taken is tried again."""
        body = self.body(events)
        sent = [await self._post(body, events=len(events), wrong=wrong) for _ in range(times)]
        if not wrong and sent and sent[-1].status != 200:
            task = asyncio.create_task(self._retry(body, len(events)))
            self._retrying.add(task)
            task.add_done_callback(self._retrying.discard)
        return sent

    async def intent(self) -> dict[str, Any]:
        """Some rightly and some wrongly signed requests without events; all must be answered right."""
        right = True
        for wrong in (False, True, False, True):
            taken = await self._post(self.body(()), events=0, wrong=wrong, intent=True)
            right = right and taken.status == (401 if wrong else 200)
        return {"validated": right, **self.shown()}

    async def _retry(self, body: bytes, events: int) -> None:
        """At once, then every quarter of an hour of the sandbox's time, for a day."""
        for attempt in range(GIVES_UP_AFTER):
            if attempt:
                await asyncio.sleep(self.sandbox.clock.waits(RETRY_EVERY))
            if (await self._post(body, events=events)).status == 200:
                return

    async def _post(self, body: bytes, *, events: int, wrong: bool = False, intent: bool = False) -> Sent:
        key = secrets.token_hex(8) if wrong else self.key
        headers = {
            "content-type": "application/json",
            "x-xero-signature": base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode(),
            "user-agent": "Xero-Webhooks",
        }
        began = time.perf_counter()
        status = await post(self.url, headers, body) if self.url else 0
        ms = round((time.perf_counter() - began) * 1000, 1)
        sent = Sent(self.sandbox.clock.now().isoformat(), events, not wrong, status, ms, intent)
        self.log.append(sent)
        return sent


async def post(url: str, headers: dict[str, str], body: bytes) -> int:
    """The status; 0 where nobody answered within five seconds."""
    return await asyncio.to_thread(_posted, url, headers, body)


def _posted(url: str, headers: dict[str, str], body: bytes) -> int:
    # No redirect is followed, and no proxy of the environment stands between the two programs.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        asked = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - whoever runs this sets the address
        with opener.open(asked, timeout=DEADLINE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except (OSError, ValueError):
        return 0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _moment(at: datetime, between: str) -> str:
    return at.strftime(f"%Y-%m-%d{between}%H:%M:%S.") + (f"{at.microsecond // 1000:03d}" if between == "T" else f"{at.microsecond:06d}")
