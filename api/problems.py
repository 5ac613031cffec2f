"""From a Problem to an answer: one table from Kind to status, one body (RFC 9457), one place that knows both.

A 4xx detail is written for the person who reads it; a 5xx has none, because what failed is our affair and stands in the log.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from asyncpg import InterfaceError as AsyncpgInterfaceError
from asyncpg import PostgresError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from practice.kernel.database import trouble_of
from practice.kernel.problems import FieldError, Invalid, Kind, NotFound, Problem, Remedy, StorageFull

log = structlog.get_logger()

STATUS: dict[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.GONE: 410,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.BUSY: 429,
    Kind.UPSTREAM: 502,
}


class BadRequest(Problem):
    """The request could not be read."""

    kind, title = Kind.INVALID, "The request could not be read"


class MethodNotAllowed(Problem):
    """The address exists, but not for this method; the Allow header names those it takes."""

    kind, title = Kind.INVALID, "Not a method of this address"


class BodyTooLarge(Problem):
    """The body is over the limit: 1 MB, or 20 MB for a report."""

    kind, title = Kind.INVALID, "The body is too large"


class NotJson(Problem):
    """A body is JSON here, and its Content-Type says so."""

    kind, title = Kind.INVALID, "Send JSON"


class UnknownParameter(Problem):
    """A query parameter is misspelt, unknown here, or given twice."""

    kind, title = Kind.INVALID, "Unknown query parameter"


class ServerError(Problem):
    """Something failed on our side. The request id finds it in the log."""

    kind, title = Kind.UPSTREAM, "Something went wrong on our side"


class DatabaseAway(Problem):
    """The database does not answer. Nothing was saved, or it was and the same key finds it."""

    kind, title = Kind.UPSTREAM, "The database is not reachable just now"


class InEachOthersWay(Problem):
    """Two changes wanted the same rows, and this one gave way. Nothing of it was saved."""

    kind, title = Kind.CONFLICT, "Somebody else changed the same just now"

    def __init__(self) -> None:
        super().__init__(detail="Nothing was saved. Trying again helps.", remedy=Remedy("Try again", "retry"))


# What the framework itself answers, by status: the door's own words for it.
_OF_THE_DOOR: dict[int, type[Problem]] = {
    400: BadRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: BodyTooLarge,
    415: NotJson,
    500: ServerError,
    503: DatabaseAway,
}
_STATUS_OF_THE_DOOR: dict[type[Problem], int] = {cls: status for status, cls in _OF_THE_DOOR.items()} | {StorageFull: 503}
_STATUS_OF_THE_SLUG = {cls.slug(): status for cls, status in _STATUS_OF_THE_DOOR.items()}


def status_of(problem: Problem | type[Problem]) -> int:
    """The status code of a problem: by its class where the door made it, else by its kind."""
    cls = problem if isinstance(problem, type) else type(problem)
    return _STATUS_OF_THE_DOOR.get(cls, STATUS[cls.kind])


def body_of(problem: Problem, instance: str) -> dict[str, Any]:
    """The problem+json body; extension members stand beside the named ones."""
    return {
        **problem.extensions,
        "type": f"/problems/{problem.slug()}",
        "title": problem.title,
        "status": status_of(problem),
        "detail": problem.detail,
        "instance": instance,
        "action": problem.remedy.as_dict() if problem.remedy else None,
        "errors": [{"pointer": error.pointer, "detail": error.detail} for error in problem.errors] or None,
    }


def kept_problem(kept: Mapping[str, Any] | None, instance: str) -> dict[str, Any] | None:
    """The wire shape of a problem that a row keeps (`Problem.as_dict`), named by the row it happened to."""
    if kept is None:
        return None
    return {
        **(kept.get("extensions") or {}),
        "type": f"/problems/{kept['slug']}",
        "title": kept["title"],
        "status": _STATUS_OF_THE_SLUG.get(kept["slug"]) or STATUS[Kind(kept["kind"])],
        "detail": kept.get("detail"),
        "instance": instance,
        "action": kept.get("remedy"),
        "errors": kept.get("errors") or None,
    }


def raises(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: what it may refuse with, for OpenAPI."""
    by_status: dict[int | str, list[type[Problem]]] = {}
    for problem in problems:
        by_status.setdefault(status_of(problem), []).append(problem)
    return {
        status: {
            "description": " · ".join(problem.title for problem in group),
            "content": {"application/problem+json": {"examples": {p.slug(): _example(p) for p in group}}},
        }
        for status, group in by_status.items()
    }


def _example(problem: type[Problem]) -> dict[str, Any]:
    return {
        "summary": problem.title,
        "description": (problem.__doc__ or "").strip(),
        "value": {
            "type": f"/problems/{problem.slug()}",
            "title": problem.title,
            "status": status_of(problem),
            "detail": None,
            "instance": "01939e7c-6f0a-7d5e-8000-5c0e8b1f2a3d",
            "action": None,
            "errors": None,
        },
    }


def answer(problem: Problem, instance: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response for a problem, with Retry-After where waiting helps."""
    response = JSONResponse(
        body_of(problem, instance),
        status_code=status_of(problem),
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )
    if problem.kind is Kind.UNAUTHENTICATED:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response


def pointer(location: tuple[int | str, ...]) -> str:
    """Where a validation error is: a JSON pointer into the body, or `?name`."""
    where, *rest = location
    if where == "query":
        return f"?{'.'.join(map(str, rest))}"
    if where == "header":
        return f"{'-'.join(map(str, rest))}"
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)


def install(app: FastAPI) -> None:
    """Makes every failure of the app one of ours."""

    async def expected(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, Problem)
        headers = {}
        if problem.until is not None:
            wait = problem.until - request.app.state.clock.now()
            headers["Retry-After"] = str(max(1, round(wait.total_seconds())))
        return answer(problem, request.state.request_id, headers)

    async def wrong_fields(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        found = error.errors()
        if any(each["loc"][0] == "path" for each in found):
            return answer(NotFound(), request.state.request_id)
        fields = [FieldError(pointer(tuple(each["loc"])), str(each["msg"])) for each in found]
        return answer(Invalid(fields), request.state.request_id)

    async def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        cls = _OF_THE_DOOR.get(error.status_code, BadRequest)
        detail = "The body is not JSON in UTF-8, or is nested too deeply. Nothing was done." if cls is BadRequest else None
        return answer(cls(detail=detail), request.state.request_id, error.headers)

    async def of_the_database(request: Request, error: Exception) -> Response:
        match trouble_of(error):
            case "away":
                log.warning("database.away", kind=type(error).__name__)
                return answer(DatabaseAway(), request.state.request_id, {"Retry-After": "2"})
            case "full":
                log.error("database.full", kind=type(error).__name__)
                return answer(StorageFull(), request.state.request_id, {"Retry-After": "60"})
            case "contended":
                log.info("database.contended", kind=type(error).__name__)
                return answer(InEachOthersWay(), request.state.request_id, {"Retry-After": "1"})
        raise error

    for kind in (DBAPIError, PoolTimeout, PostgresError, AsyncpgInterfaceError, ConnectionError, TimeoutError, RuntimeError):
        app.add_exception_handler(kind, of_the_database)
    app.add_exception_handler(Problem, expected)
    app.add_exception_handler(RequestValidationError, wrong_fields)
    app.add_exception_handler(HTTPException, framework)


__all__ = ["Remedy", "answer", "body_of", "install", "kept_problem", "raises", "status_of"]
