"""Import, then score: the stairs from a client's books to its judgement."""

from practice.imports.jobs import FeedNight, ImportLedger
from practice.imports.models import ImportRun
from practice.imports.needs_score import needs_score
from practice.imports.pull_ledger import pull_ledger
from practice.imports.settle_import import settle_import
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.scoring.jobs import ScoreClient
from worker.handling import Outcome, handles, settles

SHOWN_AS = {
    "done": "scoring",
    "again": "queued",
    "handed_back": "queued",
    "waiting": "waiting",
    "retry": "queued",
    "failed": "failed",
}


@handles(ImportLedger)
async def import_ledger(run: Run, job: ImportLedger) -> None:
    """One slice of reading."""
    await pull_ledger(run, import_id=job.import_id)


@settles(ImportLedger)
async def import_settled(unit: Unit, job: ImportLedger, outcome: Outcome) -> None:
    """The import's row follows its job's; books that are whole are scored, unless a refresh has changed nothing."""
    # Between two slices the client is still being imported: a turn given up is no change to a person.
    state = "importing" if outcome.state == "again" else SHOWN_AS[outcome.state]
    if outcome.done and not await needs_score(unit, import_id=job.import_id):
        state = "done"
    import_ = await settle_import(
        unit, import_id=job.import_id, state=state, problem=outcome.problem, until=outcome.until
    )
    if state == "scoring":
        await unit.enqueue(ScoreClient(client_id=job.client_id, import_id=job.import_id))
    if state in ("scoring", "done", "failed") and (await unit.get(ImportRun, import_.run_id)).nightly:
        await unit.enqueue(FeedNight())
