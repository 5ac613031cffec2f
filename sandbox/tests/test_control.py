"""Documents changed and shown through the control page, the truth, and what it says to nonsense."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import PARTNER, Browser


@pytest.fixture
async def small(http: httpx.AsyncClient) -> dict[str, Any]:
    """The organisation nearest to two hundred documents that the partner reaches."""
    reached = (await http.get("/__control/users")).json()["users"][PARTNER]["organisation_ids"]
    firm = (await http.get("/__control/organisations")).json()["organisations"]
    mine: list[dict[str, Any]] = [o for o in firm if o["tenant_id"] in reached]
    return min(mine, key=lambda o: abs(o["documents"] - 200))


async def follow(http: httpx.AsyncClient, short_code: str, path: str) -> httpx.Response:
    return await http.get("/organisationlogin/default.aspx", params={"shortcode": short_code, "redirecturl": path})


@pytest.mark.parametrize("resource", ["Invoices", "BankTransactions", "Payments", "Contacts", "Accounts"])
async def test_a_change_is_stamped_with_the_sandboxs_time(
    http: httpx.AsyncClient, small: dict[str, Any], resource: str
) -> None:
    answer = await http.post("/__control/change-document", json={"tenant_id": small["tenant_id"], "resource": resource})
    assert answer.status_code == 200, answer.text
    assert answer.json()["document"]["UpdatedDateUTC"] == "/Date(1795262400000+0000)/"  # noon on 21 November 2026


async def test_fields_of_ones_own_and_back_after_a_reset(http: httpx.AsyncClient, small: dict[str, Any]) -> None:
    asked = {"tenant_id": small["tenant_id"], "resource": "contacts", "fields": {"Name": "<b>Anders & Søn</b>"}}
    changed = (await http.post("/__control/change-document", json=asked)).json()
    assert changed["document"]["Name"] == "<b>Anders & Søn</b>"
    page = await follow(http, small["short_code"], f"/Contacts/View/{changed['id']}")
    assert page.status_code == 200
    assert "&lt;b&gt;Anders &amp; Søn&lt;/b&gt;" in page.text
    assert "<b>Anders" not in page.text
    await http.post("/__control/reset")
    assert "Søn" not in (await follow(http, small["short_code"], f"/Contacts/View/{changed['id']}")).text


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("Invoices", "/AccountsReceivable/View.aspx?InvoiceID={}"),
        ("Invoices", "/AccountsPayable/Edit.aspx?InvoiceID={}"),
        ("BankTransactions", "/Bank/ViewTransaction.aspx?bankTransactionID={}"),
        ("Contacts", "/Contacts/View/{}"),
    ],
)
async def test_deep_links_open_the_document(
    http: httpx.AsyncClient, small: dict[str, Any], resource: str, path: str
) -> None:
    asked = {"tenant_id": small["tenant_id"], "resource": resource}
    found = (await http.post("/__control/change-document", json=asked)).json()
    page = await follow(http, small["short_code"], path.format(found["id"]))
    assert page.status_code == 200
    assert found["id"] in page.text
    other = path.format("00000000-0000-4000-8000-000000000000")
    assert (await follow(http, small["short_code"], other)).status_code == 404
    assert (await follow(http, "!none", path.format(found["id"]))).status_code == 404


async def test_the_truth_is_told_of_every_organisation(http: httpx.AsyncClient, small: dict[str, Any]) -> None:
    told = (await http.get(f"/__control/truth/{small['tenant_id']}")).json()
    assert told["holds_for"] == "2026-11-21"
    assert {"DQ01", "DQ06", "DQ07", "DQ12", "DQ13", "DQ15", "DQ21", "DQ22", "DQ27", "DQ30"} <= set(told["flaws"])
    assert (await http.get("/__control/truth/nowhere")).status_code == 404


async def test_the_page_names_everyone_and_everything(http: httpx.AsyncClient) -> None:
    page = (await http.get("/")).text
    for kind in ("users", "organisations"):
        for one in (await http.get(f"/__control/{kind}")).json()[kind]:
            assert one.get("email", one.get("tenant_id")) in page


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("latency", {"ms": "soon"}),
        ("bulk", {}),
        ("clock", {"scale": -1}),
        ("faults", {}),
        ("faults/drop", {"id": 99}),
        ("revoke", {"user": "nobody@nowhere.example"}),
        ("disconnect", {}),
        ("change-document", {"tenant_id": "nowhere"}),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(http: httpx.AsyncClient, verb: str, fields: dict[str, Any]) -> None:
    answer = await http.post(f"/__control/{verb}", json=fields)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_change_says_what_it_cannot_find(http: httpx.AsyncClient, small: dict[str, Any]) -> None:
    for more in ({"resource": "Unicorns"}, {"resource": "Invoices", "id": "00000000-0000-4000-8000-000000000000"}):
        answer = await http.post("/__control/change-document", json={"tenant_id": small["tenant_id"], **more})
        assert answer.status_code == 400
        assert answer.json()["error"]


async def test_latency_is_added_and_a_bad_body_is_refused(http: httpx.AsyncClient) -> None:
    state = (await http.post("/__control/latency", data={"ms": "15"})).json()
    assert state["switches"]["latency_ms"] == 15
    bad = await http.post("/__control/latency", content=b"{", headers={"content-type": "application/json"})
    assert bad.status_code == 400


async def test_lock_dates_move_and_come_back(http: httpx.AsyncClient, browser: Browser, small: dict[str, Any]) -> None:
    tokens = await browser.tokens([small["tenant_id"]])
    headers = {
        "Authorization": f"Bearer {tokens['access_token']}",
        "xero-tenant-id": small["tenant_id"],
        "Accept": "application/json",
    }

    async def seen() -> dict[str, Any]:
        found: dict[str, Any] = (await http.get("/api.xro/2.0/Organisation", headers=headers)).json()["Organisations"][0]
        return found

    before = await seen()
    moved = {"tenant_id": small["tenant_id"], "period": "2026-03-31", "year": "none"}
    assert (await http.post("/__control/lock-dates", json=moved)).status_code == 200
    after = await seen()
    assert after["PeriodLockDate"] == "/Date(1774915200000+0000)/"
    assert "EndOfYearLockDate" not in after
    assert "UpdatedDateUTC" not in after
    await http.post("/__control/lock-dates", data={"tenant_id": small["tenant_id"], "year": "2025-06-30"})
    assert (await seen())["EndOfYearLockDate"] == "/Date(1751241600000+0000)/"
    assert (await seen())["PeriodLockDate"] == "/Date(1774915200000+0000)/"
    assert "Set lock dates" in (await http.get("/")).text
    for wrong in ({"period": "yesterday"}, {}):
        answer = await http.post("/__control/lock-dates", json={"tenant_id": small["tenant_id"], **wrong})
        assert answer.status_code == 400
    await http.post("/__control/reset")
    tokens = await browser.tokens([small["tenant_id"]])
    headers["Authorization"] = f"Bearer {tokens['access_token']}"
    assert await seen() == before


async def test_the_lock_history_ends_with_what_the_organisation_says(
    http: httpx.AsyncClient, small: dict[str, Any]
) -> None:
    told = (await http.get(f"/__control/truth/{small['tenant_id']}")).json()["flaws"]
    history = told["DQ28"]["history"]
    assert [row["seen_on"] for row in history] == sorted(row["seen_on"] for row in history)
    assert (history[-1]["period_lock"], history[-1]["year_lock"]) == (told["DQ27"]["period"], told["DQ27"]["year"])
    assert {issue["key"] for issue in told["DQ28"]["issues"]} == set(told["DQ28"]["planted"])
