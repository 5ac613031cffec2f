"""What we may ask of others: one count in Redis of every call that any of our processes makes.

Per tenant a sliding log of a minute, five calls in flight, a pause when the other side said so and what is left of
the day; per app an even flow. Every decision is one Lua script with Redis's own clock, so processes with different
clocks agree. Redis may be emptied at any time: the next answers' headers put the counts right again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from practice.kernel.clock import Clock
from practice.kernel.ids import Ids
from practice.providers.problems import DayLimitReached, LimiterUnavailable, Throttled


@dataclass(frozen=True, slots=True)
class Limits:
    """The published limits, a little inside them."""

    calls: int = 60
    # The other side counts in fixed windows that begin when it pleases; sliding over slightly more than a minute
    # keeps us inside them wherever they begin.
    window_ms: int = 60_100
    in_flight: int = 5
    # Longer than a call may take: whoever died holding a place gives it back by itself.
    lease_ms: int = 35_000
    app_calls: int = 9_000
    app_burst: int = 500
    # Calls a day that bulk reading leaves for what a person waits for.
    day_reserve: int = 500
    day_memory_ms: int = 3_600_000
    # Waits shorter than this are waited for in place; longer ones park the work.
    patience_ms: int = 1_000
    patience_in_flight_ms: int = 10_000


# KEYS log, in flight, pause, day, app flow, app pause. Answers {1} or {0, milliseconds, which}.
_ACQUIRE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease, window, calls, width, lease_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local app_gap, app_slack, reserve = 60000 / tonumber(ARGV[6]), tonumber(ARGV[7]) * 60000 / tonumber(ARGV[6]), tonumber(ARGV[8])

local paused = redis.call('PTTL', KEYS[3])
if paused > 0 then return {0, paused, redis.call('GET', KEYS[3])} end
paused = redis.call('PTTL', KEYS[6])
if paused > 0 then return {0, paused, 'app'} end

local left = redis.call('GET', KEYS[4])
if left and tonumber(left) <= reserve then return {0, redis.call('PTTL', KEYS[4]), 'day'} end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local made = redis.call('ZCARD', KEYS[1])
if made >= calls then
  local first = redis.call('ZRANGE', KEYS[1], made - calls, made - calls, 'WITHSCORES')
  return {0, math.max(1, tonumber(first[2]) + window - now), 'minute'}
end

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= width then return {0, 50, 'concurrent'} end

local flow = math.max(tonumber(redis.call('GET', KEYS[5]) or now), now)
if flow - now > app_slack then return {0, math.ceil(flow - now - app_slack), 'app'} end

redis.call('ZADD', KEYS[1], now, lease)
redis.call('PEXPIRE', KEYS[1], window + 1000)
redis.call('ZADD', KEYS[2], now + lease_ms, lease)
redis.call('PEXPIRE', KEYS[2], lease_ms + 1000)
redis.call('SET', KEYS[5], string.format('%.3f', flow + app_gap), 'PX', 120000)
if left then redis.call('DECR', KEYS[4]) end
return {1}
"""

# KEYS log, in flight, day. ARGV lease, window, calls, minute left or -1, day left or -1, how long to remember the day.
_RELEASE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREM', KEYS[2], ARGV[1])
local window, calls, minute_left, day_left = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if day_left >= 0 then redis.call('SET', KEYS[3], day_left, 'PX', tonumber(ARGV[6])) end
if minute_left >= 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  local others = calls - redis.call('ZCARD', KEYS[1]) - minute_left
  for n = 1, others do redis.call('ZADD', KEYS[1], now, 'others:' .. ARGV[1] .. ':' .. n) end
  if others > 0 then redis.call('PEXPIRE', KEYS[1], window + 1000) end
end
return 1
"""


class Permit:
    """Leave to make one call. What the answer says of what is left is told here."""

    def __init__(self, lease: str) -> None:
        self.lease = lease
        self.minute_left: int | None = None
        self.day_left: int | None = None


class Limiter:
    """Asked before every call; one for all processes, since it only speaks for Redis."""

    def __init__(self, redis: Redis, clock: Clock, ids: Ids, *, provider: str, limits: Limits) -> None:
        self._redis = redis
        self._clock = clock
        self._ids = ids
        self._prefix = f"rl:{provider}"
        self._limits = limits
        # A Script sends itself again when the server has forgotten it (SCRIPT FLUSH, a restart).
        self._acquire = redis.register_script(_ACQUIRE)
        self._release = redis.register_script(_RELEASE)

    def _key(self, tenant: str, name: str) -> str:
        return f"{self._prefix}:{tenant}:{name}"

    @asynccontextmanager
    async def permit(self, tenant: str) -> AsyncIterator[Permit]:
        """Raises Throttled, DayLimitReached or LimiterUnavailable instead of waiting long."""
        permit = Permit(str(self._ids.new()))
        await self._wait_for(tenant, permit.lease)
        try:
            yield permit
        finally:
            await self._give_back(tenant, permit)

    async def _wait_for(self, tenant: str, lease: str) -> None:
        limits, waited = self._limits, 0
        while True:
            wait_ms, which = await self._try(tenant, lease)
            if not which:
                return
            patience = limits.patience_in_flight_ms if which == "concurrent" else limits.patience_ms
            if waited + wait_ms > patience:
                raise self._refusal(wait_ms, which)
            waited += wait_ms
            await asyncio.sleep(wait_ms / 1000)

    async def _try(self, tenant: str, lease: str) -> tuple[int, str]:
        limits = self._limits
        keys = [self._key(tenant, name) for name in ("log", "inflight", "pause", "day")]
        keys += [f"{self._prefix}:app:flow", f"{self._prefix}:app:pause"]
        try:
            async with asyncio.timeout(3):
                answer = await self._acquire(
                    keys=keys,
                    args=[
                        lease, limits.window_ms, limits.calls, limits.in_flight, limits.lease_ms,
                        limits.app_calls, limits.app_burst, limits.day_reserve,
                    ],
                )
        except (RedisError, OSError, TimeoutError) as error:
            raise LimiterUnavailable(until=self._clock.now() + timedelta(seconds=5)) from error
        if answer[0] == 1:
            return 0, ""
        which = answer[2].decode() if isinstance(answer[2], bytes) else str(answer[2])
        return int(answer[1]), which

    def _refusal(self, wait_ms: int, which: str) -> Throttled | DayLimitReached:
        until = self._clock.now() + timedelta(milliseconds=max(wait_ms, 1000))
        return DayLimitReached(until=until) if which == "day" else Throttled(until=until, which=which)

    async def _give_back(self, tenant: str, permit: Permit) -> None:
        limits = self._limits
        try:
            async with asyncio.timeout(3):
                await self._release(
                    keys=[self._key(tenant, name) for name in ("log", "inflight", "day")],
                    args=[
                        permit.lease, limits.window_ms, limits.calls,
                        -1 if permit.minute_left is None else permit.minute_left,
                        -1 if permit.day_left is None else permit.day_left,
                        limits.day_memory_ms,
                    ],
                )
        except (RedisError, OSError, TimeoutError) as error:
            # The place comes free by itself when its lease ends.
            structlog.get_logger().warning("limiter.not_released", kind=type(error).__name__)

    async def pause(self, tenant: str, which: str, *, seconds: float) -> None:
        """Nobody calls until then: the other side said so. The app's limit pauses every tenant."""
        key = f"{self._prefix}:app:pause" if which == "app" else self._key(tenant, "pause")
        try:
            async with asyncio.timeout(3):
                await self._redis.set(key, which, px=max(1, round(seconds * 1000)))
        except (RedisError, OSError, TimeoutError) as error:
            structlog.get_logger().warning("limiter.not_paused", kind=type(error).__name__)


async def day_calls_left(redis: Redis, *, provider: str, tenants: list[str]) -> dict[str, int]:
    """What is left of the day where it is known; nothing is known while Redis is away."""
    if not tenants:
        return {}
    try:
        async with asyncio.timeout(1):
            left = await redis.mget([f"rl:{provider}:{tenant}:day" for tenant in tenants])
    except (RedisError, OSError, TimeoutError):
        return {}
    return {tenant: int(value) for tenant, value in zip(tenants, left, strict=True) if value is not None}
