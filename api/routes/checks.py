"""The checks: the catalogue, what each found at a client, and setting findings aside."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.pages import Page, a_text, an_id, decode_cursor, encode_cursor
from api.problems import raises
from api.wire import In, Out
from api.xero_address import xero_address
from practice.kernel.problems import Forbidden, Invalid, NotFound
from practice.scoring import check_list, models
from practice.scoring import dismiss_issues as dismissing
from practice.scoring import issue_reads as reads
from practice.scoring import reopen_issues as reopening
from practice.scoring import snooze_issues as snoozing
from practice.scoring import undo_issue_change as undoing
from practice.scoring.catalogue import check_named
from practice.scoring.check import Check
from practice.scoring.problems import AlreadyResolved, ChangedSince, NotScored

router = APIRouter(tags=["checks"], route_class=KeyedRoute)

Severity = Literal["high", "medium", "low"]
State = Literal["evaluated", "not_applicable", "no_permission", "not_synced", "error"]
IssueState = Literal["open", "snoozed", "dismissed", "fixed", "resolved"]
Scope = Literal["item", "contact", "rule"]


class Threshold(Out):
    """The number of a check that a practice may choose otherwise. `value` is what its default profile says."""

    value: int
    default: int
    least: int
    most: int
    unit: str
    says: str


class CheckInfo(Out):
    """A check in words. `fixes`: what can be put right from here; `resources`: what it reads."""

    code: str
    title: str
    group: str
    severity: Severity
    why: str
    fix: str
    definition: str
    source: str
    scored: bool
    fixes: list[str]
    threshold: Threshold | None
    resources: list[str]


class CleanUp(Out):
    """One check at a client. `amount` is the sum of what is open, where it is all in one currency; `fixable` is how many of
    those can be put right from here.
    """

    code: str
    title: str
    group: str
    severity: Severity
    reason: str
    open: int
    snoozed: int
    dismissed: int
    fixable: int
    amount: str | None
    currency: str | None
    oldest: dt.date | None
    points_to_gain: str | None
    state: State


class IssueLink(Out):
    label: str
    href: str


class IssueFix(Out):
    """What can be written to Xero to put an issue right."""

    kind: str
    says: str


class Issue(Out):
    """One thing to put right. `dismissed_by` is who set it aside, also where it is snoozed."""

    id: UUID
    code: str
    state: IssueState
    title: str
    detail: str
    amount: str | None
    currency: str | None
    date: dt.date | None
    age_days: int | None
    contact: str | None
    account: str | None
    facts: dict[str, Any]
    links: list[IssueLink]
    found_at: dt.datetime
    snoozed_until: dt.date | None
    dismissed_reason: str | None
    dismissed_by: str | None
    dismissed_scope: Scope | None
    set_aside_at: dt.datetime | None
    fix: IssueFix | None
    version: int


class IssueIds(In):
    issue_ids: list[UUID] = Field(min_length=1, max_length=1000)


class Dismiss(IssueIds):
    """`scope`: these alone, all that their checks say about their contacts at this client, or the same at every client."""

    reason: str = Field(min_length=1, max_length=500)
    scope: Scope = "item"


class Snooze(IssueIds):
    """`until` is the first day on which they count again: after today, and within a year."""

    until: dt.date


class Changed(Out):
    """How many of the named issues changed, how many others with them, and what undoes it for a day."""

    updated: int
    also: int
    undo: UUID


class Undone(Out):
    updated: int


@router.get("/checks")
async def list_checks(unit: UnitDep) -> Page[CheckInfo]:
    """Every check there is: what it looks for, why it matters, how to put it right."""
    own = ("threshold", "resources")
    checks = [
        CheckInfo.model_validate(
            {name: getattr(one if name in own else one.check, name) for name in CheckInfo.model_fields}
        )
        for one in await check_list.list_checks(unit)
    ]
    return Page(items=checks, next_cursor=None, total=len(checks))


@router.get("/clients/{client_id}/checks", responses=raises(NotFound, NotScored))
async def list_clean_up(client_id: UUID, unit: UnitDep) -> Page[CleanUp]:
    """What there is to clean up at a client, the most worthwhile first."""
    lines = [_clean_up(line) for line in await reads.clean_up(unit, client_id)]
    return Page(items=lines, next_cursor=None, total=len(lines))


@router.get("/clients/{client_id}/checks/{code}/issues", responses=raises(NotFound, Invalid))
async def list_issues(
    client_id: UUID,
    code: str,
    unit: UnitDep,
    state: IssueState = "open",
    q: Annotated[str | None, Query(max_length=100)] = None,
    sort: reads.Sort = "date",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: str | None = None,
) -> Page[Issue]:
    """What one check found at a client, the oldest first or as `sort` says, each with its links into Xero."""
    check = check_named(code)
    page = await reads.issues_of_check(
        unit, client_id, code, state=state, limit=limit, after=_after(cursor), q=q, sort=sort
    )
    return Page(
        items=[_issue(row, check, page, unit.now.date(), unit.settings.xero.app_url) for row in page.issues],
        next_cursor=encode_cursor(*page.next) if page.next else None,
        total=page.total,
    )


@router.post("/clients/{client_id}/dismissals", responses=raises(NotFound, AlreadyResolved, Invalid, Forbidden))
async def dismiss_issues(client_id: UUID, body: Dismiss, unit: UnitDep, _: Idempotent) -> Changed:
    """Set issues aside with a reason. They no longer count, until what they are about changes; the score is taken again.

    With a wider scope also what comes later is set aside, whatever changes. A rule for every client takes a manager.
    """
    changed = await dismissing.dismiss_issues(
        unit, client_id=client_id, issue_ids=body.issue_ids, reason=body.reason, scope=body.scope
    )
    return Changed.model_validate(changed)


@router.post("/clients/{client_id}/snoozes", responses=raises(NotFound, AlreadyResolved, Invalid))
async def snooze_issues(client_id: UUID, body: Snooze, unit: UnitDep, _: Idempotent) -> Changed:
    """Set issues aside until a day, on which they count again; sooner where they change. The score is taken again."""
    changed = await snoozing.snooze_issues(unit, client_id=client_id, issue_ids=body.issue_ids, until=body.until)
    return Changed.model_validate(changed)


@router.post("/clients/{client_id}/reopenings", responses=raises(NotFound, AlreadyResolved, Invalid))
async def reopen_issues(client_id: UUID, body: IssueIds, unit: UnitDep, _: Idempotent) -> Changed:
    """Take issues up again that were set aside; the score is taken again."""
    changed = await reopening.reopen_issues(unit, client_id=client_id, issue_ids=body.issue_ids)
    return Changed.model_validate(changed)


@router.post("/clients/{client_id}/issue-undos/{undo}", responses=raises(NotFound, ChangedSince, Forbidden))
async def undo_issue_change(client_id: UUID, undo: UUID, unit: UnitDep, _: Idempotent) -> Undone:
    """Undo one of the changes above within a day: every issue is as it was, if none has changed since."""
    return Undone(updated=await undoing.undo_issue_change(unit, client_id=client_id, undo=undo))


def _clean_up(line: reads.CleanUp) -> CleanUp:
    check = line.check
    return CleanUp.model_validate(
        {
            "code": check.code,
            "title": check.title,
            "group": check.group,
            "severity": check.severity,
            "reason": line.reason,
            "open": line.open,
            "snoozed": line.snoozed,
            "dismissed": line.dismissed,
            "fixable": line.fixable,
            "amount": None if line.amount is None else str(line.amount),
            "currency": line.currency,
            "oldest": line.oldest,
            "points_to_gain": line.points_to_gain,
            "state": line.state,
        }
    )


WORDED = {"age_days", "links", "amount", "dismissed_by", "set_aside_at", "fix"}


def _issue(row: models.Issue, check: Check, page: reads.IssuePage, today: dt.date, app_url: str) -> Issue:
    by = row.dismissed_by or row.snoozed_by
    return Issue.model_validate(
        {
            **{name: getattr(row, name) for name in Issue.model_fields if name not in WORDED},
            "amount": None if row.amount is None else str(row.amount),
            "age_days": (today - row.date).days if row.date else None,
            "links": [
                {"label": link["label"], "href": xero_address(link, app_url=app_url, short_code=page.short_code)}
                for link in row.links
            ],
            "dismissed_by": page.people.get(by) if by else None,
            "set_aside_at": row.dismissed_at or row.snoozed_at,
            "fix": reads.offered_fix(check, row),
        }
    )


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    keys = decode_cursor(cursor, a_text, an_id)
    return (keys[0], keys[1]) if keys else None
