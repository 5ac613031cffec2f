"""Writes a file, with the eyes of the one who asked for it."""

import asyncio
from uuid import UUID

from practice.exports.kind import Asked, kinds
from practice.exports.models import Export
from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.context import Run
from practice.kernel.problems import Problem
from practice.kernel.unit import Unit


async def write_export(run: Run, *, export_id: UUID) -> None:
    """Drawing a long file would hold up the others, so it is done in a thread. Raises what gathering raises."""
    async with run.unit(write=False) as unit:
        export = await unit.get(Export, export_id)
        member = await unit.get(Member, export.member_id)
        if export.state != "queued":
            return
    asker = Actor(kind="staff", firm_id=export.firm_id, member_id=member.id, role=member.role, name=member.name)  # type: ignore[arg-type]  # the column's check
    kind = kinds()[export.kind]
    async with run.acting_as(asker).unit(write=False) as unit:
        gathered = await kind.gather(unit, Asked(export.client_id, export.params))
    content = await asyncio.to_thread(kind.render, gathered)
    async with run.unit() as unit:
        export = await unit.lock(Export, export_id)
        export.state, export.content, export.bytes = "ready", content, len(content)
        export.name = kind.name(gathered) + kind.suffix
        export.finished_at = unit.now
        unit.changed("export", export.id)


async def note_failed(unit: Unit, *, export_id: UUID, problem: Problem | None) -> None:
    """Says on the export why there will be no file."""
    export = await unit.lock(Export, export_id)
    export.state, export.finished_at = "failed", unit.now
    export.problem = problem.as_dict() if problem else None
    unit.changed("export", export.id)
