"""Xero's four limits: five in flight, sixty a minute and five thousand a day for each tenant, ten thousand a minute for the app.

Windows are fixed, not rolling, and open at another second for each tenant. A call that is refused is not counted.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from ..clock import Clock
from ..settings import Settings
from ..state.calls import Calls
from ..state.memory import Memory

MINUTE = 60
DAY = 86_400


@dataclass
class Window:
    length: int
    phase: int
    opened: int = -1
    count: int = 0

    def at(self, now: datetime) -> Window:
        opened = math.floor((now.timestamp() - self.phase) / self.length) * self.length + self.phase
        if opened != self.opened:
            self.opened, self.count = opened, 0
        return self

    def left(self, now: datetime) -> float:
        return self.at(now).opened + self.length - now.timestamp()


@dataclass
class Counters:
    minute: Window
    day: Window
    in_flight: int = 0


class Limits:
    def __init__(self, settings: Settings, clock: Clock, memory: Memory) -> None:
        self._settings, self._clock, self._memory = settings, clock, memory
        self.clear()

    def clear(self) -> None:
        self._tenants: dict[tuple[str, str], Counters] = {}
        self._apps: dict[str, Window] = defaultdict(lambda: Window(MINUTE, self._phase("app", "", MINUTE)))

    def _phase(self, client_id: str, tenant_id: str, length: int) -> int:
        text = f"{self._settings.seed}/{client_id}/{tenant_id}/{length}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % length

    def counters(self, client_id: str, tenant_id: str) -> Counters:
        key = (client_id, tenant_id)
        if key not in self._tenants:
            self._tenants[key] = Counters(
                Window(MINUTE, self._phase(*key, MINUTE)), Window(DAY, self._phase(*key, DAY))
            )
        return self._tenants[key]

    def app_header(self, client_id: str) -> dict[str, str]:
        used = self._apps[client_id].at(self._clock.now()).count if self._memory.switches.limits else 0
        return {"X-AppMinLimit-Remaining": str(max(0, self._settings.app_minute_limit - used))}

    def headers(self, client_id: str, tenant_id: str) -> dict[str, str]:
        """What is left, as every answer says it. With limits off nothing is ever used up."""
        now, counters = self._clock.now(), self.counters(client_id, tenant_id)
        on = self._memory.switches.limits
        day = counters.day.at(now).count if on else 0
        minute = counters.minute.at(now).count if on else 0
        return {
            "X-DayLimit-Remaining": str(max(0, self._memory.switches.daily_limit - day)),
            "X-MinLimit-Remaining": str(max(0, self._settings.minute_limit - minute)),
            **self.app_header(client_id),
        }

    def problem(self, client_id: str, tenant_id: str) -> tuple[str, int | None] | None:
        """Which limit stands in the way, and after how many of the caller's seconds it will not."""
        if not self._memory.switches.limits:
            return None
        now, counters, app = self._clock.now(), self.counters(client_id, tenant_id), self._apps[client_id]
        if counters.day.at(now).count >= self._memory.switches.daily_limit:
            return "day", self.wait(counters.day)
        if counters.minute.at(now).count >= self._settings.minute_limit:
            return "minute", self.wait(counters.minute)
        if app.at(now).count >= self._settings.app_minute_limit:
            return "appminute", self.wait(app)
        if counters.in_flight >= self._settings.concurrent_limit:
            return "concurrent", None
        return None

    def wait(self, window: Window) -> int:
        return max(1, math.ceil(self._clock.waits(window.left(self._clock.now()))))

    def retry_after(self, client_id: str, tenant_id: str, problem: str) -> int | None:
        counters = self.counters(client_id, tenant_id)
        windows = {"day": counters.day, "minute": counters.minute, "appminute": self._apps[client_id]}
        return self.wait(windows[problem]) if problem in windows else None

    def take(self, client_id: str, tenant_id: str, calls: Calls) -> None:
        now, counters = self._clock.now(), self.counters(client_id, tenant_id)
        counters.day.at(now).count += 1
        counters.minute.at(now).count += 1
        self._apps[client_id].at(now).count += 1
        counters.in_flight += 1
        mine = calls.tenants[tenant_id]
        mine.max_in_flight = max(mine.max_in_flight, counters.in_flight)
        mine.minutes[datetime.fromtimestamp(counters.minute.opened, UTC).isoformat()] += 1

    def let_go(self, client_id: str, tenant_id: str) -> None:
        counters = self.counters(client_id, tenant_id)
        counters.in_flight = max(0, counters.in_flight - 1)
