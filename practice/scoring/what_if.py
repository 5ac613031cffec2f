"""What the score would be with some issues put right: the last measures without them, weighed by the same profile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring import measures
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Measure
from practice.scoring.models import Issue, Scorecard
from practice.scoring.problems import NotScored
from practice.scoring.reads import latest_scorecard
from practice.scoring.score import Band, Entry, Judged, Profile, health_score


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The score that would be, and what each line of it would gain, the most first."""

    value: int
    band: Band
    change: int
    parts: Sequence[tuple[str, Fraction]]


async def what_if(unit: Unit, *, client_id: UUID, issue_ids: Iterable[UUID], codes: Iterable[str]) -> WhatIf:
    """With these issues put right, and all issues of these checks. Raises NotFound, NotScored."""
    card, _ = await latest_scorecard(unit, client_id)
    if card.value is None or not card.measures:
        raise NotScored
    judged = measures.read(card.measures)
    wanted, whole = set(issue_ids), set(codes)
    unknown = sorted(code for code in whole if code not in catalogue())
    if unknown:
        raise NotFound(detail=f"There is no check {unknown[0]}.")
    mine = await _codes_of(unit, client_id, wanted)
    for code in whole & judged.keys():
        judged[code] = replace(judged[code], measure=judged[code].clean)
    left = await _counting(unit, client_id, mine - whole, wanted)
    for code in (mine - whole) & judged.keys():
        judged[code] = without(judged[code], left.get(code, []), card.period_end)
    profile = _profile(card)
    before = health_score(profile, catalogue(), measures.read(card.measures))
    after = health_score(profile, catalogue(), judged)
    assert after.value is not None
    gains = [
        (now.entry.code, now.points - was.points)
        for was, now in zip(before.entries, after.entries, strict=True)
        if was.points is not None and now.points is not None and now.points != was.points
    ]
    return WhatIf(
        value=after.value,
        band=after.band,
        change=after.value - card.value,
        parts=sorted(gains, key=lambda gain: (-gain[1], gain[0])),
    )


def without(judged: Judged, left: Sequence[Any], period_end: date) -> Judged:
    """A check's outcome where only these of its issues are left; measured against as much as before."""
    if judged.state != "evaluated":
        return judged
    subjects: dict[str, int] = {}
    for issue in left:
        subject = issue.subject or issue.key
        subjects[subject] = max(issue.adds, subjects.get(subject, 0))
    oldest = min((issue.date for issue in left if issue.date), default=None)
    return replace(
        judged,
        measure=Measure(
            n=sum(subjects.values()),
            of=judged.measure.of,
            part_cents=sum(issue.base_cents for issue in left),
            whole_cents=judged.measure.whole_cents,
            age=(period_end - oldest).days if oldest else None,
            fails=any(issue.fails for issue in left),
        ),
    )


async def _codes_of(unit: Unit, client_id: UUID, ids: set[UUID]) -> set[str]:
    """The checks that these issues are of; raises NotFound where one is not this client's."""
    rows = await unit.rows(
        select(Issue.id, Issue.code).where(
            Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.id.in_(ids)
        )
    )
    missing = ids - {row.id for row in rows}
    if missing:
        raise NotFound(detail=f"There is no issue {', '.join(sorted(map(str, missing))[:5])}.")
    return {row.code for row in rows}


async def _counting(unit: Unit, client_id: UUID, codes: set[str], but: set[UUID]) -> dict[str, list[Any]]:
    """What would still count, by check."""
    rows = await unit.rows(
        select(Issue.code, Issue.key, Issue.subject, Issue.adds, Issue.base_cents, Issue.fails, Issue.date).where(
            Issue.firm_id == unit.firm_id,
            Issue.client_id == client_id,
            Issue.state == "open",
            Issue.code.in_(codes),
            Issue.id.not_in(but),
        )
    )
    left: dict[str, list[Any]] = {}
    for row in rows:
        left.setdefault(row.code, []).append(row)
    return left


def _profile(card: Scorecard) -> Profile:
    """The profile as the score was weighed, whatever it is now."""
    return Profile(
        name=card.profile,
        version=card.profile_version,
        entries=tuple(
            Entry(entry["code"], tuple(entry["codes"]), entry["title"], entry["weight"], entry.get("together", "pooled"))
            for entry in card.entries
        ),
        id=card.profile_id,
        cap_critical=bool(card.basis.get("cap_critical")),
    )
