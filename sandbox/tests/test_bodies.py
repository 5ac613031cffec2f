"""Every body keeps to Xero's published document, and to what the document leaves unsaid: envelope, dates, paging, filters, errors, XML."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from ..world.organisations import organisations
from .reading import Api, api, cents, day, sized

SPEC = Path(__file__).parent / "published" / "xero_accounting.yaml"
LISTS = (
    "Organisation",
    "Users",
    "Accounts",
    "TaxRates",
    "Contacts",
    "Invoices",
    "CreditNotes",
    "Payments",
    "Prepayments",
    "Overpayments",
    "BankTransactions",
    "BankTransfers",
    "ManualJournals",
)
ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC"}
MEDIUM = sized(1, 3_000)


@cache
def published() -> tuple[dict[str, Any], Registry[Any]]:
    def absolute(part: Any) -> Any:
        if isinstance(part, dict):
            return {
                key: f"urn:spec{value}" if key == "$ref" else absolute(value)
                for key, value in part.items()
                if key != "example"
            }
        return [absolute(one) for one in part] if isinstance(part, list) else part

    spec = absolute(yaml.load(SPEC.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    return spec, Registry().with_resource("urn:spec", DRAFT4.create_resource(spec))


def schema_of(path: str) -> dict[str, Any]:
    found: dict[str, Any] = published()[0]["paths"][path]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    return found


def violations(path: str, body: Any) -> list[str]:
    validator = Draft4Validator(schema_of(path), registry=published()[1], format_checker=FormatChecker(["uuid"]))
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:120]}" for error in validator.iter_errors(body)
    ]


def undocumented(body: Any, schema: dict[str, Any], at: str = "") -> set[str]:
    while "$ref" in schema:
        schema = published()[1].resolver().lookup(schema["$ref"]).contents
    if isinstance(body, list):
        return {name for one in body for name in undocumented(one, schema.get("items", {}), f"{at}[]")}
    if not isinstance(body, dict):
        return set()
    known = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        known |= (
            published()[1].resolver().lookup(part["$ref"]).contents.get("properties", {})
            if "$ref" in part
            else part.get("properties", {})
        )
    found = {f"{at}.{name}" for name in body if known and name not in known}
    for name, value in body.items():
        if name in known:
            found |= undocumented(value, known[name], f"{at}.{name}")
    return found


@pytest.fixture(
    params=[MEDIUM, next(one for one in organisations(1) if one.has_foreign_customers)], ids=["medium", "foreign"]
)
async def reader(request: pytest.FixtureRequest, folder: Path) -> Any:
    async with api(folder, request.param) as opened:
        yield opened


@pytest.fixture
async def medium(folder: Path) -> Any:
    async with api(folder, MEDIUM) as opened:
        yield opened


@pytest.mark.parametrize("name", LISTS)
async def test_lists_and_single_documents_validate(reader: Api, name: str) -> None:
    queries: list[dict[str, Any]] = [{}, {"page": 1, "pageSize": 200}]
    for query in queries:
        answer = await reader.get(name, **query)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/json")
        body = answer.json()
        assert violations(f"/{name}", body) == []
        assert list(body)[:4] == ["Id", "Status", "ProviderName", "DateTimeUTC"]
        strange = {one for one in undocumented(body, schema_of(f"/{name}")) if one.lstrip(".") not in ENVELOPE}
        # Real bodies carry these too, though the document does not say so.
        assert {one.rsplit(".", 1)[-1] for one in strange} <= {
            "DateString",
            "DueDateString",
            "HasErrors",
            "ID",
            "Name",
            "Code",
            "IsDiscounted",
            "Date",
            "InvoiceAddresses",
            "HasAccount",
            "HasValidationErrors",
        }, strange
    key = "Organisations" if name == "Organisation" else name
    first = body[key][0] if body[key] else None
    identity = first and first.get(f"{name.removesuffix('s')}ID")
    if identity and f"/{name}/{{{name.removesuffix('s')}ID}}" in published()[0]["paths"]:
        single = (await reader.get(f"{name}/{identity}")).json()
        assert violations(f"/{name}/{{{name.removesuffix('s')}ID}}", single) == []
        assert single[key][0] == first
        assert "pagination" not in single


@pytest.mark.parametrize("name", ["TrialBalance", "BankSummary"])
async def test_reports_validate(reader: Api, name: str) -> None:
    body = (await reader.get(f"Reports/{name}")).json()
    report = body["Reports"][0]
    assert violations(f"/Reports/{name}", body) == []
    assert report["ReportID"] == name
    assert report["RowType" if "RowType" in report else "Rows"][0]["RowType"] == "Header"
    values = [cell["Value"] for section in report["Rows"] for row in section.get("Rows", []) for cell in row["Cells"]]
    assert values
    assert all(isinstance(value, str) for value in values)


async def test_text_is_crlf_with_escaped_slashes(medium: Api) -> None:
    answer = await medium.get("Invoices", page=1)
    assert answer.text.startswith('{\r\n  "Id": "')
    assert r"\/Date(" in answer.text
    assert "/Date(" not in answer.text.replace(r"\/Date(", "")
    one = answer.json()["Invoices"][0]
    assert re.fullmatch(r"/Date\(\d+\+0000\)/", one["Date"])
    assert one["DateString"] == f"{day(one['Date'])}T00:00:00"


async def test_without_a_page_there_are_no_lines_and_no_pagination(medium: Api) -> None:
    whole = (await medium.get("Invoices")).json()
    assert "pagination" not in whole
    assert len(whole["Invoices"]) > 500
    assert all(one["LineItems"] == [] for one in whole["Invoices"])
    paged = (await medium.get("Invoices", page=1)).json()
    assert paged["pagination"] == {
        "page": 1,
        "pageSize": 100,
        "pageCount": -(-len(whole["Invoices"]) // 100),
        "itemCount": len(whole["Invoices"]),
    }
    assert len(paged["Invoices"]) == 100
    assert all(one["LineItems"] for one in paged["Invoices"])
    assert [one["InvoiceID"] for one in whole["Invoices"][:100]] == [one["InvoiceID"] for one in paged["Invoices"]]
    journals = (await medium.get("ManualJournals")).json()["ManualJournals"]
    assert all(one["JournalLines"] == [] for one in journals)


@pytest.mark.parametrize(("asked", "given"), [("5000", 1000), ("0", 1), ("-3", 1), ("", 100), ("7", 7), ("x", 100)])
async def test_the_page_size_is_clamped(medium: Api, asked: str, given: int) -> None:
    body = (await medium.get("Invoices", page=1, pageSize=asked)).json()
    assert body["pagination"]["pageSize"] == given
    assert len(body["Invoices"]) == min(given, body["pagination"]["itemCount"])


async def test_a_page_past_the_end_is_empty(medium: Api) -> None:
    body = (await medium.get("Payments", page=4000)).json()
    assert body["Payments"] == []
    assert body["pagination"]["itemCount"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01T00:00:00Z",
        "2026-10-01",
        "2026-10-01T00:00:00",
        "2026-10-01T00:00:00.000",
        '"2026-10-01T00:00:00"',
        "Thu, 01 Oct 2026 00:00:00 GMT",
        "'Thu, 01 Oct 2026 00:00:00 GMT'",
    ],
)
async def test_modified_since_in_every_spelling(medium: Api, text: str) -> None:
    everyone = await medium.every("Invoices")
    since = 1_790_812_800_000
    expected = [one["InvoiceID"] for one in everyone if int(one["UpdatedDateUTC"][6:-7]) >= since]
    found = await medium.every("Invoices", headers={"If-Modified-Since": text})
    assert 0 < len(expected) < len(everyone)
    assert [one["InvoiceID"] for one in found] == expected


@pytest.mark.parametrize(
    ("name", "where", "holds"),
    [
        (
            "Invoices",
            'Type=="ACCREC" AND Status=="AUTHORISED"',
            lambda one: one["Type"] == "ACCREC" and one["Status"] == "AUTHORISED",
        ),
        (
            "Invoices",
            'type="ACCPAY"&&Date>=DateTime(2026, 05, 01)',
            lambda one: one["Type"] == "ACCPAY" and str(day(one["Date"])) >= "2026-05-01",
        ),
        (
            "Invoices",
            "AmountDue > 100.50 AND DueDate < DateTime(2026,11,1)",
            lambda one: one["AmountDue"] > 100.5 and str(day(one["DueDate"])) < "2026-11-01",
        ),
        (
            "Invoices",
            '(Status=="PAID" OR Status=="VOIDED") and Total<500',
            lambda one: one["Status"] in ("PAID", "VOIDED") and one["Total"] < 500,
        ),
        (
            "Invoices",
            'InvoiceNumber != null && InvoiceNumber.StartsWith("INV-000")',
            lambda one: one["InvoiceNumber"].startswith("INV-000"),
        ),
        (
            "BankTransactions",
            'IsReconciled==false AND Status=="AUTHORISED"',
            lambda one: not one["IsReconciled"] and one["Status"] == "AUTHORISED",
        ),
        ("BankTransactions", 'Type!="SPEND"', lambda one: one["Type"] != "SPEND"),
        ("Contacts", 'Name.ToLower().Contains("an")', lambda one: "an" in one["Name"].lower()),
        (
            "Payments",
            'PaymentType=="ACCRECPAYMENT" && !(IsReconciled)',
            lambda one: one["PaymentType"] == "ACCRECPAYMENT" and not one["IsReconciled"],
        ),
        ("ManualJournals", 'Status=="POSTED"', lambda one: one["Status"] == "POSTED"),
    ],
)
async def test_where(medium: Api, name: str, where: str, holds: Any) -> None:
    everyone = await medium.every(name)
    found = await medium.every(name, where=where)
    assert found == [one for one in everyone if holds(one)]
    assert len(found) > 0


async def test_where_by_id_and_order(medium: Api) -> None:
    everyone = await medium.every("Invoices")
    contact = Counter(one["Contact"]["ContactID"] for one in everyone).most_common(1)[0][0]
    some = next(one for one in everyone if one["Contact"]["ContactID"] != contact)
    found = await medium.every("Invoices", where=f'Contact.ContactID==guid("{contact.upper()}")', order="Date DESC")
    assert {one["Contact"]["ContactID"] for one in found} == {contact}
    dates = [day(one["Date"]) for one in found]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) > 1
    byids = await medium.whole("Invoices", IDs=f"{some['InvoiceID']},{found[0]['InvoiceID']}", page=1)
    assert {one["InvoiceID"] for one in byids} == {some["InvoiceID"], found[0]["InvoiceID"]}
    drafts = await medium.get("Invoices", Statuses="DRAFT,SUBMITTED")
    assert "pagination" in drafts.json()
    assert {one["Status"] for one in drafts.json()["Invoices"]} <= {"DRAFT", "SUBMITTED"}


@pytest.mark.parametrize(
    "where",
    [
        'Nonsense=="1"',
        "Status==",
        'Status=="A" AND',
        "1==1; DROP TABLE Invoices",
        "Date>=DateTime(2026,13,1)",
        'Status "PAID"',
        '(Status=="PAID"',
        "seq==1",
        'Status=="x" UNION SELECT 1',
    ],
)
async def test_a_where_that_makes_no_sense_is_a_query_parse_exception(medium: Api, where: str) -> None:
    answer = await medium.get("Invoices", page=1, where=where)
    assert answer.status_code == 400
    assert (answer.json()["Type"], answer.json()["ErrorNumber"]) == ("QueryParseException", 16)
    assert (await medium.get("Invoices", page=1, order="Status; DROP TABLE x")).status_code == 400


async def test_archived_contacts_come_when_asked_for(medium: Api) -> None:
    active, everyone = await medium.every("Contacts"), await medium.every("Contacts", includeArchived="true")
    assert {one["ContactStatus"] for one in active} == {"ACTIVE"}
    assert len(everyone) > len(active)
    assert all("ContactGroups" in one for one in everyone)
    thin = (await medium.get("Contacts", summaryOnly="true")).json()
    assert "pagination" in thin
    assert not {"Balances", "Addresses", "IsCustomer"} & set(thin["Contacts"][0])
    assert all("UpdatedDateUTC" in one for one in await medium.whole("Accounts"))


@pytest.mark.parametrize(
    "path",
    [
        "organisations",
        "Organisation",
        "ORGANISATION",
        "banktransactions",
        "BankTransactions",
        "taxrates",
        "reports/trialbalance",
    ],
)
async def test_names_in_any_case_and_by_alias(medium: Api, path: str) -> None:
    answer = await medium.get(path)
    assert answer.status_code == 200
    assert len(answer.json()) > 4


async def test_not_found_and_not_implemented(medium: Api) -> None:
    for path in ("Invoices/00000000-0000-0000-0000-000000000000", "Nothing", "Reports/Nothing", "Invoices/1/2/3"):
        answer = await medium.get(path)
        assert (answer.status_code, answer.text) == (404, "The resource you're looking for cannot be found")
        assert answer.headers["content-type"].startswith("text/plain")
    written = await medium.http.post(
        "/api.xro/2.0/Invoices", headers={**medium.headers, "Accept": "application/json"}, json={}
    )
    assert (written.status_code, written.json()["Type"]) == (501, "ApiMethodNotImplementedException")


@pytest.mark.parametrize("name", [*LISTS, "Reports/TrialBalance", "Reports/BankSummary"])
async def test_xml_is_the_default_and_says_the_same(medium: Api, name: str) -> None:
    answer = await medium.get(name, accept="*/*", page=1)
    assert answer.headers["content-type"].startswith("text/xml")
    root = ET.fromstring(answer.content)
    body = (await medium.get(name, page=1)).json()
    key = next(one for one in body if one not in ENVELOPE and one != "pagination")
    element = root.find(key)
    assert root.tag == "Response"
    assert element is not None
    assert len(element) == len(body[key])
    if name == "Invoices":
        first, told = element[0], body[key][0]
        assert first.tag == "Invoice"
        assert first.findtext("InvoiceID") == told["InvoiceID"]
        assert first.findtext("Date") == told["DateString"]
        assert cents(float(first.findtext("Total") or 0)) == cents(told["Total"])
        assert first.find("LineItems/LineItem/AccountCode") is not None
        assert root.findtext("pagination/itemCount") == str(body["pagination"]["itemCount"])
    wrong = await medium.get("Invoices", accept="application/xml", page=1, where="x")
    assert wrong.status_code == 400
    assert ET.fromstring(wrong.content).findtext("Type") == "QueryParseException"


async def test_a_page_of_a_thousand_costs_little(medium: Api) -> None:
    await medium.get("Invoices", page=1, pageSize=1000)
    spent = []
    for _ in range(5):
        began = time.process_time()
        await medium.get("Invoices", page=1, pageSize=1000)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.05
