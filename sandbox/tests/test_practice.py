"""The practice manager API as Xero describes it: XML by default, JSON behind its header, envelopes, paging, consent, who sees what."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest

from ..gateway.wire import Wire
from ..world.practice import records, staff
from .conftest import LEDGER, Browser
from .practice import ALL, BASE, NARROW, STRICT, TENANT, XPM, Xpm, signed_in

ORDER = (
    *("UUID", "Name", "Title", "Gender", "FirstName", "LastName", "OtherName", "Email", "DateOfBirth"),
    *("Address", "City", "Region", "PostCode", "Country"),
    *("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry"),
    *("Phone", "Fax", "Website", "ReferralSource", "ExportCode", "IsArchived", "IsDeleted"),
    *("AccountManager", "JobManager", "Type", "BillingClient", "TaxNumber", "CompanyNumber", "BusinessNumber"),
    *("BusinessStructure", "BalanceMonth", "GSTRegistered", "PrepareGST", "GSTPeriod", "GSTBasis"),
    *("PrepareActivityStatement", "PrepareTaxReturn", "ActiveAtoClient", "ClientCode"),
)
MAY_MISS = {"Email", "DateOfBirth", "AccountManager", "JobManager", "Type", "BillingClient"}
PERSONAL = {"Title", "Gender", "FirstName", "LastName", "OtherName"}
CONTACT = ["UUID", "Name", "Salutation", "Addressee", "Mobile", "Email", "Phone", "IsDeleted", "IsPrimary", "Position"]


@pytest.fixture
async def xpm(browser: Browser) -> Xpm:
    return await signed_in(browser)


def names(one: ET.Element) -> list[str]:
    return [child.tag for child in one]


# The envelope and its elements


async def test_a_list_is_one_line_of_xml_whatever_accept_says(xpm: Xpm) -> None:
    answer = await xpm.http.get(f"{BASE}/staff.api/list", headers=xpm.headers | {"Accept": "application/json"})
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith('<Response api-method="List"><Status>OK</Status><StaffList><Staff><UUID>')
    assert "\n" not in answer.text
    assert {"x-daylimit-remaining", "x-minlimit-remaining", "x-appminlimit-remaining", "xero-correlation-id"} <= set(answer.headers)


async def test_elements_of_a_client_stand_in_their_order(xpm: Xpm) -> None:
    for detailed, ends in (("false", ["Contacts"]), ("true", ["Contacts", "Notes", "Groups", "Relationships"])):
        root = await xpm.xml("client.api/list", detailed=detailed)
        rows = root.findall("Clients/Client")
        assert len(rows) == 2000
        for row in rows:
            found = names(row)
            assert found[-len(ends) :] == ends
            own = found[: -len(ends)]
            assert own == [name for name in ORDER if name in own]
            missing = set(ORDER) - set(own)
            assert missing <= MAY_MISS | PERSONAL
            assert not missing & PERSONAL or not own.count("FirstName")
            assert {row.findtext("IsArchived"), row.findtext("IsDeleted")} <= {"Yes", "No"}
            for contact in row.findall("Contacts/Contact"):
                assert [name for name in CONTACT if name in names(contact)] == names(contact)
                assert set(CONTACT) - set(names(contact)) <= {"Email"}
    shapes = {tag: {tuple(names(one)) for one in root.iter(tag)} for tag in ("Relationship", "Note", "Type", "AccountManager", "Group")}
    relationship = ("UUID", "Type", "RelatedClient", "NumberOfShares", "Percentage", "StartDate")
    assert shapes == {
        "Relationship": {relationship, (*relationship, "EndDate")},
        "Note": {("Title", "Text", "Folder", "Date", "CreatedBy")},
        "Type": {("Name", "CostMarkup", "PaymentTerm", "PaymentDay"), ()},
        "AccountManager": {("UUID", "Name")},
        "Group": {("UUID", "Name")},
    }
    assert not [row for row in rows if row.find("Email") is not None and not row.findtext("Email")]


async def test_everything_survives_xml(xpm: Xpm) -> None:
    told = {row.findtext("UUID"): row.findtext("Name") for row in (await xpm.xml("client.api/list")).findall("Clients/Client")}
    held = records(1, 2000).clients
    assert told == {uuid: one.name for uuid, one in held.items()}
    assert any("<script>" in one.name for one in held.values())
    assert any("王小明" in one.name for one in held.values())


async def test_tax_numbers_are_masked_and_never_whole(xpm: Xpm) -> None:
    answer = await xpm.get("client.api/list", detailed="true")
    numbers = re.findall(r"<TaxNumber>([^<]*)</TaxNumber>", answer.text)
    assert len(numbers) > 1900
    assert all(re.fullmatch(r"\*{6}\d{3}", one) for one in numbers)


async def test_a_day_has_a_time_in_lists_and_none_in_a_single_answer(xpm: Xpm) -> None:
    row = next(one for one in (await xpm.xml("client.api/list")).findall("Clients/Client") if one.find("DateOfBirth") is not None)
    single = await xpm.xml(f"client.api/get/{row.findtext('UUID')}")
    assert row.findtext("DateOfBirth") == f"{single.findtext('Client/DateOfBirth')}T00:00:00"
    assert single.get("api-method") == "Get"
    assert names(single)[:3] == ["Status", "WebUrl", "Client"]


async def test_the_web_address_of_a_client_is_a_page(xpm: Xpm) -> None:
    uuid = next(iter(records(1, 2000).clients))
    address = (await xpm.xml(f"client.api/get/{uuid}")).findtext("WebUrl")
    assert address is not None
    answer = await xpm.http.get(address)
    assert answer.status_code == 200
    assert "Ironbark" in answer.text
    assert (await xpm.http.get("/Client/1/Detail")).status_code == 404


async def test_modified_since_finds_what_changed_and_nothing_else(xpm: Xpm) -> None:
    everyone = records(1, 2000).clients.values()
    at = sorted(one.modified for one in everyone)[-5]
    root = await xpm.xml("client.api/list", modifiedsince=at.strftime("%Y-%m-%dT%H:%M:%S"))
    assert {row.findtext("UUID") for row in root.findall("Clients/Client")} == {one.uuid for one in everyone if one.modified >= at}
    assert (await xpm.xml("client.api/list", modifiedSince="soon")).findtext("Status") == "ERROR"


async def test_fields_trims_the_answer(xpm: Xpm) -> None:
    row = (await xpm.xml("client.api/list", fields="UUID,name")).find("Clients/Client")
    assert row is not None
    assert names(row) == ["UUID", "Name"]


async def test_search_looks_for_names_and_numbers(xpm: Xpm) -> None:
    one = next(iter(records(1, 2000).clients.values()))
    for text in (one.name.upper()[:14], one.fields["businessNumber"]):
        found = await xpm.xml("client.api/search", query=text)
        assert one.uuid in {row.findtext("UUID") for row in found.findall("Clients/Client")}
    assert not (await xpm.xml("client.api/search", query="")).findall("Clients/Client")


async def test_groups_and_their_members(xpm: Xpm) -> None:
    listed = (await xpm.xml("clientgroup.api/list")).findall("Groups/Group")
    held = records(1, 2000).groups
    assert [row.findtext("UUID") for row in listed] == list(held)
    assert names(listed[0]) == ["UUID", "Name", "Taxable"]
    for one in list(held.values())[:3]:
        told = await xpm.xml(f"clientgroup.api/get/{one.uuid}")
        assert tuple(row.findtext("UUID") for row in told.findall("Group/Clients/Client")) == one.members


async def test_staff_has_one_without_an_address_and_one_that_left(xpm: Xpm) -> None:
    rows = (await xpm.xml("staff.api/list")).findall("StaffList/Staff")
    assert len(rows) == 14
    assert all(names(row) == ["UUID", "Name", "Email", "Phone", "Mobile", "Address", "PayrollCode"] for row in rows)
    assert [row.findtext("Email") for row in rows].count("") + [row.findtext("Email") for row in rows].count(None) == 1
    left = next(one for one in staff(1) if one.left)
    assert left.uuid in {row.findtext("UUID") for row in rows}
    await xpm.control("practice/switches", lists_left_staff="off")
    assert left.uuid not in {row.findtext("UUID") for row in (await xpm.xml("staff.api/list")).findall("StaffList/Staff")}


# Errors


async def test_a_business_error_is_200_in_xml_and_its_status_in_strict_json(xpm: Xpm) -> None:
    answer = await xpm.get("client.api/get/nobody")
    assert answer.status_code == 200
    assert answer.text == (
        '<Response api-method="Get"><Status>ERROR</Status><ErrorDescription>Invalid client identifier</ErrorDescription></Response>'
    )
    strict = await xpm.get("client.api/get/nobody", strict=True)
    assert (strict.status_code, strict.json()) == (404, {"status": "ERROR", "errorDescription": "Invalid client identifier"})
    token = await xpm.get("client.api/paged-list", strict=True, pageToken="nonsense")
    assert token.status_code == 400


async def test_unknown_paths_and_the_old_version_are_not_there(xpm: Xpm) -> None:
    assert (await xpm.get("client.api/nothing")).status_code == 404
    assert (await xpm.http.get("/practicemanager/3.0/client.api/list", headers=xpm.headers)).status_code == 404
    alias = await xpm.http.get("/practicemanager/v3.1/Client.API/List", headers=xpm.headers, params={"fields": "uuid"})
    assert alias.text.count("<Client>") == 2000


# Pages


async def pages(xpm: Xpm, **query: Any) -> list[list[str]]:
    found, token = [], None
    while True:
        root = await xpm.xml("client.api/paged-list", **query, **({"pageToken": token} if token else {}))
        found.append([row.findtext("UUID") or "" for row in root.findall("Clients/Client")])
        address = root.findtext("Pagination/Links/Next")
        if address is None:
            return found
        token = parse_qs(urlsplit(address).query)["pageToken"][0]


async def test_pages_hold_everyone_who_is_neither_archived_nor_deleted_once(xpm: Xpm) -> None:
    found = await pages(xpm, pageSize=500)
    assert [len(page) for page in found[:-1]] == [500] * (len(found) - 1)
    flat = [uuid for page in found for uuid in page]
    assert flat == [one.uuid for one in records(1, 2000).clients.values() if one.status == "active"]
    row = (await xpm.xml("client.api/paged-list")).findall("Clients/Client")
    assert len(row) == 50
    assert not {"Contacts", "Notes", "Groups", "Relationships"} & set(names(row[0]))


@pytest.mark.parametrize(("last_page", "text"), [("omit", None), ("empty", ""), ("repeat", "pageToken=")])
async def test_the_last_page_says_what_the_switch_says(xpm: Xpm, last_page: str, text: str | None) -> None:
    await xpm.control("practice/size", clients=60)
    await xpm.control("practice/switches", last_page=last_page)
    root = await xpm.xml("client.api/paged-list", pageSize=500)
    links = root.find("Pagination/Links")
    assert links is not None
    assert ("Next" in names(links)) == (text is not None)
    assert (text or "") in (links.findtext("Next") or "")


async def test_pages_that_overlap_or_go_round(xpm: Xpm) -> None:
    root = await xpm.xml("client.api/paged-list", pageSize=10)
    first = [row.findtext("UUID") for row in root.findall("Clients/Client")]
    token = parse_qs(urlsplit(root.findtext("Pagination/Links/Next") or "").query)["pageToken"][0]
    await xpm.control("faults", kind="page_overlap")
    again = await xpm.xml("client.api/paged-list", pageSize=10, pageToken=token)
    assert again.findtext("Clients/Client/UUID") == first[-1]
    await xpm.control("faults", kind="page_token_repeated")
    round_ = await xpm.xml("client.api/paged-list", pageSize=10, pageToken=token)
    assert parse_qs(urlsplit(round_.findtext("Pagination/Links/Next") or "").query)["pageToken"] == [token]


# Consent and limits


async def test_the_practice_is_offered_to_those_who_may_connect_it(browser: Browser) -> None:
    for who, offered in ((0, [TENANT]), (1, []), (2, []), (3, []), (NARROW, [TENANT])):
        page = await browser.sign_in((await browser.ask(XPM)).headers["location"], who)
        assert await browser.offered(page) == offered
        browser.http.cookies.clear()


async def test_a_connection_says_that_it_is_a_practice(browser: Browser) -> None:
    tokens = await browser.tokens([TENANT], scope=f"{XPM} {LEDGER}")
    found = await browser.connections(tokens["access_token"])
    assert [(one["tenantId"], one["tenantType"], one["tenantName"]) for one in found] == [
        (TENANT, "PRACTICEMANAGER", "Ironbark & Rimu Accounting")
    ]


async def test_a_tenant_of_the_other_family_is_forbidden(browser: Browser, http: httpx.AsyncClient) -> None:
    page = await browser.sign_in((await browser.ask(f"{XPM} {LEDGER}")).headers["location"])
    ledger = next(one for one in await browser.offered(page) if one != TENANT)
    answer = await browser.consent(page, [TENANT, ledger])
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    access = (await browser.token(grant_type="authorization_code", code=code, redirect_uri="http://localhost:8000/back")).json()
    bearer = {"Authorization": f"Bearer {access['access_token']}"}
    wrong = await http.get(f"{BASE}/staff.api/list", headers=bearer | {"xero-tenant-id": ledger})
    other = await http.get("/api.xro/2.0/Organisation", headers=bearer | {"xero-tenant-id": TENANT})
    for refused in (wrong, other):
        assert (refused.status_code, refused.json()["Detail"]) == (403, "AuthenticationUnsuccessful")
        assert "x-daylimit-remaining" not in refused.headers


async def test_scopes_open_what_they_name(browser: Browser) -> None:
    xpm = await signed_in(browser, scope="openid practicemanager.client.read")
    assert (await xpm.get("clientgroup.api/list")).status_code == 200
    for path in ("staff.api/list", "customfield.api/definition"):
        refused = await xpm.get(path)
        assert (refused.status_code, refused.json()["Detail"]) == (401, "AuthorizationUnsuccessful")
    answer = await xpm.http.post(f"{BASE}/client.api/add", content="<Client><Name>New</Name></Client>", headers=xpm.headers)
    assert answer.status_code == 401
    broad = await signed_in(browser, scope=ALL)
    assert (await broad.get("customfield.api/definition")).text.count("<CustomFieldDefinition>") == 6


async def test_the_same_limits_hold(app: Wire, browser: Browser) -> None:
    xpm = await signed_in(browser)
    for _ in range(60):
        assert (await xpm.get("staff.api/list")).status_code == 200
    refused = await xpm.get("staff.api/list")
    assert (refused.status_code, refused.content) == (429, b"")
    assert refused.headers["x-rate-limit-problem"] == "minute"
    assert int(refused.headers["retry-after"]) <= 60


async def test_a_narrower_user_sees_only_the_clients_they_look_after(browser: Browser) -> None:
    xpm = await signed_in(browser, who=NARROW)
    mine = next(one.uuid for one in staff(1) if one.email == "priya@ironbark.example")
    wanted = {
        one.uuid
        for one in records(1, 2000).clients.values()
        if mine in (one.fields.get("accountManagerUuid"), one.fields.get("jobManagerUuid"))
    }
    listed = {row.findtext("UUID") for row in (await xpm.xml("client.api/list")).findall("Clients/Client")}
    assert listed == wanted
    assert 100 < len(wanted) < 1000
    hidden = next(uuid for uuid in records(1, 2000).clients if uuid not in wanted)
    assert (await xpm.xml(f"client.api/get/{hidden}")).findtext("ErrorDescription") == "Invalid client identifier"
    paged = {uuid for page in await pages(xpm, pageSize=500) for uuid in page}
    assert paged <= wanted


# Faults


@pytest.mark.parametrize("kind", ["bad_xml", "xml_bomb", "xml_entity", "xml_encoding", "wrong_type", "empty", "bad_utf8"])
async def test_spoiled_xml_is_200_and_cannot_be_read(xpm: Xpm, kind: str) -> None:
    await xpm.control("faults", kind=kind, path="staff.api")
    answer = await xpm.get("staff.api/list")
    assert answer.status_code == 200
    if kind in ("xml_bomb", "xml_entity"):
        assert answer.text.startswith("<!DOCTYPE Response [<!ENTITY")
        assert len(answer.content) < 10_000
    else:
        with pytest.raises(ET.ParseError):
            ET.fromstring(answer.content)
    assert (await xpm.xml("staff.api/list")).findtext("Status") == "OK"


async def test_a_document_a_million_deep(xpm: Xpm) -> None:
    await xpm.control("faults", kind="xml_deep", path="staff.api")
    answer = await xpm.get("staff.api/list")
    assert (answer.status_code, answer.text.count("<a>")) == (200, 1_000_000)


async def test_an_entity_may_ask_for_an_address(xpm: Xpm) -> None:
    await xpm.control("faults", kind="xml_entity", value="http://127.0.0.1:8010/practicemanager/asked")
    assert '<!ENTITY it SYSTEM "http://127.0.0.1:8010/practicemanager/asked">' in (await xpm.get("staff.api/list")).text
    await xpm.http.get("/practicemanager/asked")
    assert len((await xpm.http.get("/__control/calls?path=asked")).json()["calls"]) == 1


async def test_an_error_with_200_took_no_effect(xpm: Xpm) -> None:
    await xpm.control("faults", kind="status_error", path="client.api/add", value="An <odd> thing happened")
    root = await xpm.send("POST", "client.api/add", "<Client><Name>Never Made</Name></Client>")
    assert root.findtext("ErrorDescription") == "An <odd> thing happened"
    assert not (await xpm.xml("client.api/search", query="Never Made")).findall("Clients/Client")


async def test_rows_twice_in_another_order_and_drifted(xpm: Xpm) -> None:
    right = [row.findtext("UUID") for row in (await xpm.xml("staff.api/list")).findall("StaffList/Staff")]
    told = {}
    for kind, more in (("duplicate_row", {}), ("reordered", {}), ("drift", {"field": "UUID", "value": "not-a-uuid"})):
        await xpm.control("faults", kind=kind, **more)
        told[kind] = [row.findtext("UUID") for row in (await xpm.xml("staff.api/list")).findall("StaffList/Staff")]
    assert told["duplicate_row"] == [*right, right[0]]
    assert told["reordered"] == right[::-1]
    assert told["drift"] == ["not-a-uuid", *right[1:]]


async def test_strict_json_needs_both_headers(xpm: Xpm) -> None:
    for headers in ({"Xero-Features": STRICT["Xero-Features"]}, {"Accept": "application/json"}):
        answer = await xpm.http.get(f"{BASE}/staff.api/list", headers=xpm.headers | headers)
        assert answer.headers["content-type"].startswith("text/xml")
    body = await xpm.json("staff.api/list")
    assert list(body) == ["staffList", "status"]
    assert body["staffList"][0]["phone"] is None
