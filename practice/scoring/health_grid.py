"""Every client beside every check, for the practice's own screen: one query for the page, one for its open issues."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Numeric, and_, cast, func, literal, select, text, true

from practice.clients.models import Client, ClientManager
from practice.clients.reads import Someone
from practice.firms.models import Member
from practice.kernel.unit import Unit
from practice.scoring.catalogue import catalogue, check_named
from practice.scoring.models import Issue, Scorecard

CHANGE_OVER = dt.timedelta(days=30)
MONTHS = 12
WORST = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One check at one client: how much is open, and its degree between 0 and 1 where it was evaluated."""

    open: int
    degree: str | None
    state: str


@dataclass(slots=True)
class HealthRow:
    """A client with its score, the step of thirty days, and all its checks."""

    client: Client
    change: int | None
    coverage: int | None
    checks: dict[str, Cell]
    managers: list[Someone] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WantedHealth:
    """Filters and order. `sort`: name, score, change, or the code of a check (by what is open)."""

    q: str | None = None
    tag: str | None = None
    manager_id: UUID | None = None
    band: str | None = None
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class WorstCheck:
    """A check over the whole practice. `points`: what putting it right everywhere would bring, over all clients."""

    code: str
    title: str
    clients: int
    open: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """The practice's health. `trend` has one average for each of the last twelve month ends that knows any score."""

    clients: int
    average: int | None
    bands: Mapping[str, int]
    trend: Sequence[tuple[dt.date, int]]
    worst: Sequence[WorstCheck]


async def list_health(unit: Unit, wanted: WantedHealth, *, limit: int, offset: int) -> tuple[list[HealthRow], int]:
    """A page of the clients that were imported, and how many there are. Raises NotFound for an unknown check."""
    conditions = _conditions(unit, wanted)
    card, before = _latest_card(unit), _earlier_value(unit)
    total = await unit.scalar(select(func.count()).select_from(Client).where(*conditions))
    change = (Client.score - before.c.value).label("change")
    order = {"name": func.lower(Client.name), "score": Client.score, "change": change}.get(wanted.sort)
    if order is None:
        order = cast(card.c.checks[check_named(wanted.sort).code]["n"].astext, Integer)
    rows = await unit.rows(
        select(Client, change, card.c.coverage, card.c.checks)
        .outerjoin(card, true())
        .outerjoin(before, true())
        .where(*conditions)
        .order_by((order.desc() if wanted.descending else order.asc()).nulls_last(), func.lower(Client.name), Client.id)
        .limit(limit)
        .offset(offset)
    )
    ids = [row.Client.id for row in rows]
    open_ = await _open(unit, ids)
    managers = await _managers(unit, ids)
    return [
        HealthRow(
            row.Client,
            row.change,
            row.coverage,
            _cells(row.checks, open_.get(row.Client.id, {})),
            managers.get(row.Client.id, []),
        )
        for row in rows
    ], total


async def summarise_health(unit: Unit) -> Summary:
    """Of the clients that the asker may see."""
    mine = _conditions(unit, WantedHealth())
    bands = {
        row.band: row.clients
        for row in await unit.rows(
            select(Client.band, func.count().label("clients")).where(*mine).group_by(Client.band)
        )
    }
    average = await unit.scalar(select(func.round(func.avg(Client.score))).where(*mine))
    return Summary(
        clients=sum(bands.values()),
        average=None if average is None else int(average),
        bands={band: bands.get(band, 0) for band in ("healthy", "attention", "at_risk", "unscored")},
        trend=await _trend(unit),
        worst=await _worst(unit),
    )


def _conditions(unit: Unit, wanted: WantedHealth) -> list[Any]:
    # A client without books has no health to speak of.
    conditions: list[Any] = [Client.firm_id == unit.firm_id, Client.state == "active", Client.tenant_id.is_not(None)]
    if wanted.q:
        conditions.append(Client.name.icontains(wanted.q, autoescape=True))
    if wanted.tag:
        conditions.append(Client.tags.contains([wanted.tag]))
    if wanted.band:
        conditions.append(Client.band == wanted.band)
    if wanted.manager_id:
        conditions.append(
            select(ClientManager.id)
            .where(
                ClientManager.firm_id == unit.firm_id,
                ClientManager.client_id == Client.id,
                ClientManager.member_id == wanted.manager_id,
            )
            .exists()
        )
    return conditions


def _latest_card(unit: Unit) -> Any:
    return (
        select(Scorecard.checks, Scorecard.coverage)
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == Client.id)
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(1)
        .lateral("card")
    )


def _earlier_value(unit: Unit) -> Any:
    return (
        select(Scorecard.value)
        .where(
            Scorecard.firm_id == unit.firm_id,
            Scorecard.client_id == Client.id,
            Scorecard.value.is_not(None),
            Scorecard.scored_at <= unit.now - CHANGE_OVER,
        )
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(1)
        .lateral("earlier")
    )


async def _open(unit: Unit, client_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    rows = await unit.rows(
        select(Issue.client_id, Issue.code, func.count().label("open"))
        .where(Issue.firm_id == unit.firm_id, Issue.client_id.in_(client_ids), Issue.state == "open")
        .group_by(Issue.client_id, Issue.code)
    )
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.client_id, {})[row.code] = row.open
    return found


async def _managers(unit: Unit, client_ids: Sequence[UUID]) -> dict[UUID, list[Someone]]:
    rows = await unit.rows(
        select(ClientManager.client_id, Member.id, Member.name)
        .join(Member, and_(Member.firm_id == ClientManager.firm_id, Member.id == ClientManager.member_id))
        .where(ClientManager.firm_id == unit.firm_id, ClientManager.client_id.in_(client_ids), Member.state == "active")
        .order_by(ClientManager.position)
    )
    found: dict[UUID, list[Someone]] = {}
    for client_id, member_id, name in rows:
        found.setdefault(client_id, []).append(Someone(member_id, name))
    return found


def _cells(checks: dict[str, Any] | None, open_: Mapping[str, int]) -> dict[str, Cell]:
    told = checks or {}
    return {
        code: Cell(open_.get(code, 0), told[code].get("degree"), told[code]["state"])
        for code in catalogue()
        if code in told
    }


async def _trend(unit: Unit) -> list[tuple[dt.date, int]]:
    """Month ends, the present day for this month; what a client's score was on each of them."""
    ends = select(
        func.generate_series(
            func.date_trunc("month", literal(unit.now)) - text(f"interval '{MONTHS - 1} months'"),
            func.date_trunc("month", literal(unit.now)),
            text("interval '1 month'"),
        ).label("month")
    ).subquery()
    then = (
        select(Scorecard.value)
        .where(
            Scorecard.firm_id == unit.firm_id,
            Scorecard.client_id == Client.id,
            Scorecard.value.is_not(None),
            Scorecard.scored_at < ends.c.month + text("interval '1 month'"),
        )
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(1)
        .lateral("then")
    )
    rows = await unit.rows(
        select(ends.c.month, func.round(func.avg(then.c.value)).label("average"))
        .select_from(ends)
        .join(Client, and_(*_conditions(unit, WantedHealth())))
        .join(then, true())
        .group_by(ends.c.month)
        .order_by(ends.c.month)
    )
    return [(row.month.date(), int(row.average)) for row in rows]


async def _worst(unit: Unit) -> list[WorstCheck]:
    card = _latest_card(unit)
    each = func.jsonb_each(card.c.checks).table_valued("key", "value", name="each")
    value = each.c.value
    n = cast(func.jsonb_extract_path_text(value, "n"), Integer)
    gain = func.coalesce(func.sum(cast(func.jsonb_extract_path_text(value, "points_to_gain"), Numeric)), 0)
    rows = await unit.rows(
        select(each.c.key.label("code"), func.count().label("clients"), func.sum(n).label("open"), gain.label("points"))
        .select_from(Client)
        .join(card, true())
        .join(each, true())
        .where(*_conditions(unit, WantedHealth()), n > 0)
        .group_by(each.c.key)
        .order_by(gain.desc(), func.sum(n).desc(), each.c.key)
        .limit(WORST)
    )
    checks = catalogue()
    return [
        WorstCheck(row.code, checks[row.code].title, row.clients, row.open, row.points)
        for row in rows
        if row.code in checks
    ]
