"""Queries about scores and issues for screens. The client list needs none: a client's row carries its last score."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, tuple_

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import Organisation
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check
from practice.scoring.models import Issue, Scorecard
from practice.scoring.problems import NotScored


async def latest_scorecard(unit: Unit, client_id: UUID) -> tuple[Scorecard, int | None]:
    """The last score and its step since the one before. Raises NotFound, NotScored."""
    await unit.get(Client, client_id)
    cards: list[Scorecard] = await unit.scalars(
        select(Scorecard)
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id)
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(12)
    )
    if not cards:
        raise NotScored
    latest = cards[0]
    before = next((card.value for card in cards[1:] if card.value is not None), None)
    return latest, None if latest.value is None or before is None else latest.value - before


async def score_history(unit: Unit, client_id: UUID, *, limit: int = 500) -> Sequence[Scorecard]:
    """The scores that have a value, the oldest first, and the last so many of them. Raises NotFound."""
    await unit.get(Client, client_id)
    cards: list[Scorecard] = await unit.scalars(
        select(Scorecard)
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id, Scorecard.value.is_not(None))
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(limit)
    )
    return cards[::-1]


@dataclass(frozen=True, slots=True)
class CleanUp:
    """One check of a client: what is open, what was set aside, and what putting it right would bring."""

    check: Check
    state: str
    reason: str
    points_to_gain: str | None
    open: int = 0
    dismissed: int = 0
    amount: Decimal | None = None
    currency: str | None = None
    oldest: dt.date | None = None


async def clean_up(unit: Unit, client_id: UUID) -> list[CleanUp]:
    """Every check with its numbers, those with most to gain first. Raises NotFound, NotScored."""
    card, _ = await latest_scorecard(unit, client_id)
    lines = {
        code: CleanUp(check, **{name: card.checks[code][name] for name in ("state", "reason", "points_to_gain")})
        for code, check in catalogue().items()
        if code in card.checks
    }
    rows = await unit.rows(
        select(
            Issue.code,
            func.count().filter(Issue.state == "open").label("open"),
            func.count().filter(Issue.state == "dismissed").label("dismissed"),
            func.sum(Issue.amount).filter(Issue.state == "open").label("amount"),
            func.min(Issue.currency).filter(Issue.state == "open").label("currency"),
            func.count(Issue.currency.distinct()).filter(Issue.state == "open").label("currencies"),
            func.min(Issue.date).filter(Issue.state == "open").label("oldest"),
        )
        .where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.state != "resolved")
        .group_by(Issue.code)
    )
    for row in rows:
        if row.code in lines:
            # Amounts in several currencies have no sum.
            single = row.currencies == 1
            lines[row.code] = replace(
                lines[row.code],
                open=row.open,
                dismissed=row.dismissed,
                amount=row.amount if single else None,
                currency=row.currency if single else None,
                oldest=row.oldest,
            )
    return sorted(lines.values(), key=lambda line: (-Decimal(line.points_to_gain or 0), -line.open, line.check.code))


@dataclass(frozen=True, slots=True)
class IssuePage:
    """Some issues of one check, how many there are, and the organisation's short code, which links into Xero carry."""

    issues: Sequence[Issue]
    total: int
    short_code: str | None
    more: bool


async def issues_of_check(
    unit: Unit, client_id: UUID, code: str, *, state: str, limit: int, after: tuple[str, UUID] | None = None
) -> IssuePage:
    """The oldest first, those without a date last. Raises NotFound."""
    client = await unit.get(Client, client_id)
    chosen = [Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.code == code, Issue.state == state]
    place = func.coalesce(Issue.date, dt.date.max)
    query = select(Issue).where(*chosen).order_by(place, Issue.id).limit(limit + 1)
    if after:
        query = query.where(tuple_(place, Issue.id) > tuple_(dt.date.fromisoformat(after[0]), after[1]))
    rows = await unit.scalars(query)
    return IssuePage(
        issues=rows[:limit],
        total=await unit.scalar(select(func.count()).select_from(Issue).where(*chosen)),
        short_code=await unit.scalar(
            select(Organisation.short_code).where(
                Organisation.firm_id == unit.firm_id, Organisation.tenant_id == client.tenant_id
            )
        ),
        more=len(rows) > limit,
    )
