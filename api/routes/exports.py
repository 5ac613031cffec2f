"""Exports: files that are prepared for you, fetched when they are ready."""

import datetime as dt
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.problems import kept_problem, raises
from api.wire import In, Out, Problem
from practice.exports import reads
from practice.exports.kind import kinds
from practice.exports.models import Export as Row
from practice.exports.problems import NotReady
from practice.exports.request_export import request_export as request
from practice.kernel.problems import Invalid, NotFound

router = APIRouter(prefix="/exports", tags=["exports"], route_class=KeyedRoute)


FILE = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


class Export(Out):
    """A file on its way; kept for seven days."""

    id: UUID
    kind: str
    state: Literal["queued", "ready", "failed"]
    name: str | None
    bytes: int | None
    created_at: dt.datetime
    problem: Problem | None


class RequestExport(In):
    kind: str = Field(max_length=40, description="health_xlsx, issues_xlsx or health_report_pdf.")
    params: dict[str, str | None] = Field(
        default_factory=dict, max_length=12, description="`client_id` for files about a client; the screen's filters."
    )


@router.post("", status_code=202, response_model=Export, responses=raises(Invalid, NotFound))
async def request_export(body: RequestExport, unit: UnitDep, _: Idempotent) -> object:
    """Asks for a file. What it shows is what you may see at the time it is written."""
    return _shown(await request(unit, kind=body.kind, params=dict(body.params)))


@router.get("/{export_id}", response_model=Export, responses=raises(NotFound))
async def read_export(export_id: UUID, unit: UnitDep) -> object:
    """How far a file of yours is."""
    return _shown(await reads.read_export(unit, export_id))


@router.get(
    "/{export_id}/file",
    response_class=Response,
    responses={200: FILE, **raises(NotFound, NotReady)},
)
async def download_export(export_id: UUID, unit: UnitDep) -> Response:
    """The file itself, once it is ready; a colleague's is nobody's."""
    export, content = await reads.fetch_export(unit, export_id)
    return Response(
        content,
        media_type=kinds()[export.kind].media_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(export.name or 'export')}"},
    )


def _shown(export: Row) -> dict[str, Any]:
    return {
        **{name: getattr(export, name) for name in Export.model_fields if name != "problem"},
        "problem": kept_problem(export.problem, str(export.id)),
    }
