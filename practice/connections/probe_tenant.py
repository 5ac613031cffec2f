"""Finds out how large a tenant's ledger is, with one short call for each paged resource."""

from uuid import UUID

from practice.connections.models import Tenant
from practice.connections.reach_tenant import reach_tenant
from practice.kernel.context import Context
from practice.kernel.unit import Unit


async def probe_tenant(ctx: Context, *, tenant_id: UUID) -> None:
    """Also reads the organisation itself, for its country and currency and whether it is a demo company."""
    page_size = ctx.settings.worker.page_size
    async with reach_tenant(ctx, tenant_id, urgent=True) as ledger:
        organisation = (await ledger.pull("organisation")).rows[0]
        sizes = await ledger.size(page_size=page_size)
    async with ctx.unit() as unit:
        tenant = await unit.lock(Tenant, tenant_id)
        tenant.size_state, tenant.size_documents, tenant.size_calls = "known", sizes.documents, sizes.calls
        tenant.sized_at = unit.now
        tenant.country, tenant.currency = organisation["country"], organisation["base_currency"]
        tenant.short_code, tenant.is_demo = organisation["short_code"], organisation["is_demo"]
        unit.changed("tenant", tenant.id, patch={"documents": sizes.documents, "calls": sizes.calls})


async def mark_unsized(unit: Unit, *, tenant_id: UUID) -> None:
    """The probe is given up; an import can start all the same."""
    tenant = await unit.lock(Tenant, tenant_id)
    if tenant.size_state == "checking":
        tenant.size_state = "failed"
        unit.changed("tenant", tenant.id)
