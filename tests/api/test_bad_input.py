"""Input that no program of ours sends: every operation refuses it in a problem's words, and none falls over it."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import House
from tests.api.test_another_firm import Holding, holding

# Not ours, whatever a list is sorted by: no list, too few or too many keys, no text, no place, no moment.
NOT_CURSORS = ["null", "{}", "[]", "[null]", "[null, null]", "[1e400]", "[-1]", "[1, 2, 3]", '["\\u0000", "\\u0000"]', '["\\ud800", "\\ud800"]', '["a", []]']
# As JSON text, since some of it is nothing that Python would write.
VALUES = ['"\\u0000"', '"\\ud800"', "1e400", "-1", "1" + "0" * 30, "[[]]", "null", '"9999-12-31"', '"0001-01-31"']
GIVEN = [b"\0", b"-1", b"1" + b"0" * 30, b"NaN", b"0001-01-01", "\ud800".encode("utf-8", "surrogatepass")]
BODIES = [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b'{"a": "\xff"}', b"[" * 100_000, b"NaN"]
# These never end, or end the session.
NOT_CALLED = {"events", "signOut"}


def operations(house: House, held: Holding) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Id, method, path with ids of this firm, and the description of each operation that a member calls."""
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            called = path.removeprefix("/api/v1").replace("{code}", "DQ01")
            for name, id_ in held.ids.items():
                called = called.replace("{" + name + "}", id_)
            if operation["security"] and operation["operationId"] not in NOT_CALLED:
                yield operation["operationId"], method.upper(), called, operation


def json_body(operation: dict[str, Any]) -> dict[str, Any] | None:
    example: dict[str, Any] | None = (
        operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    )
    return example


@pytest.fixture
async def held(house: House) -> Holding:
    return await holding(house, "Bright", "Ada")


async def test_a_cursor_that_is_not_ours(house: House, held: Holding) -> None:
    tried, wrong = 0, []
    for name, method, path, operation in operations(house, held):
        if not any(each["name"] == "cursor" for each in operation.get("parameters", [])):
            continue
        needed = {each["name"]: "client" for each in operation["parameters"] if each["in"] == "query" and each["required"]}
        for text in NOT_CURSORS:
            cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
            answer = await held.owner.http.request(method, f"/api/v1{path}", params={**needed, "cursor": cursor})
            tried += 1
            if answer.status_code != 422 or [each["pointer"] for each in answer.json()["errors"]] != ["?cursor"]:
                wrong.append(f"{name} {text}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert tried >= 10 * len(NOT_CURSORS)


async def test_a_field_that_holds_anything(house: House, held: Holding) -> None:
    wrong = []
    for name, method, path, operation in operations(house, held):
        example = json_body(operation)
        for field in example or ():
            for value in VALUES:
                body = json.dumps({**(example or {}), field: "@"}).replace('"@"', value)
                answer = await held.owner.send(method, path, content=body.encode(), Content_Type="application/json")
                if answer.status_code >= 500:
                    wrong.append(f"{name} {field}={value}: {answer.text[:200]}")
                elif answer.status_code >= 400:
                    assert answer.headers["content-type"] == "application/problem+json", name
    assert wrong == []


async def test_a_parameter_that_holds_anything(house: House, held: Holding) -> None:
    wrong = []
    for name, method, path, operation in operations(house, held):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in GIVEN:
                given = f"{parameter['name']}={quote(value)}"
                answer = await held.owner.http.request(method, f"/api/v1{path}?{given}")
                if answer.status_code >= 500:
                    wrong.append(f"{name} {given}: {answer.text[:200]}")
    assert wrong == []


async def test_a_body_that_is_no_object(house: House, held: Holding) -> None:
    wrong = []
    for name, method, path, operation in operations(house, held):
        for body in BODIES if json_body(operation) is not None else ():
            answer = await held.owner.send(method, path, content=body, Content_Type="application/json")
            if answer.status_code not in (400, 403, 404, 409, 422) or not (answer.json()["errors"] or answer.json()["detail"]):
                wrong.append(f"{name} {body[:20]!r}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
