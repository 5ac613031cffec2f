"""Xero's webhooks, from the sandbox that sends them to the score that follows: each document read once, by each firm itself."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import event, func, select

from api import passing
from api.passing import Passing
from api.routes.deliveries import MOST_BYTES
from practice.clients.models import Client
from practice.connections.models import Delivery
from practice.connections.reach_tenant import reach_tenant
from practice.imports.models import RemoteChange
from practice.imports.pass_on_deliveries import GATHER, pass_on_deliveries
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.ledgers.models.documents import BankTransaction, Document
from practice.scoring.models import Issue
from sandbox import deliveries as sender
from tests.practice.imports.conftest import Desk
from tests.world import adopted

KEY = "the webhook key"
HERE = "http://localhost:8000/api/v1/deliveries/xero"


@pytest.fixture
async def hooked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Both sides have the key, the sandbox the address, and one client its books."""
    settings = desk.house.rt.settings
    xero = settings.xero.model_copy(update={"webhook_key": SecretStr(KEY)})
    object.__setattr__(desk.house.rt.lent, "settings", settings.model_copy(update={"xero": xero}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.house.app)) as xeros:

        async def post(url: str, headers: dict[str, str], body: bytes) -> int:
            return (await xeros.post(url, headers=headers, content=body)).status_code

        monkeypatch.setattr(sender, "post", post)
        await desk.start(desk.clients[0])
        await desk.worked()
        await desk.control("POST", "webhook", url=HERE, key=KEY)
        yield desk
        await desk.control("POST", "webhook", url="")


async def changed(desk: Desk, resource: str, id_: object, **more: Any) -> list[dict[str, Any]]:
    answer = await desk.control(
        "POST", "change-document", tenant=desk.remote[desk.clients[0]], resource=resource, id=str(id_), **more
    )
    sent: list[dict[str, Any]] = answer["deliveries"]
    return sent


async def gathered(desk: Desk) -> list[dict[str, Any]]:
    """The calls that follow once the moment for gathering is over."""
    before = len(await desk.calls(desk.clients[0]))
    desk.clock.move(GATHER + timedelta(seconds=1))
    await desk.worked()
    return (await desk.calls(desk.clients[0]))[before:]


async def an_invoice(desk: Desk, *statuses: str) -> Document:
    rows = await desk.all(Document, Document.kind == "invoice", Document.status.in_(statuses))
    return min(rows, key=lambda row: row.date)  # type: ignore[no-any-return]  # rows of this table


async def inbox(desk: Desk) -> int:
    async with desk.house.rt.context(Actor.door()).unit(write=False) as unit:
        return int(await unit.scalar(select(func.count()).select_from(Delivery)))


def signature(body: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": events, "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "X"}).encode()


def told(tenant: str, id_: object, at: str = "2026-11-21T01:02:03.456", category: str = "INVOICE") -> dict[str, Any]:
    return {
        "resourceId": str(id_), "tenantId": tenant, "eventCategory": category, "eventType": "UPDATE", "eventDateUtc": at,
    }  # fmt: skip


async def test_intent_to_receive(hooked: Desk) -> None:
    answer = await hooked.control("POST", "webhook/intent")
    assert answer["validated"] is True
    assert [(one["signed"], one["status"]) for one in answer["deliveries"]] == [
        (True, 200), (False, 401), (True, 200), (False, 401),
    ]  # fmt: skip
    assert await inbox(hooked) == 0


async def test_the_answer_is_empty_and_sets_no_cookie(hooked: Desk) -> None:
    browser = hooked.house.browser()
    body = body_of(told(hooked.remote[hooked.clients[0]], UUID(int=1)))
    for key, status in ((KEY, 200), ("another", 401)):
        answer = await browser.post(HERE, content=body, headers={"x-xero-signature": signature(body, key)})
        assert (answer.status_code, answer.content) == (status, b"")
        assert "set-cookie" not in answer.headers
    assert (await browser.post(HERE, content=body)).status_code == 401
    assert (await browser.post(HERE, content=body + b" ", headers={"x-xero-signature": signature(body)})).status_code == 401


async def test_what_is_too_large_counts_as_unsigned(hooked: Desk) -> None:
    body = body_of(told("x", "y")) + b" " * MOST_BYTES
    answer = await hooked.house.browser().post(HERE, content=body, headers={"x-xero-signature": signature(body)})
    assert answer.status_code == 401


async def test_without_a_key_nothing_is_taken(desk: Desk) -> None:
    body = body_of()
    answer = await desk.house.browser().post(HERE, content=body, headers={"x-xero-signature": signature(body, "")})
    assert answer.status_code == 401


@pytest.mark.parametrize("odd", [b"", b"[]", b"null", b'{"events": {}}', b'{"events": [1, {"tenantId": 4}]}', b"\xff{"])
async def test_what_is_signed_and_cannot_be_read_is_still_taken(hooked: Desk, odd: bytes) -> None:
    answer = await hooked.house.browser().post(HERE, content=odd, headers={"x-xero-signature": signature(odd)})
    assert answer.status_code == 200
    assert await inbox(hooked) == 0


async def test_a_changed_document_is_read_alone_and_scored(hooked: Desk) -> None:
    before = {issue.key for issue in await hooked.all(Issue, Issue.code == "DQ15", Issue.state == "open")}
    invoice = await an_invoice(hooked, "PAID", "AUTHORISED")
    (sent,) = await changed(hooked, "Invoices", invoice.remote_id, fields={"Status": "DRAFT"})
    assert sent["status"] == 200
    (call,) = await gathered(hooked)
    assert call["path"].endswith("/Invoices")
    assert call["query"]["IDs"] == str(invoice.remote_id)
    after = {issue.key for issue in await hooked.all(Issue, Issue.code == "DQ15", Issue.state == "open")}
    assert after == before | {str(invoice.remote_id)}
    assert await hooked.all(RemoteChange) == []


async def test_the_same_five_times_and_out_of_order_is_one_call(hooked: Desk) -> None:
    tenant, invoice = hooked.remote[hooked.clients[0]], await an_invoice(hooked, "PAID", "AUTHORISED")
    browser = hooked.house.browser()
    later, earlier = (told(tenant, invoice.remote_id, f"2026-11-21T01:02:0{n}.000") for n in (5, 1))
    for body in (body_of(later), body_of(earlier), *[body_of(later)] * 4):
        answer = await browser.post(HERE, content=body, headers={"x-xero-signature": signature(body)})
        assert answer.status_code == 200
    assert await inbox(hooked) == 2
    assert len(await gathered(hooked)) == 1
    # Xero repeats what it kept for a month; it is known here still.
    hooked.clock.move(timedelta(days=31))
    body = body_of(earlier)
    await browser.post(HERE, content=body, headers={"x-xero-signature": signature(body)})
    assert await gathered(hooked) == []


async def test_forty_invoices_are_one_call_and_credit_notes_one_each(hooked: Desk) -> None:
    tenant = hooked.remote[hooked.clients[0]]
    invoices = await hooked.all(Document, Document.kind == "invoice")
    notes = [UUID(int=5), UUID(int=6)]  # neither is there any more
    body = body_of(
        *[told(tenant, one.remote_id) for one in invoices],
        *[told(tenant, UUID(int=100 + n)) for n in range(45 - len(invoices))],  # gone again before they are read
        *[told(tenant, note, "2025-12-02 00:44:09.923000", "CREDITNOTE") for note in notes],
        told(tenant, UUID(int=7), category="SUBSCRIPTION"),
        told("00000000-0000-4000-8000-000000000000", UUID(int=7)),  # nobody's organisation
    )
    answer = await hooked.house.browser().post(HERE, content=body, headers={"x-xero-signature": signature(body)})
    assert answer.status_code == 200
    calls = await gathered(hooked)
    assert sorted(call["path"].rsplit("/", 1)[1] for call in calls) == sorted(
        ["Invoices", "Invoices", *map(str, notes)]
    )
    assert await hooked.all(RemoteChange) == []
    assert await pass_on_deliveries(hooked.house.rt.context(Actor.door())) == 0


async def test_what_takes_no_list_of_ids_is_asked_for_one_by_one(hooked: Desk) -> None:
    (row, *_) = await hooked.all(BankTransaction)
    async with reach_tenant(hooked.ctx, row.tenant_id) as ledger:
        assert (ledger.ids_at_once("invoices"), ledger.ids_at_once("bank_transactions")) == (40, 1)
        page = await ledger.pull_some("bank_transactions", ids=[str(row.remote_id)])
        gone = await ledger.pull_some("bank_transactions", ids=[str(UUID(int=5))])
    assert [UUID(one["remote_id"]) for one in page.rows] == [row.remote_id]
    assert page.rows[0]["line_cents"] == row.line_cents
    assert gone.rows == []


async def test_a_change_while_it_is_read_is_read_again(hooked: Desk) -> None:
    invoice = await an_invoice(hooked, "PAID", "AUTHORISED")
    await changed(hooked, "Invoices", invoice.remote_id)
    again = [True]

    async def meanwhile(request: httpx.Request) -> None:
        if "IDs" in request.url.params and again:
            again.pop()
            hooked.sandbox.sandbox.clock.advance(5)
            await changed(hooked, "Invoices", invoice.remote_id, fields={"Reference": "the last word"})

    hooks = hooked.house.rt.lent.http.event_hooks
    hooks["request"] = [*hooks["request"], meanwhile]
    await gathered(hooked)
    await gathered(hooked)
    (row,) = await hooked.all(Document, Document.remote_id == invoice.remote_id)
    assert row.reference == "the last word"
    assert await hooked.all(RemoteChange) == []


async def test_two_firms_with_one_organisation_read_it_each_for_itself(hooked: Desk) -> None:
    remote = hooked.remote[hooked.clients[0]]
    dan = await hooked.house.founder("Dusk", "Dan")
    ids = await adopted(dan, hooked.house.xero, [remote])
    answer = await dan.post("/import-runs", {"client_ids": list(ids.values())}, Idempotency_Key="dan")
    assert answer.status_code == 202, answer.text
    await hooked.worked()
    invoice = await an_invoice(hooked, "PAID", "AUTHORISED")
    await changed(hooked, "Invoices", invoice.remote_id, fields={"Reference": "seen by both"})
    assert len(await gathered(hooked)) == 2
    for firm_id in (hooked.ada.firm_id, dan.firm_id):
        assert firm_id is not None
        async with hooked.house.unit(Actor.system(firm_id)) as unit:
            references = await unit.scalars(
                select(Document.reference).where(Document.firm_id == firm_id, Document.remote_id == invoice.remote_id)
            )
        assert references == ["seen by both"]


async def test_a_client_that_was_never_read_is_left_to_its_import(hooked: Desk) -> None:
    body = body_of(told(hooked.remote[hooked.clients[1]], UUID(int=9)))
    await hooked.house.browser().post(HERE, content=body, headers={"x-xero-signature": signature(body)})
    before = len(await hooked.calls(hooked.clients[1]))
    await gathered(hooked)
    assert len(await hooked.calls(hooked.clients[1])) == before
    assert await hooked.all(RemoteChange) == []


async def test_what_the_api_could_not_pass_on_the_timetable_does(hooked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def died(*_: object) -> None: ...

    monkeypatch.setattr(Passing, "on", died)
    invoice = await an_invoice(hooked, "PAID", "AUTHORISED")
    await changed(hooked, "Invoices", invoice.remote_id)
    assert await hooked.all(RemoteChange) == []
    assert await pass_on_deliveries(hooked.house.rt.context(Actor.door())) == 1
    assert len(await gathered(hooked)) == 1


async def test_receipt_only_inserts_and_needs_no_worker(hooked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def later(*_: object) -> None: ...

    monkeypatch.setattr(Passing, "on", later)
    said: list[str] = []
    engine = hooked.house.rt.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(" ".join(args[2].split()[:3])))
    tenant, browser = hooked.remote[hooked.clients[0]], hooked.house.browser()

    async def one(n: int) -> tuple[int, float]:
        body = body_of(told(tenant, UUID(int=n)))
        began = time.perf_counter()
        answer = await browser.post(HERE, content=body, headers={"x-xero-signature": signature(body)})
        return answer.status_code, (time.perf_counter() - began) * 1000

    await one(10_000)
    assert {statement for statement in said if "set_config" not in statement} == {"INSERT INTO delivery"}
    taken = [await one(n) for n in range(200)]
    taken += await asyncio.gather(*[one(n) for n in range(200, 220)])
    assert {status for status, _ in taken} == {200}
    times = sorted(ms for _, ms in taken[:200])
    print(f"receipt of a webhook: median {times[100]:.1f} ms, p99 {times[197]:.1f} ms of 200, workers down")
    assert await inbox(hooked) == 221
    assert await hooked.all(JobRow, JobRow.name == "read_deliveries") == []


async def test_while_one_pass_is_at_work_no_other_begins_and_none_is_forgotten(
    hooked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = 0, asyncio.Event()

    async def pass_on(_: object) -> int:
        nonlocal begun
        begun += 1
        await go.wait()
        return 0

    monkeypatch.setattr(passing, "pass_on_deliveries", pass_on)
    one, door = Passing(), hooked.house.rt.context(Actor.door())
    first = asyncio.create_task(one.on(door))
    await asyncio.sleep(0)
    for _ in range(9):
        await one.on(door)
    assert begun == 1
    go.set()
    await first
    assert begun == 2


async def test_the_client_says_when_something_came(hooked: Desk) -> None:
    hooked.clock.move(timedelta(minutes=3))
    invoice = await an_invoice(hooked, "PAID", "AUTHORISED")
    await changed(hooked, "Invoices", invoice.remote_id)
    await gathered(hooked)
    (client,) = await hooked.all(Client, Client.id == hooked.clients[0])
    assert client.last_imported_at == hooked.clock.now()
    assert client.last_synced_at < hooked.clock.now()  # not all of it was read
