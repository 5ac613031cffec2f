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


async def start_imports(unit: Unit, *, client_ids: Sequence[UUID], kind: str = "import") -> ImportRun:
    """The run. Raises ClientNotConfigured for drafts, AlreadyImporting where nothing is left to start."""
    clients = await unit.find(Client, client_ids, lock=True)
    drafts = [client.name for client in clients if client.state == "draft"]
    if drafts:
        raise ClientNotConfigured(drafts)
    without = [client.name for client in clients if client.tenant_id is None or client.state == "archived"]
    if without:
        raise NothingToImport(without)
    to_start = await not_under_way(unit, clients)
    if not to_start:
        raise AlreadyImporting([str(client.id) for client in clients])
    run = unit.add(ImportRun(kind=kind, started_by=unit.actor.member_id))
    await unit.flush()
    await queue_imports(unit, run, to_start)
    unit.record("run.started", on=run, clients=len(to_start), under_way=len(clients) - len(to_start), kind=kind)
    unit.changed("import_run", run.id)
    await unit.flush()
    return run


async def not_under_way(unit: Unit, clients: Sequence[Client]) -> list[Client]:
    """Those without an import. The caller holds the clients' locks, so that two cannot both find none."""
    under_way = set(
        await unit.scalars(
            select(Import.client_id).where(
                Import.firm_id == unit.firm_id,
                Import.client_id.in_([client.id for client in clients]),
                Import.state.in_(ACTIVE),
            )
        )
    )
    return [client for client in clients if client.id not in under_way]


async def queue_imports(unit: Unit, run: ImportRun, clients: Sequence[Client]) -> None:
    """One import and its job for each client, which has a tenant and is not under way."""
    tenants = {
        tenant.id: tenant
        for tenant in await unit.find(Tenant, [client.tenant_id for client in clients if client.tenant_id])
    }
    for client in clients:
        assert client.tenant_id is not None
        tenant = tenants[client.tenant_id]
        # Of books read before, only what changed is asked for, and how much that is nobody knows yet.
        changes_only = run.kind in ("sync", "night") and client.last_synced_at is not None
        calls = FIXED_CALLS if changes_only else tenant.size_calls
        import_ = unit.add(
            Import(
                run_id=run.id,
                client_id=client.id,
                tenant_id=tenant.id,
                documents_total=None if changes_only else tenant.size_documents,
                calls_left=calls,
            )
        )
        await unit.enqueue(ImportLedger(import_id=import_.id, client_id=client.id), cost=calls or FIXED_CALLS)
        await note_import(unit, client_id=client.id, state="queued", failed=run.nightly and client.import_failed)
        unit.changed("client", client.id, client_id=client.id, patch={"importing": "queued"})
