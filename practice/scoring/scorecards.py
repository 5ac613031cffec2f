"""Makes a scorecard of checks' outcomes: after a look at the books, and when a profile weighs the last outcomes anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from practice.scoring import measures
from practice.scoring.catalogue import catalogue
from practice.scoring.explain import together
from practice.scoring.score import Judged, Profile, Score, Scored, decimal, half_up, provisional


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a look at the books came to, check by check, with a sentence on each."""

    as_of: date
    period_end: date
    judged: Mapping[str, Judged]
    reasons: Mapping[str, str]
    basis: Mapping[str, Any]


def scorecard(
    outcomes: Outcomes,
    score: Score,
    profile: Profile,
    *,
    client_id: UUID,
    import_id: UUID | None,
    imported_at: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """The values of a scorecard's row, all but whose it is."""
    return {
        "client_id": client_id,
        "import_id": import_id,
        "as_of": outcomes.as_of,
        "period_end": outcomes.period_end,
        "value": score.value,
        "band": score.band,
        "provisional": provisional(score.coverage, imported_at, now),
        "coverage": half_up(100 * score.coverage),
        "profile": profile.name,
        "profile_id": profile.id,
        "profile_version": profile.version,
        "entries": [_entry(scored, outcomes) for scored in score.entries],
        "checks": _checks(score, outcomes),
        "measures": measures.kept(outcomes.judged, catalogue()),
        "basis": {**outcomes.basis, "cap_critical": profile.cap_critical},
        "scored_at": now,
    }


def _entry(scored: Scored, outcomes: Outcomes) -> dict[str, Any]:
    """One line of the score as it is shown, and exactly. Points have two decimals; they were exact until here."""
    entry, checks = scored.entry, catalogue()
    there = [code for code in entry.codes if code in checks]
    counted = [outcomes.judged[code] for code in there if outcomes.judged[code].state == "evaluated"]
    known = scored.state == "evaluated"
    return {
        "code": entry.code,
        "codes": list(entry.codes),
        "title": entry.title,
        "weight": entry.weight,
        "together": entry.together,
        "state": scored.state,
        "degree": _text(scored.degree, 4),
        "exact": None if scored.degree is None else str(scored.degree),
        "points": _text(scored.points, 2),
        "points_to_gain": _text(scored.points_to_gain, 2),
        "n": sum(judged.measure.n for judged in counted) if known else None,
        "of": sum(judged.measure.of for judged in counted if judged.measure.of is not None)
        if known and any(judged.measure.of is not None for judged in counted)
        else None,
        "why": together(checks[code].why for code in there),
        "measure": together(outcomes.reasons[code] for code in there),
    }


def _checks(score: Score, outcomes: Outcomes) -> dict[str, Any]:
    """Each check as it stood, for the list of what to clean up."""
    gains = {code: gain for scored in score.entries for code, gain in scored.gain_by_code.items()}
    checks = catalogue()
    return {
        code: {
            "state": judged.state,
            "reason": outcomes.reasons[code],
            "degree": _text(checks[code].degree(judged.measure), 4) if judged.state == "evaluated" else None,
            "n": judged.measure.n,
            "of": judged.measure.of,
            "points_to_gain": _text(gains.get(code), 2),
        }
        for code, judged in outcomes.judged.items()
        if code in checks
    }


def _text(value: Fraction | None, places: int) -> str | None:
    return None if value is None else str(decimal(value, places))
