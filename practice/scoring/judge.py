"""Judges a ledger: every check looks at the books, and their outcomes make a score. Pure, and it can be pickled.

A check that fails is an `error` in the outcome; the others go on.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog

from practice.ledgers.books import Books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check, Finding, Found, State, measure
from practice.scoring.dismissed import NOTHING_DISMISSED, Dismissed
from practice.scoring.score import Judged, Profile, Score, health_score

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one look at the books came to."""

    as_of: date
    period_end: date
    currency: str
    documents: int
    score: Score
    judged: Mapping[str, Judged]
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """By check; one that was not evaluated, or did not look, says nothing here, not even that nothing was found."""
    basis: Mapping[str, Any] = field(default_factory=dict)
    """What all this depended on (basis.py)."""


def judge(
    books: Books,
    profile: Profile,
    dismissed: Dismissed = NOTHING_DISMISSED,
    checks: Mapping[str, Check] | None = None,
    *,
    before: Mapping[str, Judged] | None = None,
) -> Judgement:
    """Every check once, then the score; what people dismissed is found but does not count.

    `before`: outcomes that still hold, of checks that are not among `checks`.
    """
    checks = catalogue() if checks is None else checks
    found = {code: _look(check, books) for code, check in checks.items()}
    looked = {code: _judged(code, outcome, books.period_end, dismissed) for code, outcome in found.items()}
    judged = dict(sorted({**(before or {}), **looked}.items()))
    return Judgement(
        as_of=books.as_of,
        period_end=books.period_end,
        currency=books.organisation.base_currency,
        documents=books.size,
        score=health_score(profile, {**catalogue(), **checks}, judged),
        judged=judged,
        findings={
            code: outcome.findings
            for code, outcome in found.items()
            if isinstance(outcome, Found) and judged[code].state in {"evaluated", "not_applicable"}
        },
    )


def _look(check: Check, books: Books) -> Found | State:
    missing = {books.absent[frame] for frame in check.needs if frame in books.absent}
    if missing:
        return "no_permission" if "no_permission" in missing else "not_synced"
    try:
        return check.look(books)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks still count
        # The place and no values: those of the ledger do not belong in a log.
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.error("check.failed", code=check.code, kind=type(error).__name__, at=f"{where.filename}:{where.lineno}")  # noqa: TRY400 - as above
        return "error"


def _judged(code: str, outcome: Found | State, period_end: date, dismissed: Dismissed) -> Judged:
    if not isinstance(outcome, Found):
        return Judged(outcome)
    if outcome.not_applicable:
        return Judged("not_applicable", reason=outcome.not_applicable)
    if outcome.not_synced:
        return Judged("not_synced", reason=outcome.not_synced)
    still = dismissed.keys(code, outcome.findings)
    return Judged("evaluated", measure(outcome, period_end, still))
