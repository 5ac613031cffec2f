"""Queries about issues for screens: what there is to clean up, the issues of a check, and the firm's rules."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_

from practice.clients.models import Client
from practice.firms.models import Member
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import Organisation
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check, FixKind
from practice.scoring.models import Issue, IssueRule
from practice.scoring.reads import latest_scorecard

Sort = Literal["date", "-date", "amount", "-amount", "contact", "-contact", "title", "-title", "found", "-found"]

FIX_SAYS: dict[FixKind, str] = {
    "contact_default": "Set this as the contact's default in Xero",
    "archive_contact": "Archive the contact in Xero",
    "archive_account": "Archive the account in Xero",
    "tax_number": "Enter the contact's tax number in Xero",
}


@dataclass(frozen=True, slots=True)
class CleanUp:
    """One check of a client: what is open, what was set aside, and what putting it right would bring."""

    check: Check
    state: str
    reason: str
    points_to_gain: str | None
    open: int = 0
    snoozed: int = 0
    dismissed: int = 0
    amount: Decimal | None = None
    currency: str | None = None
    oldest: dt.date | None = None
    fixable: int = 0
    """How many of those that are open can be put right from here."""


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
            *[func.count().filter(Issue.state == state).label(state) for state in ("open", "snoozed", "dismissed")],
            func.count().filter(Issue.state == "open", Issue.facts["fix"].is_not(None)).label("fixable"),
            func.sum(Issue.amount).filter(Issue.state == "open").label("amount"),
            func.min(Issue.currency).filter(Issue.state == "open").label("currency"),
            func.count(Issue.currency.distinct()).filter(Issue.state == "open").label("currencies"),
            func.min(Issue.date).filter(Issue.state == "open").label("oldest"),
        )
        .where(
            Issue.firm_id == unit.firm_id,
            Issue.client_id == client_id,
            Issue.state.in_(("open", "snoozed", "dismissed")),
        )
        .group_by(Issue.code)
    )
    for row in rows:
        if row.code in lines:
            # Amounts in several currencies have no sum.
            single = row.currencies == 1
            lines[row.code] = replace(
                lines[row.code],
                open=row.open,
                snoozed=row.snoozed,
                dismissed=row.dismissed,
                amount=row.amount if single else None,
                currency=row.currency if single else None,
                oldest=row.oldest,
                fixable=row.fixable if lines[row.code].check.fixes else 0,
            )
    return sorted(lines.values(), key=lambda line: (-Decimal(line.points_to_gain or 0), -line.open, line.check.code))


def offered_fix(check: Check, issue: Issue) -> dict[str, str] | None:
    """What can be written to Xero to put this issue right, as the finding says."""
    if issue.state not in ("open", "snoozed"):
        return None
    named = (issue.facts.get("fix") or {}).get("kind")
    return next(({"kind": kind, "says": FIX_SAYS[kind]} for kind in check.fixes if kind == named), None)


@dataclass(frozen=True, slots=True)
class Place:
    """What a list is sorted by: the column without its gaps, and how a page's end is written and read."""

    by: Callable[[bool], Any]
    told: Callable[[Issue, bool], str]
    read: Callable[[str], Any]


def _text(name: Literal["contact", "title"]) -> Place:
    column = func.coalesce(getattr(Issue, name), "")
    return Place(lambda _: column, lambda issue, _: getattr(issue, name) or "", str)


def _edge(down: bool) -> dt.date:
    """Those without a date are last either way."""
    return dt.date.min if down else dt.date.max


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if not abs(found) < 10**20:
        raise ValueError(text)
    return found


PLACES: dict[str, Place] = {
    "date": Place(
        lambda down: func.coalesce(Issue.date, _edge(down)),
        lambda issue, down: (issue.date or _edge(down)).isoformat(),
        dt.date.fromisoformat,
    ),
    "amount": Place(
        lambda _: func.coalesce(func.abs(Issue.amount), 0),
        lambda issue, _: str(abs(issue.amount or Decimal(0))),
        _number,
    ),
    "found": Place(lambda _: Issue.found_at, lambda issue, _: issue.found_at.isoformat(), _moment),
    "contact": _text("contact"),
    "title": _text("title"),
}


@dataclass(frozen=True, slots=True)
class IssuePage:
    """Some issues of one check, how many there are, and the organisation's short code, which links into Xero carry."""

    issues: Sequence[Issue]
    total: int
    short_code: str | None
    people: dict[UUID, str]
    """Who set them aside, by name."""
    next: tuple[str, UUID] | None


async def issues_of_check(
    unit: Unit,
    client_id: UUID,
    code: str,
    *,
    state: str,
    limit: int,
    after: tuple[str, UUID] | None = None,
    q: str | None = None,
    sort: Sort = "date",
) -> IssuePage:
    """The oldest first, those without a date last, or as `sort` says; `q` is looked for in all that is shown.

    Raises NotFound, and Invalid for an `after` that is no page's end.
    """
    client = await unit.get(Client, client_id)
    chosen = [Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.code == code, Issue.state == state]
    chosen += [
        or_(
            *[
                column.icontains(word, autoescape=True)
                for column in (Issue.title, Issue.detail, Issue.contact, Issue.account)
            ]
        )
        for word in (q or "").split()
    ]
    down, place = sort.startswith("-"), PLACES[sort.removeprefix("-")]
    by = place.by(down)
    order = (by.desc(), Issue.id.desc()) if down else (by, Issue.id)
    query = select(Issue).where(*chosen).order_by(*order).limit(limit + 1)
    if after:
        end = tuple_(_read(place, after[0]), after[1])
        query = query.where(tuple_(by, Issue.id) < end if down else tuple_(by, Issue.id) > end)
    rows = await unit.scalars(query)
    shown, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
    return IssuePage(
        issues=shown,
        total=await unit.scalar(select(func.count()).select_from(Issue).where(*chosen)),
        short_code=await unit.scalar(
            select(Organisation.short_code).where(
                Organisation.firm_id == unit.firm_id, Organisation.tenant_id == client.tenant_id
            )
        ),
        people=await _names(unit, {row.dismissed_by or row.snoozed_by for row in shown}),
        next=(place.told(last, down), last.id) if last else None,
    )


def _read(place: Place, text: str) -> Any:
    try:
        return place.read(text)
    except (ValueError, InvalidOperation):
        raise Invalid([FieldError("?cursor", "Use next_cursor of the page before.")]) from None


async def _names(unit: Unit, member_ids: set[UUID | None]) -> dict[UUID, str]:
    rows = await unit.rows(
        select(Member.id, Member.name).where(Member.firm_id == unit.firm_id, Member.id.in_(member_ids - {None}))
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of the firm, who made it, and how many issues it hides now, at all clients."""

    rule: IssueRule
    by: str | None
    hides: int


async def rules_of_firm(unit: Unit) -> list[RuleLine]:
    """The newest first."""
    rules: list[IssueRule] = await unit.scalars(
        select(IssueRule)
        .where(IssueRule.firm_id == unit.firm_id, IssueRule.client_id.is_(None))
        .order_by(IssueRule.made_at.desc(), IssueRule.id.desc())
    )
    async with unit.whole_firm():
        hides = {
            row.rule_id: row.count
            for row in await unit.rows(
                select(Issue.rule_id, func.count().label("count"))
                .where(Issue.firm_id == unit.firm_id, Issue.rule_id.is_not(None), Issue.state == "dismissed")
                .group_by(Issue.rule_id)
            )
        }
    people = await _names(unit, {rule.made_by for rule in rules})
    return [RuleLine(rule, people.get(rule.made_by) if rule.made_by else None, hides.get(rule.id, 0)) for rule in rules]
