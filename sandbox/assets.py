"""Answers /assets.xro/1.0: the assets of one status in pages, their types, and the register's settings; it is read only."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from .gateway.chain import Sandbox
from .gateway.shelf import ledger_of

PATH: Final = "/assets.xro/1.0"
SCOPES: Final = ("assets", "assets.read")
DEFAULT_SIZE, LARGEST = 10, 200
STATUSES: Final = ("DRAFT", "REGISTERED", "DISPOSED")


def _number(text: str | None, default: int, most: int) -> int:
    try:
        return min(max(int(text or default), 1), most)
    except ValueError:
        return default


def _refused(detail: str) -> Response:
    problem = {
        "resourceValidationErrors": [],
        "fieldValidationErrors": [],
        "type": "http://common.service.xero.com/errors/validation",
        "title": "Bad Request",
        "detail": detail,
    }
    return JSONResponse(problem, 400)


def _page(assets: list[dict[str, Any]], asked: dict[str, str]) -> Response:
    status = asked.get("status", "").upper()
    if status not in STATUSES:
        return _refused("A valid value is required for status")
    some = [one for one in assets if one["assetStatus"].upper() == status]
    page, size = _number(asked.get("page"), 1, 10**9), _number(asked.get("pagesize"), DEFAULT_SIZE, LARGEST)
    pagination = {"page": page, "pageSize": size, "pageCount": ceil(len(some) / size), "itemCount": len(some)}
    return JSONResponse({"pagination": pagination, "items": some[(page - 1) * size : page * size]})


def _settings(assets: list[dict[str, Any]], start: str, depreciated: str) -> dict[str, Any]:
    return {
        "assetNumberPrefix": "FA-",
        "assetNumberSequence": f"{len(assets) + 1:04d}",
        "assetStartDate": f"{start}T00:00:00",
        "lastDepreciationDate": f"{depreciated}T00:00:00",
        "optInForTax": False,
    }


def mount(app: Starlette, sandbox: Sandbox) -> None:
    async def answer(request: Request) -> Response:
        parts = [part for part in request.path_params["rest"].lower().split("/") if part]
        known = parts[:1] in (["assets"], ["assettypes"], ["settings"])
        async with sandbox.gateway.enter(request, scopes=SCOPES if known else ()) as passed:
            ledger = await ledger_of(sandbox, passed.tenant_id)
            register = ledger.register()
            assets, types = register["assets"], register["types"]
            if parts == ["assets"]:
                return _page(assets, {name.lower(): value for name, value in request.query_params.items()})
            if parts == ["assettypes"]:
                return JSONResponse(types)
            if parts == ["settings"]:
                period = ledger.truth()["period"]
                return JSONResponse(_settings(assets, period["from"], period["to"]))
            found = next((one for one in assets if parts == ["assets", one["assetId"]]), None)
            return JSONResponse(found) if found else PlainTextResponse("The resource you're looking for cannot be found", 404)

    app.add_route(PATH + "/{rest:path}", answer, methods=["GET"])
