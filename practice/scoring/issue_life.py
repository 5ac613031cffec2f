"""What becomes of an issue when a check finds it again: a pure function of how it was, what was found, and the rules."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Life:
    """The part of an issue that people and looks at the books change; the columns of the same names."""

    state: str = "open"
    dismissed_at: datetime | None = None
    dismissed_by: UUID | None = None
    dismissed_reason: str | None = None
    dismissed_scope: str | None = None
    rule_id: UUID | None = None
    counts_anyway: bool = False
    snoozed_until: date | None = None
    snoozed_at: datetime | None = None
    snoozed_by: UUID | None = None


OPEN = Life()


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule, as far as it shows on what it hides."""

    id: UUID
    scope: str
    reason: str
    by: UUID | None
    at: datetime


def found(before: Life | None, *, changed: bool, ruling: Ruling | None, as_of: date) -> Life:
    """The life of an issue that is found; `before` is None where it is the first time.

    What was found unchanged stays as people left it, also after a while of not being found. What was fixed and is found
    all the same is open.
    """
    before = before or OPEN
    own = before.dismissed_at is not None and before.rule_id is None
    if own and not changed:
        return replace(before, state="dismissed")
    if ruling and not before.counts_anyway:
        if before.rule_id == ruling.id:
            return replace(before, state="dismissed")
        return Life("dismissed", ruling.at, ruling.by, ruling.reason, ruling.scope, ruling.id)
    if before.snoozed_until and before.snoozed_until > as_of and not changed:
        return replace(before, state="snoozed")
    return replace(OPEN, counts_anyway=before.counts_anyway)
