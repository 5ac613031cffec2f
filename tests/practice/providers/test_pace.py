"""How near to the bound the limits let us come, in simulated time: T(K) of peers.md section 5, and never a 429."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from math import ceil

import pytest
from redis.asyncio import Redis

from practice.providers.limits import Limiter, Limits, note_open
from practice.providers.problems import Throttled
from tests.practice.providers.simulated import Import, simulation


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    yield client
    await client.aclose()


def bound_ms(calls: int, r_ms: float) -> float:
    whole = (calls - 1) // 60
    return 60_000 * whole + ceil((calls - 60 * whole) / 5) * r_ms


@pytest.mark.parametrize(("calls", "r_ms"), [(12, 350), (60, 350), (63, 350), (300, 350), (600, 1_000), (300, 2_000)])
async def test_a_client_alone_takes_what_the_limits_allow(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, calls: int, r_ms: float
) -> None:
    async with simulation(redis, monkeypatch, seed=calls) as world:
        world.r_ms = r_ms
        took = await world.run(Import(world, world.limiter(), "t", calls).run())
        assert world.refused == 0
        assert world.made == calls
        assert took <= 1.05 * bound_ms(calls, r_ms) + 300


async def test_a_trickle_is_gathered_into_bursts(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls once made a second apart come free a second apart: waited for in place they would hold a place for a minute."""
    async with simulation(redis, monkeypatch, seed=7) as world:
        limiter = world.limiter()

        async def trickle() -> None:
            for _ in range(60):
                async with limiter.permit("t", ahead=0) as permit:
                    await world.call(permit, "t")
                await world.sleep(0.6)

        await world.run(trickle())
        giant = Import(world, limiter, "t", 300)
        took = await world.run(giant.run())
        assert world.refused == 0
        # The minute that the trickle used up, and then the bound.
        assert took <= 60_000 + 1.02 * bound_ms(300, 350)
        natural = 300 / 5 * 350
        # Waited for in place it would have been 240 s.
        assert giant.held_ms <= 1.5 * natural


async def test_the_end_of_a_minute_is_used_when_a_burst_overtakes_the_one_before(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls quicker than those of a minute ago catch up with them. What is left of the minute is fewer than a slice
    then; waiting until a whole slice can go would leave it to the next minute, and the client would need one more.
    """
    async with simulation(redis, monkeypatch, seed=11) as world:
        giant = Import(world, world.limiter(), "t", 300)

        async def quicker_and_quicker() -> None:
            world.r_ms = max(350.0, world.r_ms * 0.97)

        world.r_ms, giant.turn = 700.0, quicker_and_quicker
        took = await world.run(giant.run())
        assert world.refused == 0
        assert sorted(world.memory.calls.tenants["t"].minutes.values()) == [60] * 5
        assert took <= 1.05 * bound_ms(300, 700)


@pytest.mark.parametrize("seed", [1, 2])
async def test_three_processes_and_twenty_tenants_cause_no_429(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    async with AsyncExitStack() as open_, simulation(redis, monkeypatch, seed=seed) as world:
        pools = [await open_.enter_async_context(Redis.from_url(redis_url)) for _ in range(3)]
        limiters = [world.limiter(redis=pool) for pool in pools]
        # One tenant from all three at once; twenty others whose slices go from one process to the next.
        imports = [Import(world, limiter, "busy", 50, wake_ms=world.chance.uniform(0, 500)) for limiter in limiters]
        for n in range(20):
            hopping = Import(world, limiters[0], f"tenant {n}", 70, wake_ms=world.chance.uniform(0, 500))
            hopping.turn = partial(hop, hopping, limiters)
            imports.append(hopping)
        took = await world.run(*(one.run() for one in imports))
        assert world.refused == 0
        assert world.made == 3 * 50 + 20 * 70
        for tenant in world.memory.calls.tenants.values():
            assert tenant.max_in_flight == 5
            assert max(tenant.minutes.values()) <= 60
        assert took <= 1.05 * bound_ms(150, 350)


async def hop(one: Import, limiters: list[Limiter]) -> None:
    one.limiter = one.world.chance.choice(limiters)


async def test_who_a_person_waits_for_goes_first(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async with simulation(redis, monkeypatch, seed=3) as world:
        limiter, waits = world.limiter(), list[float]()

        async def person() -> None:
            for _ in range(5):
                await world.sleep(0.5)  # in the middle of the bulk's burst
                asked = world.at
                async with limiter.permit("t", people=True) as permit:
                    waits.append(world.at - asked)
                    await world.call(permit, "t")

        await world.run(*(Import(world, limiter, "t", 18).run() for _ in range(3)), person())
        assert world.refused == 0
        assert max(waits) <= 350 + 200


async def test_a_person_gets_the_first_call_of_the_new_minute(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async with simulation(redis, monkeypatch, seed=4) as world:
        limiter, answered = world.limiter(), list[float]()

        async def person() -> None:
            await world.sleep(52)
            async with limiter.permit("t", people=True) as permit:
                answered.append(world.at)
                await world.call(permit, "t")

        bulk = Import(world, limiter, "t", 120, wake_ms=0)
        await world.run(bulk.run(), person())
        assert world.refused == 0
        # The first place of the new minute, though the bulk was woken for that very moment.
        assert 60_000 < answered[0] < 60_700


async def test_an_open_client_keeps_two_calls_and_a_place(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async with simulation(redis, monkeypatch, seed=5) as world:
        limiter = world.limiter()
        await note_open(redis, provider="xero", tenant="t")

        async def bulk() -> None:
            for made in range(61):
                try:
                    async with limiter.permit("t") as permit:
                        await world.call(permit, "t")
                except Throttled:
                    assert made == 58
                    return

        async def person() -> None:
            for _ in range(2):
                async with limiter.permit("t", people=True) as permit:
                    await world.call(permit, "t")

        await world.run(bulk())
        assert await world.run(person()) < 1_000
        assert (world.made, world.refused) == (60, 0)
        async with AsyncExitStack() as held:
            for _ in range(4):
                assert await limiter.ask("u", str(world.ids.new())) is None
            await note_open(redis, provider="xero", tenant="u")
            refused = await limiter.ask("u", str(world.ids.new()))
            assert refused is not None
            assert refused.which == "concurrent"
            assert await limiter.ask("u", str(world.ids.new()), people=True) is None
            await held.aclose()


async def test_a_dead_processs_places_are_free_within_eight_seconds_and_a_slow_ones_are_not(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        Redis.from_url(redis_url) as dying,
        Redis.from_url(redis_url) as slow,
        simulation(redis, monkeypatch, seed=6) as world,
    ):
        waits, refused = dict[str, float](), dict[str, object]()

        async def hold(limiter: Limiter, tenant: str, seconds: float, renewed: bool) -> None:
            async with limiter.permit(tenant):
                if not renewed:
                    limiter._process.held.clear()  # as dead processes do, it never speaks again
                await world.sleep(seconds)

        async def one_more(tenant: str) -> None:
            await world.sleep(0.1)
            try:
                async with world.limiter().permit(tenant):
                    waits[tenant] = world.at
            except Throttled as throttled:
                refused[tenant] = throttled.extensions["which"]

        dead, alive = world.limiter(redis=dying), world.limiter(redis=slow)
        parts = [hold(dead, "dead", 25, False) for _ in range(5)] + [hold(alive, "slow", 25, True) for _ in range(5)]
        await world.run(*parts, one_more("dead"), one_more("slow"))
        assert 7_900 < waits["dead"] < 8_200
        assert (list(waits), refused) == (["dead"], {"slow": "concurrent"})


async def test_another_install_that_spends_the_minute_is_seen_in_time(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulation(redis, monkeypatch, seed=8) as world:

        async def others() -> None:
            for _ in range(40):
                world.gateway.take("app", "t", world.memory.calls)
                world.gateway.let_go("app", "t")

        await world.run(others())
        await world.run(Import(world, world.limiter(), "t", 100).run())
        assert (world.made, world.refused) == (100, 0)


async def test_an_emptied_redis_costs_five_seconds_and_one_429_at_most(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulation(redis, monkeypatch, seed=9) as world:
        bulk = Import(world, world.limiter(), "t", 150)

        async def emptied() -> None:
            await world.sleep(5)
            await redis.flushdb()
            await world._set()

        await world.run(bulk.run(), emptied())
        assert world.made == 150
        assert world.refused <= 1


async def test_firms_share_the_apps_minute(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(app_calls=300, app_burst=30, app_burst_people=45)
    async with simulation(redis, monkeypatch, seed=10) as world:
        ended = dict[str, float]()

        async def firm(name: str, clients: int, after: float) -> None:
            await world.sleep(after)
            limiter = world.limiter(limits, firm=name)
            await world.together(*(Import(world, limiter, f"{name} {n}", 60).run() for n in range(clients)))
            ended[name] = world.at - after * 1000

        await world.run(firm("large", 6, 0), firm("small", 1, 40))
        assert world.refused == 0
        # Five calls a second flow. The large firm has had its half of the minute when the small one comes, so the small
        # firm's 60 flow at once; with six clients' calls beside them they would take seven times as long.
        assert ended["small"] < 20_000
        # And what the small one leaves is the large one's.
        assert ended["large"] < 1.1 * (420 - 30) / 5 * 1000
