"""One way to a ledger: refused tokens turned once, lost consents passed over, trouble told once."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from practice.connections.models import Grant
from practice.connections.reach_tenant import reach_tenant
from practice.kernel.record import EntryRow
from practice.providers.problems import ConsentRevoked, ScopeMissing, TenantGone, Throttled, TokenRefused
from tests.practice.connections.conftest import World, connected, expired


def users(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"Status": "OK", "Users": []}, headers={"x-daylimit-remaining": "4000"})


def gateway(status: int, detail: str) -> httpx.Response:
    return httpx.Response(status, json={"Status": status, "Detail": detail})


async def broken(world: World) -> list[EntryRow]:
    async with world.ctx.unit(write=False) as unit:
        found: list[EntryRow] = await unit.scalars(
            select(EntryRow).where(EntryRow.firm_id == unit.firm_id, EntryRow.verb == "connection.broken")
        )
        return found


async def test_five_pages_at_once_refused_turn_the_token_once(world: World) -> None:
    world.xero.api, world.xero.good = users, set()
    async with reach_tenant(world.ctx, world.tenant_id) as ledger:
        await asyncio.gather(*(ledger.pull("users") for _ in range(5)))
    assert world.xero.refreshed == {"R1": 1}
    assert world.xero.calls["/api.xro/2.0/Users"] == 10


async def test_a_token_refused_even_when_new_is_not_turned_for_ever(world: World) -> None:
    def never(_: httpx.Request) -> httpx.Response:
        return expired()

    world.xero.api = never
    with pytest.raises(TokenRefused):
        async with reach_tenant(world.ctx, world.tenant_id) as ledger:
            await ledger.pull("users")
    assert world.xero.refreshed == {"R1": 1}
    assert (await world.connection()).status == "active"


async def test_the_next_grant_takes_over_when_the_first_is_lost(world: World) -> None:
    await connected(world.ctx, user="user-2", access="B1", refresh="S1", tenant_id=world.tenant_id)
    world.xero.api, world.xero.valid, world.xero.good = users, "gone", {"B1"}
    async with reach_tenant(world.ctx, world.tenant_id) as ledger:
        await asyncio.gather(*(ledger.pull("users") for _ in range(5)))
    assert (await world.grant()).status == "reauth_required"
    connection = await world.connection()
    assert (connection.status, connection.cause) == ("degraded", "fallback_in_use")
    assert (connection.day_calls_left, connection.checked_at) == (4000, world.clock.now())
    assert await broken(world) == []


async def test_with_every_grant_lost_the_way_ends_at_once(world: World) -> None:
    world.xero.valid, world.xero.good = "gone", set()
    with pytest.raises(ConsentRevoked):
        async with reach_tenant(world.ctx, world.tenant_id) as ledger:
            await ledger.pull("users")
    calls = world.xero.calls.total()
    with pytest.raises(ConsentRevoked):
        async with reach_tenant(world.ctx, world.tenant_id):
            pytest.fail("nobody gets in")
    assert world.xero.calls.total() == calls
    assert len(await broken(world)) == 1


async def test_a_tenant_gone_is_told_once_however_many_pages_notice(world: World) -> None:
    world.xero.api = lambda _: gateway(403, "AuthenticationUnsuccessful")
    async with reach_tenant(world.ctx, world.tenant_id) as ledger:
        seen = await asyncio.gather(*(ledger.pull("users") for _ in range(5)), return_exceptions=True)
    assert {type(each) for each in seen} == {TenantGone}
    connection = await world.connection()
    assert (connection.status, connection.cause) == ("revoked_at_xero", "tenant_gone")
    assert [entry.facts["cause"] for entry in await broken(world)] == ["tenant_gone"]
    assert (await world.grant()).active


async def test_a_missing_scope_asks_for_reconnection_and_keeps_the_rest_readable(world: World) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        return gateway(401, "AuthorizationUnsuccessful") if "Reports" in request.url.path else users(request)

    world.xero.api = refuse
    async with reach_tenant(world.ctx, world.tenant_id) as ledger:
        with pytest.raises(ScopeMissing) as raised:
            await ledger.pull("trial_balance")
    assert raised.value.extensions["resource"] == "Trial balance"
    connection = await world.connection()
    assert (connection.status, connection.cause) == ("degraded", "scope_missing")
    async with reach_tenant(world.ctx, world.tenant_id) as ledger:
        await ledger.pull("users")
    assert world.xero.refreshed.total() == 0


async def test_being_throttled_passes_through_and_changes_nothing(world: World) -> None:
    world.xero.api = lambda _: httpx.Response(429, headers={"retry-after": "22", "x-rate-limit-problem": "minute"})
    with pytest.raises(Throttled) as raised:
        async with reach_tenant(world.ctx, world.tenant_id) as ledger:
            await ledger.pull("users")
    assert raised.value.until == world.clock.now() + timedelta(seconds=22)
    async with world.ctx.unit(write=False) as unit:
        assert (await unit.get(Grant, world.grant_id)).generation == 1
    assert (await world.connection()).status == "active"
