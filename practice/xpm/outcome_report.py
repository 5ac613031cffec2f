"""What came of every row of an import, as lines of a file to keep or to send."""

from uuid import UUID

from sqlalchemy import func, select

from practice.clients.reads import client_names
from practice.kernel.unit import Unit
from practice.xpm.models import SnapshotRow

HEADER = ("Kind", "Name in XPM", "Structure", "Decision", "Outcome", "Your client", "Reason", "Undone", "Id in XPM")


async def outcome_rows(unit: Unit, *, snapshot_id: UUID) -> list[tuple[str, ...]]:
    """A line for each row under HEADER, by kind and name."""
    rows: list[SnapshotRow] = await unit.scalars(
        select(SnapshotRow)
        .where(SnapshotRow.firm_id == unit.firm_id, SnapshotRow.snapshot_id == snapshot_id)
        .order_by(SnapshotRow.kind, func.lower(SnapshotRow.name), SnapshotRow.id)
    )
    clients = await client_names(unit, {row.client_id for row in rows if row.client_id})
    lines: list[tuple[str, ...]] = []
    for row in rows:
        decision = row.action if row.chosen else "not chosen"
        name = clients.get(row.client_id, "") if row.client_id else ""
        why = (row.problem or {}).get("detail") or (row.problem or {}).get("title") or ""
        structure = row.neutral.get("structure", "")
        lines.append(
            (row.kind, row.name, structure, decision, row.outcome or "", name, why, row.undone or "", row.remote_id)
        )
    return lines
