"""Exports for screens: one's own only."""

from uuid import UUID

from sqlalchemy import select

from practice.exports.models import Export
from practice.exports.problems import NotReady
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def read_export(unit: Unit, export_id: UUID) -> Export:
    """Raises NotFound, also for a colleague's."""
    export = await unit.get(Export, export_id)
    if export.member_id != unit.actor.member_id:
        raise NotFound(detail=f"There is no export {export_id}.")
    return export


async def fetch_export(unit: Unit, export_id: UUID) -> tuple[Export, bytes]:
    """The file itself. Raises NotFound, NotReady."""
    export = await read_export(unit, export_id)
    if export.state != "ready":
        raise NotReady
    content: bytes = await unit.scalar(
        select(Export.content).where(Export.firm_id == unit.firm_id, Export.id == export_id)
    )
    return export, content
