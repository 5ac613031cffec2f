"""Passes on what providers said has changed, to every firm that has the organisation; each reads it by its own consent.

Safe to run twice, and by two at once: a document that is to be read is one row, however often it was said.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from practice.connections.models import Delivery, Tenant
from practice.connections.receive_deliveries import resource_of
from practice.imports.jobs import ReadDeliveries
from practice.imports.models import RemoteChange
from practice.kernel.actor import Actor
from practice.kernel.context import Context

AT_ONCE = 1000
GATHER = timedelta(seconds=2)
"""Somebody who saves an invoice often saves it again: what comes meanwhile is read in the same call."""

Change = tuple[str, UUID]


async def pass_on_deliveries(door: Context) -> int:
    """All that wait, some at a time. Answers how many there were."""
    passed = 0
    while some := await _pass_on_some(door):
        passed += some
        if some < AT_ONCE:
            break
    return passed


async def _pass_on_some(door: Context) -> int:
    async with door.unit(write=False) as unit:
        waiting = await unit.rows(
            select(Delivery.id, Delivery.provider, Delivery.tenant_remote_id, Delivery.category, Delivery.resource_id)
            .where(Delivery.passed_on_at.is_(None))
            .order_by(Delivery.received_at)
            .limit(AT_ONCE)
        )
        if not waiting:
            return 0
        said: dict[tuple[str, str], set[Change]] = defaultdict(set)
        for row in waiting:
            change = _change(row)
            if change:
                said[row.provider, row.tenant_remote_id].add(change)
        tenants = await unit.rows(
            select(Tenant.firm_id, Tenant.id, Tenant.provider, Tenant.remote_id).where(
                tuple_(Tenant.provider, Tenant.remote_id).in_(list(said))
            )
        )
    for tenant in tenants:
        await _pass_on(
            door.acting_as(Actor.system(tenant.firm_id)), tenant.id, said[tenant.provider, tenant.remote_id]
        )
    async with door.unit() as unit:
        await unit.execute(
            update(Delivery).where(Delivery.id.in_([row.id for row in waiting])).values(passed_on_at=unit.now)
        )
    return len(waiting)


def _change(row: Any) -> Change | None:
    resource = resource_of(row.provider, row.category)
    try:
        return (resource, UUID(row.resource_id)) if resource else None
    except ValueError:
        return None


async def _pass_on(ctx: Context, tenant_id: UUID, changes: set[Change]) -> None:
    """First what is to be read, then, in a unit of its own, the job: a job that is just ending either still sees the
    rows or has let go of its key.
    """
    async with ctx.unit() as unit:
        statement = insert(RemoteChange).values(
            [
                {
                    "firm_id": unit.firm_id,
                    "id": unit.ids.new(),
                    "created_at": unit.now,
                    "tenant_id": tenant_id,
                    "resource": resource,
                    "remote_id": remote_id,
                }
                for resource, remote_id in sorted(changes)
            ]
        )
        await unit.execute(
            # With a new id, so that who is reading the document right now does not take this for done.
            statement.on_conflict_do_update(
                index_elements=["firm_id", "tenant_id", "resource", "remote_id"], set_={"id": statement.excluded.id}
            )
        )
    async with ctx.unit() as unit:
        await unit.enqueue(ReadDeliveries(tenant_id=tenant_id), run_at=unit.now + GATHER)
