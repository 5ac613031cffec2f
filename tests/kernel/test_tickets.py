"""A ticket works once, in time, for its purpose, and for whom it was made."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.kernel.tickets import TicketSpent, issue, redeem

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
async def runtime(product: Settings, clock: FrozenClock) -> AsyncIterator[Runtime]:
    async with Runtime.open(product, clock=clock) as opened:
        yield opened


async def given(runtime: Runtime, *, binding: str | None = None) -> str:
    async with runtime.context(Actor.door()).unit() as unit:
        return await issue(unit, "invitation", {"for": "Bea"}, ttl=HOUR, binding=binding)


async def taken(runtime: Runtime, secret: str, *, purpose: str = "invitation", binding: str | None = None) -> bool:
    try:
        async with runtime.context(Actor.door()).unit() as unit:
            return await redeem(unit, purpose, secret, binding=binding) == {"for": "Bea"}
    except TicketSpent:
        return False


async def test_it_works_once(runtime: Runtime) -> None:
    secret = await given(runtime)
    assert await taken(runtime, secret)
    assert not await taken(runtime, secret)


async def test_a_unit_that_fails_leaves_it_whole(runtime: Runtime) -> None:
    secret = await given(runtime)
    with pytest.raises(ZeroDivisionError):
        async with runtime.context(Actor.door()).unit() as unit:
            await redeem(unit, "invitation", secret)
            raise ZeroDivisionError
    assert await taken(runtime, secret)


async def test_it_ends(runtime: Runtime, clock: FrozenClock) -> None:
    in_time, late = await given(runtime), await given(runtime)
    clock.move(HOUR - timedelta(microseconds=1))
    assert await taken(runtime, in_time)
    clock.move(timedelta(microseconds=1))
    assert not await taken(runtime, late)


async def test_it_has_one_purpose(runtime: Runtime) -> None:
    secret = await given(runtime)
    assert not await taken(runtime, secret, purpose="setup")
    assert await taken(runtime, secret)


@pytest.mark.parametrize("presented", [None, "", "another browser"])
async def test_a_bound_one_is_for_its_browser(runtime: Runtime, presented: str | None) -> None:
    secret = await given(runtime, binding="this browser")
    assert not await taken(runtime, secret, binding=presented)
    assert await taken(runtime, secret, binding="this browser")


async def test_of_two_at_once_one_gets_it(runtime: Runtime) -> None:
    secret = await given(runtime)
    assert sorted(await asyncio.gather(*(taken(runtime, secret) for _ in range(4)))) == [False, False, False, True]


async def test_the_secret_is_stored_nowhere(runtime: Runtime) -> None:
    secret = await given(runtime, binding="this browser")
    async with runtime.context(Actor.door()).unit(write=False) as unit:
        row = await unit.scalar(text("SELECT ticket::text || encode(secret_hash, 'escape') FROM ticket"))
    assert secret not in row
    assert "this browser" not in row
