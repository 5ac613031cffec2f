"""The client bundle: how many clients with a Xero organisation the firm may hold. Places are taken under its lock."""

from dataclasses import dataclass

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.clients.problems import BundleFull
from practice.firms.models import Firm
from practice.kernel.unit import Unit


@dataclass(frozen=True, slots=True)
class BundleUse:
    """Places in all, taken, and taken by drafts."""

    limit: int
    used: int
    drafts: int

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)


async def bundle_use(unit: Unit) -> BundleUse:
    """As it stands now; a decision needs `take_places`."""
    async with unit.whole_firm():
        limit = await unit.scalar(select(Firm.client_bundle).where(Firm.id == unit.firm_id))
        counted = await unit.rows(
            select(func.count(), func.count().filter(Client.state == "draft")).where(
                Client.firm_id == unit.firm_id, Client.tenant_id.is_not(None), Client.state != "archived"
            )
        )
    used, drafts = counted[0]
    return BundleUse(limit, used, drafts)


async def take_places(unit: Unit, count: int) -> None:
    """Makes sure of `count` free places and keeps others waiting until this unit ends. Raises BundleFull."""
    await unit.lock(Firm, unit.firm_id)
    use = await bundle_use(unit)
    if use.used + count > use.limit:
        raise BundleFull(limit=use.limit, used=use.used, by=use.used + count - use.limit)
