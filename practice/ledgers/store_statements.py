"""Keeps what Xero says the bank says: a statement of each account for the days that were asked for, and no older one.

A figure that a person entered or uploaded for the same account and day stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, tuple_
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.unit import Unit
from practice.ledgers.models.figures import StatedFigure

SOURCE = "finance"
_SAID = ("cents", "lines", "earliest")


async def store_statements(unit: Unit, *, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> int:
    """The whole of a reading; answers how many are new, not as they were, or gone."""
    # Of two for one day the later reading counts.
    latest = {(UUID(str(row["account_id"])), row["date"]): row for row in rows}
    gone = await _forget(unit, tenant_id, but=list(latest))
    if not latest:
        return gone
    statement = insert(StatedFigure).values(
        [
            {
                "firm_id": unit.firm_id, "id": unit.ids.new(), "created_at": unit.now, "tenant_id": tenant_id,
                "kind": "statement", "account_id": account_id, "date": day, "made_by": None, "made_at": unit.now,
                "source": SOURCE, **{name: row[name] for name in _SAID},
            }
            for (account_id, day), row in latest.items()
        ]
    )  # fmt: skip
    incoming = statement.excluded
    stored = await unit.execute(
        statement.on_conflict_do_update(
            index_elements=["firm_id", "tenant_id", "kind", "account_id", "date"],
            set_={name: incoming[name] for name in (*_SAID, "made_at")},
            where=(StatedFigure.source == SOURCE)
            & tuple_(*(getattr(StatedFigure, name) for name in _SAID)).is_distinct_from(
                tuple_(*(incoming[name] for name in _SAID))
            ),
        )
    )
    return gone + int(stored.rowcount)


async def forget_statements(unit: Unit, *, tenant_id: UUID) -> None:
    """What was read while it was allowed does not go on speaking for the bank."""
    await _forget(unit, tenant_id, but=[])


async def _forget(unit: Unit, tenant_id: UUID, *, but: Sequence[tuple[UUID, Any]]) -> int:
    which = [
        StatedFigure.firm_id == unit.firm_id, StatedFigure.tenant_id == tenant_id, StatedFigure.source == SOURCE,
    ]  # fmt: skip
    if but:
        which.append(tuple_(StatedFigure.account_id, StatedFigure.date).not_in(but))
    gone = await unit.execute(delete(StatedFigure).where(*which).execution_options(synchronize_session=False))
    return int(gone.rowcount)
