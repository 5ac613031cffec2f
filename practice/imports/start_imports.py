"""Queues one import for each client, in a run. A client already under way keeps the import it has."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.clients.note_progress import note_import
from practice.clients.problems import ClientNotConfigured
from practice.connections.models import Tenant
from practice.imports.estimate import FIXED_CALLS
from practice.imports.jobs import ImportLedger
from practice.imports.models import ACTIVE, Import, ImportRun
from practice.imports.problems import AlreadyImporting, NothingToImport
from practice.kernel.unit import Unit


async def start_imports(unit: Unit, *, client_ids: Sequence[UUID]) -> ImportRun:
    """The run. Raises ClientNotConfigured for drafts, AlreadyImporting where nothing is left to start."""
    clients = await unit.find(Client, client_ids, lock=True)
    drafts = [client.name for client in clients if client.state == "draft"]
    if drafts:
        raise ClientNotConfigured(drafts)
    without = [client.name for client in clients if client.tenant_id is None or client.state == "archived"]
    if without:
        raise NothingToImport(without)
    under_way = set(
        await unit.scalars(
            select(Import.client_id).where(
                Import.firm_id == unit.firm_id,
                Import.client_id.in_([client.id for client in clients]),
                Import.state.in_(ACTIVE),
            )
        )
    )
    to_start = [client for client in clients if client.id not in under_way]
    if not to_start:
        raise AlreadyImporting([str(id_) for id_ in under_way])
    tenants = {
        tenant.id: tenant
        for tenant in await unit.find(Tenant, [client.tenant_id for client in to_start if client.tenant_id])
    }
    run = unit.add(ImportRun(started_by=unit.actor.member_id))
    await unit.flush()
    for client in to_start:
        assert client.tenant_id is not None
        tenant = tenants[client.tenant_id]
        import_ = unit.add(
            Import(
                run_id=run.id,
                client_id=client.id,
                tenant_id=tenant.id,
                documents_total=tenant.size_documents,
                calls_left=tenant.size_calls,
            )
        )
        await unit.enqueue(
            ImportLedger(import_id=import_.id, client_id=client.id), cost=tenant.size_calls or FIXED_CALLS
        )
        await note_import(unit, client_id=client.id, state="queued")
        unit.changed("client", client.id, client_id=client.id, patch={"importing": "queued"})
    unit.record("run.started", on=run, clients=len(to_start), under_way=len(under_way))
    unit.changed("import_run", run.id)
    await unit.flush()
    return run
