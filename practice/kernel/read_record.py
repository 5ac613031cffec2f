"""Reads the record for a screen; who tells others from it reads it in the worker."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit


async def entries(unit: Unit, *, client_id: UUID | None, before: int | None, limit: int) -> Sequence[EntryRow]:
    """The newest first, older than the sequence number `before`."""
    query = _scoped(unit, select(EntryRow), client_id).order_by(EntryRow.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(EntryRow.seq < before)
    return await unit.scalars(query)


async def count_entries(unit: Unit, *, client_id: UUID | None) -> int:
    """How many there are in all."""
    counted = await unit.scalar(_scoped(unit, select(func.count()).select_from(EntryRow), client_id))
    return int(counted)


def _scoped(unit: Unit, query: Select[Any], client_id: UUID | None) -> Select[Any]:
    query = query.where(EntryRow.firm_id == unit.firm_id)
    return query if client_id is None else query.where(EntryRow.client_id == client_id)
