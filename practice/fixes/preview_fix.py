"""Shows what a correction would write, before anything is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.fixes.plan import FixPlan, Target, plan_fix, target_of
from practice.fixes.problems import NothingToFix
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.ledgers.models.accounts import Account, TaxRate
from practice.ledgers.models.contacts import Contact
from practice.scoring.models import Issue

MODELS: Mapping[str, type[Contact] | type[Account]] = {"contacts": Contact, "accounts": Account}
CLASSES = {"sales": ("REVENUE",), "purchases": ("EXPENSE", "ASSET")}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FixPreview:
    """The plan, and what a person may choose instead of the value proposed."""

    plan: FixPlan
    choices: list[Choice]


async def preview_fix(unit: Unit, *, client_id: UUID, issue_id: UUID) -> FixPreview:
    """Raises NotFound, NothingToFix."""
    client, issue = await issue_of(unit, client_id, issue_id)
    target = fixable(issue)
    row = await row_of(unit, client.tenant_id, target)
    plan = plan_fix(target, row, None)
    if plan.refused:
        raise NothingToFix(plan.refused)
    return FixPreview(plan, await _choices(unit, client.tenant_id, target))


async def issue_of(unit: Unit, client_id: UUID, issue_id: UUID, *, lock: bool = False) -> tuple[Client, Issue]:
    """The client's issue; raises NotFound, also for another client's."""
    client = await unit.get(Client, client_id)
    issue = await (unit.lock(Issue, issue_id) if lock else unit.get(Issue, issue_id))
    if issue.client_id != client_id:
        raise NotFound(detail=f"There is no issue {issue_id}.")
    return client, issue


def fixable(issue: Issue) -> Target:
    """Raises NothingToFix."""
    if issue.state not in ("open", "snoozed"):
        raise NothingToFix(f"The issue is {issue.state}.")
    fix = issue.facts.get("fix")
    if not fix:
        raise NothingToFix("Xero lets nobody write this through its API; follow the link into Xero.")
    return target_of(fix)


async def row_of(unit: Unit, tenant_id: UUID | None, target: Target) -> dict[str, Any] | None:
    """The row as last read, by its columns."""
    model: Any = MODELS[target.resource]
    row = await unit.scalar(
        select(model)
        .where(
            model.firm_id == unit.firm_id,
            model.tenant_id == tenant_id,
            model.remote_id == UUID(target.remote_id),
            model.gone_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return None if row is None else {column.name: getattr(row, column.name) for column in model.__table__.columns}


async def _choices(unit: Unit, tenant_id: UUID | None, target: Target) -> list[Choice]:
    side, _, what = target.field.partition("_")
    if target.kind != "contact_default":
        return []
    if what == "tax":
        rates = await unit.rows(
            select(TaxRate.tax_type, TaxRate.name)
            .where(TaxRate.firm_id == unit.firm_id, TaxRate.tenant_id == tenant_id, TaxRate.status == "ACTIVE")
            .order_by(TaxRate.name)
        )
        return [Choice(rate.tax_type, rate.name or rate.tax_type) for rate in rates]
    accounts = await unit.rows(
        select(Account.code, Account.name)
        .where(
            Account.firm_id == unit.firm_id,
            Account.tenant_id == tenant_id,
            Account.status == "ACTIVE",
            Account.type != "BANK",
            Account.class_.in_(CLASSES[side]),
            Account.code.is_not(None),
            Account.gone_at.is_(None),
        )
        .order_by(Account.code)
    )
    return [Choice(account.code, f"{account.code} {account.name or ''}".strip()) for account in accounts]
