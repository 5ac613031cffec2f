"""Corrections through both doors: a default that is missing is written to Xero, read back, and taken out again."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from practice.kernel.actor import Actor
from practice.ledgers.models.documents import Document
from sandbox.world.organisations import organisations
from tests.api.conftest import House, Person
from tests.flows.conftest import house_before_the_sandbox
from tests.world import adopted, before_the_sandbox, consented, started, worked

NOW = datetime(2025, 11, 10, 1, tzinfo=UTC)
FIELDS = {
    ("sales", "account"): "SalesDefaultAccountCode",
    ("purchases", "account"): "PurchasesDefaultAccountCode",
    ("sales", "tax"): "AccountsReceivableTaxType",
    ("purchases", "tax"): "AccountsPayableTaxType",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One for each test: they change what is at Xero."""
    monkeypatch.setenv("SANDBOX_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
async def house(database_url: str, redis_url: str, tmp_path: Path, folder: Path) -> AsyncIterator[House]:
    settings = before_the_sandbox(database_url, redis_url, tmp_path)
    async with house_before_the_sandbox(settings, folder, now=NOW, seed=1) as house:
        yield house


class Desk:
    """Somebody with one imported client, and an issue that can be put right from here."""

    def __init__(self, house: House, ada: Person, tenant_id: str, client_id: str) -> None:
        self.house, self.ada, self.tenant_id, self.client_id = house, ada, tenant_id, client_id

    async def issues(self, code: str, state: str = "open") -> list[dict[str, Any]]:
        answer = await self.ada.get(f"/clients/{self.client_id}/checks/{code}/issues", state=state)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def may_write(self) -> None:
        """Consent once more, this time for corrections as well."""
        asked = await self.ada.post("/connections", {"provider": "xero", "return_to": "connections", "writes": True})
        back = await consented(self.house.xero, asked.json()["authorize_url"], [self.tenant_id])
        assert "/oauth-failed" not in (await self.ada.http.get(back)).headers["location"]
        await worked(self.house.rt)

    async def changed_at_xero(self, resource: str, id_: str, fields: dict[str, Any]) -> None:
        told = {"tenant_id": self.tenant_id, "resource": resource, "id": id_, "fields": fields}
        answer = await self.house.xero.post("/__control/change-document", json=told)
        assert answer.status_code == 200, answer.text

    async def fixed(self, issue_id: str, value: str | None = None) -> dict[str, Any]:
        """Asks for the correction and waits for what became of it."""
        path = f"/clients/{self.client_id}/issues/{issue_id}/fix"
        asked = await self.ada.post(path, {"value": value})
        assert asked.status_code == 202, asked.text
        assert asked.json()["state"] == "writing"
        await worked(self.house.rt)
        return await self.fix(asked.json()["id"])

    async def fix(self, fix_id: str) -> dict[str, Any]:
        listed = (await self.ada.get(f"/clients/{self.client_id}/fixes")).json()["items"]
        found: dict[str, Any] = next(one for one in listed if one["id"] == fix_id)
        return found


@pytest.fixture
async def desk(house: House) -> Desk:
    ada = await house.founder()
    one = min((each for each in organisations(1) if 250 <= each.documents <= 500), key=lambda each: each.documents)
    (client_id,) = (await adopted(ada, house.xero, [one.tenant_id])).values()
    await started(ada, [client_id])
    await worked(house.rt)
    return Desk(house, ada, one.tenant_id, client_id)


async def test_a_default_is_previewed_written_read_back_and_undone(desk: Desk) -> None:
    before = await desk.issues("DQ09")
    issue = next(one for one in before if one["fix"])
    preview = (await desk.ada.get(f"/clients/{desk.client_id}/issues/{issue['id']}/fix")).json()
    (change,) = preview["changes"]
    assert (preview["kind"], change["before"], bool(change["after"])) == ("contact_default", None, True)
    assert change["after"] in {choice["value"] for choice in preview["choices"]}

    refused = await desk.fixed(issue["id"])
    assert (refused["state"], refused["problem"]["title"]) == ("failed", "Xero was connected for reading only")
    assert issue["id"] in {one["id"] for one in await desk.issues("DQ09")}

    await desk.may_write()
    written = await desk.fixed(issue["id"])
    assert (written["state"], written["changes"], written["by"]) == ("written", preview["changes"], "Ada")
    assert issue["id"] not in {one["id"] for one in await desk.issues("DQ09")}
    again = await desk.ada.post(f"/clients/{desk.client_id}/issues/{issue['id']}/fix", {"value": None})
    assert again.status_code == 409

    undone = await desk.ada.post(f"/clients/{desk.client_id}/fixes/{written['id']}/undo", {})
    assert undone.status_code == 202
    await worked(desk.house.rt)
    assert (await desk.fix(written["id"]))["state"] == "undone"
    assert {one["id"] for one in await desk.issues("DQ09")} == {one["id"] for one in before}
    assert (await desk.ada.post(f"/clients/{desk.client_id}/fixes/{written['id']}/undo", {})).status_code == 409


async def test_what_changed_at_xero_since_the_preview_is_not_overwritten(desk: Desk) -> None:
    await desk.may_write()
    issue = (await desk.issues("DQ09"))[0]
    told = issue["facts"]["fix"]
    await desk.changed_at_xero("Contacts", told["contact_id"], {FIELDS[told["side"], told["what"]]: "BASEXCLUDED"})
    fix = await desk.fixed(issue["id"])
    assert (fix["state"], fix["problem"]["title"]) == ("failed", "It was changed in Xero meanwhile")
    # It was read again, so the contact has a default and the issue is gone.
    assert issue["id"] in {one["id"] for one in await desk.issues("DQ09", "resolved")}


async def test_what_was_put_right_in_xero_is_seen_by_reading_it_again(desk: Desk) -> None:
    issue = (await desk.issues("DQ09"))[0]
    path = f"/clients/{desk.client_id}/issues/{issue['id']}/re-read"
    assert (await desk.ada.post(path)).json() == {"changed": False, "state": "open"}
    told = issue["facts"]["fix"]
    await desk.changed_at_xero("Contacts", told["contact_id"], {FIELDS[told["side"], told["what"]]: told["value"]})
    assert (await desk.ada.post(path)).json()["changed"] is True
    await worked(desk.house.rt)
    assert issue["id"] in {one["id"] for one in await desk.issues("DQ09", "resolved")}


async def test_a_seal_names_what_changed_behind_it(desk: Desk) -> None:
    path = f"/clients/{desk.client_id}/seals"
    sealed = await desk.ada.post(path, {"period_end": "2025-09-30", "note": "Year end"})
    assert sealed.status_code == 201, sealed.text
    assert sealed.json()["documents"] > 20
    assert (await desk.ada.post(path, {"period_end": "2025-09-30"})).status_code == 409
    assert (await desk.ada.post(path, {"period_end": "2025-09-29"})).json()["errors"][0]["pointer"] == "/period_end"
    changes = f"{path}/{sealed.json()['id']}/changes"
    assert (await desk.ada.get(changes)).json()["items"] == []

    assert desk.ada.firm_id is not None
    async with desk.house.unit(Actor.system(desk.ada.firm_id)) as unit:
        bill, voided = await unit.scalars(
            select(Document)
            .where(
                Document.firm_id == unit.firm_id, Document.kind == "invoice", Document.side == "purchases",
                Document.status == "AUTHORISED", Document.date.between(date(2025, 1, 1), date(2025, 9, 30)),
            )
            .order_by(Document.date)
            .limit(2)
        )  # fmt: skip
    await desk.changed_at_xero("Invoices", str(bill.remote_id), {"Total": 9999.5})
    await desk.changed_at_xero("Invoices", str(voided.remote_id), {"Status": "VOIDED"})
    assert (await desk.ada.post("/clients/sync", {"client_ids": [desk.client_id]})).status_code == 202
    await worked(desk.house.rt)
    # Whoever opens the client sees it, though nobody asked what changed.
    assert (await desk.ada.get(path)).json()["items"][0]["changed"] == 2
    found = {one["id"]: one for one in (await desk.ada.get(changes)).json()["items"]}
    assert found.keys() == {str(bill.remote_id), str(voided.remote_id)}
    total = f"{bill.total_cents // 100}.{bill.total_cents % 100:02d}"
    changed, removed = found[str(bill.remote_id)], found[str(voided.remote_id)]
    assert changed["kind"] == "changed"
    assert [field["field"] for field in changed["fields"]] == ["Total", "Accounts and tax"]
    assert changed["fields"][0] == {"field": "Total", "before": total, "after": "9999.50"}
    assert (removed["kind"], removed["fields"][0]) == (
        "removed",
        {"field": "Status", "before": "AUTHORISED", "after": "VOIDED"},
    )


async def test_a_statement_is_entered_uploaded_and_taken_out(desk: Desk) -> None:
    path = f"/clients/{desk.client_id}/figures"
    wrong = await desk.ada.send("PUT", path, {"kind": "statement", "date": "2025-10-31", "amount": "10.00"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/account_id")
    filed = await desk.ada.send("PUT", path, {"kind": "tax_filed", "date": "2025-10-31", "amount": "120.50"})
    assert (filed.status_code, filed.json()["amount"], filed.json()["by"]) == (200, "120.50", "Ada")
    again = await desk.ada.send("PUT", path, {"kind": "tax_filed", "date": "2025-10-31", "amount": "121.00"})
    assert again.json()["id"] == filed.json()["id"]
    assert (await desk.ada.get(path)).json()["total"] == 1
    gone = await desk.ada.send("DELETE", f"{path}/{filed.json()['id']}")
    assert gone.status_code == 204
    assert (await desk.ada.get(path)).json()["total"] == 0


async def test_a_statement_file_gives_its_closing_balance(desk: Desk) -> None:
    bank = (await desk.ada.get(f"/clients/{desk.client_id}/bank-accounts")).json()["items"][0]
    path = f"/clients/{desk.client_id}/statements?account_id={bank['id']}"
    file = b"Date,Details,Amount,Balance\n30/10/2025,Opening,,\xa3100.00\n31/10/2025,Lunch,-5.50,\xa394.50\n"
    kept = await desk.ada.send("POST", path, content=file, content_type="text/csv")
    told = {key: kept.json()[key] for key in ("date", "amount", "source", "account")}
    assert (kept.status_code, told) == (
        201, {"date": "2025-10-31", "amount": "94.50", "source": "uploaded", "account": bank["name"]},
    )  # fmt: skip
    wrong = await desk.ada.send("POST", path, content=b"a,b\n1,2\n", content_type="text/csv")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/file")
    assert (await desk.ada.send("POST", path, {"file": "1,2"})).status_code == 415
    figures = (await desk.ada.get(f"/clients/{desk.client_id}/figures")).json()
    assert [one["amount"] for one in figures["items"]] == ["94.50"]


async def test_bank_accounts_are_listed_with_what_their_bank_says(desk: Desk) -> None:
    path = f"/clients/{desk.client_id}"
    accounts = (await desk.ada.get(f"{path}/bank-accounts")).json()["items"]
    names = [one["name"] for one in accounts]
    assert accounts
    assert names == sorted(names)
    assert {(one["book_date"], one["stated"]) for one in accounts} == {("2025-10-31", None)}
    one = accounts[0]
    assert len(one["currency"]) == 3
    assert one["book_balance"].count(".") == 1
    said = {"kind": "statement", "account_id": one["id"]}
    for day, amount, lines in (("2025-10-31", one["book_balance"], 0), ("2025-09-30", "1.00", None)):
        told = {"date": day, "amount": amount, "lines": lines}
        assert (await desk.ada.send("PUT", f"{path}/figures", said | told)).status_code == 200
    after = {each["id"]: each for each in (await desk.ada.get(f"{path}/bank-accounts")).json()["items"]}
    assert after[one["id"]]["stated"] == {
        "date": "2025-10-31", "amount": one["book_balance"], "lines": 0, "source": "entered",
    }  # fmt: skip
    assert all(each["stated"] is None for id_, each in after.items() if id_ != one["id"])
