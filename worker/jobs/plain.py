"""The jobs that are one verb: a table."""

from practice.connections.give_back import give_back
from practice.connections.jobs import GiveBack, KeepGrant, ProbeTenant, RefreshTenants
from practice.connections.probe_tenant import mark_unsized, probe_tenant
from practice.connections.refresh_grant import refresh_grant
from practice.connections.refresh_tenants import refresh_tenants
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.notices.jobs import SendMessage
from practice.notices.send_message import send_message
from worker.handling import Outcome, handles, settles


@handles(ProbeTenant)
async def probe(run: Run, job: ProbeTenant) -> None:
    await probe_tenant(run, tenant_id=job.tenant_id)


@settles(ProbeTenant)
async def probed(unit: Unit, job: ProbeTenant, outcome: Outcome) -> None:
    if outcome.state == "failed":
        await mark_unsized(unit, tenant_id=job.tenant_id)


@handles(KeepGrant)
async def keep_grant(run: Run, job: KeepGrant) -> None:
    await refresh_grant(run, grant_id=job.grant_id)


@handles(GiveBack)
async def give(run: Run, job: GiveBack) -> None:
    await give_back(run, connection_id=job.connection_id)


@handles(RefreshTenants)
async def refresh(run: Run, job: RefreshTenants) -> None:
    await refresh_tenants(run, grant_id=job.grant_id)


@handles(SendMessage)
async def send(run: Run, job: SendMessage) -> None:
    await send_message(run, message_id=job.message_id)
