"""Judges connections anew by the consents that reach them, and sees that people hear of each cause once.

Whoever learns something notes it on the grant or on its link to the connection, and calls this in the same unit. A
letter and a banner belong to a cause and a consent, not to a connection: forty organisations of one revoked consent
are one trouble. It stays open until none of them has that cause any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from practice.connections.causes import CAUSES
from practice.connections.judge import Reach, judged
from practice.connections.missing import missing_of
from practice.connections.models import Connection, ConnectionGrant, Grant, Trouble
from practice.firms.models import Member
from practice.kernel.unit import Unit

# An organisation that somebody disconnects inside Xero is a failure of its own: more of them are told of, once a day.
ONE_BY_ONE = "tenant_gone"
AGAIN_AFTER = timedelta(days=1)


async def settle_grant(unit: Unit, *, grant_id: UUID) -> None:
    """Every connection that the grant reaches, or reached."""
    ids = await unit.scalars(
        select(ConnectionGrant.connection_id).where(
            ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id == grant_id
        )
    )
    await settle_connections(unit, connection_ids=ids)


async def settle_connections(unit: Unit, *, connection_ids: Iterable[UUID], reconnected: bool = False) -> None:
    """`reconnected`: somebody has just consented, and that is recorded already."""
    await unit.flush()
    ids = set(connection_ids)
    connections: list[Connection] = await unit.scalars(
        select(Connection)
        .where(Connection.firm_id == unit.firm_id, Connection.id.in_(ids))
        .order_by(Connection.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    reaches = await _reaches(unit, ids)
    repaired = []
    for connection in connections:
        cause, needed = connection.cause, connection.needs_consent
        if not connection.found(judged(reaches[connection.id])):
            continue
        unit.changed("connection", connection.id)
        if connection.needs_consent != needed:
            unit.changed("tenant", connection.tenant_id)
        if cause and CAUSES[cause].told and connection.cause is None:
            repaired.append(connection)
    if repaired and not reconnected:
        unit.record("connection.repaired", on=repaired[0], organisations=len(repaired))
    await tell_troubles(unit)


async def tell_troubles(unit: Unit) -> None:
    """Opens a trouble for every cause that nobody was told of yet, and ends those that are over."""
    await unit.flush()
    counted: Sequence[Any] = await unit.rows(
        select(Connection.cause, Connection.caused_by, func.count())
        .where(
            Connection.firm_id == unit.firm_id,
            Connection.caused_by.is_not(None),
            Connection.cause.in_([cause.slug for cause in CAUSES.values() if cause.told]),
        )
        .group_by(Connection.cause, Connection.caused_by)
        .order_by(Connection.cause, Connection.caused_by)
    )
    now = {(cause, grant_id): count for cause, grant_id, count in counted}
    told: dict[tuple[str, UUID], Trouble] = {
        (trouble.cause, trouble.grant_id): trouble
        for trouble in await unit.scalars(
            select(Trouble)
            .where(Trouble.firm_id == unit.firm_id, Trouble.ended_at.is_(None))
            .order_by(Trouble.id)
            .with_for_update()
        )
    }
    for key, trouble in told.items():
        if key not in now:
            trouble.ended_at = unit.now
    for (cause, grant_id), count in now.items():
        known = told.get((cause, grant_id))
        if known is None:
            news = await _open(unit, cause, grant_id, count)
        else:
            news = cause == ONE_BY_ONE and count > known.organisations and unit.now - known.told_at >= AGAIN_AFTER
            if news:
                known.organisations, known.told_at = count, unit.now
            elif count < known.organisations:
                known.organisations = count
        if news:
            unit.record(
                "connection.broken" if CAUSES[cause].breaks else "connection.warned",
                on=await unit.get(Grant, grant_id), cause=cause, organisations=count,
            )  # fmt: skip


async def _open(unit: Unit, cause: str, grant_id: UUID, count: int) -> bool:
    """False where another process was first."""
    id_ = await unit.scalar(
        insert(Trouble)
        .values(
            firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, cause=cause, grant_id=grant_id,
            organisations=count, told_at=unit.now,
        )
        .on_conflict_do_nothing(index_elements=["firm_id", "grant_id", "cause"], index_where=text("ended_at IS NULL"))
        .returning(Trouble.id)
    )  # fmt: skip
    return id_ is not None


async def _reaches(unit: Unit, connection_ids: set[UUID]) -> defaultdict[UUID, list[Reach]]:
    rows: Sequence[Any] = await unit.rows(
        select(ConnectionGrant, Grant, Member.state)
        .join(Grant, (Grant.firm_id == ConnectionGrant.firm_id) & (Grant.id == ConnectionGrant.grant_id))
        .outerjoin(Member, (Member.firm_id == Grant.firm_id) & (Member.id == Grant.connected_by))
        .where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.connection_id.in_(connection_ids))
        .order_by(ConnectionGrant.connection_id, ConnectionGrant.priority, Grant.id)
        .execution_options(populate_existing=True)
    )
    reaches: defaultdict[UUID, list[Reach]] = defaultdict(list)
    for link, grant, state in rows:
        reaches[link.connection_id].append(
            Reach(
                grant_id=grant.id,
                lost=not grant.active,
                gone=link.gone_at is not None,
                narrow=link.refused is not None or bool(missing_of(grant)),
                lapsing=grant.lapsing(unit.now),
                left=state == "removed",
                unchecked=grant.check_problem is not None,
            )
        )
    return reaches
