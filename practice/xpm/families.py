"""Whose each entity is: the group it is in, or who owns it, so that a review shows a family's entities together."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import String, case, column, func, literal, select, text, tuple_

from practice.kernel.unit import Unit
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.reads import Wanted, matching

# A group says it; else the person with the strongest part in it, or that person's group; else it is whose another entity
# is that has to do with it.
_FAMILIES = text(
    """
    WITH party AS (
        SELECT remote_id, name, kind, neutral -> 'relations' AS relations
        FROM snapshot_row WHERE firm_id = :firm AND snapshot_id = :snapshot AND kind <> 'staff'
    ), tie AS (
        SELECT p.remote_id AS one, r ->> 'other_remote_id' AS other,
               coalesce(array_position(
                   ARRAY['owner', 'shareholder', 'unit holder', 'partner', 'member', 'beneficiary', 'trustee', 'director'],
                   regexp_replace(lower(r ->> 'type'), ' of$', '')), 99) AS rank
        FROM party p CROSS JOIN LATERAL jsonb_array_elements(p.relations) r WHERE r ->> 'ended_on' IS NULL
    ), near AS (
        SELECT one AS entity, other, rank FROM tie UNION ALL SELECT other, one, rank FROM tie
    ), said AS (
        SELECT DISTINCT ON (m.id) m.id AS remote_id, g ->> 'remote_id' AS key, g ->> 'name' AS name, 'group' AS kind
        FROM snapshot s CROSS JOIN LATERAL jsonb_array_elements(s.groups) g
        CROSS JOIN LATERAL jsonb_array_elements_text(g -> 'members') m(id)
        WHERE s.firm_id = :firm AND s.id = :snapshot ORDER BY m.id, lower(g ->> 'name'), g ->> 'remote_id'
    ), owned AS (
        SELECT DISTINCT ON (n.entity) n.entity AS remote_id, coalesce(g.key, p.remote_id) AS key,
               coalesce(g.name, p.name) AS name, coalesce(g.kind, 'client') AS kind
        FROM near n JOIN party p ON p.remote_id = n.other AND p.kind = 'client'
        JOIN party e ON e.remote_id = n.entity AND e.kind = 'entity' LEFT JOIN said g ON g.remote_id = p.remote_id
        ORDER BY n.entity, n.rank, lower(p.name), p.remote_id
    ), known AS (
        SELECT * FROM said UNION ALL SELECT * FROM owned o WHERE NOT EXISTS (SELECT FROM said s WHERE s.remote_id = o.remote_id)
    ), through AS (
        SELECT DISTINCT ON (n.entity) n.entity AS remote_id, k.key, k.name, k.kind
        FROM near n JOIN known k ON k.remote_id = n.other
        WHERE NOT EXISTS (SELECT FROM known o WHERE o.remote_id = n.entity)
        ORDER BY n.entity, n.rank, lower(k.name), k.key
    )
    SELECT remote_id, key, name, kind FROM known UNION ALL SELECT remote_id, key, name, kind FROM through
    """
).columns(column("remote_id", String), column("key", String), column("name", String), column("kind", String))


@dataclass(frozen=True, slots=True)
class Family:
    """`kind`: a group of XPM's, or a client. `rows`: how many of the rows wanted are in it."""

    key: str
    name: str
    kind: str
    rows: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its family, and the `place` that sorts it; those of nobody come last."""

    row: SnapshotRow
    family: Family | None
    place: str


async def list_by_family(
    unit: Unit, snapshot: Snapshot, wanted: Wanted, *, after: tuple[str, str, UUID] | None, limit: int
) -> list[Placed]:
    """By family, then by name; `after`: the place, name and id of the last row that was given out."""
    whose = _FAMILIES.bindparams(firm=unit.firm_id, snapshot=snapshot.id).cte("whose")
    place = case((whose.c.key.is_(None), "1"), else_=func.concat("0", func.lower(whose.c.name), " ", whose.c.key))
    found = (
        select(
            SnapshotRow.id, place.label("place"), func.lower(SnapshotRow.name).label("name"),
            whose.c.key, whose.c.name.label("family"), whose.c.kind, func.count().over(partition_by=whose.c.key).label("rows"),
        )
        .outerjoin(whose, whose.c.remote_id == SnapshotRow.remote_id)
        .where(SnapshotRow.firm_id == unit.firm_id, matching(snapshot, wanted))
        .subquery("found")
    )  # fmt: skip
    order = (found.c.place, found.c.name, found.c.id)
    query = select(SnapshotRow, *found.c).join(found, found.c.id == SnapshotRow.id).where(SnapshotRow.firm_id == unit.firm_id)
    if after:
        query = query.where(tuple_(*order) > tuple_(*map(literal, after)))
    lines = await unit.rows(query.order_by(*order).limit(limit))
    return [
        Placed(row, Family(key, family, kind, rows) if key else None, place)
        for row, _, place, _, key, family, kind, rows in lines
    ]
