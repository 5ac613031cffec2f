"""The plan of faults: which answer to spoil, how, and how often. One place for every API, the token endpoint included."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
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
    "half_body": "the connection ends in the middle of the body",
    "reset": "the connection is reset before anything happens",
    "wrong_type": "200 with an HTML page",
    "empty": "200 with nothing",
    "bad_json": "200 with JSON that stops half way, its length right",
    "duplicate_row": "the page's first row once more at its end",
    "lost_answer": "the request takes effect, the answer never arrives",
    "token_lost": "a refresh rotates the token, its answer never arrives",
    "expire_token": "the access token ends now: TokenExpired until it is refreshed",
}
INSTEAD: Final = frozenset(
    {"minute429", "day429", "concurrent429", "appminute429", "http500", "503maintenance", "503unavailable"}
    | {"503offline", "reset", "expire_token"}
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
    retry_after: int | None = None
    seen: int = 0
    done: int = 0

    def takes(self, call: Call) -> bool:
        """Whether this call is one of its own. Asking counts."""
        if self.times and self.done >= self.times:
            return False
        where = call.path.lower()
        wanted = self.path or ("/connect/token" if self.kind == "token_lost" else ".xro/")
        if wanted.lower() not in where or (self.tenant and call.tenant != self.tenant):
            return False
        if self.page is not None and call.page != self.page:
            return False
        self.seen += 1
        if self.seen <= self.after:
            return False
        self.done += 1
        return True

    def shown(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass
class Faults:
    plan: list[Fault] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, kind: str, **match: Any) -> Fault:
        if kind not in KINDS:
            raise UnknownFault(f"unknown kind {kind!r}; known: {', '.join(KINDS)}")
        fault = Fault(next(self._ids), kind, **{k: v for k, v in match.items() if v is not None})
        self.plan.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        before = len(self.plan)
        self.plan = [f for f in self.plan if f.id != fault_id]
        return len(self.plan) < before

    def clear(self) -> None:
        self.plan.clear()

    def pick(self, call: Call) -> Fault | None:
        return next((fault for fault in self.plan if fault.takes(call)), None)
