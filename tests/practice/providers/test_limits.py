"""The limiter against a real server, with windows small enough to need no waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from practice.kernel.clock import FrozenClock
from practice.kernel.ids import CountingIds
from practice.kernel.settings import XeroSettings
from practice.providers.limits import DayKnown, Limiter, Limits, look_up_quotas
from practice.providers.problems import DayLimitReached, LimiterUnavailable, Throttled

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    yield client
    await client.aclose()


def limiter(redis: Redis, limits: Limits, ids: CountingIds | None = None) -> Limiter:
    return Limiter(redis, FrozenClock(NOW), ids or CountingIds(), provider="xero", limits=limits)


def strict(**over: int) -> Limits:
    return Limits(**({"patience_ms": 0, "patience_in_flight_ms": 0, "day_reserve": 0} | over))


async def call(asked: Limiter, tenant: str = "t", *, minute_left: int | None = None, day_left: int | None = None) -> None:
    async with asked.permit(tenant) as permit:
        permit.minute_left, permit.day_left = minute_left, day_left


async def test_a_minute_holds_so_many_calls_and_no_more(redis: Redis) -> None:
    asked = limiter(redis, strict(calls=3))
    for _ in range(3):
        await call(asked)
    with pytest.raises(Throttled) as refused:
        await call(asked)
    assert refused.value.extensions["which"] == "minute"
    assert refused.value.until is not None
    assert timedelta() < refused.value.until - NOW <= timedelta(milliseconds=60_105)
    await call(asked, "another tenant")


async def test_the_window_slides_and_short_waits_are_waited_for(redis: Redis) -> None:
    asked = limiter(redis, strict(calls=2, window_ms=150, patience_ms=1_000))
    for _ in range(5):
        await call(asked)


async def test_five_are_in_flight_and_a_sixth_is_not(redis: Redis) -> None:
    asked = limiter(redis, strict())
    async with AsyncExitStack() as held:
        for _ in range(5):
            await held.enter_async_context(asked.permit("t"))
        with pytest.raises(Throttled) as refused:
            await call(asked)
        assert refused.value.extensions["which"] == "concurrent"
    await call(asked)


async def test_whoever_died_in_flight_gives_the_place_back_by_itself(redis: Redis) -> None:
    asked = limiter(redis, strict(in_flight=1, lease_ms=40, patience_in_flight_ms=2_000))
    dead = asked.permit("t")
    await dead.__aenter__()
    await call(asked)


async def test_many_processes_together_never_exceed_the_limit(redis: Redis) -> None:
    ids = CountingIds()
    made = refused = most = now = 0

    async def one(asked: Limiter) -> None:
        nonlocal made, refused, most, now
        try:
            async with asked.permit("t"):
                now += 1
                most = max(most, now)
                await asyncio.sleep(0)
                now -= 1
                made += 1
        except Throttled:
            refused += 1

    several = [limiter(redis, strict(calls=30, patience_in_flight_ms=60_000, lease_ms=600_000), ids) for _ in range(4)]
    await asyncio.gather(*(one(several[n % 4]) for n in range(60)))
    assert (made, refused) == (30, 30)
    assert most <= 5


async def test_a_pause_holds_one_tenant_and_the_apps_pause_all(redis: Redis) -> None:
    asked = limiter(redis, strict())
    await asked.pause("t", "minute", seconds=220)
    with pytest.raises(Throttled) as refused:
        await call(asked)
    assert refused.value.until is not None
    assert timedelta() < refused.value.until - NOW <= timedelta(seconds=220)
    await call(asked, "u")
    await asked.pause("t", "app", seconds=220)
    with pytest.raises(Throttled):
        await call(asked, "u")


async def test_a_day_pause_is_the_days_problem(redis: Redis) -> None:
    asked = limiter(redis, strict())
    await asked.pause("t", "day", seconds=7_200)
    with pytest.raises(DayLimitReached):
        await call(asked)


async def test_the_day_is_counted_down_and_stops_at_the_reserve(redis: Redis) -> None:
    asked = limiter(redis, strict(day_reserve=10))
    await call(asked, day_left=12)
    seen = await look_up_quotas(redis, provider="xero", tenants=["t", "u"], limits=strict())
    assert [seen[tenant].day_left for tenant in ("t", "u")] == [12, None]
    await call(asked)
    await call(asked)
    with pytest.raises(DayLimitReached):
        await call(asked)


async def test_what_others_spent_is_learnt_from_the_header(redis: Redis) -> None:
    asked = limiter(redis, strict(calls=60))
    await call(asked, minute_left=2)
    await call(asked)
    await call(asked)
    with pytest.raises(Throttled):
        await call(asked)


async def test_a_generous_header_never_raises_our_own_count(redis: Redis) -> None:
    asked = limiter(redis, strict(calls=2))
    await call(asked, minute_left=60)
    await call(asked, minute_left=60)
    with pytest.raises(Throttled):
        await call(asked)


async def test_the_app_flows_evenly(redis: Redis) -> None:
    asked = limiter(redis, strict(app_calls=60, app_burst=2))
    for n in range(3):
        await call(asked, f"tenant {n}")
    with pytest.raises(Throttled) as refused:
        await call(asked, "one more")
    assert refused.value.extensions["which"] == "app"


async def test_forgotten_scripts_do_no_harm(redis: Redis) -> None:
    asked = limiter(redis, strict())
    await call(asked)
    await redis.script_flush()
    await call(asked)


async def test_without_redis_nobody_guesses() -> None:
    away: Redis = Redis.from_url("unix:///nowhere/valkey.sock")
    with pytest.raises(LimiterUnavailable) as refused:
        await call(limiter(away, strict()))
    assert refused.value.extensions["cause"] == "limiter"
    assert refused.value.until == NOW + timedelta(seconds=5)
    await away.aclose()


async def test_without_redis_people_have_ten_calls_a_minute_from_each_process() -> None:
    away: Redis = Redis.from_url("unix:///nowhere/valkey.sock")
    for _ in range(10):
        async with limiter(away, strict()).permit("t", people=True):
            pass
    with pytest.raises(LimiterUnavailable):
        async with limiter(away, strict()).permit("t", people=True):
            pass
    await away.aclose()


async def test_bulk_pauses_after_a_loss_and_people_do_not(redis: Redis) -> None:
    asked = limiter(redis, strict(loss_pause_ms=60_000))
    await call(asked)
    await redis.flushdb()
    with pytest.raises(LimiterUnavailable) as refused:
        await call(asked)
    assert refused.value.until is not None
    assert timedelta() < refused.value.until - NOW <= timedelta(seconds=60)
    async with asked.permit("t", people=True):
        pass


async def test_a_server_that_starts_empty_lost_nothing(redis: Redis) -> None:
    await call(limiter(redis, strict()))


async def test_people_may_use_the_days_reserve(redis: Redis) -> None:
    asked = limiter(redis, strict(day_reserve=10))
    await call(asked, day_left=2)
    with pytest.raises(DayLimitReached):
        await call(asked)
    for _ in range(2):
        async with asked.permit("t", people=True):
            pass
    with pytest.raises(DayLimitReached):
        async with asked.permit("t", people=True):
            pass


async def test_a_day_is_recalled_only_where_nothing_is_known(redis: Redis) -> None:
    asked, known = limiter(redis, strict(day_reserve=10)), DayKnown(10, timedelta(hours=2))
    with pytest.raises(DayLimitReached) as refused:
        async with asked.permit("t", day=known):
            pass
    assert refused.value.until is not None
    assert timedelta(minutes=119) < refused.value.until - NOW <= timedelta(hours=2)
    await call(asked, "u", day_left=4000)
    async with asked.permit("u", day=known):
        pass


async def test_answers_that_overtake_each_other_never_raise_the_day(redis: Redis) -> None:
    asked = limiter(redis, strict())
    for left, believed in ((20, 20), (17, 17), (18, 16), (4_999, 4_999)):
        await call(asked, day_left=left)
        seen = await look_up_quotas(redis, provider="xero", tenants=["t"], limits=strict())
        assert seen["t"].day_left == believed


async def test_the_app_leaves_room_for_people(redis: Redis) -> None:
    asked = limiter(redis, strict(app_calls=60, app_burst=2, app_burst_people=4))
    for n in range(3):
        await call(asked, f"tenant {n}")
    with pytest.raises(Throttled):
        await call(asked, "bulk")
    for n in range(2):
        async with asked.permit(f"person {n}", people=True):
            pass


async def test_a_longer_pause_is_not_cut_short_by_a_later_answer(redis: Redis) -> None:
    asked = limiter(redis, strict())
    await asked.pause("t", "day", seconds=7_200)
    await asked.pause("t", "minute", seconds=5)
    with pytest.raises(DayLimitReached):
        await call(asked)


def test_the_other_sides_minutes_may_pass_faster_and_ours_never() -> None:
    settings = XeroSettings.model_validate({"pace": 10, "daily_limit": 1_000})
    fast, real = Limits.of(settings), Limits.of(XeroSettings.model_validate({}))
    assert (real.window_ms, real.app_minute_ms, real.day_reserve) == (60_105, 60_000, 500)
    assert (fast.window_ms, fast.app_minute_ms, fast.day_reserve) == (6_015, 6_000, 100)
    assert fast.lease_ms == real.lease_ms
