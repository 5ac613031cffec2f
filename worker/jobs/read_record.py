"""What was done is read here, and nowhere else: letters follow, and visibility where people came or changed."""

from practice.clients.visibility import rewrite_all_sight
from practice.imports.jobs import ContinueImports
from practice.imports.wake_imports import wake_imports
from practice.kernel.context import Run
from practice.kernel.record import EntryRow, ReadRecord
from practice.kernel.tell_record import look_again, tell_record
from practice.kernel.unit import Unit
from practice.links.link_staff import link_joined_member
from practice.notices.queue_letters import queue_letters
from practice.scoring.jobs import ask_for_weighing
from worker.handling import Outcome, handles, settles


@handles(ReadRecord)
async def read(run: Run, _: ReadRecord) -> None:
    await tell_record(run, _tell)


async def _tell(unit: Unit, entry: EntryRow) -> None:
    if entry.verb in ("member.joined", "member.changed"):
        await rewrite_all_sight(unit)
    if entry.verb == "member.joined" and entry.subject_id:
        await link_joined_member(unit, member_id=entry.subject_id)
    if entry.verb == "connection.broken":
        await wake_imports(unit)
    if entry.verb in ("connection.made", "connection.remade", "connection.repaired"):
        await unit.enqueue(ContinueImports(entry=entry.seq))
    if entry.verb == "client.configured" and "tags" in entry.facts.get("after", {}):
        await ask_for_weighing(unit)
    await queue_letters(unit, entry=entry)


@settles(ReadRecord)
async def read_settled(unit: Unit, _: ReadRecord, outcome: Outcome) -> None:
    """A wake-up that came while the reader was ending found its key taken: so the reader looks once more."""
    if outcome.done:
        await look_again(unit)
