"""Buries what a whole reading no longer found: the row stays with the time at which it was missed, and nothing counts it.

Rows that Xero itself calls DELETED or VOIDED need no burying: they come as changes, and load_books leaves them out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import SeenPage
from practice.ledgers.store_page import TABLES

KINDS = {
    "invoices": "invoice",
    "credit_notes": "credit_note",
    "prepayments": "prepayment",
    "overpayments": "overpayment",
}
"""Resources that share a table, and the word that tells them apart there."""
BURIABLE = frozenset(name for name, table in TABLES.items() if hasattr(table, "gone_at"))


async def note_seen(unit: Unit, *, tenant_id: UUID, resource: str, page: int, ids: Iterable[UUID | str]) -> None:
    """The ids that a page held, whether or not its rows could be read."""
    statement = insert(SeenPage).values(
        firm_id=unit.firm_id, tenant_id=tenant_id, resource=resource, page=page, ids=[UUID(str(id_)) for id_ in ids]
    )
    await unit.execute(
        statement.on_conflict_do_update(
            index_elements=["firm_id", "tenant_id", "resource", "page"], set_={"ids": statement.excluded.ids}
        )
    )


async def count_seen(unit: Unit, *, tenant_id: UUID, resource: str) -> int:
    """How many different ids the pages held."""
    seen = select(func.unnest(SeenPage.ids).label("id")).where(*_of(unit, tenant_id, resource)).distinct().subquery()
    return int(await unit.scalar(select(func.count()).select_from(seen)))


async def forget_seen(unit: Unit, *, tenant_id: UUID, resource: str | None = None) -> None:
    """Of one resource, or of all."""
    await unit.execute(delete(SeenPage).where(*_of(unit, tenant_id, resource)))


async def count_live(unit: Unit, *, tenant_id: UUID, resource: str, since: datetime | None = None) -> int:
    """Rows that are not buried, whatever their status; with a time, those that changed at or after it."""
    table: Any = TABLES[resource]
    which = list(_living(unit, tenant_id, resource))
    if since is not None:
        which.append(table.updated_at >= since)
    return int(await unit.scalar(select(func.count()).select_from(table).where(*which)))


async def bury_unseen(unit: Unit, *, tenant_id: UUID, resource: str, read_from: datetime) -> int:
    """Call it when a resource has been read whole. Spares what changed after the reading began: it may be new."""
    table: Any = TABLES[resource]
    seen = (
        select(func.unnest(SeenPage.ids).label("id"))
        .where(*_of(unit, tenant_id, resource))
        .cte("seen")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    buried = await unit.execute(
        update(table)
        .where(
            *_living(unit, tenant_id, resource),
            (table.updated_at.is_(None)) | (table.updated_at < read_from),
            ~select(text("1")).select_from(seen).where(seen.c.id == table.remote_id).exists(),
        )
        .values(gone_at=unit.now)
        .execution_options(synchronize_session=False)
    )
    return int(buried.rowcount)


def named(rows: Sequence[Mapping[str, Any]], set_aside: Sequence[Mapping[str, str | None]]) -> tuple[list[str], int]:
    """The ids of a page's rows, those that could not be read among them; and how many of these did not say theirs."""
    ids, unnamed = [str(row["remote_id"]) for row in rows], 0
    for row in set_aside:
        try:
            ids.append(str(UUID(row["remote_id"] or "")))
        except ValueError:
            unnamed += 1
    return ids, unnamed


def _of(unit: Unit, tenant_id: UUID, resource: str | None) -> list[Any]:
    mine: list[Any] = [SeenPage.firm_id == unit.firm_id, SeenPage.tenant_id == tenant_id]
    return mine if resource is None else [*mine, SeenPage.resource == resource]


def _living(unit: Unit, tenant_id: UUID, resource: str) -> list[Any]:
    table: Any = TABLES[resource]
    living = [table.firm_id == unit.firm_id, table.tenant_id == tenant_id, table.gone_at.is_(None)]
    return [*living, table.kind == KINDS[resource]] if resource in KINDS else living
