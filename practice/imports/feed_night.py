"""Refreshes a firm's clients by night, a few at a time: nobody's own import ever waits for a night's.

Called every minute, and whenever one of the night's imports has ended. What is due is worked out anew each time from
what has been read, so that being called twice, or not at all for three nights, does no harm: each client is refreshed once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import Client
from practice.clients.nights import Night
from practice.connections.causes import WORKING
from practice.connections.models import Connection
from practice.firms.models import Firm
from practice.imports.models import NIGHTLY, Import, ImportRun
from practice.imports.settle_import import finish_run
from practice.imports.start_imports import not_under_way, queue_imports
from practice.kernel.unit import Unit

AT_ONCE = 3
"""Of the five places a firm has, so that two stay free for what a person starts."""


async def feed_night(unit: Unit) -> int:
    """Queues the imports that have room now, and closes runs that are over; answers how many were queued."""
    firm = await unit.get(Firm, unit.firm_id)
    night = Night.begun(unit.now, firm.time_zone)
    waiting = await _waiting(unit, night) if firm.nightly_sync else []
    due = sorted((client for client in waiting if night.turn_of(client.id) <= unit.now), key=lambda one: night.turn_of(one.id))
    room = await _room(unit) if due else 0
    swept_from = night.sunday(firm.time_zone).begins
    queued = 0
    for kind in NIGHTLY:
        mine = [
            client
            for client in due[:room]
            if (client.last_swept_at is None or client.last_swept_at < swept_from) == (kind == "sweep")
        ]
        queued += await _queue(unit, kind, night.day, mine) if mine else 0
    await _close(unit, night.day, over=not waiting)
    return queued


async def _waiting(unit: Unit, night: Night) -> Sequence[Client]:
    """Clients that this night has not tried yet, and that can be read."""
    tried = exists().where(
        Import.firm_id == Client.firm_id,
        Import.client_id == Client.id,
        Import.run_id == ImportRun.id,
        ImportRun.firm_id == Client.firm_id,
        ImportRun.night == night.day,
    )
    reached = exists().where(
        Connection.firm_id == Client.firm_id, Connection.tenant_id == Client.tenant_id, Connection.status.in_(WORKING)
    )
    found: Sequence[Client] = await unit.scalars(
        select(Client).where(
            Client.firm_id == unit.firm_id,
            Client.state == "active",
            Client.tenant_id.is_not(None),
            Client.importing.is_(None),
            or_(Client.last_synced_at.is_(None), Client.last_synced_at < night.begins),
            ~tried,
            reached,
        )
    )
    return found


async def _room(unit: Unit) -> int:
    """None while something that a person started waits for its place."""
    counts: dict[tuple[bool, str], int] = {
        (row.nightly, row.state): row.count
        for row in await unit.rows(
            select(ImportRun.kind.in_(NIGHTLY).label("nightly"), Import.state, func.count().label("count"))
            .join(ImportRun, and_(ImportRun.firm_id == Import.firm_id, ImportRun.id == Import.run_id))
            .where(
                Import.firm_id == unit.firm_id,
                ImportRun.state == "open",
                Import.state.in_(("queued", "importing")),
            )
            .group_by("nightly", Import.state)
        )
    }
    if counts.get((False, "queued")):
        return 0
    return max(0, AT_ONCE - counts.get((True, "queued"), 0) - counts.get((True, "importing"), 0))


async def _queue(unit: Unit, kind: str, day: date, clients: Sequence[Client]) -> int:
    """In the night's run of this kind, made by the first who comes. One that somebody paused or cancelled gets no more;
    one that was closed opens again for a client that could not be read until now.
    """
    made = await unit.scalar(
        insert(ImportRun)
        .values(firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, kind=kind, night=day, state="open")
        .on_conflict_do_nothing(index_elements=["firm_id", "kind", "night"], index_where=ImportRun.night.is_not(None))
        .returning(ImportRun.id)
    )
    run: ImportRun = await unit.scalar(_runs(unit, ImportRun.kind == kind, ImportRun.night == day))
    if run.state == "finished" and not await _cancelled(unit, run):
        run.state, run.finished_at = "open", None
    if run.state != "open":
        return 0
    locked = await unit.find(Client, [client.id for client in clients], lock=True)
    to_start = [client for client in await not_under_way(unit, locked) if client.state == "active"]
    if to_start:
        await queue_imports(unit, run, to_start)
    if made:
        unit.record("run.started", on=run, clients=len(to_start), under_way=0, kind=kind)
    unit.changed("import_run", run.id)
    await unit.flush()
    return len(to_start)


async def _cancelled(unit: Unit, run: ImportRun) -> bool:
    return bool(
        await unit.scalar(
            select(Import.id)
            .where(Import.firm_id == unit.firm_id, Import.run_id == run.id, Import.state == "cancelled")
            .limit(1)
        )
    )


async def _close(unit: Unit, day: date, *, over: bool) -> None:
    """Runs of nights before, and this one's once nobody is left for it."""
    past = ImportRun.night <= day if over else ImportRun.night < day
    for run in await unit.scalars(_runs(unit, ImportRun.state == "open", past)):
        await finish_run(unit, run, closing=True)
        unit.changed("import_run", run.id)


def _runs(unit: Unit, *conditions: Any) -> Any:
    return (
        select(ImportRun)
        .where(ImportRun.firm_id == unit.firm_id, *conditions)
        .order_by(ImportRun.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
