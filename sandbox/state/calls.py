"""Every call that came in, with its tenant, page and answer: tests and the control page read it."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Call:
    """One request from its arrival to its last byte. The gateway writes on it what it decided."""

    at: datetime
    method: str
    path: str
    query: dict[str, str]
    tenant: str | None
    status: int | None = None
    bytes: int = 0
    ms: float = 0.0
    fault: str | None = None
    problem: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """Of the gateway; they go on the answer unless it has its own."""
    let_go: Callable[[], None] | None = None
    """Gives back the place among the five in flight."""

    @property
    def page(self) -> int | None:
        text = self.query.get("page", "")
        return int(text) if text.isdigit() else None

    def shown(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "tenant": self.tenant,
            "page": self.page,
            "status": self.status,
            "bytes": self.bytes,
            "ms": round(self.ms, 1),
            "fault": self.fault,
            "problem": self.problem,
        }


@dataclass
class OfTenant:
    calls: int = 0
    bytes: int = 0
    max_in_flight: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    minutes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Calls let through in each fixed window, by the moment the window opened."""


class Calls:
    """The last few thousand in full, and counters of all."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.log: deque[Call] = deque(maxlen=5_000)
        self.total = 0
        self.tenants: dict[str, OfTenant] = defaultdict(OfTenant)
        self.statuses: Counter[int] = Counter()
        self.tokens: Counter[str] = Counter()
        """Codes redeemed, refreshes, refreshes within the grace, answers that were thrown away, refusals by name."""

    def note(self, call: Call) -> None:
        self.log.append(call)
        self.total += 1
        if call.status is not None:
            self.statuses[call.status] += 1
        if call.tenant:
            mine = self.tenants[call.tenant]
            mine.calls += 1
            mine.bytes += call.bytes
            if call.problem:
                mine.refused[call.problem] += 1

    def of(self, tenant: str | None = None, path: str | None = None, limit: int = 500) -> list[dict[str, Any]]:
        found = [
            call
            for call in self.log
            if (tenant is None or call.tenant == tenant) and (path is None or path.lower() in call.path.lower())
        ]
        return [call.shown() for call in found[-limit:]]

    def stats(self) -> dict[str, Any]:
        return {
            "calls": self.total,
            "statuses": {str(k): v for k, v in sorted(self.statuses.items())},
            "tokens": dict(self.tokens),
            "refused": dict(sum((t.refused for t in self.tenants.values()), Counter[str]())),
            "max_in_flight": max((t.max_in_flight for t in self.tenants.values()), default=0),
            "tenants": {
                tenant: {
                    "calls": mine.calls,
                    "bytes": mine.bytes,
                    "max_in_flight": mine.max_in_flight,
                    "refused": dict(mine.refused),
                    "calls_per_window": dict(list(mine.minutes.items())[-100:]),
                }
                for tenant, mine in self.tenants.items()
            },
        }
