"""A practice's records have been read and matched: told to whoever asked for it, with the way to the review."""

from practice.firms.reads import still_here
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written
from practice.xpm.models import Snapshot


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    """Counts alone; names stay behind the sign-in. An import that somebody has gone on with needs no letter."""
    assert entry.subject_id is not None
    snapshot = await unit.get(Snapshot, entry.subject_id)
    if snapshot.state != "ready":
        return []
    counts = snapshot.counts
    found = ", ".join(
        f"{counts.get(kind, 0)} {one if counts.get(kind, 0) == 1 else many}"
        for kind, one, many in (
            ("staff", "member of staff", "members of staff"),
            ("clients", "person", "people"),
            ("entities", "entity", "entities"),
        )
    )
    return [
        Written(
            starter.email,
            "Your practice's clients are ready to review",
            (
                f"Xero Practice Manager has been read: {found}.",
                "Nothing has been imported yet. Look at what is proposed, decide, and confirm.",
                "You can stop at any step and go on later, and so can a colleague.",
            ),
            f"{unit.settings.base_url}/configure/integrations/xpm/imports/{snapshot.id}",
            "Review and import data",
        )
        for starter in await still_here(unit, [snapshot.started_by])
    ]


LETTER = Letter("snapshot_ready", frozenset({"snapshot.fetched"}), write)
