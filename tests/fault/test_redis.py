"""Redis emptied, killed, hung, full, forgetful: nothing is in it that PostgreSQL has not (promises F12 to F17)."""

import asyncio
import time
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from practice.kernel.clock import SystemClock
from practice.kernel.ids import TimeOrderedIds
from practice.providers.limits import Limiter, Limits
from practice.providers.problems import LimiterUnavailable, Throttled
from tests.api.conftest import Person
from tests.fault.books import as_at_xero, smallest
from tests.fault.lab import Lab, laboratory
from tests.world import started

SEED = 1


async def importing(lab: Lab, clients: int) -> Person:
    ada = await lab.sign_in()
    ours = await lab.clients(ada, [one.tenant_id for one in smallest(SEED, clients)])
    await started(ada, list(ours.values()))
    return ada


async def whole(lab: Lab, clients: int) -> None:
    """Everything ended well, once, and nobody was asked too often."""
    await lab.until_finished(seconds=150)
    await as_at_xero(lab, smallest(SEED, clients))
    ends = await lab.ask("SELECT count(*) AS n FROM entry WHERE verb = 'import.finished' GROUP BY client_id")
    assert [row["n"] for row in ends] == [1] * clients
    assert (await lab.stats())["max_in_flight"] <= 5


async def progresses(lab: Lab, *, within: float) -> None:
    calls = await lab.calls()

    async def further() -> bool:
        return await lab.calls() > calls or await lab.value("SELECT state FROM import_run") == "finished"

    await lab.until(further, what="the import goes on", seconds=within)


@pytest.mark.chaos
async def test_a_redis_that_is_emptied_five_times_loses_nothing(tmp_path: Path) -> None:
    """F12, F17: only bells are lost, and a count that the answers put right; who is refused waits and does not fail."""
    async with laboratory(tmp_path, seed=SEED) as lab:
        await importing(lab, 6)
        for _ in range(5):
            await progresses(lab, within=30)
            lab.empty_redis()
        await whole(lab, 6)
        for tenant in (await lab.stats())["tenants"].values():
            assert sum(tenant["refused"].values()) <= 60


@pytest.mark.chaos
async def test_a_redis_that_was_dead_comes_back_empty_and_the_import_goes_on(tmp_path: Path) -> None:
    """F13: meanwhile imports park between pages, the API answers, and no worker ends."""
    async with laboratory(tmp_path, seed=SEED) as lab:
        ada = await importing(lab, 6)
        await progresses(lab, within=30)
        lab.kill_redis()
        health = (await lab.browser.get("/api/v1/health/ready")).json()
        assert health["status"] == "degraded"
        assert (await ada.get("/clients")).status_code == 200

        async def parked() -> bool:
            waits = "SELECT count(*) FROM job WHERE lane = 'imports' AND cause = 'limiter-unavailable'"
            return bool(await lab.value(waits)) or not await lab.value("SELECT count(*) FROM import_run WHERE state = 'open'")

        await lab.until(parked, what="imports wait for the limiter", seconds=30)
        assert [worker.poll() for worker in lab.workers] == [None, None]
        lab.start_redis()
        await progresses(lab, within=15)
        await whole(lab, 6)


@pytest.mark.chaos
async def test_a_redis_that_hangs_holds_up_nobody_who_does_not_need_it(tmp_path: Path) -> None:
    """F14: half-open connections. The API is as quick as before, but for whoever notices first."""
    async with laboratory(tmp_path, seed=SEED) as lab:
        ada = await importing(lab, 4)
        lab.to_redis.blackhole()
        took = []
        for _ in range(40):
            began = time.monotonic()
            assert (await ada.get("/firm")).status_code == 200
            took.append(time.monotonic() - began)
        assert sorted(took)[37] < 0.5, took
        assert max(took) < 3, took
        lab.to_redis.pass_on()
        await progresses(lab, within=15)
        await whole(lab, 4)


@pytest.mark.chaos
async def test_a_redis_that_is_full_takes_no_run_away(tmp_path: Path) -> None:
    """F15: the bell cannot be rung; the run is in PostgreSQL, and the API says 202 all the same."""
    async with laboratory(tmp_path, seed=SEED) as lab:
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id for one in smallest(SEED, 2)])
        assert lab.redis("CONFIG", "SET", "maxmemory", "1") == b"+OK\r\n"
        assert lab.redis("SET", "anything", "x").startswith(b"-OOM")
        await started(ada, list(ours.values()))
        assert await lab.value("SELECT count(*) FROM job WHERE lane = 'imports'") == 2
        assert lab.redis("CONFIG", "SET", "maxmemory", "0") == b"+OK\r\n"
        await whole(lab, 2)


@pytest.mark.chaos
async def test_a_redis_that_forgets_scripts_or_pauses_causes_no_storm(tmp_path: Path) -> None:
    """F16: scripts are sent again; whoever was paused does not make up for it."""
    async with laboratory(tmp_path, seed=SEED) as lab:
        await importing(lab, 4)
        for command in (("SCRIPT", "FLUSH"), ("CLIENT", "PAUSE", "3000"), ("SCRIPT", "FLUSH")):
            await progresses(lab, within=30)
            assert lab.redis(*command) == b"+OK\r\n"
        await whole(lab, 4)
        assert (await lab.stats())["refused"] == {}


async def test_a_minute_after_a_rush_holds_no_more_than_its_calls(redis_url: str) -> None:
    """F17, M6: the other side counts in fixed windows, so a bucket that fills while it is used lets through too many."""
    limits = Limits(calls=12, window_ms=3_000, in_flight=12, latest_ms=0, patience_ms=0)
    made: list[tuple[float, float]] = []
    async with Redis.from_url(redis_url) as redis:
        limiter = Limiter(redis, SystemClock(), TimeOrderedIds(), provider=str(uuid4()), limits=limits)
        while len(made) < 15:
            asked = time.monotonic()
            try:
                async with limiter.permit("a tenant"):
                    made.append((asked, time.monotonic()))
            except (Throttled, LimiterUnavailable):
                await asyncio.sleep(0.05)
    # The thirteenth is let through a whole window after the first, whatever stood still in between (Redis counts in milliseconds).
    assert all(let_through - asked > 2.99 for (asked, _), (_, let_through) in zip(made, made[12:], strict=False))
