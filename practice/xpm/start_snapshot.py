"""Starts reading a practice: a snapshot in `fetching`, and the job that fills it."""

from uuid import UUID

from sqlalchemy import and_, select

from practice.connections.causes import WORKING
from practice.connections.models import Connection, Tenant
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.xpm.jobs import TakeSnapshot
from practice.xpm.models import Snapshot
from practice.xpm.problems import NotConnected
from practice.xpm.refuse_another import refuse_another


async def start_snapshot(unit: Unit, *, tenant_id: UUID | None = None) -> Snapshot:
    """`tenant_id`: which practice, where several are connected; None takes the only one.

    Raises NotConnected, FetchUnderWay naming what is under way, NotFound for another firm's practice.
    """
    connected = await connected_practices(unit)
    if tenant_id is None:
        if not connected:
            raise NotConnected
        tenant_id = connected[0]
    elif (await unit.get(Tenant, tenant_id)).kind != "practice_manager":
        raise NotFound(detail=f"{tenant_id} is not a practice in Xero Practice Manager.")
    elif tenant_id not in connected:
        raise NotConnected
    await refuse_another(unit, tenant_id=tenant_id)
    snapshot = unit.add(
        Snapshot(
            tenant_id=tenant_id,
            started_by=unit.actor.member_id,
            progress={"stage": "Waiting to start", "done": 0, "total": None},
            counts={},
            groups=[],
        )
    )
    await unit.flush()
    await unit.enqueue(TakeSnapshot(snapshot_id=snapshot.id))
    unit.record("snapshot.started", on=snapshot)
    unit.changed("snapshot", snapshot.id, patch={"state": "fetching"})
    return snapshot


async def connected_practices(unit: Unit) -> list[UUID]:
    """The practices that can be read now, by name."""
    return await unit.scalars(
        select(Tenant.id)
        .join(Connection, and_(Connection.firm_id == Tenant.firm_id, Connection.tenant_id == Tenant.id))
        .where(Tenant.firm_id == unit.firm_id, Tenant.kind == "practice_manager", Connection.status.in_(WORKING))
        .order_by(Tenant.name, Tenant.id)
    )
