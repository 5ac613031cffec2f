"""The description of the API (OpenAPI 3.1), completed: problems where they belong, examples, who may call what."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from api import wire
from api.policy import Policy
from api.problems import BadRequest, BodyTooLarge, DatabaseAway, NotJson, ServerError, UnknownParameter, raises
from api.quotas import QuotaUsedUp
from practice.access.problems import ConfirmIdentity, CrossSite, FirmNeeded
from practice.kernel.problems import Forbidden, Invalid, NotFound, Problem, SignedOut

REFERENCE = "#/components/schemas/"
_written: dict[frozenset[tuple[str, str]], dict[str, Any]] = {}

DESCRIPTION = """
Everything the browser application does, it does through this API; so can you.

**Sign in.** Programs send an API key, made under Configure › API keys: `Authorization: Bearer bh_live_…`. It acts as the member who made
it. **Problems** are RFC 9457: `type` names one at `/problems/<slug>`, `detail` is written for a person, `action` says what
helps. **Lists** come in pages: pass `next_cursor` as `cursor`. **Repeating** a POST safely: send an `Idempotency-Key`.
Money is a decimal string, times are UTC, ids are UUIDs.
"""


def install(app: FastAPI) -> None:
    """Serves the completed description at /openapi.json."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            # It takes a third of a second, and tests make an app each: the same operations are described once.
            operations = frozenset((route.path, route.name) for route in app.routes if isinstance(route, APIRoute))
            app.openapi_schema = _written.get(operations) or _written.setdefault(operations, _complete(app))
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way to extend it

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi_json() -> dict[str, Any]:
        return app.openapi()


def query_parameters(app: FastAPI) -> dict[str, dict[str, bool]]:
    """The query parameters that each described operation takes, and whether they may be given more than once."""
    return {
        operation["operationId"]: {
            parameter["name"]: _is_list(parameter["schema"])
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query"
        }
        for _, _, operation in _operations(app.openapi())
    }


def body_types(app: FastAPI) -> dict[str, str]:
    """The media type that each described operation takes a body in."""
    return {
        operation["operationId"]: next(iter(operation["requestBody"]["content"]))
        for _, _, operation in _operations(app.openapi())
        if "requestBody" in operation
    }


def _is_list(schema: dict[str, Any]) -> bool:
    return any(one.get("type") == "array" for one in (schema, *schema.get("anyOf", ())))


def _operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation) for path, methods in schema["paths"].items() for method, operation in methods.items()
    ]


def _complete(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    _, definitions = models_json_schema(
        [(wire.Problem, "serialization")], ref_template=REFERENCE + "{model}"
    )
    components.update(definitions["$defs"])
    components.pop("HTTPValidationError", None)
    components.pop("ValidationError", None)
    schema["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, bh_live_…"},
        "session": {"type": "apiKey", "in": "cookie", "name": "__Host-sid", "description": "The browser's session."},
    }
    policy: Policy = app.state.policy
    for path, method, operation in _operations(schema):
        rule = policy.rules[operation["operationId"]]
        _add_problems(path, method, operation, step_up=rule.step_up, anyone=rule.anyone)
        _add_examples(operation, components)
        if rule.anyone:
            operation["security"] = []
        else:
            operation["security"] = [{"session": []}, *([{"key": []}] if rule.key else [])]
            roles = ", ".join(sorted(rule.roles)) or "somebody signed in who is in no firm yet"
            operation["description"] = f"{operation.get('description', '')}\n\nWho may: {roles}.".strip()
    return schema


def _add_problems(path: str, method: str, operation: dict[str, Any], *, step_up: bool, anyone: bool) -> None:
    responses = operation["responses"]
    own = {str(status) for status in responses if "application/problem+json" in responses[status].get("content", {})}
    common: list[type[Problem]] = [ServerError, DatabaseAway, UnknownParameter]
    if operation.get("parameters") or "requestBody" in operation:
        common += [Invalid]
    if "{" in path:
        common += [NotFound]
    if "requestBody" in operation:
        common += [BadRequest, BodyTooLarge, NotJson]
    if not anyone:
        common += [SignedOut, Forbidden, FirmNeeded, QuotaUsedUp]
        if method != "get":
            common += [CrossSite]
        if step_up:
            common += [ConfirmIdentity]
    for status, said in raises(*common).items():
        code = str(status)
        if code in own:
            examples = responses[code]["content"]["application/problem+json"]["examples"]
            for slug, example in said["content"]["application/problem+json"]["examples"].items():
                examples.setdefault(slug, example)
        else:
            responses[code] = said
    for response in responses.values():
        content = response.get("content", {}).get("application/problem+json")
        if content is not None:
            content["schema"] = {"$ref": REFERENCE + "Problem"}
    operation["responses"] = dict(sorted(responses.items()))


def _add_examples(operation: dict[str, Any], components: dict[str, Any]) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for body in [*bodies, *operation["responses"].values()]:
        content = body.get("content", {}).get("application/json")
        if content and "schema" in content and "example" not in content and "examples" not in content:
            content["example"] = example_of(content["schema"], components, "")


# What a field is called says more than its type; what may be null is, unless it has a line here.
_BY_NAME: dict[str, Any] = {
    "name": "Harbour Street Bakery",
    "client_name": "Harbour Street Bakery",
    "tenant_name": "Harbour Street Bakery Ltd",
    "email": "ada@bright.example",
    "time_zone": "Pacific/Auckland",
    "currency": "NZD",
    "country": "NZ",
    "code": "DQ01",
    "amount": "1250.00",
    "total": 1,
    "value": 82,
    "percent": 40,
    "label": "Month end script",
    "hint": "Qz4A",
}


def example_of(schema: dict[str, Any], components: dict[str, Any], name: str, depth: int = 0) -> Any:
    """A plausible value of a schema, the same at every call."""
    named = _BY_NAME.get(name)
    kinds = {each.get("type") for each in (schema, *schema.get("anyOf", []))}
    if ("string" in kinds and not isinstance(named, str)) or named not in schema.get("enum", [named]):
        named = None
    if named is not None or {"type": "null"} in schema.get("anyOf", []):
        return named
    if "$ref" in schema:
        return example_of(components[schema["$ref"].removeprefix(REFERENCE)], components, name, depth)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example_of(schema[several][0], components, name, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties")
        if properties is None:
            return {}
        return {key: example_of(value, components, key, depth + 1) for key, value in properties.items()}
    if kind == "array":
        return [] if depth > 6 else [example_of(schema.get("items", {}), components, "", depth + 1)]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 0), 12)
    if kind == "boolean":
        return False
    if kind == "null":
        return None
    formats = {
        "uuid": "01939e7c-6f0a-7d5e-8000-5c0e8b1f2a3d",
        "date-time": "2026-11-21T09:30:00Z",
        "date": "2026-11-21",
    }
    return formats.get(schema.get("format", ""), "Text")
