"""Keeps what somebody else says a balance is: a bank statement, a filed tax return."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.kernel.problems import FieldError, Invalid, NotFound
from practice.kernel.unit import Unit
from practice.ledgers.models.accounts import Account
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.reads import day_there

MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure. `lines` and `earliest`: statement lines not coded yet, and the day of the oldest of them."""

    kind: str
    date: dt.date
    amount: Decimal
    account_id: UUID | None = None
    lines: int | None = None
    earliest: dt.date | None = None
    source: str = "entered"


async def set_figure(unit: Unit, *, tenant_id: UUID | None, client_id: UUID, stated: Stated) -> StatedFigure:
    """One of the same kind, account and day is replaced. Raises Invalid, each wrong field named."""
    wrong = [*_wrong(stated, await day_there(unit, tenant_id))]
    if stated.kind == "statement" and stated.account_id and not await _is_bank(unit, tenant_id, stated.account_id):
        wrong.append(FieldError("/account_id", "Choose one of the organisation's bank accounts."))
    if tenant_id is None:
        wrong.append(FieldError("/account_id", "The client has no organisation in Xero yet."))
    if wrong:
        raise Invalid(wrong)
    values = {
        "cents": int(stated.amount * 100),
        "lines": stated.lines,
        "earliest": stated.earliest,
        "made_by": unit.actor.member_id,
        "made_at": unit.now,
        "source": stated.source,
    }
    await unit.execute(
        insert(StatedFigure)
        .values(
            firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, tenant_id=tenant_id, kind=stated.kind,
            account_id=stated.account_id, date=stated.date, **values,
        )
        .on_conflict_do_update(index_elements=["firm_id", "tenant_id", "kind", "account_id", "date"], set_=values)
    )  # fmt: skip
    figure: StatedFigure = await unit.scalar(
        select(StatedFigure)
        .where(
            StatedFigure.firm_id == unit.firm_id,
            StatedFigure.tenant_id == tenant_id,
            StatedFigure.kind == stated.kind,
            StatedFigure.account_id.is_not_distinct_from(stated.account_id),
            StatedFigure.date == stated.date,
        )
        .execution_options(populate_existing=True)
    )
    unit.record("figure.set", on=figure, client_id=client_id, kind=stated.kind, date=stated.date.isoformat())
    return figure


async def remove_figure(unit: Unit, *, tenant_id: UUID | None, client_id: UUID, figure_id: UUID) -> None:
    """Raises NotFound."""
    figure = await unit.get(StatedFigure, figure_id)
    if figure.tenant_id != tenant_id:
        raise NotFound(detail=f"There is no figure {figure_id}.")
    unit.record("figure.removed", on=figure, client_id=client_id, kind=figure.kind, date=figure.date.isoformat())
    await unit.remove(figure)


async def list_figures(unit: Unit, tenant_id: UUID | None) -> list[tuple[StatedFigure, str | None]]:
    """Each with its account's name, the latest day first."""
    rows = await unit.rows(
        select(StatedFigure, Account.name)
        .outerjoin(
            Account,
            (Account.firm_id == StatedFigure.firm_id)
            & (Account.tenant_id == StatedFigure.tenant_id)
            & (Account.remote_id == StatedFigure.account_id),
        )
        .where(StatedFigure.firm_id == unit.firm_id, StatedFigure.tenant_id == tenant_id)
        .order_by(StatedFigure.date.desc(), StatedFigure.id)
    )
    return [(figure, name) for figure, name in rows]


def _wrong(stated: Stated, today: dt.date) -> list[FieldError]:
    wrong = []
    if stated.kind == "statement" and stated.account_id is None:
        wrong.append(FieldError("/account_id", "Say which bank account the statement is of."))
    if stated.kind == "tax_filed" and stated.account_id is not None:
        wrong.append(FieldError("/account_id", "What is filed is for the whole organisation: leave it out."))
    if stated.date > today:
        wrong.append(FieldError("/date", "Give a day that is over."))
    if abs(stated.amount) > MOST or stated.amount != stated.amount.quantize(Decimal("0.01")):
        wrong.append(FieldError("/amount", "Give an amount with at most two decimals."))
    if stated.earliest is not None and (not stated.lines or stated.earliest > stated.date):
        wrong.append(
            FieldError(
                "/earliest",
                "The oldest line is dated on or before the statement, and there is one only where lines are left.",
            )
        )
    return wrong


async def _is_bank(unit: Unit, tenant_id: UUID | None, account_id: UUID) -> bool:
    found = await unit.scalar(
        select(Account.remote_id).where(
            Account.firm_id == unit.firm_id,
            Account.tenant_id == tenant_id,
            Account.remote_id == account_id,
            Account.type == "BANK",
            Account.gone_at.is_(None),
        )
    )
    return found is not None
