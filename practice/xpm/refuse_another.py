"""One reading, applying or undoing at a time for each practice; a unique index says so too."""

from uuid import UUID

from sqlalchemy import select

from practice.connections.models import Tenant
from practice.kernel.unit import Unit
from practice.xpm.models import Snapshot
from practice.xpm.problems import FetchUnderWay

UNDER_WAY = ("fetching", "applying", "undoing")


async def refuse_another(unit: Unit, *, tenant_id: UUID, but: UUID | None = None) -> None:
    """Raises FetchUnderWay naming what is under way, `but` for this one. Two who click at once come one by one."""
    await unit.lock(Tenant, tenant_id)
    query = select(Snapshot.id).where(
        Snapshot.firm_id == unit.firm_id, Snapshot.tenant_id == tenant_id, Snapshot.state.in_(UNDER_WAY)
    )
    other = await unit.scalar(query if but is None else query.where(Snapshot.id != but))
    if other:
        raise FetchUnderWay(other)
