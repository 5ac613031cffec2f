"""The description is whole, keeps to our conventions, and the written one is the served one."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest

from api.main import create_app
from api.openapi import OUT
from practice.kernel.settings import Settings


@cache
def description() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def every_operation() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_written_description_is_the_served_one() -> None:
    assert json.loads(OUT.read_text()) == description(), "run `make openapi`"


def test_every_operation_is_explained() -> None:
    for path, method, operation in every_operation():
        said = operation["description"].partition("Who may:")[0].strip()
        assert len(said) > 20, f"{method} {path} needs a docstring"
        assert operation["summary"]
        assert operation["tags"]


def test_every_operation_has_examples_that_fit_its_schema() -> None:
    for path, method, operation in every_operation():
        bodies = [operation.get("requestBody", {}), *(operation["responses"][code] for code in operation["responses"])]
        for body in bodies:
            said = body.get("content", {}).get("application/json")
            if not said or not said.get("schema"):
                continue
            assert "example" in said, f"{method} {path}"
            schema = {**said["schema"], "components": description()["components"]}
            jsonschema.validate(said["example"], schema)


def test_every_answer_has_a_shape() -> None:
    for path, method, operation in every_operation():
        fine = [code for code in operation["responses"] if code.startswith("2")]
        assert len(fine) == 1, f"{method} {path}"
        if fine[0] not in ("202", "204") and "text/event-stream" not in operation["responses"][fine[0]]["content"]:
            content = operation["responses"][fine[0]]["content"]
            assert content.keys() <= {"application/json", "application/octet-stream", "text/csv"}, f"{method} {path}"
            assert all(each["schema"] for each in content.values()), f"{method} {path}"


@pytest.mark.parametrize("word", ["additionalProperties"])
def test_what_clients_send_has_no_room_for_unknown_fields(word: str) -> None:
    for path, method, operation in every_operation():
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if schema:
            name = schema["$ref"].rpartition("/")[2]
            assert description()["components"]["schemas"][name][word] is False, f"{method} {path}"


def test_names_are_in_snake_case() -> None:
    for name, schema in description()["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field), f"{name}.{field}"
