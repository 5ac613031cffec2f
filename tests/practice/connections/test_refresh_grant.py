"""Tokens are turned once a generation, survive lost answers, and end only when nothing of ours is accepted."""

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text, update

from practice.connections.lend_token import lend_token
from practice.connections.models import Grant, TokenVersion
from practice.connections.refresh_grant import refresh_grant
from practice.kernel.record import EntryRow
from practice.providers.problems import AppMisconfigured, ConsentRevoked, Unavailable
from practice.providers.xero.oauth import SCOPES
from tests.practice.connections.conftest import World, connected


async def broken_entries(world: World) -> int:
    async with world.ctx.unit(write=False) as unit:
        found = await unit.scalars(
            select(EntryRow.id).where(EntryRow.firm_id == unit.firm_id, EntryRow.verb == "connection.broken")
        )
        return len(found)


async def test_a_fresh_token_is_lent_without_asking(world: World) -> None:
    lent = await lend_token(world.ctx, grant_id=world.grant_id)
    assert (lent.access, lent.generation) == ("A1", 1)
    assert world.xero.calls.total() == 0


async def test_a_token_near_its_end_is_turned_first(world: World) -> None:
    world.clock.move(timedelta(minutes=28))
    lent = await lend_token(world.ctx, grant_id=world.grant_id)
    assert (lent.access, lent.generation) == ("A2", 2)
    grant = await world.grant()
    assert grant.expires_at == world.clock.now() + timedelta(minutes=30)
    assert grant.last_refresh_at == world.clock.now()
    assert grant.first_attempt_at is None
    assert grant.scopes == list(SCOPES)


async def test_fifty_callers_in_five_processes_turn_each_generation_once(world: World) -> None:
    processes = [world.ctx, *[await world.another_process() for _ in range(4)]]
    for generation in range(1, 4):
        world.clock.move(timedelta(minutes=28))
        lent = await asyncio.gather(*(lend_token(processes[n % 5], grant_id=world.grant_id) for n in range(50)))
        assert {each.generation for each in lent} == {generation + 1}
        assert {each.access for each in lent} == {f"A{generation + 1}"}
    assert world.xero.refreshed == {"R1": 1, "R2": 1, "R3": 1}


async def test_a_refused_token_is_turned_once_even_if_five_calls_were_refused(world: World) -> None:
    lent = await asyncio.gather(*(lend_token(world.ctx, grant_id=world.grant_id, refused=1) for _ in range(5)))
    assert {each.generation for each in lent} == {2}
    again = await lend_token(world.ctx, grant_id=world.grant_id, refused=1)
    assert again.generation == 2
    assert world.xero.refreshed == {"R1": 1}


async def test_a_lost_answer_is_asked_for_again_with_the_same_token(world: World) -> None:
    world.xero.grace, world.xero.lose = True, 1
    lent = await refresh_grant(world.ctx, grant_id=world.grant_id, refused=1)
    assert world.xero.refreshed == {"R1": 2}
    assert (lent.access, lent.generation) == ("A3", 2)


async def test_when_no_answer_comes_the_attempt_is_remembered_and_the_next_one_succeeds(world: World) -> None:
    world.clock.move(timedelta(minutes=29))
    world.xero.instead = [lambda: httpx.Response(503, text="The Xero API is temporarily unavailable")] * 3
    with pytest.raises(Unavailable):
        await lend_token(world.ctx, grant_id=world.grant_id)
    grant = await world.grant()
    assert grant.active
    assert grant.first_attempt_at == world.clock.now()
    first = grant.first_attempt_at
    world.clock.move(timedelta(minutes=2))
    world.xero.instead = [lambda: httpx.Response(200, text="<html>")] * 3
    with pytest.raises(Exception, match="set aside"):
        await lend_token(world.ctx, grant_id=world.grant_id)
    assert (await world.grant()).first_attempt_at == first
    assert (await lend_token(world.ctx, grant_id=world.grant_id)).generation == 2
    assert (await world.grant()).first_attempt_at is None


async def test_invalid_grant_ends_the_consent_once_and_says_so_once(world: World) -> None:
    world.clock.move(timedelta(minutes=29))
    world.xero.valid = "somebody else turned it"
    results = await asyncio.gather(
        *(lend_token(world.ctx, grant_id=world.grant_id) for _ in range(5)), return_exceptions=True
    )
    assert [type(result) for result in results] == [ConsentRevoked] * 5
    with pytest.raises(ConsentRevoked):
        await lend_token(world.ctx, grant_id=world.grant_id)
    assert (await world.grant()).status == "reauth_required"
    connection = await world.connection()
    assert (connection.status, connection.cause) == ("reauth_required", "consent_revoked")
    assert await broken_entries(world) == 1
    assert world.xero.refreshed.total() == 1


async def test_a_connection_that_another_grant_reaches_stays_alive(world: World) -> None:
    await connected(world.ctx, user="user-2", access="B1", refresh="S1", tenant_id=world.tenant_id)
    world.clock.move(timedelta(minutes=29))
    world.xero.valid = "gone"
    with pytest.raises(ConsentRevoked):
        await lend_token(world.ctx, grant_id=world.grant_id)
    connection = await world.connection()
    assert (connection.status, connection.cause, connection.caused_by) == ("degraded", "fallback_in_use", world.grant_id)
    assert await broken_entries(world) == 0


async def test_an_older_token_still_accepted_saves_the_consent(world: World) -> None:
    await refresh_grant(world.ctx, grant_id=world.grant_id, refused=1)
    await refresh_grant(world.ctx, grant_id=world.grant_id, refused=2)
    world.xero.valid = "R2"  # the child died, its parent still counts
    lent = await refresh_grant(world.ctx, grant_id=world.grant_id, refused=3)
    assert lent.generation == 4
    assert (await world.grant()).active


async def test_only_three_earlier_tokens_are_kept(world: World) -> None:
    for generation in range(1, 7):
        await refresh_grant(world.ctx, grant_id=world.grant_id, refused=generation)
    async with world.ctx.unit(write=False) as unit:
        kept = await unit.scalars(select(TokenVersion.generation).where(TokenVersion.firm_id == unit.firm_id))
    assert sorted(kept) == [4, 5, 6]


async def test_new_tokens_survive_a_transaction_that_dies_after_the_answer(world: World) -> None:
    """The connection to the database is cut between Xero's answer and our commit."""
    other = await world.another_process()

    async def cut() -> None:
        async with other.lent.sessions() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
                )
            )

    cutting: list[asyncio.Task[None]] = []
    real = world.ctx.http.send

    async def send(*args: object, **kwargs: object) -> httpx.Response:
        response = await real(*args, **kwargs)  # type: ignore[arg-type]
        if not cutting:
            cutting.append(asyncio.create_task(cut()))
            await cutting[0]
        return response

    world.ctx.http.send = send  # type: ignore[method-assign]
    lent = await refresh_grant(world.ctx, grant_id=world.grant_id, refused=1)
    assert cutting
    assert (lent.access, lent.generation) == ("A2", 2)
    assert world.xero.refreshed == {"R1": 1}
    async with world.ctx.unit(write=False) as unit:
        grant = await unit.get(Grant, world.grant_id)
        assert unit.reveal(grant, "refresh") == "R2"


async def test_a_cancelled_caller_does_not_lose_the_tokens(world: World) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(refresh_grant(world.ctx, grant_id=world.grant_id, refused=1))
        world.xero.before_answer = waiting.cancel
    assert waiting.cancelled()
    lent = await lend_token(world.ctx, grant_id=world.grant_id, refused=1)
    assert (lent.access, lent.generation) == ("A2", 2)
    assert world.xero.refreshed == {"R1": 1}


async def test_our_own_misconfiguration_breaks_no_connection(world: World) -> None:
    world.xero.instead = [lambda: httpx.Response(401, json={"error": "invalid_client"})] * 3
    with pytest.raises(AppMisconfigured):
        await refresh_grant(world.ctx, grant_id=world.grant_id, refused=1)
    assert (await world.grant()).active
    assert await broken_entries(world) == 0


async def test_tokens_stand_nowhere_in_the_clear(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with world.ctx.unit() as unit:
        grant = await unit.get(Grant, world.grant_id)
        await unit.execute(
            update(Grant)
            .where(Grant.firm_id == unit.firm_id, Grant.id == grant.id)
            .values(refresh=unit.seal(grant, "refresh", "CANARY_R1"))
        )
    world.xero.valid = "CANARY_R1"
    world.xero.instead = [lambda: httpx.Response(500, text="CANARY")] * 3
    with pytest.raises(Unavailable) as raised:
        await refresh_grant(world.ctx, grant_id=world.grant_id, refused=1)
    lent = await refresh_grant(world.ctx, grant_id=world.grant_id, refused=1)
    async with world.ctx.unit(write=False) as unit:
        stored = str(await unit.rows(text('SELECT "grant"::text, token_version::text FROM "grant", token_version')))
    redis = await world.ctx.redis.keys("*")
    for place in (stored, str(redis), caplog.text, str(raised.value.as_dict()), repr(lent)):
        assert "CANARY" not in place
        assert "A2" not in place
