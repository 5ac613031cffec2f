"""Which grants are to be looked at now: each once a day, at a time of its own, so that a firm's come one by one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from practice.connections.models import Grant
from practice.kernel.unit import Unit

DAY = timedelta(days=1)


async def due_grants(unit: Unit) -> list[UUID]:
    """Those not looked at since their time last came; one whose look failed is due again at once."""
    grants: Sequence[Grant] = await unit.scalars(
        select(Grant).where(Grant.firm_id == unit.firm_id, Grant.status == "active").order_by(Grant.id)
    )
    return [
        grant.id for grant in grants if grant.checked_at is None or grant.checked_at < last_time(grant.id, unit.now)
    ]


def last_time(grant_id: UUID, now: datetime) -> datetime:
    """The moment of the day that is this grant's, the last time it came: its own id decides."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + timedelta(seconds=grant_id.int % 86_400)
    return moment if moment <= now else moment - DAY
