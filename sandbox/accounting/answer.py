"""Wraps documents in Xero's envelope: CRLF and escaped slashes in JSON, or the same as XML where JSON was not asked for."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from . import xml
from .errors import NOT_FOUND, ApiError

APP_NAME = "Sandbox client"
JSON_TYPE, XML_TYPE = "application/json; charset=utf-8", "text/xml; charset=utf-8"


def wants_json(request: Request) -> bool:
    return "json" in request.headers.get("accept", "").lower()


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("/", "\\/").replace("\n", "\r\n  ")


def collection(
    request: Request, now: datetime, key: str, bodies: Sequence[bytes], pagination: Mapping[str, int] | None
) -> Response:
    """A list of documents that are serialised already; each stands on a line of its own."""
    identity = str(uuid.uuid4())
    if not wants_json(request):
        envelope: dict[str, object] = {
            "Id": identity,
            "Status": "OK",
            "ProviderName": APP_NAME,
            "DateTimeUTC": now.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        }
        if pagination is not None:
            envelope["pagination"] = dict(pagination)
        envelope[key] = [json.loads(body) for body in bodies]
        return Response(xml.document("Response", envelope), media_type=XML_TYPE)
    paging = f'  "pagination": {_json(pagination)},\r\n' if pagination is not None else ""
    head = (
        f'{{\r\n  "Id": "{identity}",\r\n  "Status": "OK",\r\n  "ProviderName": "{APP_NAME}",\r\n  "DateTimeUTC": "\\/Date({_milliseconds(now)})\\/",\r\n'
        f'{paging}  "{key}": ['
    ).encode()
    inner = b"\r\n    " + b",\r\n    ".join(bodies) + b"\r\n  " if bodies else b""
    return Response(b"".join((head, inner, b"]\r\n}")), media_type=JSON_TYPE)


def reports(request: Request, now: datetime, report: Mapping[str, object]) -> Response:
    return collection(
        request, now, "Reports", [json.dumps(report, ensure_ascii=False).replace("/", "\\/").encode()], None
    )


def refusal(request: Request, error: ApiError) -> Response:
    body: dict[str, object] = {"ErrorNumber": error.number, "Type": error.type, "Message": error.message}
    if error.type == "ValidationException":
        body["Elements"] = error.elements
    if wants_json(request):
        return Response(json.dumps(body, ensure_ascii=False, indent=2).replace("\n", "\r\n"), error.status, media_type=JSON_TYPE)
    return Response(xml.document("ApiException", body), error.status, media_type=XML_TYPE)


def not_found() -> Response:
    return PlainTextResponse(NOT_FOUND, 404)
