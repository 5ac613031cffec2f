"""Queries about scores for screens. The client list needs none: a client's row carries its last score."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check
from practice.scoring.models import Scorecard
from practice.scoring.problems import NotScored

REMEDIES = {
    "no_permission": "Connect the organisation again and allow what is asked.",
    "not_synced": "Sync the client; the check looks with the next score.",
    "error": "Nothing to do: it is tried again with the next score. If it stays, tell your administrator.",
    "not_applicable": "Nothing to do.",
}
MONTHS = 13


async def latest_scorecard(unit: Unit, client_id: UUID) -> tuple[Scorecard, int | None]:
    """The last score and its step since the one before. Raises NotFound, NotScored."""
    await unit.get(Client, client_id)
    mine = [Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id]
    newest = (Scorecard.scored_at.desc(), Scorecard.id.desc())
    latest: Scorecard | None = await unit.scalar(select(Scorecard).where(*mine).order_by(*newest).limit(1))
    if latest is None:
        raise NotScored
    values = await unit.scalars(
        select(Scorecard.value)
        .where(*mine, Scorecard.value.is_not(None), Scorecard.id != latest.id)
        .order_by(*newest)
        .limit(1)
    )
    return latest, None if latest.value is None or not values else latest.value - values[0]


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A check that says nothing about the client, why, and what would help."""

    code: str
    title: str
    state: str
    reason: str
    remedy: str


def not_judged(card: Scorecard) -> list[NotJudged]:
    """What the score says nothing about: first what it would have weighed, then what can be helped."""
    checks = catalogue()
    weighed = {code for entry in card.entries for code in entry["codes"]}
    left = [
        NotJudged(code, checks[code].title, one["state"], one["reason"], _remedy(checks[code], one["state"]))
        for code, one in card.checks.items()
        if code in checks and one["state"] != "evaluated"
    ]
    return sorted(left, key=lambda one: (one.code not in weighed, one.state == "not_applicable", one.code))


def _remedy(check: Check, state: str) -> str:
    """What only a person can say is asked for wherever it is missing."""
    if check.instead and state in ("no_permission", "not_applicable"):
        return check.instead
    return REMEDIES[state]


async def score_history(unit: Unit, client_id: UUID, *, limit: int = 500) -> Sequence[Any]:
    """The scores that have a value, the oldest first, and the last so many of them, without what they are made of.

    Raises NotFound.
    """
    await unit.get(Client, client_id)
    cards = await unit.rows(
        select(
            Scorecard.id,
            Scorecard.scored_at,
            Scorecard.value,
            Scorecard.band,
            Scorecard.profile,
            Scorecard.profile_version,
        )
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id, Scorecard.value.is_not(None))
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(limit)
    )
    return cards[::-1]


@dataclass(frozen=True, slots=True)
class MonthAverage:
    """What the practice's clients had at the end of a month, on average; the last one is of now."""

    month: dt.date
    value: int
    clients: int


# For each month end the last score of each client until then, by the index: a client that was not scored in a month keeps
# what it had. Row-level security leaves out whom the asker may not see.
_AVERAGES = text(
    """
    SELECT named.day::date AS month, round(avg(card.value))::int AS value, count(*)::int AS clients
    FROM generate_series(
        date_trunc('month', CAST(:now AS timestamptz), 'UTC') - make_interval(months => :months - 2),
        date_trunc('month', CAST(:now AS timestamptz), 'UTC') + interval '1 month', interval '1 month'
    ) AS m(until)
    CROSS JOIN LATERAL (SELECT (m.until - interval '1 day') AT TIME ZONE 'UTC' AS day) AS named
    CROSS JOIN client c
    CROSS JOIN LATERAL (
        SELECT s.value FROM scorecard s
        WHERE s.firm_id = c.firm_id AND s.client_id = c.id AND s.scored_at < m.until AND s.value IS NOT NULL
        ORDER BY s.scored_at DESC LIMIT 1
    ) AS card
    WHERE c.firm_id = :firm AND c.state <> 'archived'
    GROUP BY 1 ORDER BY 1
    """
)


async def practice_average(unit: Unit) -> list[MonthAverage]:
    """Over the clients the asker may see, for the month ends of a year and today; months without any score are left out."""
    rows = await unit.rows(_AVERAGES, {"now": unit.now, "months": MONTHS, "firm": unit.firm_id})
    return [MonthAverage(row.month, row.value, row.clients) for row in rows]
