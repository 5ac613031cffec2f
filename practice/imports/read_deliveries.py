"""Reads the documents that Xero said have changed, these alone: a call for forty of them, not one for each resource."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import delete, select

from practice.clients.models import Client
from practice.clients.note_progress import note_changed
from practice.connections.reach_tenant import reach_tenant
from practice.imports.jobs import ReadDeliveries
from practice.imports.models import RemoteChange
from practice.imports.pass_on_deliveries import GATHER
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.ledgers.store_page import store_page


async def read_deliveries(run: Run, *, tenant_id: UUID, changed: Callable[[Unit, UUID], Awaitable[None]]) -> None:
    """Each call's rows in one unit with the end of what asked for them; `changed` speaks in it where a row is not as it
    was. A client whose books were never read is left to its import. Raises what the provider raises.
    """
    async with run.unit() as unit:
        client_id: UUID | None = await unit.scalar(
            select(Client.id).where(
                Client.firm_id == unit.firm_id, Client.tenant_id == tenant_id, Client.state == "active"
            )
        )
        if client_id is None:
            await forget_changes(unit, tenant_id=tenant_id)
            return
        waiting: Sequence[RemoteChange] = await unit.scalars(
            select(RemoteChange)
            .where(RemoteChange.firm_id == unit.firm_id, RemoteChange.tenant_id == tenant_id)
            .order_by(RemoteChange.resource, RemoteChange.remote_id)
        )
    if not waiting:
        return
    async with reach_tenant(run, tenant_id) as ledger:
        for resource, some in _batches(waiting, ledger.ids_at_once):
            run.pause_if_over()
            run.spend()
            page = await ledger.pull_some(resource, ids=[str(one.remote_id) for one in some])
            async with run.unit() as unit:
                if await store_page(unit, tenant_id=tenant_id, resource=resource, rows=page.rows):
                    await note_changed(unit, client_id=client_id)
                    await changed(unit, client_id)
                    unit.changed("client", client_id, client_id=client_id)
                await unit.execute(
                    delete(RemoteChange).where(
                        RemoteChange.firm_id == unit.firm_id, RemoteChange.id.in_([one.id for one in some])
                    )
                )


async def look_again(unit: Unit, *, tenant_id: UUID) -> None:
    """What was said while the job was ending found its key taken."""
    left = await unit.scalar(
        select(RemoteChange.id)
        .where(RemoteChange.firm_id == unit.firm_id, RemoteChange.tenant_id == tenant_id)
        .limit(1)
    )
    if left:
        await unit.enqueue(ReadDeliveries(tenant_id=tenant_id), run_at=unit.now + GATHER)


async def forget_changes(unit: Unit, *, tenant_id: UUID) -> None:
    """What cannot be read now comes with the next refresh."""
    await unit.execute(
        delete(RemoteChange).where(RemoteChange.firm_id == unit.firm_id, RemoteChange.tenant_id == tenant_id)
    )


def _batches(
    waiting: Sequence[RemoteChange], at_once: Callable[[str], int]
) -> Iterator[tuple[str, list[RemoteChange]]]:
    for resource, group in groupby(waiting, key=lambda one: one.resource):
        mine, size = list(group), at_once(resource)
        for start in range(0, len(mine), size):
            yield resource, mine[start : start + size]
