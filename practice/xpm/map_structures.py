"""Says what the names of a practice's business structures mean; kept for every import to come."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.unit import Unit
from practice.xpm.decide_rows import reviewed
from practice.xpm.jobs import MatchRows
from practice.xpm.models import SnapshotRow, StructureKind
from practice.xpm.precheck import MATCHING_AGAIN
from practice.xpm.structures import normal


async def map_structures(unit: Unit, *, snapshot_id: UUID, kinds: Mapping[str, str]) -> None:
    """`kinds`: by structure as XPM writes it, in any letter case. People become client rows, everything else entities.

    Every row is matched again with it, and until that is done nothing can be confirmed. Raises NotFound, NotUnderReview.
    A blank structure says nothing, so what it means is kept for this import alone.
    """
    snapshot = await reviewed(unit, snapshot_id)
    for structure, kind in kinds.items():
        name = normal(structure)
        if name:
            values = {
                "firm_id": unit.firm_id, "id": unit.ids.new(), "tenant_id": snapshot.tenant_id, "structure": name,
                "client_kind": kind, "set_by": unit.actor.member_id,
            }  # fmt: skip
            await unit.execute(
                insert(StructureKind)
                .values(values)
                .on_conflict_do_update(
                    index_elements=["firm_id", "tenant_id", "structure"],
                    set_={"client_kind": kind, "set_by": unit.actor.member_id},
                )
            )
        said = func.lower(func.regexp_replace(func.btrim(SnapshotRow.neutral["structure"].astext), r"\s+", " ", "g"))
        await unit.execute(
            update(SnapshotRow)
            .where(
                SnapshotRow.firm_id == unit.firm_id,
                SnapshotRow.snapshot_id == snapshot_id,
                SnapshotRow.kind != "staff",
                SnapshotRow.client_kind.is_distinct_from(kind),
                said == name,
            )
            .values(
                client_kind=kind,
                kind="client" if kind == "person" else "entity",
                warnings=[asdict(MATCHING_AGAIN)],
                version=SnapshotRow.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
    await unit.enqueue(MatchRows(snapshot_id=snapshot_id))
    unit.changed("snapshot", snapshot_id)
