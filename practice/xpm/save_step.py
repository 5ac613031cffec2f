"""Saves how far a review has come, and what is to be brought across, so that anybody can go on with it later."""

from dataclasses import dataclass
from uuid import UUID

from practice.kernel.problems import FieldError, Invalid, Stale
from practice.kernel.unit import Unit
from practice.xpm.models import STEPS, Snapshot
from practice.xpm.problems import NotUnderReview


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be set; None leaves a value as it is."""

    step: str | None = None
    details: str | None = None
    archived_too: bool | None = None
    invite: bool | None = None
    numbers_too: bool | None = None


async def save_step(unit: Unit, *, snapshot_id: UUID, version: int, step: Step) -> Snapshot:
    """Raises Stale where somebody else saved meanwhile, NotUnderReview, and Invalid for a step that leaves one out."""
    snapshot = await unit.lock(Snapshot, snapshot_id)
    if snapshot.state != "ready":
        raise NotUnderReview(snapshot.state)
    if snapshot.version != version:
        raise Stale(
            detail="Somebody else saved this import since you opened it. Your ticks are kept; load it again.",
            extensions={"current_version": snapshot.version},
        )
    if step.step is not None and STEPS.index(step.step) > STEPS.index(snapshot.step) + 1:
        raise Invalid([FieldError("/step", f"After {snapshot.step} comes {STEPS[STEPS.index(snapshot.step) + 1]}.")])
    for name in ("step", "details", "archived_too", "invite", "numbers_too"):
        wanted = getattr(step, name)
        if wanted is not None:
            setattr(snapshot, name, wanted)
    snapshot.version += 1
    unit.changed("snapshot", snapshot_id)
    return snapshot
