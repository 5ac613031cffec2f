"""Puts what an endpoint found into Practice Manager's envelope: XML with 200 for errors too, or flat JSON with real statuses behind the feature header."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

FEATURE: Final = "practice-strict-content-type"
XML_TYPE: Final = "text/xml; charset=utf-8"
JSON_TYPE: Final = "application/json; charset=utf-8"
_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>'
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AT_ONCE: Final = 100

# JSON name → element, where it is not simply the name with a capital.
_ELEMENTS: Final = {
    "uuid": "UUID",
    "prepareGst": "PrepareGST",
    "gstRegistered": "GSTRegistered",
    "gstPeriod": "GSTPeriod",
    "gstBasis": "GSTBasis",
    "url": "URL",
}
_ROWS: Final = {
    "clients": "Client",
    "staffList": "Staff",
    "contacts": "Contact",
    "notes": "Note",
    "groups": "Group",
    "relationships": "Relationship",
    "documents": "Document",
    "customFields": "CustomField",
    "customFieldDefinitions": "CustomFieldDefinition",
}
# Elements that are not there when nothing stands in them; any other stands empty.
MISSING: Final = frozenset(
    {"email", "dateOfBirth", "accountManager", "jobManager", "type", "billingClient", "endDate", "next", "signedTaxAuthority", "taxAgent"}
    | {"agencyStatus", "returnType", "provisionalTaxBasis", "provisionalTaxRatio", "text", "date", "number", "decimal", "boolean"}
)
# What only JSON knows.
_JSON_ONLY: Final = frozenset(
    {"middleName", "dateOfDeath", "placeOfBirthCity", "placeOfBirthCountryCode", "industry", "isProspect", "branchNumber"}
    | {"bankBsb", "bankAccountName", "bankAccountNumber", "bankName", "autoBasOptInCriteria", "webUrl", "tags", "useLead", "useSupplier"}
)


class Refused(Exception):
    """A business error: 200 with `Status` ERROR in XML, `status` in strict JSON."""

    def __init__(self, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.description, self.status = description, status


@dataclass(frozen=True)
class Reply:
    """What goes between the envelope's two ends."""

    payload: Mapping[str, Any]
    web_url: str | None = None
    declared: bool = False
    """Whether the XML begins with its declaration; some answers do."""


@dataclass(frozen=True)
class Rows:
    """A list that is written as it is read."""

    name: str
    rows: Iterable[Shape]
    tail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """One object by its JSON names, and which of them have no element in XML when they are unset."""

    values: dict[str, Any]
    missing: frozenset[str] = MISSING


def wants_json(request: Request) -> bool:
    return has_feature(request) and "json" in request.headers.get("accept", "").lower()


def has_feature(request: Request) -> bool:
    return FEATURE in [one.strip().lower() for one in request.headers.get("xero-features", "").split(",")]


@lru_cache(maxsize=1_000)
def element_name(name: str) -> str:
    if name in _ELEMENTS:
        return _ELEMENTS[name]
    capital = name[:1].upper() + name[1:]
    return capital[:-4] + "UUID" if capital.endswith("Uuid") else capital


def element(name: str, value: Any, missing: frozenset[str] = MISSING) -> str:
    """One JSON value as an element; nothing where Practice Manager leaves the element out."""
    if name in _JSON_ONLY or ((value is None or value == "") and name in missing):
        return ""
    tag = element_name(name)
    if isinstance(value, str):
        text = value if value.isalnum() else escape(_CONTROL.sub("", value))
    elif value is None:
        text = ""
    elif isinstance(value, Shape):
        text = inner(value.values, value.missing)
    elif isinstance(value, dict):
        text = inner(value, missing)
    elif isinstance(value, (list, tuple)):
        row = _ROWS[name]
        text = "".join(_row(row, one) for one in value)
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = f"{value:.2f}" if name == "costMarkup" else f"{value:.10g}"
    return f"<{tag}>{text}</{tag}>" if text else f"<{tag} />"


def inner(values: Mapping[str, Any], missing: frozenset[str]) -> str:
    return "".join([element(name, value, missing) for name, value in values.items()])


def _row(tag: str, one: Any) -> str:
    shape = one if isinstance(one, Shape) else Shape(one)
    return f"<{tag}>{inner(shape.values, shape.missing)}</{tag}>"


def plain(value: Any, *, nulls: bool) -> Any:
    """As JSON: shapes opened, what is unset null or an empty text."""
    if isinstance(value, Shape):
        return plain(value.values, nulls=nulls)
    if isinstance(value, dict):
        return {name: plain(one, nulls=nulls) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one, nulls=nulls) for one in value]
    return None if value == "" and nulls else value


def _json(value: Any, *, nulls: bool) -> str:
    return json.dumps(plain(value, nulls=nulls), ensure_ascii=False, separators=(",", ":"))


def answered(request: Request, api_method: str, reply: Reply | Rows, *, nulls: bool) -> Response:
    strict = wants_json(request)
    if isinstance(reply, Rows):
        parts = _json_rows(reply, nulls=nulls) if strict else _xml_rows(api_method, reply)
        return StreamingResponse(parts, media_type=JSON_TYPE if strict else XML_TYPE)
    if strict:
        return Response(_json({**reply.payload, "status": "OK"}, nulls=nulls), media_type=JSON_TYPE)
    url = f"<WebUrl>{escape(reply.web_url)}</WebUrl>" if reply.web_url else ""
    head = _DECLARATION if reply.declared else ""
    body = inner(reply.payload, MISSING)
    return Response(f'{head}<Response api-method="{api_method}"><Status>OK</Status>{url}{body}</Response>', media_type=XML_TYPE)


def refusal(request: Request, api_method: str, refused: Refused) -> Response:
    if wants_json(request):
        body = json.dumps({"status": "ERROR", "errorDescription": refused.description})
        return Response(body, refused.status, media_type=JSON_TYPE)
    text = f"<Status>ERROR</Status><ErrorDescription>{escape(refused.description)}</ErrorDescription>"
    return Response(f'<Response api-method="{api_method}">{text}</Response>', media_type=XML_TYPE)


def _xml_rows(api_method: str, reply: Rows) -> Iterator[bytes]:
    tag, row = element_name(reply.name), _ROWS[reply.name]
    yield f'<Response api-method="{api_method}"><Status>OK</Status><{tag}>'.encode()
    rows = iter(reply.rows)
    while some := list(islice(rows, _AT_ONCE)):
        yield "".join([_row(row, one) for one in some]).encode()
    yield f"</{tag}>{inner(reply.tail, MISSING)}</Response>".encode()


def _json_rows(reply: Rows, *, nulls: bool) -> Iterator[bytes]:
    yield f'{{"{reply.name}":['.encode()
    rows, joint = iter(reply.rows), ""
    while some := list(islice(rows, _AT_ONCE)):
        yield (joint + ",".join([_json(one, nulls=nulls) for one in some])).encode()
        joint = ","
    tail = "".join(f'"{name}":{_json(value, nulls=nulls)},' for name, value in reply.tail.items())
    yield f'],{tail}"status":"OK"}}'.encode()


def trimmed(values: dict[str, Any], only: frozenset[str] | None) -> dict[str, Any]:
    """`fields=a,b`: nothing but these, in any letter case."""
    return values if only is None else {name: value for name, value in values.items() if name.lower() in only}
