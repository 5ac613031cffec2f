"""The gateway's answers when it refuses, letter by letter: JSON for 401 and 403, nothing at all for 429, text for 503."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from starlette.responses import JSONResponse, PlainTextResponse, Response

_TITLES: Final = {401: "Unauthorized", 403: "Forbidden"}

UNAVAILABLE: Final = {
    "maintenance": "The Xero API is currently offline for maintenance",
    "unavailable": "The Xero API is temporarily unavailable",
    "offline": "The Organisation is offline",
}


class GatewayRefusal(Exception):
    """A call that does not get through; the app answers with `response`."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def refused(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    body: dict[str, object] = {
        "Type": None,
        "Title": _TITLES[status],
        "Status": status,
        "Detail": detail,
        "Instance": str(uuid.uuid4()),
        "Extensions": {},
    }
    return JSONResponse(body, status, headers)


def unauthenticated() -> Response:
    return refused(401, "AuthenticationUnsuccessful", {"WWW-Authenticate": "Bearer error=invalid_token"})


def token_expired(at: datetime) -> Response:
    return refused(401, f"TokenExpired: token expired at {at:%m/%d/%Y %H:%M:%S}")


def unauthorised() -> Response:
    """A scope or a tier is missing; refreshing does not help."""
    return refused(401, "AuthorizationUnsuccessful")


def no_tenant(headers: Mapping[str, str]) -> Response:
    return refused(403, "AuthenticationUnsuccessful", headers)


def too_many(problem: str, headers: Mapping[str, str], retry_after: int | str | None) -> Response:
    """429 with an empty body; `concurrent` names no time to come back."""
    said = {"X-Rate-Limit-Problem": problem, **headers}
    if retry_after is not None:
        said["Retry-After"] = str(retry_after)
    return Response(b"", 429, said)


def unavailable(which: str) -> Response:
    return PlainTextResponse(UNAVAILABLE[which], 503)
