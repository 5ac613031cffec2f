"""Read what Xero said has changed, then score: the stairs from a webhook to a judgement."""

from uuid import UUID

from practice.imports.jobs import ReadDeliveries
from practice.imports.read_deliveries import forget_changes, look_again, read_deliveries
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.scoring.jobs import ask_for_score
from worker.handling import Outcome, handles, settles


@handles(ReadDeliveries)
async def read(run: Run, job: ReadDeliveries) -> None:
    await read_deliveries(run, tenant_id=job.tenant_id, changed=_score)


async def _score(unit: Unit, client_id: UUID) -> None:
    await ask_for_score(unit, client_id)


@settles(ReadDeliveries)
async def read_settled(unit: Unit, job: ReadDeliveries, outcome: Outcome) -> None:
    """Rows that came while the job was ending are read by another."""
    if outcome.state == "failed":
        await forget_changes(unit, tenant_id=job.tenant_id)
    if outcome.done:
        await look_again(unit, tenant_id=job.tenant_id)
