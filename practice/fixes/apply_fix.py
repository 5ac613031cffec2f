"""Decides to write a correction: the intent is kept first, then a worker carries it to Xero."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select

from practice.fixes.jobs import WriteFix
from practice.fixes.models import UNDER_WAY, Fix
from practice.fixes.plan import plan_fix
from practice.fixes.preview_fix import fixable, issue_of, row_of
from practice.fixes.problems import BeingFixed, NothingToFix
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.ledgers.models.organisation import Organisation
from practice.scoring.tax_numbers import KNOWN, is_valid

LONGEST = 100


async def apply_fix(unit: Unit, *, client_id: UUID, issue_id: UUID, value: str | None) -> Fix:
    """`value`: what a person chose or typed instead of the proposal. Raises NotFound, NothingToFix, BeingFixed, Invalid."""
    client, issue = await issue_of(unit, client_id, issue_id, lock=True)
    under_way = await unit.scalar(
        select(Fix.id).where(Fix.firm_id == unit.firm_id, Fix.issue_id == issue_id, Fix.state.in_(UNDER_WAY))
    )
    if under_way:
        raise BeingFixed
    target = fixable(issue)
    if value is not None and (target.field == "status" or len(value) > LONGEST):
        raise Invalid(
            [
                FieldError(
                    "/value",
                    "There is nothing to choose here." if target.field == "status" else "Use at most 100 characters.",
                )
            ]
        )
    plan = plan_fix(target, await row_of(unit, client.tenant_id, target), value)
    if plan.refused:
        raise NothingToFix(plan.refused)
    if plan.asks:
        raise Invalid([FieldError("/value", f"Say what the {plan.change.label.lower()} is.")])
    if target.kind == "tax_number":
        await _check_number(unit, client.tenant_id, plan.change.after or "")
    fix = unit.add(
        Fix(
            client_id=client_id,
            issue_id=issue_id,
            kind=target.kind,
            resource=target.resource,
            remote_id=target.remote_id,
            title=plan.title,
            changes=[asdict(plan.change)],
            state="writing",
            made_by=unit.actor.member_id,
            can_undo=True,
        )
    )
    await unit.flush()
    await unit.enqueue(WriteFix(fix_id=fix.id))
    unit.record("fix.begun", on=fix, client_id=client_id, kind=fix.kind, code=issue.code)
    unit.changed("fix", fix.id, client_id=client_id)
    return fix


async def _check_number(unit: Unit, tenant_id: UUID | None, number: str) -> None:
    country = await unit.scalar(
        select(Organisation.country).where(Organisation.firm_id == unit.firm_id, Organisation.tenant_id == tenant_id)
    )
    if country in KNOWN and not is_valid(number, country):
        raise Invalid(
            [
                FieldError(
                    "/value",
                    f"The check digits of this {KNOWN[country].name} do not add up. Compare it with the document of the supplier.",
                )
            ]
        )
