"""The practice's health as a workbook: a row for each client, a column for each check's open issues."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from practice.exports.health_table import health_table
from practice.exports.kind import Asked, ExportKind
from practice.exports.sheet import workbook
from practice.kernel.unit import Unit
from practice.scoring.health_grid import HealthRow, WantedHealth, list_health

EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Gathered:
    on: date
    rows: list[HealthRow]


async def gather(unit: Unit, asked: Asked) -> Gathered:
    """Filtered and ordered as the screen was; what cannot be understood is left out of the filter."""
    given = asked.params
    wanted = WantedHealth(
        q=given.get("q"),
        tag=given.get("tag"),
        manager_id=_id(given.get("manager")),
        band=given.get("band"),
        sort=str(given.get("sort") or "name"),
        descending=given.get("dir") == "desc",
    )
    rows, _ = await list_health(unit, wanted, limit=EVERY, offset=0)
    return Gathered(unit.now.date(), rows)


def render(gathered: Gathered) -> bytes:
    header, rows = health_table(gathered.rows)
    return workbook("Health", header, rows)


def _id(given: Any) -> UUID | None:
    try:
        return UUID(str(given)) if given else None
    except ValueError:
        return None


KIND = ExportKind(
    kind="health_xlsx",
    about_client=False,
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    suffix=".xlsx",
    gather=gather,
    name=lambda gathered: f"Practice health {gathered.on.isoformat()}",
    render=render,
)
