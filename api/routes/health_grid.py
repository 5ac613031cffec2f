"""The practice's health: every client beside every check, and the whole in short."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.deps import UnitDep
from api.pages import Page, a_place, decode_cursor, encode_cursor
from api.problems import raises
from api.wire import Band, Out
from practice.exports.health_table import health_table
from practice.exports.sheet import as_csv
from practice.kernel.problems import NotFound
from practice.scoring import health_grid as grid

router = APIRouter(prefix="/health", tags=["health"])


class HealthCell(Out):
    """One check at one client; `degree` is between 0 and 1, null where it was not evaluated."""

    open: int
    degree: str | None
    state: Literal["evaluated", "not_applicable", "no_permission", "not_synced", "error"]


class HealthRow(Out):
    """A client with all its checks; `change` is the step of the score over thirty days."""

    client_id: UUID
    name: str
    tags: list[str]
    managers: list[str]
    score: int | None
    band: Band
    provisional: bool
    change: int | None
    coverage: int | None
    last_synced_at: dt.datetime | None
    checks: dict[str, HealthCell]


class Bands(Out):
    healthy: int
    attention: int
    at_risk: int
    unscored: int


class MonthAverage(Out):
    month: dt.date
    average: int


class WorstCheck(Out):
    """A check over all clients; `points` is the sum of what putting it right would bring to each."""

    code: str
    title: str
    clients: int
    open: int
    points: str


class HealthSummary(Out):
    """The practice in short; `trend` has a month for each that knows a score, the oldest first."""

    clients: int
    average: int | None
    bands: Bands
    trend: list[MonthAverage]
    worst_checks: list[WorstCheck]


@router.get("", response_model=Page[HealthRow], responses=raises(NotFound))
async def list_health(
    unit: UnitDep,
    q: Annotated[str | None, Query(max_length=100, description="A part of the name.")] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    manager: UUID | None = None,
    band: Band | None = None,
    sort: Annotated[str, Query(max_length=20, description="name, score, change, or the code of a check.")] = "name",
    dir: Literal["asc", "desc"] = "asc",  # noqa: A002 - the word of the address
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: str | None = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> object:
    """The clients you may see with every check's open issues; `Accept: text/csv` gets all of them as a spreadsheet."""
    wanted = grid.WantedHealth(q=q, tag=tag, manager_id=manager, band=band, sort=sort, descending=dir == "desc")
    if accept and accept.startswith("text/csv"):
        rows, _ = await grid.list_health(unit, wanted, limit=100_000, offset=0)
        return Response(
            as_csv(*health_table(rows)), media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="health.csv"'}
        )
    start = decode_cursor(cursor, a_place)
    offset = start[0] if start else 0
    rows, total = await grid.list_health(unit, wanted, limit=limit, offset=offset)
    following = offset + len(rows)
    return {
        "items": [_row(row) for row in rows],
        "next_cursor": encode_cursor(following) if following < total else None,
        "total": total,
    }


@router.get("/summary", response_model=HealthSummary)
async def read_health_summary(unit: UnitDep) -> object:
    """Average, bands, the trend of a year, and the checks worth most over all clients you may see."""
    summary = await grid.summarise_health(unit)
    return {
        "clients": summary.clients,
        "average": summary.average,
        "bands": summary.bands,
        "trend": [{"month": month, "average": average} for month, average in summary.trend],
        "worst_checks": [
            {"code": one.code, "title": one.title, "clients": one.clients, "open": one.open, "points": str(one.points)}
            for one in summary.worst
        ],
    }


def _row(row: grid.HealthRow) -> dict[str, object]:
    client = row.client
    return {
        "client_id": client.id,
        "name": client.name,
        "tags": client.tags,
        "managers": [person.name for person in row.managers],
        "score": client.score,
        "band": client.band,
        "provisional": client.provisional,
        "change": row.change,
        "coverage": row.coverage,
        "last_synced_at": client.last_synced_at,
        "checks": {
            code: {"open": cell.open, "degree": cell.degree, "state": cell.state} for code, cell in row.checks.items()
        },
    }
