"""Every JSON body of the practice manager keeps to the document that Xero published for 3.1, to the letter: no name more, no type other."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator

from ..practice_manager.routes import ENDPOINTS
from ..world.practice import records
from .conftest import Browser
from .practice import ALL, Xpm, signed_in

SPEC = Path(__file__).parent / "published" / "xero-practicemanager-v3-1.yaml"
SIZE = 400


@cache
def published() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(SPEC.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


def opened(schema: dict[str, Any]) -> dict[str, Any]:
    """One schema without references: what extends another is one object with both's properties, and null stands where it may."""
    if "$ref" in schema:
        return opened(published()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema and len(schema["oneOf"]) == 1:
        return nullable(opened(schema["oneOf"][0]), schema)
    if "allOf" in schema:
        parts = [opened(part) for part in schema["allOf"]]
        if len(parts) == 1:
            return nullable(parts[0], schema)
        properties = {name: one for part in parts for name, one in part.get("properties", {}).items()}
        return nullable({"type": "object", "additionalProperties": False, "properties": properties}, schema)
    made = {key: value for key, value in schema.items() if key not in ("nullable", "format", "example", "description")}
    if "properties" in made:
        made["properties"] = {name: opened(one) for name, one in made["properties"].items()}
    if "items" in made:
        made["items"] = opened(made["items"])
    return nullable(made, schema)


def nullable(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


@cache
def schema_of(verb: str, path: str, status: int) -> dict[str, Any]:
    answer = published()["paths"][f"/v3.1/{path}"][verb.lower()]["responses"][str(status)]
    return opened(answer["content"]["application/json"]["schema"])


def violations(verb: str, path: str, body: Any, status: int = 200) -> list[str]:
    validator = Draft4Validator(schema_of(verb, path, status))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:120]}" for error in validator.iter_errors(body)][:5]


@pytest.fixture
async def xpm(browser: Browser) -> Xpm:
    found = await signed_in(browser, scope=ALL)
    await found.control("practice/size", clients=SIZE)
    return found


def test_every_endpoint_is_one_of_the_published_ones() -> None:
    paths = {
        (verb.upper(), path.removeprefix("/v3.1/").replace("{identifier}", "*"))
        for path, verbs in published()["paths"].items()
        for verb in verbs
    }
    assert {(one.verb, "/".join(one.path)) for one in ENDPOINTS} <= paths
    left_out = {path.partition("/")[0] for _, path in paths} - {one.path[0] for one in ENDPOINTS}
    assert left_out == {f"{area}.api" for area in ("category", "cost", "invoice", "job", "jobstate", "quote", "task", "template", "time")}


def test_every_endpoint_is_opened_by_the_published_scopes() -> None:
    for one in ENDPOINTS:
        path = "/v3.1/" + "/".join(one.path).replace("*", "{identifier}")
        listed = published()["paths"][path][one.verb.lower()]["security"][0]["OAuth2"]
        assert set(one.scopes) <= set(listed)
        assert (one.scopes[0].endswith(".read")) == (one.verb == "GET")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("client.api/list", {}),
        ("client.api/list", {"detailed": "true"}),
        ("client.api/paged-list", {"pageSize": 500}),
        ("client.api/search", {"query": "a", "detailed": "true"}),
        ("client.api/contacts", {"pageSize": 500}),
        ("clientgroup.api/list", {}),
        ("staff.api/list", {}),
        ("customfield.api/definition", {}),
    ],
)
async def test_lists(xpm: Xpm, path: str, query: dict[str, Any]) -> None:
    body = await xpm.json(path, **query)
    assert violations("GET", path, body) == []
    assert body["status"] == "OK"
    assert len(next(value for value in body.values() if isinstance(value, list))) > 5


async def test_single_answers(xpm: Xpm) -> None:
    held = records(1, SIZE)
    for path, ids in (
        ("client.api/get/{identifier}", list(held.clients)[:40]),
        ("client.api/contact/{identifier}", list(held.contacts)[:5]),
        ("clientgroup.api/get/{identifier}", list(held.groups)[:5]),
        ("staff.api/get/{identifier}", list(held.staff)[:2]),
        ("customfield.api/get/{identifier}", list(held.custom_fields)[:2]),
        ("client.api/get/{identifier}/customfield", list(held.values)[:4]),
    ):
        for uuid in ids:
            assert violations("GET", path, await xpm.json(path.replace("{identifier}", uuid))) == []


async def test_an_unset_value_is_null_and_a_list_of_nothing_a_list(xpm: Xpm) -> None:
    bare = next(uuid for uuid, one in records(1, SIZE).clients.items() if not one.notes and not records(1, SIZE).links.get(uuid))
    client = (await xpm.json(f"client.api/get/{bare}"))["client"]
    assert (client["fax"], client["contacts"], client["notes"]) == (None, [], [])
    assert client["isProspect"] == "No"
    assert "WebSite" not in client


async def test_what_is_written_is_answered_as_published(xpm: Xpm) -> None:
    held = records(1, SIZE)
    first, second, third = list(held.clients)[100:103]
    staff = next(iter(held.staff))
    new: dict[str, Any] = {}

    async def send(verb: str, path: str, body: Any, *, at: str = "", **query: Any) -> Any:
        answer = await xpm.send_json(verb, path.replace("{identifier}", at), body, **query)
        assert answer.status_code == 200, answer.text
        assert violations(verb, path, answer.json()) == []
        return answer.json()

    made = await send("POST", "client.api/add", {"name": "Okafor, Daniel", "accountManagerUuid": staff, "contacts": [{"name": "Daniel"}]})
    new["client"] = made["client"]["uuid"]
    await send("PUT", "client.api/update", {"uuid": new["client"], "webSite": "https://okafor.example"})
    contact = await send("POST", "client.api/contact", {"name": "Ama", "client": {"uuid": first}})
    key = contact["contact"]["uuid"]
    await send("PUT", "client.api/contact/{identifier}", {"name": "Ama O", "position": "Owner"}, at=key, clientUuid=first)
    await send("POST", "client.api/client/{identifier}/contacts", {"contacts": [{"uuid": key, "isPrimary": "Yes"}]}, at=second)
    await send("DELETE", "client.api/contact/{identifier}", {}, at=key)
    row = {"clientUuid": first, "relatedClientUuid": second, "type": "Shareholder", "numberOfShares": 40, "startDate": "2026-07-01"}
    kept = (await send("POST", "client.api/addrelationship", row))["clientRelationship"]
    await send("PUT", "client.api/updaterelationship", {"uuid": kept["uuid"], "numberOfShares": 60})
    await send("POST", "client.api/deleterelationship", {"uuid": kept["uuid"]})
    group = (await send("POST", "clientgroup.api/add", {"name": "Kin", "clientUuid": first, "taxable": "No"}))["group"]
    await send("PUT", "clientgroup.api/members", {"uuid": group["uuid"], "add": [{"uuid": third}], "remove": [{"uuid": first}]})
    await send("POST", "clientgroup.api/delete", {"uuid": group["uuid"]})
    paper = {"clientUuid": first, "title": "Engagement letter", "fileName": "letter.pdf", "content": "JVBERi0="}
    await send("POST", "client.api/document", paper)
    filed = await xpm.json(f"client.api/documents/{first}")
    assert violations("GET", "client.api/documents/{identifier}", filed) == []
    assert [(one["title"], one["createdBy"], one["date"]) for one in filed["documents"]] == [("Engagement letter", "Margaret Ashworth", "20261121")]
    one = (await send("POST", "staff.api/add", {"name": "New Person"}))["staff"]
    await send("PUT", "staff.api/update", {"uuid": one["uuid"], "email": "new@ironbark.example"})
    for verb in ("disable", "enable", "forgottenpassword", "delete"):
        await send("POST", f"staff.api/{verb}", {"uuid": one["uuid"]})
    field = await send("POST", "customfield.api/add", {"name": "Colour", "type": "Text", "useClient": True})
    await send("PUT", "client.api/update/{identifier}/customfield", {"customFields": [{"uuid": field["uuid"], "text": "red"}]}, at=first)
    await send("PUT", "customfield.api/update", {"uuid": field["uuid"], "name": "Favourite colour"})
    await send("POST", "customfield.api/delete", {"uuid": field["uuid"]})
    await send("PUT", "client.api/archive", {"uuid": new["client"]})
    await send("POST", "client.api/delete", {"uuid": new["client"]})


async def test_a_refusal_has_the_published_body(xpm: Xpm) -> None:
    answer = await xpm.get("client.api/paged-list", strict=True, pageToken="nonsense")
    assert answer.status_code == 400
    assert violations("GET", "client.api/paged-list", answer.json(), 400) == []


def test_the_check_itself_sees_a_strange_name_and_a_wrong_type() -> None:
    body = {"staffList": [{"uuid": "a", "name": 7}], "status": "OK"}
    assert violations("GET", "staff.api/list", body)
    assert violations("GET", "staff.api/list", {"staffList": [{"nick": "b"}]})
    assert violations("GET", "staff.api/list", {"staffList": [], "status": "OK"}) == []
