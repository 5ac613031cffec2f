"""Another consent takes over in the middle of an import, and one that stopped goes on by itself after a reconnection."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from practice.clients.models import Client
from practice.connections.begin_authorization import begin_authorization
from practice.connections.complete_authorization import complete_authorization
from practice.connections.models import Connection, Grant
from practice.connections.retire_consents import retire_consents
from practice.firms.models import Member
from practice.imports.continue_imports import continue_imports
from practice.imports.models import Import
from practice.imports.retry_imports import retry_imports
from practice.kernel.actor import Actor
from practice.scoring.models import Scorecard
from tests import make
from tests.practice.imports.conftest import Desk, pages
from tests.practice.imports.test_trouble import until_it_ends


async def connect(desk: Desk, who: dict[str, Any], tenant_ids: list[str]) -> None:
    """At Xero's own pages as somebody there, in a browser of their own."""
    begun = await begin_authorization(desk.ctx, provider_key="xero", return_to="import", browser="a browser")
    desk.house.xero.cookies.clear()
    where = (await desk.house.xero.get(begun.authorize_url)).headers["location"]
    if urlsplit(where).path == "/identity/login":
        form = {"user": who["email"], "return": parse_qs(urlsplit(where).query)["return"][0]}
        where = (await desk.house.xero.post("/identity/login", data=form)).headers["location"]
    ticked = {"txn": parse_qs(urlsplit(where).query)["txn"][0], "tenant": tenant_ids, "action": "allow"}
    back = (await desk.house.xero.post("/identity/consent", data=ticked)).headers["location"]
    said = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    door = desk.house.rt.context(Actor.door())
    await complete_authorization(
        door, provider_key="xero", state=said["state"], code=said["code"], error=None, browser="a browser"
    )


async def people(desk: Desk, client_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """Who connected it, and somebody else who reaches it."""
    users = (await desk.control("GET", "users"))["users"]
    other = next(user for user in users[1:] if desk.remote[client_id] in user["organisation_ids"])
    return users[0], other


async def reached_by_two(desk: Desk) -> tuple[UUID, dict[str, Any], dict[str, Any]]:
    """A client whose organisation two people have connected."""
    users = (await desk.control("GET", "users"))["users"]
    client_id, other = next(
        (client_id, user) for client_id in desk.clients for user in users[1:] if desk.remote[client_id] in user["organisation_ids"]
    )
    await connect(desk, other, [desk.remote[client_id]])
    return client_id, users[0], other


async def connection_of(desk: Desk, client_id: UUID) -> Connection:
    (client,) = await desk.all(Client, Client.id == client_id)
    (connection,) = await desk.all(Connection, Connection.tenant_id == client.tenant_id)
    assert isinstance(connection, Connection)
    return connection


async def test_the_first_consent_is_withdrawn_in_the_middle_and_the_import_goes_on(desk: Desk) -> None:
    client_id, first, _ = await reached_by_two(desk)
    run_id = await desk.start(client_id)
    await desk.worked(most=1)
    assert (await desk.import_of(client_id)).state == "importing"
    await desk.control("POST", "revoke", user=first["user_id"])
    import_ = await until_it_ends(desk, client_id)
    assert (import_.state, import_.attempts, import_.problem) == ("done", 1, None)
    assert await desk.stored(client_id) == await desk.true(client_id)
    assert max(pages(await desk.calls(client_id)).values()) == 1
    connection = await connection_of(desk, client_id)
    assert (connection.status, connection.cause) == ("degraded", "fallback_in_use")
    verbs = await desk.verbs()
    assert (verbs["import.failed"], verbs["run.retried"], verbs["connection.remade"]) == (0, 0, 1)
    assert (await desk.run(run_id)).state == "finished"


async def test_the_first_person_leaves_the_firm_and_the_others_consent_is_used_at_once(desk: Desk) -> None:
    client_id, first, _ = await reached_by_two(desk)
    before = [grant.xero_user_id for grant in await desk.all(Grant)]
    assert first["user_id"] in before
    ben = await make.member(desk.house.rt, desk.ctx.actor, "Ben", "owner")
    async with desk.ctx.unit() as unit:
        for grant in await unit.scalars(select(Grant).where(Grant.firm_id == unit.firm_id)):
            grant.connected_by = desk.ctx.actor.member_id if grant.xero_user_id == first["user_id"] else ben.member_id
        member = await unit.get(Member, desk.ctx.actor.member_id or UUID(int=0))
        member.state = "removed"
        await unit.flush()
        await retire_consents(unit, member_id=member.id)
    asked = len([sent for sent in desk.sent if sent.url.path == "/connect/token"])
    await desk.later(timedelta(hours=1))
    await desk.start(client_id)
    assert (await until_it_ends(desk, client_id)).state == "done"
    used = {grant.xero_user_id for grant in await desk.all(Grant) if grant.last_refresh_at is not None}
    assert first["user_id"] not in used
    assert len([sent for sent in desk.sent if sent.url.path == "/connect/token"]) == asked + 1
    assert (await connection_of(desk, client_id)).status == "active"


@pytest.mark.parametrize("withdrawn", ["revoked", "disconnected"])
@pytest.mark.parametrize("whose", ["the same", "another"])
async def test_after_a_reconnection_the_server_goes_on_by_itself_and_nothing_is_new(
    desk: Desk, withdrawn: str, whose: str
) -> None:
    users = (await desk.control("GET", "users"))["users"]
    client_id = next(
        one for one in desk.clients if whose == "the same" or any(desk.remote[one] in user["organisation_ids"] for user in users[1:])
    )
    first, other = users[0], (await people(desk, client_id))[1] if whose == "another" else users[0]
    # Books and a score that must still be the same ones afterwards.
    await desk.start(client_id)
    assert (await until_it_ends(desk, client_id)).state == "done"
    history = await connection_of(desk, client_id), {card.id for card in await desk.all(Scorecard)}
    await desk.later()
    run_id = await desk.start(client_id)
    if withdrawn == "revoked":
        await desk.control("POST", "revoke", user=first["user_id"])
    else:
        await desk.control("POST", "disconnect", tenant=desk.remote[client_id])
    stopped = await until_it_ends(desk, client_id)
    assert (stopped.state, stopped.shown_state) == ("failed", "needs_action")
    assert (await connection_of(desk, client_id)).status == ("reauth_required" if withdrawn == "revoked" else "revoked_at_xero")

    await desk.later(timedelta(minutes=5))
    await connect(desk, other, [desk.remote[client_id]])
    import_ = await until_it_ends(desk, client_id)
    if import_.state == "failed":  # the worker had not come to the record yet
        await desk.worked()
        import_ = await until_it_ends(desk, client_id)
    assert (import_.id, import_.run_id, import_.state, import_.attempts) == (stopped.id, run_id, "done", 2)
    connection = await connection_of(desk, client_id)
    assert (connection.id, connection.tenant_id, connection.status) == (history[0].id, history[0].tenant_id, "active")
    assert history[1] <= {card.id for card in await desk.all(Scorecard)}
    assert await desk.stored(client_id) == await desk.true(client_id)
    verbs = await desk.verbs()
    assert (verbs["connection.broken"], verbs["run.retried"], verbs["import.failed"]) == (1, 1, 1)
    # Whoever comes second, the browser or the server, starts nothing twice.
    assert await continue_imports(desk.ctx) == 0


async def test_what_failed_for_another_reason_is_left_alone(desk: Desk) -> None:
    client_id = desk.clients[0]
    await desk.fault("http500", "Payments", times=0)
    await desk.start(client_id)
    assert (await until_it_ends(desk, client_id)).state == "failed"
    assert await continue_imports(desk.ctx) == 0


async def test_browser_and_server_at_once_start_it_once(desk: Desk) -> None:
    client_id = desk.clients[0]
    run_id = await desk.start(client_id)
    await desk.control("POST", "disconnect", tenant=desk.remote[client_id])
    stopped = await until_it_ends(desk, client_id)
    first, _ = (await desk.control("GET", "users"))["users"][:2]
    await desk.later(timedelta(minutes=5))
    await connect(desk, first, [desk.remote[client_id]])
    async with desk.ctx.unit() as unit:
        await retry_imports(unit, run_id=run_id, import_ids=[stopped.id])
    assert await continue_imports(desk.ctx) == 0
    assert (await until_it_ends(desk, client_id)).attempts == 2
    assert len(await desk.all(Import)) == 1
