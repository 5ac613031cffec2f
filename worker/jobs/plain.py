"""The jobs that are one verb: a table."""

from practice.connections.check_grant import ask_organisations, check_grant, note_unchecked
from practice.connections.give_back import give_back
from practice.connections.jobs import CheckGrant, GiveBack, KeepGrant, ProbeTenant
from practice.connections.probe_tenant import mark_unsized, probe_tenant
from practice.connections.refresh_grant import refresh_grant
from practice.exports.jobs import WriteExport
from practice.exports.write_export import note_failed, write_export
from practice.fixes.jobs import WriteFix
from practice.fixes.write_fix import note_failed as note_fix_failed
from practice.fixes.write_fix import write_fix
from practice.imports.continue_imports import continue_imports
from practice.imports.feed_night import feed_night
from practice.imports.jobs import ContinueImports, FeedNight
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.notices.jobs import SendMessage
from practice.notices.send_message import send_message
from practice.scoring.jobs import WeighClients
from practice.scoring.weigh_clients import weigh_clients
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


@handles(CheckGrant)
async def check(run: Run, job: CheckGrant) -> None:
    await check_grant(run, grant_id=job.grant_id)
    await ask_organisations(run, grant_id=job.grant_id)


@settles(CheckGrant)
async def checked(unit: Unit, job: CheckGrant, outcome: Outcome) -> None:
    if outcome.state == "failed" and outcome.problem:
        await note_unchecked(unit, grant_id=job.grant_id, problem=outcome.problem)


@handles(FeedNight)
async def feed(run: Run, _: FeedNight) -> None:
    async with run.unit() as unit:
        await feed_night(unit)


@handles(ContinueImports)
async def go_on(run: Run, _: ContinueImports) -> None:
    await continue_imports(run)


@handles(SendMessage)
async def send(run: Run, job: SendMessage) -> None:
    await send_message(run, message_id=job.message_id)


@handles(WriteExport)
async def write(run: Run, job: WriteExport) -> None:
    await write_export(run, export_id=job.export_id)


@settles(WriteExport)
async def written(unit: Unit, job: WriteExport, outcome: Outcome) -> None:
    if outcome.state == "failed":
        await note_failed(unit, export_id=job.export_id, problem=outcome.problem)


@handles(WeighClients)
async def weigh(run: Run, _: WeighClients) -> None:
    await weigh_clients(run)


@handles(WriteFix)
async def correct(run: Run, job: WriteFix) -> None:
    await write_fix(run, fix_id=job.fix_id)


@settles(WriteFix)
async def corrected(unit: Unit, job: WriteFix, outcome: Outcome) -> None:
    if outcome.state == "failed":
        await note_fix_failed(unit, fix_id=job.fix_id, problem=outcome.problem)
