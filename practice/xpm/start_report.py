"""Starts an import from a report that somebody saved from the practice's own system, for practices without its API.

From here on it is an import like any other. How the report's columns are meant is kept: the same report again is known by
its headers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.connections.models import Tenant
from practice.kernel.context import Context
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.xpm.jobs import TakeSnapshot
from practice.xpm.models import ReportMapping, Snapshot
from practice.xpm.problems import RecordsSetAside
from practice.xpm.read_report import ReportRead, read_report
from practice.xpm.refuse_another import refuse_another
from practice.xpm.stage_rows import structures_of
from practice.xpm.store_rows import store_rows, store_staff
from practice.xpm.take_snapshot import group_rows, linked_ids

PRACTICE = "XPM report"
AT_ONCE = 1_000
_KEPT_ASIDE = 50


@dataclass(frozen=True, slots=True)
class Columns:
    """What a report's columns seem to be, for somebody to say yes to. `remembered`: they said so before."""

    headers: list[str]
    columns: dict[str, str]
    sample: list[list[str]]
    rows: int
    remembered: bool


async def read_columns(ctx: Context, *, name: str, body: bytes) -> Columns:
    """Keeps nothing. Raises ReportUnreadable."""
    read = await asyncio.to_thread(read_report, name, body, None)
    async with ctx.unit(write=False) as unit:
        known = await unit.scalar(
            select(ReportMapping.columns).where(
                ReportMapping.firm_id == unit.firm_id, ReportMapping.headers == _joined(read.headers)
            )
        )
    return Columns(read.headers, known or read.columns, read.sample, len(read.parties), known is not None)


async def start_report(ctx: Context, *, name: str, body: bytes, columns: Mapping[str, str] | None = None) -> Snapshot:
    """`columns`: by field the header it is read from; None takes what was said of such a report before, else the guess.

    Raises ReportUnreadable, Invalid where no column is the name, FetchUnderWay.
    """
    if columns is None:
        columns = (await read_columns(ctx, name=name, body=body)).columns
    read = await asyncio.to_thread(read_report, name, body, columns)
    if not read.has_names:
        raise Invalid([FieldError("/columns/name", "Say which column is the client's name.")])
    async with ctx.unit() as unit:
        tenant = await _practice(unit)
        await refuse_another(unit, tenant_id=tenant.id)
        snapshot = unit.add(
            Snapshot(
                tenant_id=tenant.id, source="report", started_by=unit.actor.member_id, fetched_at=unit.now,
                progress={"stage": "Waiting to start", "done": 0, "total": None}, counts={}, groups=[],
            )
        )  # fmt: skip
        await unit.flush()
        await _remember(unit, read)
        await _lay_down(unit, snapshot, read)
        await unit.enqueue(TakeSnapshot(snapshot_id=snapshot.id))
        unit.record("snapshot.started", on=snapshot, source="report", rows=len(read.parties))
        unit.changed("snapshot", snapshot.id, patch={"state": "fetching"})
    return snapshot


async def _practice(unit: Unit) -> Tenant:
    """What reports are about: the firm's own practice, which nobody connected. Two who upload at once come one by one."""
    await unit.execute(
        insert(Tenant)
        .values(
            firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, provider="report", remote_id="report",
            name=PRACTICE, kind="practice_manager", is_demo=False, size_state="unknown", seen_at=unit.now,
        )
        .on_conflict_do_nothing(index_elements=["firm_id", "provider", "remote_id"])
    )  # fmt: skip
    id_ = await unit.scalar(
        select(Tenant.id).where(
            Tenant.firm_id == unit.firm_id, Tenant.provider == "report", Tenant.remote_id == "report"
        )
    )
    return await unit.lock(Tenant, id_)


async def _remember(unit: Unit, read: ReportRead) -> None:
    await unit.execute(
        insert(ReportMapping)
        .values(
            firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, headers=_joined(read.headers),
            columns=read.columns,
        )
        .on_conflict_do_update(index_elements=["firm_id", "headers"], set_={"columns": read.columns})
    )  # fmt: skip


async def _lay_down(unit: Unit, snapshot: Snapshot, read: ReportRead) -> None:
    structures = await structures_of(unit, snapshot.tenant_id)
    linked = {id_: kind for id_, (_, kind) in (await linked_ids(unit, snapshot.id)).items()}
    await store_staff(unit, snapshot=snapshot, staff=read.staff)
    for at in range(0, len(read.parties), AT_ONCE):
        await store_rows(
            unit, snapshot=snapshot, parties=read.parties[at : at + AT_ONCE], structures=structures, linked=linked
        )
    await group_rows(unit, snapshot)
    if read.problems:
        aside = [
            {"resource": "clients", "remote_id": "", "name": f"row {one.row}" if one.row else "the file", "reason": one.text}
            for one in read.problems
        ]
        snapshot.problem = RecordsSetAside(aside[:_KEPT_ASIDE], in_all=len(aside)).as_dict()


def _joined(headers: Sequence[str]) -> str:
    return "\n".join(header.casefold() for header in headers)
