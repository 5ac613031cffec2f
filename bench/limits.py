"""How fast the limiter answers, and how much of Xero's minute it uses: `python -m bench.limits`.

Against a Redis-compatible server of its own and the sandbox's count of Xero's limits, whose minutes pass ten times
faster (BENCH_PACE). Half a minute; no network.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from practice.imports.estimate import client_seconds
from practice.kernel.clock import SystemClock
from practice.kernel.ids import TimeOrderedIds
from practice.kernel.problems import Problem
from practice.kernel.settings import XeroSettings
from practice.providers.limits import Limiter, Limits
from sandbox.clock import Clock
from sandbox.gateway.limits import Limits as Gateway
from sandbox.settings import Settings as SandboxSettings
from sandbox.state.memory import Memory
from stack.places import socket_folder
from stack.valkey import Valkey

PACE = float(os.environ.get("BENCH_PACE", "10"))
A_CALL = 0.35
SLICE, AT_ONCE = 15, 5


@contextmanager
def server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        valkey = Valkey(Path(folder) / "valkey", socket_path=socket_folder(Path(folder)) / "valkey.sock", durable=False)
        valkey.start()
        try:
            yield valkey.url
        finally:
            valkey.stop()


@dataclass
class Xero:
    """The other side: counts in fixed windows, and refuses."""

    gateway: Gateway
    memory: Memory
    refused: dict[str, int] = field(default_factory=dict)

    @classmethod
    def at(cls, pace: float) -> "Xero":
        settings, clock = SandboxSettings(), Clock(datetime.now(UTC), scale=pace)
        memory = Memory(settings)
        return cls(Gateway(settings, clock, memory), memory)

    async def call(self, tenant: str) -> int | None:
        """Calls left of the minute, or None for a 429."""
        problem = self.gateway.problem("app", tenant)
        if problem:
            self.refused[problem[0]] = self.refused.get(problem[0], 0) + 1
            return None
        self.gateway.take("app", tenant, self.memory.calls)
        left = self.gateway.headers("app", tenant)["X-MinLimit-Remaining"]
        await asyncio.sleep(A_CALL / PACE)
        self.gateway.let_go("app", tenant)
        return int(left)


async def read(xero: Xero, limiters: list[Limiter], tenant: str, calls: int) -> None:
    """Slices of fifteen, each by another process, five calls at a time; parked while the limiter says so."""
    left, turn = calls, 0
    while left:
        limiter, budget, until = limiters[turn % len(limiters)], min(SLICE, left), list[datetime]()
        turn += 1

        async def lane(limiter: Limiter = limiter, until: list[datetime] = until) -> None:
            nonlocal left, budget
            while budget and not until:
                budget, left = budget - 1, left - 1
                try:
                    async with limiter.permit(tenant, ahead=budget) as permit:
                        permit.minute_left = await xero.call(tenant)
                except Problem as problem:
                    left += 1
                    until.append(problem.until or datetime.now(UTC))

        await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
        if until:
            await asyncio.sleep(max(0.0, (until[0] - datetime.now(UTC)).total_seconds()))


def limiter(redis: Redis, limits: Limits) -> Limiter:
    return Limiter(redis, SystemClock(), TimeOrderedIds(), provider="xero", limits=limits, firm="one")


async def speed(url: str) -> None:
    """One connection, one call after another, the log as full as it gets."""
    async with Redis.from_url(url, max_connections=1) as redis:
        without_end = Limits(calls=10**9, app_calls=10**9, window_ms=1_000)
        asked, ids = limiter(redis, without_end), TimeOrderedIds()
        for said, each in (("acquires", 1), ("acquires and releases", 2)):
            began, began_cpu, made = time.perf_counter(), time.process_time(), 0
            while time.perf_counter() - began < 2:
                if each == 1:
                    # Every place is taken anew: those before it were let go without a word.
                    if made % AT_ONCE == 0:
                        await redis.delete("rl:xero:speed:inflight")
                    assert await asked.ask("speed", str(ids.new())) is None
                else:
                    async with asked.permit("speed"):
                        pass
                made += 1
            took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
            print(f"{said:24} {made / took:6.0f} a second on one connection, {cpu / made * 1e6:4.0f} µs of our CPU each")


async def share(url: str, tenants: int, calls: int) -> bool:
    """How near to the bound, in the other side's seconds, and how many refusals."""
    async with AsyncExitStack() as open_:
        pools = [await open_.enter_async_context(Redis.from_url(url)) for _ in range(3)]
        await pools[0].flushdb()
        xero = Xero.at(PACE)
        limits = Limits.of(XeroSettings.model_validate({"pace": PACE}))
        processes = [limiter(pool, limits) for pool in pools]
        began = time.perf_counter()
        await asyncio.gather(*(read(xero, processes, f"tenant {n}", calls) for n in range(tenants)))
        took = (time.perf_counter() - began) * PACE
        counted = xero.memory.calls.tenants
        most = max(max(each.minutes.values()) for each in counted.values())
        at_once = max(each.max_in_flight for each in counted.values())
        ratio = took / client_seconds(calls)
        # How long the whole minutes before the last one should have taken, and how long they did.
        last = calls - 60 * ((calls - 1) // 60)
        used = (client_seconds(calls) - client_seconds(last)) / (took - client_seconds(last))
        print(
            f"{tenants:3} tenants of {calls} calls, 3 processes: {took:6.1f} s of Xero's time, {ratio:.3f} of T(K), "
            f"{used:6.1%} of the minute, most {most} a minute and {at_once} at once, 429: {sum(xero.refused.values())} {xero.refused or ''}"
        )
        return not xero.refused and used >= 0.95


async def main() -> int:
    with server() as url:
        await speed(url)
        good = [await share(url, tenants, 301) for tenants in (1, 20)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
