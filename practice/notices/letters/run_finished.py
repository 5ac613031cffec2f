"""An import has ended: told to whoever started it."""

from sqlalchemy import and_, func, select

from practice.clients.models import Client
from practice.firms.models import Member
from practice.imports.models import Import, ImportRun
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    """Counts and the lowest scores; names of clients stay behind the sign-in."""
    assert entry.subject_id is not None
    run = await unit.get(ImportRun, entry.subject_id)
    if run.started_by is None:
        return []
    starter = await unit.get(Member, run.started_by)
    if not starter.active:
        return []
    counts = {
        row.state: row[1]
        for row in await unit.rows(
            select(Import.state, func.count())
            .where(Import.firm_id == unit.firm_id, Import.run_id == run.id)
            .group_by(Import.state)
        )
    }
    lowest = await unit.scalar(
        select(func.min(Client.score))
        .join(Import, and_(Import.firm_id == Client.firm_id, Import.client_id == Client.id))
        .where(Client.firm_id == unit.firm_id, Import.run_id == run.id, Import.state == "done")
    )
    done, failed, cancelled = counts.get("done", 0), counts.get("failed", 0), counts.get("cancelled", 0)
    sync = run.kind == "sync"
    if sync and not failed:
        # Whoever presses Sync is looking; the page says it.
        return []
    paragraphs = [f"{done} {'client has' if done == 1 else 'clients have'} been {'refreshed' if sync else 'imported and scored'}."]
    if lowest is not None:
        paragraphs.append(f"The lowest Health Score is {lowest}.")
    if failed:
        paragraphs.append(f"{failed} could not be {'refreshed' if sync else 'imported'}; the page says why and what helps.")
    if cancelled:
        paragraphs.append(f"{cancelled} {'was' if cancelled == 1 else 'were'} cancelled.")
    what = "sync" if sync else "import"
    subject = f"Your {what} is done" if not failed else f"Your {what} is done, {failed} need a look"
    return [
        Written(
            starter.email, subject, tuple(paragraphs), f"{unit.settings.base_url}/imports/{run.id}", f"Review the {what}"
        )
    ]


LETTER = Letter("run_finished", frozenset({"run.finished"}), write)
