"""Asks for the sizes of tenants, so that people see what an import will take before they start it."""

from collections.abc import Sequence
from uuid import UUID

from practice.connections.jobs import ProbeTenant
from practice.connections.models import Tenant
from practice.kernel.unit import Unit


async def probe_tenants(unit: Unit, *, tenant_ids: Sequence[UUID]) -> None:
    """Queues one probe per organisation; a size learnt within the hour is not asked for again."""
    for tenant in await unit.find(Tenant, tenant_ids):
        if tenant.kind != "organisation" or tenant.size_is_recent(unit.now):
            continue
        if tenant.size_state != "known":
            tenant.size_state = "checking"
        await unit.enqueue(ProbeTenant(tenant_id=tenant.id))
        unit.changed("tenant", tenant.id)
