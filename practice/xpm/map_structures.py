"""Says what the names of a practice's business structures mean; kept for every import to come."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import and_, case, cast, func, update
from sqlalchemy.dialects.postgresql import JSONPATH, insert

from practice.kernel.unit import Unit
from practice.xpm.decide_rows import reviewed
from practice.xpm.models import SnapshotRow, StructureKind
from practice.xpm.structures import normal

WITHOUT_IT = cast('$[*] ? (@.code != "unmapped_structure")', JSONPATH)
ELSE_BLOCKED = cast('$[*] ? (@.code != "unmapped_structure" && @.level == "blocker")', JSONPATH)


async def map_structures(unit: Unit, *, snapshot_id: UUID, kinds: Mapping[str, str]) -> None:
    """`kinds`: by structure as XPM writes it, in any letter case. People become client rows, everything else entities.

    Raises NotFound, NotUnderReview. A blank structure says nothing, so what it means is kept for this import alone.
    """
    snapshot = await reviewed(unit, snapshot_id)
    # It was not ticked only because nobody had said it.
    released = and_(
        SnapshotRow.warnings.contains([{"code": "unmapped_structure"}]),
        ~func.jsonb_path_exists(SnapshotRow.warnings, ELSE_BLOCKED),
        SnapshotRow.proposal.in_(("create", "match", "linked")),
        SnapshotRow.decided_at.is_(None),
    )
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
                said == name,
            )
            .values(
                client_kind=kind,
                kind="client" if kind == "person" else "entity",
                chosen=case((released, True), else_=SnapshotRow.chosen),
                # What stood in the way was that nobody had said it.
                warnings=func.jsonb_path_query_array(SnapshotRow.warnings, WITHOUT_IT),
                version=SnapshotRow.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
    unit.changed("snapshot", snapshot_id)
