"""Queries about ledgers for screens."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from practice.kernel.unit import Unit
from practice.ledgers.local_day import local_day
from practice.ledgers.models.accounts import Account
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.models.organisation import Organisation, Report


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account beside what its bank says. Cents; `book_cents` in the organisation's own currency."""

    id: UUID
    code: str | None
    name: str | None
    currency: str | None
    book_cents: int | None
    book_on: dt.date | None
    """The day of the books' balance: the end of the month that was complete when they were read. None: never read."""
    stated: StatedFigure | None
    """The statement of the latest day."""


async def organisation_of(unit: Unit, tenant_id: UUID) -> Organisation | None:
    """The organisation as last read, if it was read yet."""
    return await unit.scalar(  # type: ignore[no-any-return]  # a scalar of this row
        select(Organisation).where(Organisation.firm_id == unit.firm_id, Organisation.tenant_id == tenant_id)
    )


async def day_there(unit: Unit, tenant_id: UUID | None) -> dt.date:
    """Today where the organisation is; UTC's day until it was read."""
    zone = await unit.scalar(
        select(Organisation.time_zone).where(Organisation.firm_id == unit.firm_id, Organisation.tenant_id == tenant_id)
    )
    return local_day(unit.now, zone)


async def bank_accounts_of(unit: Unit, tenant_id: UUID) -> list[BankAccount]:
    """The active ones, by name. An account that the trial balance does not mention stands at nothing."""
    organisation = await organisation_of(unit, tenant_id)
    report: Report | None = await unit.scalar(
        select(Report).where(
            Report.firm_id == unit.firm_id,
            Report.tenant_id == tenant_id,
            Report.name == "trial_balance",
            Report.balances.is_not(None),
        )
    )
    accounts = await unit.scalars(
        select(Account)
        .where(
            Account.firm_id == unit.firm_id,
            Account.tenant_id == tenant_id,
            Account.type == "BANK",
            Account.status == "ACTIVE",
            Account.gone_at.is_(None),
        )
        .order_by(Account.name, Account.remote_id)
    )
    figures = await unit.scalars(
        select(StatedFigure)
        .where(
            StatedFigure.firm_id == unit.firm_id,
            StatedFigure.tenant_id == tenant_id,
            StatedFigure.kind == "statement",
        )
        .order_by(StatedFigure.date)
    )
    latest = {figure.account_id: figure for figure in figures}
    books, on = (report.balances or {}, report.as_of) if report else ({}, None)
    return [
        BankAccount(
            account.remote_id, account.code, account.name,
            account.currency or (organisation.base_currency if organisation else None),
            books.get(str(account.remote_id), 0) if on else None, on, latest.get(account.remote_id),
        )
        for account in accounts
    ]  # fmt: skip
