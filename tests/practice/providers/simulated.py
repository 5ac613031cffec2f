"""Simulated time around the real limiter and a real Redis: the limiter's own sleeps and scripts follow it, so that an
hour at Xero takes a second here and nothing depends on how fast this machine is.

On the other side stands the sandbox's own count of Xero's limits, in fixed windows that open when they please.
"""

import asyncio
import heapq
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from practice.kernel.ids import CountingIds
from practice.providers.limits import Limiter, Limits, Permit
from practice.providers.problems import LimiterUnavailable, Throttled
from sandbox.clock import Clock as SandboxClock
from sandbox.gateway.limits import Limits as Gateway
from sandbox.settings import Settings as SandboxSettings
from sandbox.state.memory import Memory

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
APP = "app"


class SimulatedLimiter(Limiter):
    """The real one, on the simulation's clock instead of Redis's own."""

    now = "local now = tonumber(redis.call('GET', 'now'))\n"


@dataclass
class Simulation:
    """Time moves on when everybody sleeps."""

    redis: Redis
    gateway: Gateway
    clock_there: SandboxClock
    memory: Memory
    chance: random.Random
    at: float = 0.0
    r_ms: float = 350.0
    refused: int = 0
    made: int = 0
    running: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    due: list[tuple[float, int, "asyncio.Future[None]", bool]] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    actors: set[Any] = field(default_factory=set)
    ids: CountingIds = field(default_factory=CountingIds)

    def now(self) -> datetime:
        return START + timedelta(milliseconds=self.at)

    def set_by(self, told: datetime, *, took: timedelta) -> None:
        """No database tells this one the time."""

    @property
    def now_ms(self) -> int:
        return round(START.timestamp() * 1000 + self.at)

    async def sleep(self, seconds: float) -> None:
        """In place of asyncio.sleep. Who was not started by the simulation (the limiter's renewals) holds up nobody."""
        counted = asyncio.current_task() in self.actors
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.due, (self.at + max(0.0, seconds) * 1000, next(self.numbers), woken, counted))
        if counted:
            self._rest()
        await woken

    def _rest(self) -> None:
        self.running -= 1
        if self.running == 0:
            self.quiet.set()

    async def together(self, *parts: Coroutine[Any, Any, None]) -> None:
        """Runs them side by side; who waits for them counts as one of them."""
        left = len(parts)
        self.running += len(parts) - 1

        async def one(part: Coroutine[Any, Any, None]) -> None:
            nonlocal left
            self.actors.add(asyncio.current_task())
            try:
                await part
            finally:
                left -= 1
                if left:
                    self._rest()

        await asyncio.gather(*(one(part) for part in parts))

    async def run(self, *parts: Coroutine[Any, Any, None]) -> float:
        """Until all have ended; answers the milliseconds it took there."""
        began, self.running = self.at, 1
        await self._set()

        async def whole() -> None:
            self.actors.add(asyncio.current_task())
            await self.together(*parts)

        main = asyncio.create_task(whole())
        while not main.done():
            waiting = asyncio.create_task(self.quiet.wait())
            await asyncio.wait({main, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            self.quiet.clear()
            if main.done():
                break
            at, _, woken, counted = heapq.heappop(self.due)
            if at > self.at:
                self.clock_there.advance((at - self.at) / 1000)
                self.at = at
                await self._set()
            if counted:
                self.running += 1
            else:
                self.quiet.set()
            if not woken.done():
                woken.set_result(None)
        main.result()
        return self.at - began

    async def _set(self) -> None:
        await self.redis.set("now", self.now_ms)

    def limiter(self, limits: Limits | None = None, *, redis: Redis | None = None, firm: str = "") -> Limiter:
        return SimulatedLimiter(
            redis or self.redis, self, self.ids, provider="xero", limits=limits or Limits(), firm=firm
        )

    async def call(self, permit: Permit | None, tenant: str) -> bool:
        """A request on its way, counted when it arrives; False for a 429."""
        there, back = self.chance.uniform(1, 60), self.chance.uniform(1, 20)
        await self.sleep(there / 1000)
        refused = self.gateway.problem(APP, tenant) is not None
        self.refused += refused
        if not refused:
            self.made += 1
            self.gateway.take(APP, tenant, self.memory.calls)
            headers = self.gateway.headers(APP, tenant)
            await self.sleep(max(0.0, self.r_ms - there - back) / 1000)
            self.gateway.let_go(APP, tenant)
            if permit is not None:
                permit.minute_left = int(headers["X-MinLimit-Remaining"])
        await self.sleep(back / 1000)
        return not refused


@dataclass
class Import:
    """One client being read as the worker does it: slices of 15 calls, five at a time, parked while Xero says wait."""

    world: Simulation
    limiter: Limiter
    tenant: str
    calls: int
    wake_ms: float = 50.0
    settle_ms: float = 20.0
    turn: Callable[[], Awaitable[None]] | None = None
    held_ms: float = 0.0
    slices: int = 0

    async def run(self) -> None:
        while self.calls:
            if self.turn:
                await self.turn()
            self.slices += 1
            began, budget, until = self.world.at, [min(15, self.calls)], list[datetime]()

            async def lane(budget: list[int] = budget, until: list[datetime] = until) -> None:
                while budget[0] and not until:
                    budget[0] -= 1
                    self.calls -= 1
                    try:
                        async with self.limiter.permit(self.tenant, ahead=budget[0]) as permit:
                            if not await self.world.call(permit, self.tenant):
                                raise await self._told(self.limiter)
                    except (Throttled, LimiterUnavailable) as problem:
                        self.calls += 1
                        until.append(problem.until or self.world.now())

            await self.world.together(*(lane() for _ in range(5)))
            self.held_ms += self.world.at - began
            wait = (
                (until[0] - self.world.now()).total_seconds() + self.wake_ms / 1000 if until else self.settle_ms / 1000
            )
            await self.world.sleep(wait)

    async def _told(self, limiter: Limiter) -> Throttled:
        """As http.py does it with a 429 of the minute."""
        seconds = self.world.gateway.retry_after(APP, self.tenant, "minute") or 1
        await limiter.pause(self.tenant, "minute", seconds=seconds)
        return Throttled(until=self.world.now() + timedelta(seconds=seconds))


@asynccontextmanager
async def simulation(redis: Redis, monkeypatch: pytest.MonkeyPatch, *, seed: int) -> AsyncIterator[Simulation]:
    """Windows open at another moment for each seed."""
    clock, settings = SandboxClock(START, scale=0), SandboxSettings(seed=seed)
    memory = Memory(settings)
    world = Simulation(redis, Gateway(settings, clock, memory), clock, memory, random.Random(seed))
    monkeypatch.setattr("practice.providers.limits.asyncio.sleep", world.sleep)
    monkeypatch.setattr("practice.providers.limits.time.monotonic", lambda: world.at / 1000)
    await redis.flushdb()
    yield world
    monkeypatch.undo()
