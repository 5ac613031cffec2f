"""Corrections: what would be written to Xero for an issue, writing it, and taking it back."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import ContextDep, UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.pages import Page
from api.problems import kept_problem, raises
from api.wire import In, Out, Problem
from practice.fixes import preview_fix as previewing
from practice.fixes import reads
from practice.fixes.apply_fix import apply_fix as apply
from practice.fixes.problems import BeingFixed, CannotUndo, NothingToFix, NothingToRead
from practice.fixes.reread_issue import reread_issue as reread
from practice.fixes.undo_fix import undo_fix as undo
from practice.kernel.problems import Invalid, NotFound
from practice.kernel.unit import Unit
from practice.providers.problems import ConsentRevoked, TenantGone

router = APIRouter(prefix="/clients/{client_id}", tags=["fixes"], route_class=KeyedRoute)

FixKind = Literal["contact_default", "archive_contact", "archive_account", "tax_number"]


class FixChange(Out):
    """One field of the row at Xero; null is empty, and an `after` of null must be given by you."""

    field: str
    label: str
    before: str | None
    after: str | None


class FixChoice(Out):
    value: str
    label: str


class FixPreview(Out):
    """What would be written. `choices`: what may be written instead. None of these writes carries a date."""

    kind: FixKind
    title: str
    changes: list[FixChange]
    choices: list[FixChoice]
    warnings: list[str]
    behind_lock: bool
    can_undo: bool


class Fix(Out):
    """A correction. `problem` says why it was not written, or could not be undone."""

    id: UUID
    issue_id: UUID
    kind: FixKind
    title: str
    state: Literal["writing", "written", "failed", "undoing", "undone"]
    changes: list[FixChange]
    created_at: dt.datetime
    written_at: dt.datetime | None
    undone_at: dt.datetime | None
    by: str
    can_undo: bool
    problem: Problem | None


class ApplyFix(In):
    value: str | None = Field(
        default=None, max_length=200, description="Instead of the value proposed, or where none is."
    )


class Reread(Out):
    changed: bool
    state: Literal["open", "snoozed", "dismissed", "fixed", "resolved"]


@router.get("/issues/{issue_id}/fix", response_model=FixPreview, responses=raises(NotFound, NothingToFix))
async def preview_fix(client_id: UUID, issue_id: UUID, unit: UnitDep) -> object:
    """What putting this issue right would write to Xero; nothing is written."""
    preview = await previewing.preview_fix(unit, client_id=client_id, issue_id=issue_id)
    plan = preview.plan
    return {
        "kind": plan.target.kind,
        "title": plan.title,
        "changes": [plan.change],
        "choices": preview.choices,
        "warnings": plan.warnings,
        # A default, a status, a number: none of them is dated, so no lock date stands in the way.
        "behind_lock": False,
        "can_undo": True,
    }


@router.post(
    "/issues/{issue_id}/fix", status_code=202, response_model=Fix,
    responses=raises(NotFound, NothingToFix, BeingFixed, Invalid),
)  # fmt: skip
async def apply_fix(client_id: UUID, issue_id: UUID, body: ApplyFix, unit: UnitDep, _: Idempotent) -> object:
    """Writes the correction, once, and reads it back; the answer says that it is on its way."""
    fix = await apply(unit, client_id=client_id, issue_id=issue_id, value=body.value)
    return await _shown(unit, client_id, fix.id)


@router.post(
    "/fixes/{fix_id}/undo", status_code=202, response_model=Fix, responses=raises(NotFound, CannotUndo, BeingFixed)
)
async def undo_fix(client_id: UUID, fix_id: UUID, unit: UnitDep, _: Idempotent) -> object:
    """Writes back what was there before."""
    fix = await undo(unit, client_id=client_id, fix_id=fix_id)
    return await _shown(unit, client_id, fix.id)


@router.get("/fixes", response_model=Page[Fix], responses=raises(NotFound))
async def list_fixes(client_id: UUID, unit: UnitDep) -> object:
    """What was corrected at Xero from here, the newest first."""
    fixes = [_fix(seen) for seen in await reads.list_fixes(unit, client_id)]
    return {"items": fixes, "next_cursor": None, "total": len(fixes)}


@router.post(
    "/issues/{issue_id}/re-read", response_model=Reread,
    responses=raises(NotFound, NothingToRead, ConsentRevoked, TenantGone),
)  # fmt: skip
async def reread_issue(client_id: UUID, issue_id: UUID, ctx: ContextDep) -> object:
    """Reads what the issue is about from Xero again; where it differs, the score is taken again."""
    return await reread(ctx, client_id=client_id, issue_id=issue_id)


async def _shown(unit: Unit, client_id: UUID, fix_id: UUID) -> dict[str, Any]:
    await unit.flush()
    return _fix((await reads.list_fixes(unit, client_id, fix_ids=[fix_id]))[0])


def _fix(seen: reads.SeenFix) -> dict[str, Any]:
    return {
        **{name: getattr(seen.fix, name) for name in Fix.model_fields if name not in {"by", "problem"}},
        "by": seen.by,
        "problem": kept_problem(seen.fix.problem, str(seen.fix.id)),
    }
