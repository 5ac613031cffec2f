"""Figures stated elsewhere: what a bank statement or a filed tax return says, for the checks that compare."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.deps import UnitDep
from api.pages import Page, whole
from api.problems import raises
from api.wire import In, Out
from practice.clients.models import Client
from practice.firms.reads import names_of
from practice.kernel.problems import Invalid, NotFound
from practice.kernel.unit import Unit
from practice.ledgers import set_figure as figures
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.read_statement import read_statement
from practice.ledgers.reads import BankAccount as Bank
from practice.ledgers.reads import bank_accounts_of
from practice.scoring.jobs import ask_for_score

router = APIRouter(prefix="/clients/{client_id}", tags=["figures"])


class Figure(Out):
    """A balance as somebody else states it. `lines`: statement lines that nobody has coded yet."""

    id: UUID
    kind: Literal["statement", "tax_filed"]
    account_id: UUID | None
    account: str | None
    date: dt.date
    amount: str
    lines: int | None
    earliest: dt.date | None
    source: Literal["entered", "uploaded", "finance"]
    by: str
    at: dt.datetime


class StatedBalance(Out):
    date: dt.date
    amount: str
    lines: int | None
    source: Literal["entered", "uploaded", "finance"]


class BankAccount(Out):
    """A bank account at Xero, and the latest balance that its bank is known to state. `book_balance` is in the
    organisation's own currency, at the end of the month that was complete when the books were read.
    """

    id: UUID
    code: str | None
    name: str
    currency: str | None
    book_balance: str | None
    book_date: dt.date | None
    stated: StatedBalance | None


class SetFigure(In):
    kind: Literal["statement", "tax_filed"]
    account_id: UUID | None = Field(default=None, description="The bank account's id at Xero, for a statement.")
    date: dt.date
    amount: Decimal = Field(
        description="A statement's balance is positive where the bank owes you; tax where it is owed."
    )
    lines: int | None = Field(default=None, ge=0, le=1_000_000)
    earliest: dt.date | None = None


@router.get("/bank-accounts", response_model=Page[BankAccount], responses=raises(NotFound))
async def list_bank_accounts(client_id: UUID, unit: UnitDep) -> object:
    """The active bank accounts of the client's organisation, by name; none before its books were read."""
    client = await unit.get(Client, client_id)
    return whole([_bank(one) for one in await bank_accounts_of(unit, client.tenant_id)] if client.tenant_id else [])


@router.get("/figures", response_model=Page[Figure], responses=raises(NotFound))
async def list_figures(client_id: UUID, unit: UnitDep) -> object:
    """What was entered, uploaded or read from Xero's Finance API, the latest day first."""
    shown = await _shown(unit, (await unit.get(Client, client_id)).tenant_id)
    return {"items": shown, "next_cursor": None, "total": len(shown)}


@router.put("/figures", response_model=Figure, responses=raises(NotFound, Invalid))
async def set_figure(client_id: UUID, body: SetFigure, unit: UnitDep) -> object:
    """Enters a figure; one of the same kind, account and day is replaced. The score is taken again."""
    return await _set(unit, client_id, figures.Stated(**body.model_dump()))


@router.delete("/figures/{figure_id}", status_code=204, responses=raises(NotFound))
async def remove_figure(client_id: UUID, figure_id: UUID, unit: UnitDep) -> None:
    """Takes a figure out; the score is taken again."""
    client = await unit.get(Client, client_id)
    await figures.remove_figure(unit, tenant_id=client.tenant_id, client_id=client_id, figure_id=figure_id)
    await ask_for_score(unit, client_id)


@router.post(
    "/statements", status_code=201, response_model=Figure, responses=raises(NotFound, Invalid),
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def upload_statement(
    client_id: UUID,
    account_id: Annotated[UUID, Query(description="The bank account's id at Xero.")],
    request: Request,
    unit: UnitDep,
) -> object:
    """Takes the closing balance out of a bank's CSV file; the file itself is not kept."""
    statement = read_statement(await request.body())
    stated = figures.Stated("statement", statement.date, statement.balance, account_id, source="uploaded")
    return await _set(unit, client_id, stated)


async def _set(unit: Unit, client_id: UUID, stated: figures.Stated) -> dict[str, Any]:
    client = await unit.get(Client, client_id)
    figure = await figures.set_figure(unit, tenant_id=client.tenant_id, client_id=client_id, stated=stated)
    await ask_for_score(unit, client_id)
    return next(one for one in await _shown(unit, client.tenant_id) if one["id"] == figure.id)


async def _shown(unit: Unit, tenant_id: UUID | None) -> list[dict[str, Any]]:
    listed = await figures.list_figures(unit, tenant_id)
    names = await names_of(unit, [figure.made_by for figure, _ in listed if figure.made_by])
    return [_figure(figure, account, names) for figure, account in listed]


def _bank(one: Bank) -> dict[str, Any]:
    said = one.stated
    return {
        **{name: getattr(one, name) for name in ("id", "code", "currency")},
        "name": one.name or one.code or "Bank account",
        "book_balance": None if one.book_cents is None else _money(one.book_cents),
        "book_date": one.book_on,
        "stated": said
        and {"date": said.date, "amount": _money(said.cents), "lines": said.lines, "source": said.source},
    }


def _money(cents: int) -> str:
    return str((Decimal(cents) / 100).quantize(Decimal("0.01")))


def _figure(figure: StatedFigure, account: str | None, names: dict[UUID, str]) -> dict[str, Any]:
    named = ("id", "kind", "account_id", "date", "lines", "earliest", "source")
    return {
        **{name: getattr(figure, name) for name in named},
        "account": account,
        "amount": _money(figure.cents),
        "by": names.get(figure.made_by, "Bulkhead") if figure.made_by else "Bulkhead",
        "at": figure.made_at,
    }
