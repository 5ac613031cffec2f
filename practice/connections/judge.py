"""How a connection stands, by the consents that reach it: a pure function, so that every case is a line of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from practice.connections.causes import CAUSES, Status


@dataclass(frozen=True, slots=True)
class Reach:
    """One consent's way to an organisation."""

    grant_id: UUID
    lost: bool = False
    """The provider accepts the consent no more."""
    gone: bool = False
    """The consent works, but no longer reaches this organisation."""
    narrow: bool = False
    """Something that the product reads is not covered."""
    lapsing: bool = False
    left: bool = False
    """Whoever connected it is no longer in the firm."""
    unchecked: bool = False

    @property
    def live(self) -> bool:
        return not self.lost and not self.gone


@dataclass(frozen=True, slots=True)
class Judgement:
    """A state with its cause, and the consent that the cause is about."""

    status: Status = "active"
    cause: str | None = None
    grant_id: UUID | None = None


def judged(reaches: Sequence[Reach]) -> Judgement:
    """`reaches` in the order in which they are asked. The worst that holds is said, and only that."""
    live = [reach for reach in reaches if reach.live]
    if not live:
        # A consent that still works knows better than one that has ended.
        for reach in reaches:
            if not reach.lost:
                return _because("tenant_gone", reach.grant_id)
        return _because("consent_revoked", reaches[0].grant_id if reaches else None)
    first, lost = live[0], [reach for reach in reaches if reach.lost]
    if all(reach.narrow for reach in live):
        return _because("scope_missing", first.grant_id)
    if all(reach.lapsing for reach in live):
        return _because("lapsing", first.grant_id)
    if reaches[0].lost:
        return _because("fallback_in_use", reaches[0].grant_id)
    if all(reach.left for reach in live):
        return _because("leaver", first.grant_id)
    if lost:
        return _because("spare_lost", lost[0].grant_id)
    if first.unchecked:
        return _because("check_failed", first.grant_id)
    return Judgement()


def _because(cause: str, grant_id: UUID | None) -> Judgement:
    return Judgement(CAUSES[cause].status, cause, grant_id)
