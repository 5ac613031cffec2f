"""The checks: the catalogue, what each found at a client, and setting findings aside."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import UnitDep
from api.pages import Page, decode_cursor, encode_cursor
from api.problems import raises
from api.wire import In, Out
from practice.kernel.problems import FieldError, Invalid, NotFound
from practice.scoring import dismiss_issues as dismissing
from practice.scoring import models, reads
from practice.scoring import reopen_issues as reopening
from practice.scoring.catalogue import catalogue, check_named
from practice.scoring.problems import AlreadyResolved, NotScored

router = APIRouter(tags=["checks"])

Severity = Literal["high", "medium", "low"]
State = Literal["evaluated", "not_applicable", "no_permission", "not_synced", "error"]
IssueState = Literal["open", "dismissed", "resolved"]

# Where Xero shows each kind of record. Its links for sales credit notes, journals and accounts are not documented: the first
# opens through the same page as a credit of a supplier, the second as the browser shows it, the third leads to the list.
PATHS: dict[str, str] = {
    "invoice": "/AccountsReceivable/View.aspx?InvoiceID={id}",
    "bill": "/AccountsPayable/Edit.aspx?InvoiceID={id}",
    "credit_note": "/AccountsPayable/ViewCreditNote.aspx?creditNoteID={id}",
    "contact": "/Contacts/View/{id}",
    "bank_transaction": "/Bank/ViewTransaction.aspx?bankTransactionID={id}",
    "journal": "/Journal/View.aspx?invoiceID={id}",
    "account": "/GeneralLedger/ChartOfAccounts.aspx",
}


class CheckInfo(Out):
    """A check in words."""

    code: str
    title: str
    group: str
    severity: Severity
    why: str
    fix: str
    definition: str
    source: str


class CleanUp(Out):
    """One check at a client. `amount` is the sum of what is open, where it is all in one currency."""

    code: str
    title: str
    group: str
    severity: Severity
    reason: str
    open: int
    dismissed: int
    amount: str | None
    currency: str | None
    oldest: dt.date | None
    points_to_gain: str | None
    state: State


class IssueLink(Out):
    label: str
    href: str


class Issue(Out):
    """One thing to put right."""

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


class Dismiss(In):
    issue_ids: list[UUID] = Field(min_length=1, max_length=1000)
    reason: str = Field(min_length=1, max_length=500)


class IssueIds(In):
    issue_ids: list[UUID] = Field(min_length=1, max_length=1000)


class Configured(Out):
    updated: int


@router.get("/checks")
async def list_checks(_: UnitDep) -> Page[CheckInfo]:
    """Every check there is: what it looks for, why it matters, how to put it right."""
    checks = [CheckInfo.model_validate(check) for check in catalogue().values()]
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
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: str | None = None,
) -> Page[Issue]:
    """What one check found at a client, the oldest first, each with its links into Xero."""
    check_named(code)
    page = await reads.issues_of_check(unit, client_id, code, state=state, limit=limit, after=_after(cursor))
    issues = [_issue(row, unit.now.date(), unit.settings.xero.app_url, page.short_code) for row in page.issues]
    last = page.issues[-1] if page.more else None
    return Page(
        items=issues,
        next_cursor=encode_cursor(last.date or dt.date.max, last.id) if last else None,
        total=page.total,
    )


@router.post("/clients/{client_id}/dismissals", responses=raises(NotFound, AlreadyResolved, Invalid))
async def dismiss_issues(client_id: UUID, body: Dismiss, unit: UnitDep) -> Configured:
    """Set issues aside with a reason. They no longer count, until what they are about changes; the score is taken again."""
    updated = await dismissing.dismiss_issues(unit, client_id=client_id, issue_ids=body.issue_ids, reason=body.reason)
    return Configured(updated=updated)


@router.post("/clients/{client_id}/reopenings", responses=raises(NotFound, AlreadyResolved, Invalid))
async def reopen_issues(client_id: UUID, body: IssueIds, unit: UnitDep) -> Configured:
    """Take issues up again that were set aside; the score is taken again."""
    return Configured(updated=await reopening.reopen_issues(unit, client_id=client_id, issue_ids=body.issue_ids))


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
            "dismissed": line.dismissed,
            "amount": None if line.amount is None else str(line.amount),
            "currency": line.currency,
            "oldest": line.oldest,
            "points_to_gain": line.points_to_gain,
            "state": line.state,
        }
    )


def _issue(row: models.Issue, today: dt.date, app_url: str, short_code: str | None) -> Issue:
    return Issue.model_validate(
        {
            **{name: getattr(row, name) for name in Issue.model_fields if name not in {"age_days", "links", "amount"}},
            "amount": None if row.amount is None else str(row.amount),
            "age_days": (today - row.date).days if row.date else None,
            "links": [
                {"label": link["label"], "href": xero_address(link, app_url=app_url, short_code=short_code)}
                for link in row.links
            ],
        }
    )


def xero_address(link: Mapping[str, Any], *, app_url: str, short_code: str | None) -> str:
    """Through the organisation's own entrance, so that the right one is open whoever was open before."""
    path = PATHS.get(link["kind"], "").format(id=quote(link["id"] or "", safe="-"))
    if short_code is None:
        return app_url + path
    asked = {"shortcode": short_code} | ({"redirecturl": path} if path else {})
    return f"{app_url}/organisationlogin/default.aspx?{urlencode(asked, safe='/!')}"


def _after(cursor: str | None) -> tuple[str, UUID] | None:
    keys = decode_cursor(cursor, 2)
    if keys is None:
        return None
    try:
        return dt.date.fromisoformat(str(keys[0])).isoformat(), UUID(str(keys[1]))
    except ValueError:
        raise Invalid([FieldError("?cursor", "Use next_cursor of the page before.")]) from None
