"""Judges a client's books: a scorecard is added, and what was found is merged into the client's issues."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.clients.note_progress import note_score
from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.ledgers.reads import day_there
from practice.scoring.catalogue import catalogue
from practice.scoring.dismissed import Dismissed
from practice.scoring.explain import why
from practice.scoring.judge import Judgement
from practice.scoring.judge_tenant import NOTHING_BEFORE, Before, judge_tenant
from practice.scoring.merge_issues import merge_issues
from practice.scoring.models import Issue, Scorecard
from practice.scoring.people import people
from practice.scoring.problems import NoLedger
from practice.scoring.profiles import read_profiles
from practice.scoring.score import Profile
from practice.scoring.scorecards import Outcomes, scorecard
from practice.scoring.set_aside import set_aside

Judging = Callable[[Context, UUID, date, Profile, Dismissed, frozenset[str], Before], Awaitable[Judgement]]

LOOKS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a judgement depends on besides the books themselves; where it changed meanwhile, one looks again."""

    tenant_id: UUID
    as_of: date
    imported_at: datetime | None
    profile: Profile
    dismissed: Dismissed
    people: frozenset[str]


async def score_client(
    ctx: Context, *, client_id: UUID, import_id: UUID | None = None, judging: Judging = judge_tenant
) -> None:
    """Reads the books once; no transaction is open while they are judged. Raises NotFound, NoLedger."""
    async with ctx.unit(write=False) as unit:
        asked = await _asked(unit, await unit.get(Client, client_id))
        before = await _before(unit, client_id)
    for look in range(1, LOOKS + 1):
        judgement = await judging(
            ctx, asked.tenant_id, asked.as_of, asked.profile, asked.dismissed, asked.people, before
        )
        async with ctx.unit() as unit:
            client = await unit.lock(Client, client_id)
            now = await _asked(unit, client)
            if now == asked or look == LOOKS:
                await _keep(unit, client, asked.profile, judgement, import_id)
                return
        asked = now


async def rescore_client(ctx: Context, *, client_id: UUID, judging: Judging = judge_tenant) -> None:
    """As score_client, unless another score came first and took the profile as it is now."""
    async with ctx.unit(write=False) as unit:
        client = await unit.get(Client, client_id)
        profile = (await read_profiles(unit)).of(client.id, client.tags)
        last: Scorecard | None = await unit.scalar(
            select(Scorecard)
            .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id)
            .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
            .limit(1)
        )
    by = (last.profile_id, last.profile_version) if last else None
    if client.state != "archived" and not (last and last.measures and by == (profile.id, profile.version)):
        await score_client(ctx, client_id=client_id, judging=judging)


async def _asked(unit: Unit, client: Client) -> Asked:
    if client.tenant_id is None:
        raise NoLedger
    as_of = await day_there(unit, client.tenant_id)
    return Asked(
        tenant_id=client.tenant_id,
        as_of=as_of,
        imported_at=client.last_imported_at,
        profile=(await read_profiles(unit)).of(client.id, client.tags),
        dismissed=await set_aside(unit, client_id=client.id, as_of=as_of),
        people=await people(unit, client_id=client.id),
    )


async def _before(unit: Unit, client_id: UUID) -> Before:
    row = (
        await unit.rows(
            select(Scorecard.basis, Scorecard.measures)
            .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id)
            .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
            .limit(1)
        )
    )[:1]
    return Before(row[0].basis, row[0].measures) if row else NOTHING_BEFORE


async def _keep(
    unit: Unit, client: Client, profile: Profile, judgement: Judgement, import_id: UUID | None
) -> None:
    checks = catalogue()
    outcomes = Outcomes(
        as_of=judgement.as_of,
        period_end=judgement.period_end,
        judged=judgement.judged,
        reasons={code: why(checks[code], judged, judgement.currency) for code, judged in judgement.judged.items()},
        basis=judgement.basis,
    )
    card = unit.add(
        Scorecard(
            **scorecard(
                outcomes,
                judgement.score,
                profile,
                client_id=client.id,
                import_id=import_id,
                imported_at=client.last_imported_at,
                now=unit.now,
            )
        )
    )
    await unit.flush()
    await merge_issues(unit, client_id=client.id, findings=judgement.findings, as_of=judgement.as_of)
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
