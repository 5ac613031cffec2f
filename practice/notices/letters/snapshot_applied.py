"""An import from the practice's own system is done: told to whoever started and whoever confirmed it."""

from practice.firms.reads import still_here
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written
from practice.xpm.models import Snapshot

SAID = (
    ("created", "created"),
    ("updated", "updated"),
    ("linked", "linked"),
    ("unchanged", "unchanged"),
    ("skipped", "left out"),
)


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    """What came of the rows as it was recorded; names stay behind the sign-in."""
    assert entry.subject_id is not None
    snapshot = await unit.get(Snapshot, entry.subject_id)
    counts = {key: value for key, value in entry.facts.items() if isinstance(value, int)}
    failed, conflicts = counts.get("failed", 0), counts.get("conflict", 0)
    done = ", ".join(f"{counts[key]} {word}" for key, word in SAID if counts.get(key))
    paragraphs = [f"The import from Xero Practice Manager is done: {done or 'nothing was changed'}."]
    if conflicts:
        paragraphs.append(
            f"{conflicts} {'has' if conflicts == 1 else 'have'} details that differ on both sides. What stands here was kept;"
            " decide which one is right."
        )
    if failed:
        paragraphs.append(f"{failed} could not be imported; the page says why, and they can be tried again.")
    paragraphs.append("The import can be undone where nothing was built on it since.")
    subject = "Your import is done" if not failed else f"Your import is done, {failed} need a look"
    return [
        Written(
            member.email,
            subject,
            tuple(paragraphs),
            f"{unit.settings.base_url}/configure/integrations/xpm/imports/{snapshot.id}",
            "See what was imported",
        )
        for member in await still_here(unit, [snapshot.started_by, snapshot.confirmed_by])
    ]


LETTER = Letter("snapshot_applied", frozenset({"snapshot.applied"}), write)
