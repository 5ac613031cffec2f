"""The plan of faults: which answer to spoil, how, and how often. One place for every API, the token endpoint included."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any, Final

from ..state.calls import Call

KINDS: Final = {
    "minute429": "429 with X-Rate-Limit-Problem: minute",
    "day429": "429 with X-Rate-Limit-Problem: day",
    "concurrent429": "429 with X-Rate-Limit-Problem: concurrent, without Retry-After",
    "appminute429": "429 with X-Rate-Limit-Problem: appminute",
    "http500": "500, unhandled",
    "503maintenance": "503, the maintenance text",
    "503unavailable": "503, the temporarily unavailable text",
    "503offline": "503, the organisation's text",
    "slow": "the right answer after `delay` seconds",
    "hold": "the right answer, once it is released",
    "slow_loris": "the right answer, a byte every `delay` seconds",
    "half_body": "the connection ends in the middle of the body",
    "reset": "the connection is reset before anything happens",
    "wrong_type": "200 with an HTML page",
    "empty": "200 with nothing",
    "null": "200 with JSON null",
    "bad_utf8": "200 with a byte in it that no text has",
    "gzip_bomb": "200 with a gigabyte of spaces in one megabyte of gzip",
    "huge_body": "200 with 300 MB of spaces",
    "bad_json": "200 with JSON that stops half way, its length right",
    "bad_xml": "200 with XML that stops half way, its length right",
    "xml_bomb": "200 with XML whose entities unfold to gigabytes",
    "xml_entity": "200 with XML that asks for a file of the reader's, or for the address in `value`",
    "xml_deep": "200 with XML a million elements deep",
    "xml_encoding": "200 with XML that says it is written in another encoding (`value`, or UTF-16) than it is",
    "status_error": "200 with XML whose Status is ERROR and whose description is `value`; nothing took effect",
    "page_overlap": "a page of `paged-list` begins with the last row of the page before",
    "page_token_repeated": "a page of `paged-list` names its own token as the next one",
    "duplicate_row": "the page's first row once more at its end",
    "reordered": "the page's rows from the last to the first",
    "drift": "the page's first row has `value` (JSON, or nothing) in its `field`",
    "pagination": "what is said of the pages has `value` (JSON, or nothing) in its `field`",
    "lost_answer": "the request takes effect, the answer never arrives",
    "token_lost": "a refresh rotates the token, its answer never arrives",
    "scope401": "401, the consent does not cover it",
    "tenant403": "403, the organisation is not connected",
    "expire_token": "the access token ends now: TokenExpired until it is refreshed",
}
INSTEAD: Final = frozenset(
    {"minute429", "day429", "concurrent429", "appminute429", "http500", "503maintenance", "503unavailable"}
    | {"503offline", "reset", "expire_token", "scope401", "tenant403", "status_error"}
)
"""These answer in the API's place; the others spoil its answer."""


class UnknownFault(ValueError):
    pass


@dataclass
class Fault:
    id: int
    kind: str
    tenant: str | None = None
    path: str | None = None
    """Part of the path, in any case. None means any call of an API (the token endpoint for `token_lost`)."""
    page: int | None = None
    times: int = 1
    """How many answers it spoils; 0 is all of them."""
    after: int = 0
    """How many matching calls it lets pass first."""
    delay: float = 30.0
    retry_after: str | None = None
    """What the header says, were it nonsense; `none` leaves it out."""
    field: str | None = None
    value: str = ""
    chance: float = 1.0
    """How many of the matching calls it spoils, as a share; which ones, the seed decides."""
    seen: int = 0
    done: int = 0
    released: asyncio.Event = kept(default_factory=asyncio.Event, repr=False)
    dice: random.Random = kept(default_factory=lambda: random.Random(1), repr=False)

    def takes(self, call: Call) -> bool:
        """Whether this call is one of its own. Asking counts."""
        if self.times and self.done >= self.times:
            return False
        where = call.path.lower()
        wanted = (self.path,) if self.path else ("/connect/token",) if self.kind == "token_lost" else (".xro/", "/practicemanager/")
        if not any(part.lower() in where for part in wanted) or (self.tenant and call.tenant != self.tenant):
            return False
        if self.page is not None and call.page != self.page:
            return False
        self.seen += 1
        if self.seen <= self.after or self.dice.random() >= self.chance:
            return False
        self.done += 1
        return True

    def shown(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("released", "dice")}


@dataclass
class Faults:
    plan: list[Fault] = kept(default_factory=list)
    _ids: itertools.count[int] = kept(default_factory=lambda: itertools.count(1))

    def add(self, kind: str, **match: Any) -> Fault:
        if kind not in KINDS:
            raise UnknownFault(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
        fault = Fault(next(self._ids), kind, **{k: v for k, v in match.items() if v is not None})
        self.plan.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        before = len(self.plan)
        self.release(fault_id)
        self.plan = [f for f in self.plan if f.id != fault_id]
        return len(self.plan) < before

    def release(self, fault_id: int | None = None) -> int:
        """Lets held answers go; how many faults held any."""
        held = [f for f in self.plan if f.kind == "hold" and fault_id in {None, f.id}]
        for fault in held:
            fault.released.set()
        return len(held)

    def clear(self) -> None:
        self.release()
        self.plan.clear()

    def pick(self, call: Call) -> Fault | None:
        return next((fault for fault in self.plan if fault.takes(call)), None)
