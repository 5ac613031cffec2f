"""What is left of organisations' limits, for screens: from Redis, and of the day also from the rows that outlast it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from practice.connections.models import Tenant
from practice.connections.note_day import calls_left, read_day
from practice.kernel.context import Context
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.providers.limits import Limits, Quota, look_up_quotas, note_open


@dataclass(frozen=True, slots=True)
class SeenQuota:
    """What is None is not known. `waiting_until`: bulk reading stands still until then; people may still be let through."""

    day_limit: int
    day_left: int | None
    day_resets_at: datetime | None
    minute_limit: int
    minute_left: int | None
    reserved_for_people: int
    waiting_until: datetime | None


async def quotas_of(ctx: Context, *, tenants: Iterable[Tenant]) -> dict[UUID, Quota]:
    """What Redis knows now, by tenant; nothing while it is away."""
    found: dict[UUID, Quota] = {}
    limits = Limits.of(ctx.settings.xero)
    for provider, some in groupby(sorted(tenants, key=lambda one: one.provider), key=lambda one: one.provider):
        ids = {tenant.remote_id: tenant.id for tenant in some}
        seen = await look_up_quotas(ctx.redis, provider=provider, tenants=list(ids), limits=limits)
        found |= {ids[remote_id]: quota for remote_id, quota in seen.items()}
    return found


async def quota_of(ctx: Context, *, unit: Unit, tenant_id: UUID | None) -> SeenQuota:
    """One tenant's. Raises NotFound for a client without an organisation."""
    if tenant_id is None:
        raise NotFound(detail="This client has no organisation in Xero.")
    tenant = await unit.get(Tenant, tenant_id)
    limits, xero = Limits.of(ctx.settings.xero), ctx.settings.xero
    quota = (await quotas_of(ctx, tenants=[tenant])).get(tenant_id)
    day = await read_day(unit, tenant_id)
    day_left = quota.day_left if quota else None
    if day_left is None and day is not None:
        day_left = calls_left(unit, day)
    resets_at = day.resets_at if day else None
    waiting_until = unit.now + quota.waits if quota and quota.waits else None
    if day_left is not None and day_left <= limits.day_reserve:
        waiting_until = resets_at or (unit.now + quota.day_lasts if quota and quota.day_lasts else waiting_until)
    return SeenQuota(
        day_limit=xero.daily_limit,
        day_left=day_left,
        day_resets_at=resets_at,
        minute_limit=limits.calls,
        minute_left=quota.minute_left if quota else None,
        reserved_for_people=limits.day_reserve,
        waiting_until=waiting_until,
    )


async def keep_room(ctx: Context, *, unit: Unit, tenant_id: UUID) -> None:
    """Somebody has the tenant's client open: for a minute bulk reading leaves it two calls and a place."""
    tenant = await unit.get(Tenant, tenant_id)
    await note_open(ctx.redis, provider=tenant.provider, tenant=tenant.remote_id)
