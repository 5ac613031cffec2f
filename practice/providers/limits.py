"""What we may ask of others: one count in Redis of every call that any of our processes makes.

Per tenant a sliding log of a minute, five calls in flight, a pause when the other side said so and what is left of
the day; per app an even flow, shared between firms. Every decision is one Lua script with Redis's own clock, so
processes with different clocks agree. Redis may be emptied at any time: bulk reading waits five seconds, and the next
answers' headers put the counts right again.

Whom a person waits for goes first (`people`); bulk reading stops short of the day and of the app's minute for them.

A process that is frozen (not dead) may lose its place while its call is still under way; whoever took the place is
then the sixth, and the other side's 429 is obeyed like any other.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from practice.kernel.clock import Clock
from practice.kernel.ids import Ids
from practice.kernel.settings import XeroSettings
from practice.providers.limit_scripts import ACQUIRE, LOOK, NOW, PAUSE, RELEASE, RENEW
from practice.providers.problems import DayLimitReached, LimiterUnavailable, Throttled

# A place is held this long without a word from its process, which speaks every RENEWED_S while its call lasts: so
# the places of a process that died are free after LEASE_MS.
LEASE_MS = 8_000
RENEWED_S = 2.0
OPEN_MS = 60_000
# Longer than any call lasts (the deadline of http.py).
KEEP_MS = 35_000
# With Redis away each process lets people have a few calls on its own account.
ALONE_CALLS = 10
ALONE_S = 60.0
# Over how many polls those are spread who wait for the same thing: five calls of a tenant, or the whole app's.
_CROWDED = {"concurrent": 1, "app": 8}
AWAY = (RedisError, OSError, TimeoutError)
# For so long Redis is waited for; where a person waits, for less.
PATIENCE_SECONDS, PATIENCE_PEOPLE_SECONDS = 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The published limits, a little inside them. Milliseconds are real ones of this machine."""

    calls: int = 60
    # The other side counts in fixed windows that begin when it pleases; sliding over slightly more than a minute
    # keeps us inside them wherever they begin.
    window_ms: int = 60_105
    # A call counts in the log from its answer on, but no longer after its start than this: a network is uneven by
    # less, and a server may think for longer.
    latest_ms: int = 2_000
    in_flight: int = 5
    lease_ms: int = LEASE_MS
    app_minute_ms: float = 60_000
    # 90 % of the app's 10,000; what a person waits for may use nearly all of the rest.
    app_calls: int = 9_000
    app_burst: int = 500
    app_burst_people: int = 900
    # Calls a day that bulk reading leaves for what a person waits for.
    day_reserve: int = 500
    day_memory_ms: int = 3_600_000
    loss_pause_ms: int = 5_000
    poll_ms: int = 50
    call_ms: float = 350
    """How long a call takes, before the first of this process has ended."""
    # Stalls shorter than this are waited for in place; longer ones park the work.
    patience_ms: int = 1_000
    patience_people_ms: int = 10_000
    # Parked work is woken this much before its time: claiming a job takes about as long, and the rest is waited for.
    lead_ms: int = 100
    patience_in_flight_ms: int = 10_000
    # How many calls a woken import should find free: a slice (house 6.1).
    burst: int = 15

    @classmethod
    def of(cls, xero: XeroSettings) -> "Limits":
        """The other side's minutes and days may pass faster; our processes' time, and so the leases, never do."""
        pace = xero.pace
        return cls(
            window_ms=round(60_100 / pace) + 5,
            latest_ms=2_000,
            app_minute_ms=60_000 / pace,
            day_reserve=xero.daily_limit // 10,
            day_memory_ms=round(3_600_000 / pace),
            loss_pause_ms=round(5_000 / pace),
            poll_ms=max(5, round(50 / pace)),
            call_ms=350 / pace,
            patience_ms=round(1_000 / pace),
            lead_ms=min(100, round(500 / pace)),
        )


@dataclass(frozen=True, slots=True)
class DayKnown:
    """What is left of a day as it was last written down, and for how long that is worth anything."""

    left: int
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not now, and when: until one call is possible, and until a burst can begin without stalling."""

    which: str
    wait_ms: int
    burst_ms: int


@dataclass
class Permit:
    """Leave to make one call. What the answer says of what is left is told here."""

    lease: str
    minute_left: int | None = None
    day_left: int | None = None


@dataclass
class _Process:
    """What this process knows beside Redis: one for each connection pool, so one in a real process."""

    epoch: str = ""
    call_ms: float | None = None
    held: dict[str, str] = field(default_factory=dict)
    renewing: "asyncio.Task[None] | None" = None
    alone: deque[float] = field(default_factory=deque)

    def may_call_alone(self) -> bool:
        """Ten calls a minute, for people, while nobody counts for all of us."""
        now = time.monotonic()
        while self.alone and self.alone[0] <= now - ALONE_S:
            self.alone.popleft()
        if len(self.alone) >= ALONE_CALLS:
            return False
        self.alone.append(now)
        return True

    def learn(self, call_ms: float) -> None:
        self.call_ms = call_ms if self.call_ms is None else 0.8 * self.call_ms + 0.2 * call_ms


_PROCESSES: "WeakKeyDictionary[Redis, _Process]" = WeakKeyDictionary()


class Limiter:
    """Asked before every call; one for all processes, since it only speaks for Redis."""

    now: ClassVar[str] = NOW

    def __init__(self, redis: Redis, clock: Clock, ids: Ids, *, provider: str, limits: Limits, firm: str = "") -> None:
        self._redis = redis
        self._clock = clock
        self._ids = ids
        self._prefix = f"rl:{provider}"
        self._limits = limits
        self._firm = firm
        self._asking = 0
        self._process = _PROCESSES.setdefault(redis, _Process())
        # A Script sends itself again when the server has forgotten it (SCRIPT FLUSH, a restart).
        self._acquire, self._release, self._renew, self._pause = (
            redis.register_script(self.now + script) for script in (ACQUIRE, RELEASE, RENEW, PAUSE)
        )
        self._app_keys = [f"{self._prefix}:app:{name}" for name in ("flow", "pause", "epoch", "firms")]
        # What never changes from call to call.
        self._always = [
            limits.window_ms, KEEP_MS, limits.calls, limits.in_flight, limits.lease_ms, limits.day_reserve,
            limits.app_minute_ms, limits.app_calls, limits.app_burst, limits.app_burst_people, limits.poll_ms,
            limits.loss_pause_ms,
        ]  # fmt: skip

    def _key(self, tenant: str, name: str) -> str:
        return f"{self._prefix}:{tenant}:{name}"

    @asynccontextmanager
    async def permit(
        self, tenant: str, *, people: bool = False, ahead: int | None = None, day: DayKnown | None = None
    ) -> AsyncIterator[Permit]:
        """Raises Throttled, DayLimitReached or LimiterUnavailable instead of waiting long.

        `ahead`: calls that will follow those that ask now; `day`: what is known where Redis knows nothing.
        """
        permit = Permit(str(self._ids.new()))
        self._asking += 1
        try:
            # The other calls of the same slice come to ask as well, before anybody is told how long a burst must wait.
            await asyncio.sleep(0)
            await self._wait_for(tenant, permit.lease, people=people, ahead=ahead, day=day)
        finally:
            self._asking -= 1
        self._hold(tenant, permit.lease)
        began = time.monotonic()
        try:
            yield permit
        finally:
            self._process.held.pop(permit.lease, None)
            self._process.learn((time.monotonic() - began) * 1000)
            await self._give_back(tenant, permit)

    async def _wait_for(
        self, tenant: str, lease: str, *, people: bool, ahead: int | None, day: DayKnown | None
    ) -> None:
        """Waits in place where the stall is short, else raises.

        An import that is woken when the first of its places is free would hold one of five workers' places while its
        calls trickle in at the pace at which it once made them. So it parks until a burst can go at its own natural
        pace, five at a time. What comes free meanwhile is used then, so the allowance of a minute is not made smaller:
        T(K) of peers.md section 5 holds within 1.05 that way (tests/practice/providers/test_pace.py).
        """
        limits, waited = self._limits, 0
        while True:
            burst = limits.burst if ahead is None else min(limits.burst, self._asking + ahead)
            refused = await self.ask(tenant, lease, people=people, burst=burst, day=day)
            if refused is None:
                return
            stall = refused.wait_ms
            if people:
                patience = limits.patience_people_ms
            elif refused.which == "concurrent":
                patience = limits.patience_in_flight_ms
            else:
                patience = limits.patience_ms
                stall = max(stall, refused.burst_ms)
            if waited + stall > patience:
                raise self.refusal(refused)
            pause = refused.wait_ms
            if not people and refused.which in _CROWDED:
                # Many wait for the same thing: spread by the lease's own last digits, so that they do not ask at once.
                pause += int(lease[-2:], 16) * limits.poll_ms * _CROWDED[refused.which] // 256
            waited += pause
            await asyncio.sleep(pause / 1000)

    async def ask(
        self, tenant: str, lease: str, *, people: bool = False, burst: int = 1, day: DayKnown | None = None
    ) -> Refused | None:
        """Takes a place and counts the call, or says why not. Nothing is waited for."""
        process = self._process
        keys = [self._key(tenant, name) for name in ("log", "inflight", "pause", "day", "open", "people")]
        seed = (day.left, max(1, round(day.lasts.total_seconds() * 1000))) if day else (-1, 0)
        try:
            async with asyncio.timeout(PATIENCE_PEOPLE_SECONDS if people else PATIENCE_SECONDS):
                answer = await self._acquire(
                    keys=keys + self._app_keys,
                    args=[lease, int(people), burst, process.epoch, self._firm, *seed, *self._always],
                )
        except AWAY as error:
            if people and process.may_call_alone():
                return None
            raise LimiterUnavailable(until=self._clock.now() + timedelta(seconds=5)) from error
        process.epoch = _text(answer[1])
        if answer[0] == 1:
            return None
        which, one, many = _text(answer[2]), int(answer[3]), int(answer[4])
        if which != "minute" or people:
            return Refused(which, one, one)
        call_ms = process.call_ms or self._limits.call_ms
        return Refused(which, one, max(one, round(many - call_ms * ceil(burst / self._limits.in_flight))))

    def refusal(self, refused: Refused) -> Throttled | DayLimitReached | LimiterUnavailable:
        """`until` is the exact instant at which it is worth coming back: for a minute, just before a burst can go."""
        lead = 0 if refused.which in ("day", "limiter") else min(self._limits.lead_ms, refused.burst_ms)
        until = self._clock.now() + timedelta(milliseconds=refused.burst_ms - lead)
        if refused.which == "day":
            return DayLimitReached(until=until)
        if refused.which == "limiter":
            return LimiterUnavailable(until=until)
        return Throttled(until=until, which=refused.which)

    def _hold(self, tenant: str, lease: str) -> None:
        process = self._process
        process.held[lease] = self._key(tenant, "inflight")
        if process.renewing is None or process.renewing.done():
            process.renewing = asyncio.create_task(self._keep_places())

    async def _keep_places(self) -> None:
        """Says every two seconds that the calls under way are under way, all of this process in one message."""
        while self._process.held:
            await asyncio.sleep(RENEWED_S)
            held = dict(self._process.held)
            if not held:
                return
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._renew(keys=list(held.values()), args=[self._limits.lease_ms, *held])
            except AWAY as error:
                structlog.get_logger().warning("limiter.not_renewed", kind=type(error).__name__, calls=len(held))

    async def _give_back(self, tenant: str, permit: Permit) -> None:
        limits = self._limits
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._release(
                    keys=[self._key(tenant, name) for name in ("log", "inflight", "day")],
                    args=[
                        permit.lease,
                        limits.window_ms,
                        KEEP_MS,
                        limits.calls,
                        limits.latest_ms,
                        -1 if permit.minute_left is None else permit.minute_left,
                        -1 if permit.day_left is None else permit.day_left,
                        limits.day_memory_ms,
                    ],
                )
        except AWAY as error:
            # The place comes free by itself when its lease ends.
            structlog.get_logger().warning("limiter.not_released", kind=type(error).__name__)

    async def pause(self, tenant: str, which: str, *, seconds: float) -> None:
        """Nobody calls until then: the other side said so. The app's limit pauses every tenant."""
        key = f"{self._prefix}:app:pause" if which == "app" else self._key(tenant, "pause")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._pause(keys=[key], args=[which, max(1, round(seconds * 1000))])
                if which == "day":
                    # What is left of a day is nothing until then, and unknown afterwards: it is not kept for longer.
                    await self._redis.pexpire(self._key(tenant, "day"), max(1, round(seconds * 1000)), lt=True)
        except AWAY as error:
            structlog.get_logger().warning("limiter.not_paused", kind=type(error).__name__)


def _text(said: Any) -> str:
    return said.decode() if isinstance(said, bytes) else str(said)


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a tenant's limits. `day_lasts`: how long `day_left` is believed; `waits`: until bulk may go on."""

    minute_left: int
    day_left: int | None
    day_lasts: timedelta | None
    waits: timedelta | None


async def look_up_quotas(redis: Redis, *, provider: str, tenants: Sequence[str], limits: Limits) -> dict[str, Quota]:
    """Of each tenant; nothing is known while Redis is away."""
    if not tenants:
        return {}
    keys = [f"rl:{provider}:{tenant}:{name}" for tenant in tenants for name in ("log", "pause", "day")]
    try:
        async with asyncio.timeout(PATIENCE_PEOPLE_SECONDS):
            look = redis.register_script(NOW + LOOK)
            seen = await look(keys=[*keys, f"rl:{provider}:app:pause"], args=[limits.window_ms, limits.calls])
    except AWAY:
        return {}
    return {
        tenant: Quota(
            minute_left,
            None if day_left < 0 else day_left,
            timedelta(milliseconds=day_ms) if day_ms >= 0 else None,
            timedelta(milliseconds=wait_ms) if wait_ms > 0 else None,
        )
        for tenant, (minute_left, day_left, day_ms, wait_ms) in zip(tenants, seen, strict=True)
    }


async def note_open(redis: Redis, *, provider: str, tenant: str) -> None:
    """Somebody has this tenant's client on their screen: for a minute bulk reading leaves it two calls and a place."""
    try:
        async with asyncio.timeout(PATIENCE_PEOPLE_SECONDS):
            await redis.set(f"rl:{provider}:{tenant}:open", 1, px=OPEN_MS)
    except AWAY as error:
        structlog.get_logger().warning("limiter.not_open", kind=type(error).__name__)
