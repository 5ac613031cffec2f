"""An app may change contacts and accounts: what it wrote is read back, what is wrong is refused whole, and no write happens twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from ..clock import Clock
from ..gateway.wire import Wire
from .conftest import LEDGER, NOON, Browser
from .reading import Api, Document

WRITER = f"{LEDGER} accounting.contacts accounting.settings"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


class Author(Api):
    async def post(self, path: str, body: Any, *, key: str = "", **query: str) -> httpx.Response:
        headers = {**self.headers, "Accept": "application/json", **({"Idempotency-Key": key} if key else {})}
        return await self.http.post(f"/api.xro/2.0/{path}", json=body, headers=headers, params=query)


async def opened(http: httpx.AsyncClient, browser: Browser, scope: str) -> Author:
    tokens = await browser.tokens(1, scope=scope)
    tenant = (await browser.connections(tokens["access_token"]))[0]["tenantId"]
    return Author(http, {"Authorization": f"Bearer {tokens['access_token']}", "xero-tenant-id": tenant})


@pytest.fixture
async def author(http: httpx.AsyncClient, browser: Browser) -> Author:
    return await opened(http, browser, WRITER)


@pytest.fixture
async def contact(author: Author) -> Document:
    return (await author.every("Contacts"))[0]


async def one(author: Author, name: str, key: str) -> Document:
    found: Document = (await author.get(f"{name}/{key}")).json()[name][0]
    return found


def messages(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert (body["ErrorNumber"], body["Type"]) == (10, "ValidationException")
    return [error["Message"] for element in body["Elements"] for error in element["ValidationErrors"]]


async def test_defaults_and_tax_number_are_written_and_seen_by_an_incremental_read(
    author: Author, contact: Document, clock: Clock
) -> None:
    clock.advance(60)
    fields = {
        "PurchasesDefaultAccountCode": "461",
        "AccountsPayableTaxType": (await author.whole("TaxRates"))[0]["TaxType"],
        "TaxNumber": "51 824 753 556",
    }
    answer = await author.post("Contacts", {"Contacts": [{"ContactID": contact["ContactID"], **fields}]})
    assert answer.status_code == 200, answer.text
    written = answer.json()["Contacts"][0]
    assert {name: written[name] for name in fields} == fields
    assert written["Name"] == contact["Name"]
    assert written == await one(author, "Contacts", contact["ContactID"])
    since = (NOON + timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%S")
    changed = await author.whole("Contacts", page=1, headers={"If-Modified-Since": since})
    assert [each["ContactID"] for each in changed] == [contact["ContactID"]]
    found = await author.whole("Contacts", page=1, where='TaxNumber=="51 824 753 556"')
    assert [each["ContactID"] for each in found] == [contact["ContactID"]]


async def test_what_is_written_empty_is_not_set_any_more(author: Author, contact: Document) -> None:
    path = f"Contacts/{contact['ContactID']}"
    assert (await author.post(path, {"SalesDefaultAccountCode": "200"})).status_code == 200
    answer = await author.post(path, {"SalesDefaultAccountCode": ""})
    assert "SalesDefaultAccountCode" not in answer.json()["Contacts"][0]
    assert "SalesDefaultAccountCode" not in await one(author, "Contacts", contact["ContactID"])


async def test_a_contact_is_archived_and_comes_back(author: Author, contact: Document) -> None:
    key = contact["ContactID"]

    async def listed(**query: str) -> set[str]:
        return {each["ContactID"] for each in await author.every("Contacts", **query)}

    assert (await author.post("Contacts", {"ContactID": key, "ContactStatus": "ARCHIVED"})).status_code == 200
    assert key not in await listed()
    assert key in await listed(includeArchived="true")
    assert (await author.post(f"Contacts/{key}", {"ContactStatus": "ACTIVE"})).status_code == 200
    assert key in await listed()


async def test_an_account_is_archived_but_no_system_account(author: Author) -> None:
    accounts = await author.whole("Accounts")
    plain = next(each for each in accounts if each.get("Code") == "461")
    system = next(each for each in accounts if each.get("SystemAccount") == "DEBTORS")
    answer = await author.post(f"Accounts/{plain['AccountID']}", {"Accounts": [{"Status": "ARCHIVED"}]})
    assert answer.json()["Accounts"][0]["Status"] == "ARCHIVED"
    assert (await one(author, "Accounts", plain["AccountID"]))["Status"] == "ARCHIVED"
    refused = await author.post(f"Accounts/{system['AccountID']}", {"Status": "ARCHIVED"})
    assert messages(refused) == ["The account is a system account and cannot be archived"]
    assert refused.json()["Elements"][0]["AccountID"] == system["AccountID"]
    assert await one(author, "Accounts", system["AccountID"]) == system
    both = await author.post(f"Accounts/{plain['AccountID']}", {"Status": "ACTIVE", "Name": "Paper"})
    assert messages(both) == ["Cannot update account details and STATUS on the same request"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"EmailAddress": "nobody"}, "Email address must be valid."),
        ({"SalesDefaultAccountCode": "no such"}, "Account code 'no such'"),
        ({"AccountsReceivableTaxType": "TAX999"}, "The TaxType code 'TAX999'"),
        ({"TaxNumber": "1" * 51}, "The length of the TaxNumber field"),
        ({"Name": " "}, "must be specified"),
    ],
)
async def test_what_is_wrong_is_refused_and_nothing_is_written(
    author: Author, contact: Document, fields: dict[str, str], said: str
) -> None:
    other = (await author.every("Contacts"))[1]
    right = {"ContactID": other["ContactID"], "TaxNumber": "1"}
    answer = await author.post("Contacts", {"Contacts": [right, {"ContactID": contact["ContactID"], **fields}]})
    assert [said in text for text in messages(answer)] == [True]
    assert await one(author, "Contacts", contact["ContactID"]) == contact
    assert await one(author, "Contacts", other["ContactID"]) == other
    marked = await author.post(
        "Contacts", {"Contacts": [right, {"ContactID": contact["ContactID"], **fields}]}, summarizeErrors="false"
    )
    assert [each["StatusAttributeString"] for each in marked.json()["Contacts"]] == ["OK", "ERROR"]
    assert (await one(author, "Contacts", other["ContactID"]))["TaxNumber"] == "1"


async def test_a_name_that_is_taken(author: Author) -> None:
    first, second = (await author.every("Contacts"))[:2]
    answer = await author.post(f"Contacts/{first['ContactID']}", {"Name": second["Name"].upper()})
    assert "already assigned to another contact" in messages(answer)[0]


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("Contacts", [], 400, "NoDataProcessedException"),
        ("Contacts", {"Contacts": []}, 400, "NoDataProcessedException"),
        ("Contacts", {"ContactID": "what", "TaxNumber": "1"}, 400, "PostDataInvalidException"),
        ("Contacts", {"ContactID": UNKNOWN, "TaxNumber": "1"}, 400, "ValidationException"),
        ("Contacts", {"Name": "Nobody whom anybody knows"}, 501, "ApiMethodNotImplementedException"),
        (f"Contacts/{UNKNOWN}", {"TaxNumber": "1"}, 404, None),
        (f"Accounts/{UNKNOWN}", {"Status": "ARCHIVED"}, 404, None),
    ],
)
async def test_bodies_that_cannot_be(author: Author, path: str, body: Any, status: int, kind: str | None) -> None:
    answer = await author.post(path, body)
    assert answer.status_code == status
    assert kind is None or answer.json()["Type"] == kind


async def test_nonsense_in_known_fields_is_refused(author: Author, contact: Document) -> None:
    for fields in ({"ContactStatus": "GONE"}, {"TaxNumber": 7}):
        answer = await author.post(f"Contacts/{contact['ContactID']}", fields)
        assert (answer.status_code, answer.json()["Type"]) == (400, "PostDataInvalidException")
    headers = {**author.headers, "Accept": "application/json"}
    answer = await author.http.post("/api.xro/2.0/Contacts", content=b"{", headers=headers)
    assert answer.json()["ErrorNumber"] == 14


async def test_the_same_key_writes_once(author: Author, contact: Document, clock: Clock, app: Wire) -> None:
    path = f"Contacts/{contact['ContactID']}"
    first = await author.post(path, {"TaxNumber": "first"}, key="k1")
    await author.post(path, {"TaxNumber": "second"})
    again = await author.post(path, {"TaxNumber": "first"}, key="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (await one(author, "Contacts", contact["ContactID"]))["TaxNumber"] == "second"
    other = await author.post(path, {"TaxNumber": "third"}, key="k1")
    assert other.status_code == 400
    assert "Idempotency-Key" in other.json()["Message"]
    assert (await author.post(path, {"TaxNumber": "x"}, key="k" * 129)).status_code == 400
    clock.advance(361)
    later = await author.post(path, {"TaxNumber": "third"}, key="k1")
    assert later.json()["Contacts"][0]["TaxNumber"] == "third"


async def test_a_refusal_is_kept_under_its_key_too(author: Author, contact: Document) -> None:
    path = f"Contacts/{contact['ContactID']}"
    fields = {"SalesDefaultAccountCode": "999"}
    first = await author.post(path, fields, key="k2")
    again = await author.post(path, fields, key="k2")
    assert first.status_code == again.status_code == 400
    assert first.content == again.content


async def test_an_answer_that_is_lost_was_written_once(
    author: Author, contact: Document, http: httpx.AsyncClient
) -> None:
    path = f"Contacts/{contact['ContactID']}"
    await http.post("/__control/faults", json={"kind": "lost_answer", "path": "/Contacts", "times": 1})
    with pytest.raises(Exception, match="break this connection"):
        await author.post(path, {"TaxNumber": "lost"}, key="k3")
    stamp = (await one(author, "Contacts", contact["ContactID"]))["UpdatedDateUTC"]
    answer = await author.post(path, {"TaxNumber": "lost"}, key="k3")
    assert answer.json()["Contacts"][0]["UpdatedDateUTC"] == stamp


async def test_reading_scopes_do_not_write(http: httpx.AsyncClient, browser: Browser) -> None:
    reader = await opened(http, browser, LEDGER)
    contact = (await reader.every("Contacts"))[0]
    account = (await reader.whole("Accounts"))[0]
    for path, body in (
        (f"Contacts/{contact['ContactID']}", {"TaxNumber": "1"}),
        (f"Accounts/{account['AccountID']}", {"Status": "ARCHIVED"}),
    ):
        answer = await reader.post(path, body)
        assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthorizationUnsuccessful")
    assert await one(reader, "Contacts", contact["ContactID"]) == contact


async def test_a_refusal_in_xml(author: Author, contact: Document) -> None:
    headers = {**author.headers, "Accept": "application/xml"}
    path = f"/api.xro/2.0/Contacts/{contact['ContactID']}"
    answer = await author.http.post(path, json={"EmailAddress": "nobody"}, headers=headers)
    assert answer.status_code == 400
    assert "<ValidationError><Message>Email address must be valid.</Message></ValidationError>" in answer.text


async def test_the_control_page_changes_somebodys_bank_account(author: Author, contact: Document) -> None:
    asked = {
        "tenant_id": author.headers["xero-tenant-id"],
        "resource": "Contacts",
        "id": contact["ContactID"],
        "fields": {"BankAccountDetails": "062-000 11112222"},
    }
    assert (await author.http.post("/__control/change-document", json=asked)).status_code == 200
    assert (await one(author, "Contacts", contact["ContactID"]))["BankAccountDetails"] == "062-000 11112222"


async def test_a_reset_undoes_what_was_written(author: Author, contact: Document, app: Wire) -> None:
    await author.post(f"Contacts/{contact['ContactID']}", {"TaxNumber": "1"}, key="k4")
    edits = app.sandbox.memory.edits.for_tenant(author.headers["xero-tenant-id"])
    assert list(edits) == [("Contacts", contact["ContactID"])]
    app.sandbox.reset()
    assert app.sandbox.memory.edits.for_tenant(author.headers["xero-tenant-id"]) == {}
