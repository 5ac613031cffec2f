"""Judges a client's books: a scorecard is added, and what was found is merged into the client's issues."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.clients.note_progress import note_score
from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.ledgers.local_day import local_day
from practice.ledgers.models.organisation import Organisation
from practice.scoring.catalogue import catalogue
from practice.scoring.explain import together, why
from practice.scoring.judge import Dismissed, Judgement
from practice.scoring.judge_tenant import judge_tenant
from practice.scoring.merge_issues import merge_issues
from practice.scoring.models import Issue, Scorecard
from practice.scoring.problems import NoLedger
from practice.scoring.score import FIRST, Profile, Scored, decimal, half_up, provisional

Judging = Callable[[Context, UUID, date, Profile, Dismissed], Awaitable[Judgement]]


LOOKS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a judgement depends on besides the books themselves; where it changed meanwhile, one looks again."""

    tenant_id: UUID
    as_of: date
    imported_at: datetime | None
    dismissed: Dismissed


async def score_client(
    ctx: Context, *, client_id: UUID, import_id: UUID | None = None, judging: Judging = judge_tenant
) -> None:
    """Reads the books once; no transaction is open while they are judged. Raises NotFound, NoLedger."""
    async with ctx.unit(write=False) as unit:
        asked = await _asked(unit, await unit.get(Client, client_id))
    for look in range(1, LOOKS + 1):
        judgement = await judging(ctx, asked.tenant_id, asked.as_of, FIRST, asked.dismissed)
        async with ctx.unit() as unit:
            client = await unit.lock(Client, client_id)
            now = await _asked(unit, client)
            if now == asked or look == LOOKS:
                await _keep(unit, client, judgement, import_id)
                return
        asked = now


async def _asked(unit: Unit, client: Client) -> Asked:
    if client.tenant_id is None:
        raise NoLedger
    return Asked(
        tenant_id=client.tenant_id,
        as_of=await _day_there(unit, client.tenant_id),
        imported_at=client.last_imported_at,
        dismissed=await _dismissed(unit, client.id),
    )


async def _keep(unit: Unit, client: Client, judgement: Judgement, import_id: UUID | None) -> None:
    card = unit.add(_scorecard(unit, client, judgement, FIRST, import_id))
    await unit.flush()
    await merge_issues(unit, client_id=client.id, findings=judgement.findings)
    await note_score(
        unit,
        client_id=client.id,
        value=card.value,
        band=card.band,
        provisional=card.provisional,
        issues=await _open_issues(unit, client.id),
        scored_at=card.scored_at,
        trend=await _trend(unit, client.id),
    )
    unit.changed("score", client.id, client_id=client.id)
    unit.changed("client", client.id, client_id=client.id)


async def _day_there(unit: Unit, tenant_id: UUID) -> date:
    time_zone = await unit.scalar(
        select(Organisation.time_zone).where(Organisation.firm_id == unit.firm_id, Organisation.tenant_id == tenant_id)
    )
    return local_day(unit.now, time_zone)


async def _dismissed(unit: Unit, client_id: UUID) -> Dismissed:
    """What people set aside, also where it was not found for a while: found again unchanged, it stays set aside."""
    rows = await unit.rows(
        select(Issue.code, Issue.key, Issue.fingerprint).where(
            Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.dismissed_at.is_not(None)
        )
    )
    dismissed: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        dismissed[row.code][row.key] = row.fingerprint
    return dict(dismissed)


async def _open_issues(unit: Unit, client_id: UUID) -> int:
    count: int = await unit.scalar(
        select(func.count())
        .select_from(Issue)
        .where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.state == "open")
    )
    return count


async def _trend(unit: Unit, client_id: UUID) -> list[int]:
    """The last dozen values, the newest last."""
    values = await unit.scalars(
        select(Scorecard.value)
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id, Scorecard.value.is_not(None))
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(12)
    )
    return values[::-1]


def _scorecard(unit: Unit, client: Client, judgement: Judgement, profile: Profile, import_id: UUID | None) -> Scorecard:
    score = judgement.score
    return Scorecard(
        client_id=client.id,
        import_id=import_id,
        as_of=judgement.as_of,
        period_end=judgement.period_end,
        value=score.value,
        band=score.band,
        provisional=provisional(score.coverage, client.last_imported_at, unit.now),
        coverage=half_up(100 * score.coverage),
        profile=profile.name,
        profile_version=profile.version,
        entries=[_entry(scored, judgement) for scored in score.entries],
        checks=_checks(judgement),
        scored_at=unit.now,
    )


def _entry(scored: Scored, judgement: Judgement) -> dict[str, Any]:
    """One line of the score as it is shown. Points have two decimals; they were exact until here."""
    checks, codes = catalogue(), scored.entry.codes
    counted = [judgement.judged[code] for code in codes if judgement.judged[code].state == "evaluated"]
    known = scored.state == "evaluated"
    return {
        "code": scored.entry.code,
        "codes": list(codes),
        "title": scored.entry.title,
        "weight": scored.entry.weight,
        "state": scored.state,
        "degree": _text(scored.degree, 4),
        "points": _text(scored.points, 2),
        "points_to_gain": _text(scored.points_to_gain, 2),
        "n": sum(judged.measure.n for judged in counted) if known else None,
        "of": sum(judged.measure.of for judged in counted if judged.measure.of is not None)
        if known and any(judged.measure.of is not None for judged in counted)
        else None,
        "why": together(checks[code].why for code in codes),
        "measure": together(why(checks[code], judgement.judged[code], judgement.currency) for code in codes),
    }


def _checks(judgement: Judgement) -> dict[str, Any]:
    """Each check as it stood, for the list of what to clean up."""
    gains = {code: gain for scored in judgement.score.entries for code, gain in scored.gain_by_code.items()}
    return {
        code: {
            "state": judged.state,
            "reason": why(catalogue()[code], judged, judgement.currency),
            "n": judged.measure.n,
            "of": judged.measure.of,
            "points_to_gain": _text(gains.get(code), 2),
        }
        for code, judged in judgement.judged.items()
    }


def _text(value: Fraction | None, places: int) -> str | None:
    return None if value is None else str(decimal(value, places))
