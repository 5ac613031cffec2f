"""A practice could not be read: told to whoever asked for it, with the reason and the way on."""

from practice.firms.reads import still_here
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written
from practice.xpm.models import Snapshot


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    """The reason is the one on the page; nothing has been imported."""
    assert entry.subject_id is not None
    snapshot = await unit.get(Snapshot, entry.subject_id)
    problem = snapshot.problem or {}
    reason = " ".join(str(problem[key]) for key in ("title", "detail") if problem.get(key)).strip()
    return [
        Written(
            starter.email,
            "Xero Practice Manager could not be read",
            (
                reason or "Something went wrong on our side.",
                "Nothing has been imported. The page shows what helps; the import can be started again at any time.",
            ),
            f"{unit.settings.base_url}/configure/integrations/xpm/imports/{snapshot.id}",
            "See what happened",
        )
        for starter in await still_here(unit, [snapshot.started_by])
    ]


LETTER = Letter("snapshot_failed", frozenset({"snapshot.failed"}), write)
