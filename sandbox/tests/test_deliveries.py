"""Webhooks as the sandbox sends them: signed over the raw bytes, retried, and wrongly signed on request."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from .. import deliveries
from ..gateway.wire import Wire

KEY = "k"


class Receiver:
    """Takes what is sent; answers as `answers` says, 200 in the end."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], bool]] = []
        self.answers: Callable[[int, bool], int] = lambda _, signed: 200 if signed else 401

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        expected = base64.b64encode(hmac.digest(KEY.encode(), body, hashlib.sha256)).decode()
        signed = headers["x-xero-signature"] == expected
        self.got.append((json.loads(body), signed))
        return self.answers(len(self.got), signed)


@pytest.fixture
async def receiver(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    made = Receiver()
    monkeypatch.setattr(deliveries, "post", made.post)
    await control(http, "webhook", url="http://localhost:1/here", key=KEY)
    return made


async def control(http: httpx.AsyncClient, what: str, **said: Any) -> Any:
    answer = await http.post(f"/__control/{what}", json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tenant(http: httpx.AsyncClient) -> str:
    organisations = (await http.get("/__control/organisations")).json()["organisations"]
    smallest = min(organisations, key=lambda one: one["documents"])
    return str(smallest["tenant_id"])


async def test_a_change_is_told_as_xero_tells_it(http: httpx.AsyncClient, receiver: Receiver) -> None:
    whose = await tenant(http)
    answer = await control(http, "change-document", tenant=whose, resource="Invoices")
    ((body, signed),) = receiver.got
    assert signed
    (event,) = body["events"]
    assert event == {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{answer['id']}",
        "resourceId": answer["id"],
        "tenantId": whose,
        "tenantType": "ORGANISATION",
        "eventCategory": "INVOICE",
        "eventType": "UPDATE",
        "eventDateUtc": "2026-11-21T12:00:00.000",
    }
    assert (body["firstEventSequence"], body["lastEventSequence"]) == (1, 1)
    assert [one["status"] for one in answer["deliveries"]] == [200]


async def test_nothing_is_told_of_what_xero_does_not_tell(http: httpx.AsyncClient, receiver: Receiver) -> None:
    whose = await tenant(http)
    await control(http, "change-document", tenant=whose, resource="Payments")
    await control(http, "change-document", tenant=whose, resource="Invoices", silent="yes", fields={"Reference": "x"})
    await control(http, "change-document", tenant=whose, resource="Invoices", gone="yes")
    assert receiver.got == []
    refused = await http.post("/__control/deliver", json={"tenant": whose, "resource": "Payments", "id": "1"})
    assert refused.status_code == 400


async def test_intent_to_receive_is_answered_right_or_not(http: httpx.AsyncClient, receiver: Receiver) -> None:
    assert (await control(http, "webhook/intent"))["validated"] is True
    assert [signed for _, signed in receiver.got] == [True, False, True, False]
    assert all(body["events"] == [] and body["lastEventSequence"] == 0 for body, _ in receiver.got)
    receiver.answers = lambda *_: 200
    assert (await control(http, "webhook/intent"))["validated"] is False


async def test_times_and_wrong_signatures(http: httpx.AsyncClient, receiver: Receiver) -> None:
    whose = await tenant(http)
    answer = await control(http, "deliver", tenant=whose, resource="CreditNotes", id="n", times=3)
    assert len(answer["deliveries"]) == 3
    assert receiver.got[0] == receiver.got[2]
    assert receiver.got[0][0]["events"][0]["eventDateUtc"] == "2026-11-21 12:00:00.000000"
    answer = await control(http, "deliver", tenant=whose, resource="Invoices", id="n", wrong="yes")
    assert [(one["signed"], one["status"]) for one in answer["deliveries"]] == [(False, 401)]


async def test_what_is_not_taken_is_sent_again(
    http: httpx.AsyncClient, app: Wire, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    receiver.answers = lambda n, _: 200 if n == 4 else 0
    done = asyncio.Event()
    taken = receiver.post

    async def post(url: str, headers: dict[str, str], body: bytes) -> int:
        status = await taken(url, headers, body)
        if status == 200:
            done.set()
        return status

    monkeypatch.setattr(deliveries, "post", post)
    answer = await control(http, "change-document", tenant=await tenant(http), resource="Contacts")
    assert [one["status"] for one in answer["deliveries"]] == [0]
    await done.wait()
    assert len({json.dumps(body) for body, _ in receiver.got}) == 1
    assert len(receiver.got) == 4
    assert slept == [deliveries.RETRY_EVERY, deliveries.RETRY_EVERY]


async def test_a_document_gone_without_a_trace_comes_back(http: httpx.AsyncClient, receiver: Receiver) -> None:
    whose = await tenant(http)
    id_ = (await control(http, "change-document", tenant=whose))["id"]
    assert (await control(http, "change-document", tenant=whose, id=id_, gone="yes"))["document"] is None
    missing = await http.post("/__control/change-document", json={"tenant": whose, "id": id_})
    assert missing.status_code == 400
    back = await control(http, "change-document", tenant=whose, id=id_, gone="no")
    assert back["document"]["InvoiceID"] == id_


async def test_a_silent_change_keeps_its_time(http: httpx.AsyncClient, receiver: Receiver) -> None:
    whose = await tenant(http)
    before = (await control(http, "change-document", tenant=whose, resource="BankTransactions"))["document"]
    after = (
        await control(
            http, "change-document", tenant=whose, resource="BankTransactions", id=before["BankTransactionID"],
            silent="yes", fields={"IsReconciled": not before["IsReconciled"]},
        )
    )["document"]  # fmt: skip
    assert after["IsReconciled"] is not before["IsReconciled"]
    assert after["UpdatedDateUTC"] == before["UpdatedDateUTC"]


async def test_the_page_shows_them(http: httpx.AsyncClient, receiver: Receiver) -> None:
    await control(http, "change-document", tenant=await tenant(http))
    page = (await http.get("/")).text
    assert "http://localhost:1/here" in page
    assert "1 events" in page
