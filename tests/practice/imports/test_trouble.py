"""When Xero is slow, full, broken or gone: an import waits, tries again or asks for help, and never makes books up."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from practice.clients.models import Client
from practice.imports.models import Import
from practice.imports.retry_imports import retry_imports
from practice.ledgers.high_water import read_high_water
from practice.scoring.models import Scorecard
from tests.practice.imports.conftest import Desk, pages


async def until_it_ends(desk: Desk, client_id: UUID) -> Import:
    for _ in range(20):
        await desk.worked()
        import_ = await desk.import_of(client_id)
        if not import_.active:
            return import_
        await desk.later(timedelta(minutes=2))
    raise AssertionError("it never ended")


@pytest.mark.parametrize(
    ("kind", "cause", "wait"), [("minute429", "throttled", 40), ("day429", "day-limit-reached", 7_200)]
)
async def test_a_limit_parks_the_import_and_spends_no_try(desk: Desk, kind: str, cause: str, wait: int) -> None:
    client_id = desk.clients[0]
    await desk.fault(kind, "Payments", retry_after=wait)
    run_id = await desk.start(client_id)
    await desk.worked()
    import_ = await desk.import_of(client_id)
    assert (import_.state, import_.shown_state) == ("waiting", "waiting")
    assert import_.waiting_until
    assert desk.clock.now() < import_.waiting_until <= desk.clock.now() + timedelta(seconds=wait)
    assert import_.problem
    assert import_.problem["slug"] == cause
    asked = len(await desk.calls(client_id))
    await desk.worked()
    assert len(await desk.calls(client_id)) == asked
    await desk.later(timedelta(seconds=wait))
    await desk.worked()
    import_ = await desk.import_of(client_id)
    assert (import_.state, import_.waiting_until, import_.problem) == ("done", None, None)
    assert await desk.stored(client_id) == await desk.true(client_id)
    assert max(pages(await desk.calls(client_id)).values()) == 1
    assert (await desk.run(run_id)).state == "finished"


async def test_a_retry_goes_on_where_the_import_stopped(desk: Desk) -> None:
    client_id = desk.clients[0]
    await desk.fault("http500", "Payments", times=0)
    run_id = await desk.start(client_id)
    import_ = await until_it_ends(desk, client_id)
    assert (import_.state, import_.shown_state) == ("failed", "failed")
    assert import_.problem
    assert import_.problem["remedy"]["operation"] == "retry"
    assert (await desk.run(run_id)).state == "finished"
    await desk.control("POST", "faults/drop")
    async with desk.ctx.unit() as unit:
        await retry_imports(unit, run_id=run_id)
    assert (await desk.run(run_id)).state == "open"
    await desk.later()
    await desk.worked()
    again = await desk.import_of(client_id)
    assert (again.id, again.state, again.attempts) == (import_.id, "done", 2)
    assert max(pages(await desk.calls(client_id)).values()) == 1
    assert await desk.stored(client_id) == await desk.true(client_id)
    verbs = await desk.verbs()
    assert (verbs["import.failed"], verbs["import.finished"], verbs["run.finished"]) == (1, 1, 2)


@pytest.mark.parametrize("withdrawn", ["disconnected", "revoked"])
async def test_a_lost_consent_asks_for_help_exactly_once(desk: Desk, withdrawn: str) -> None:
    client_id = desk.clients[0]
    run_id = await desk.start(client_id)
    await desk.worked(most=1)
    before = await desk.import_of(client_id)
    assert before.state == "importing"
    users = (await desk.control("GET", "users"))["users"]
    if withdrawn == "disconnected":
        await desk.control("POST", "disconnect", tenant=desk.remote[client_id])
    else:
        await desk.control("POST", "revoke", user=users[0]["user_id"])
        await desk.later(timedelta(minutes=40))  # the access token has run out too
    import_ = await until_it_ends(desk, client_id)
    assert (import_.state, import_.shown_state) == ("failed", "needs_action")
    assert import_.problem
    assert import_.problem["remedy"]["operation"] == "reconnect"
    assert (await desk.run(run_id)).state == "finished"
    verbs = await desk.verbs()
    assert (verbs["import.failed"], verbs["connection.broken"], verbs["import.finished"]) == (1, 1, 0)
    assert await desk.all(Scorecard) == []
    (client,) = await desk.all(Client, Client.id == client_id)
    assert client.import_failed


async def test_answers_that_are_none_are_asked_for_again(desk: Desk) -> None:
    client_id = desk.clients[0]
    kinds = ["wrong_type", "empty", "bad_json", "half_body", "reset", "503maintenance"]
    for kind in kinds:
        await desk.fault(kind, "Invoices", page=1)
    await desk.start(client_id)
    await desk.worked()
    import_ = await desk.import_of(client_id)
    assert import_.state == "queued"
    async with desk.ctx.unit(write=False) as unit:
        assert "invoices" not in await read_high_water(unit, tenant_id=import_.tenant_id)
    import_ = await until_it_ends(desk, client_id)
    assert import_.state == "done"
    assert [fault["done"] for fault in (await desk.control("GET", "faults"))["plan"]] == [1] * len(kinds)
    assert await desk.stored(client_id) == await desk.true(client_id)


async def test_answers_that_stay_none_are_never_an_empty_ledger(desk: Desk) -> None:
    client_id = desk.clients[0]
    await desk.fault("empty", "Invoices", times=0)
    await desk.start(client_id)
    import_ = await until_it_ends(desk, client_id)
    assert import_.state == "failed"
    assert import_.problem
    assert import_.problem["slug"] == "bad-answer"
    async with desk.ctx.unit(write=False) as unit:
        assert "invoices" not in await read_high_water(unit, tenant_id=import_.tenant_id)
        assert await unit.scalars(select(Scorecard.id).where(Scorecard.firm_id == unit.firm_id)) == []
    (client,) = await desk.all(Client, Client.id == client_id)
    assert (client.state, client.score, client.last_imported_at) == ("ready", None, None)


async def test_a_row_sent_twice_counts_once(desk: Desk) -> None:
    client_id = desk.clients[0]
    await desk.fault("duplicate_row", "Contacts", page=1)
    await desk.start(client_id)
    import_ = await until_it_ends(desk, client_id)
    assert import_.state == "done"
    assert await desk.stored(client_id) == await desk.true(client_id)
