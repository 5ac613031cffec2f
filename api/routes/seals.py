"""Sealed periods: keeping what a closed period said, and what of it differs now."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import ContextDep, UnitDep
from api.pages import Page
from api.problems import raises
from api.wire import In, Out
from api.xero_address import xero_address
from practice.clients.models import Client
from practice.firms.reads import names_of
from practice.kernel.problems import Invalid, NotFound
from practice.ledgers import seal_period as sealing
from practice.ledgers.models.seals import Seal as SealRow
from practice.ledgers.problems import AlreadySealed, NoBooks
from practice.ledgers.reads import organisation_of

router = APIRouter(prefix="/clients/{client_id}/seals", tags=["seals"])

MOST = 1000


class Seal(Out):
    """Twelve months as they were signed off. `changed`: how many of its documents are not as sealed any more."""

    id: UUID
    period_start: dt.date
    period_end: dt.date
    sealed_at: dt.datetime
    by: str
    note: str
    documents: int
    total: str
    changed: int


class SealPeriod(In):
    period_end: dt.date = Field(description="The last day of a month that is over.")
    note: str = Field(default="", max_length=500)


class SealField(Out):
    field: str
    before: str | None
    after: str | None


class SealChange(Out):
    """A document that is not as it was sealed."""

    kind: Literal["added", "changed", "removed"]
    resource: str
    id: str
    number: str | None
    contact: str | None
    date: dt.date | None
    fields: list[SealField]
    updated_on: dt.date | None
    href: str


@router.post("", status_code=201, response_model=Seal, responses=raises(NotFound, Invalid, NoBooks, AlreadySealed))
async def seal_period(client_id: UUID, body: SealPeriod, ctx: ContextDep, unit: UnitDep) -> object:
    """Keeps what every document of the twelve months says, so that later changes can be named."""
    client = await unit.get(Client, client_id)
    seal = await sealing.seal_period(
        ctx, tenant_id=client.tenant_id, client_id=client_id, period_end=body.period_end, note=body.note
    )
    return _seal(seal, unit.actor.name, 0)


@router.get("", response_model=Page[Seal], responses=raises(NotFound))
async def list_seals(client_id: UUID, ctx: ContextDep, unit: UnitDep) -> object:
    """The client's sealed periods, the newest first, each compared with the books as they are now."""
    compared = await sealing.compare_seals(ctx, tenant_id=(await unit.get(Client, client_id)).tenant_id)
    names = await names_of(unit, [one.seal.sealed_by for one in compared if one.seal.sealed_by])
    shown = [
        _seal(
            one.seal, names.get(one.seal.sealed_by, "Bulkhead") if one.seal.sealed_by else "Bulkhead", len(one.changes)
        )
        for one in compared
    ]
    return {"items": shown, "next_cursor": None, "total": len(shown)}


@router.get("/{seal_id}/changes", response_model=Page[SealChange], responses=raises(NotFound, NoBooks))
async def list_seal_changes(
    client_id: UUID, seal_id: UUID, ctx: ContextDep, unit: UnitDep, limit: Annotated[int, Query(ge=1, le=MOST)] = 200
) -> object:
    """What was added to the sealed period, changed in it or taken out since, the latest first, each with before and after."""
    client = await unit.get(Client, client_id)
    organisation = await organisation_of(unit, client.tenant_id) if client.tenant_id else None
    compared = await sealing.compare_seal(ctx, tenant_id=client.tenant_id, seal_id=seal_id)
    changes: list[dict[str, Any]] = [
        {
            **{name: getattr(one, name) for name in SealChange.model_fields if name != "href"},
            "href": xero_address(
                {"kind": "journal" if one.resource == "manual_journal" else one.resource, "id": one.id},
                app_url=unit.settings.xero.app_url,
                short_code=organisation.short_code if organisation else None,
            ),
        }
        for one in compared.changes[:limit]
    ]
    return {"items": changes, "next_cursor": None, "total": len(compared.changes)}


def _seal(seal: SealRow, by: str, changed: int) -> dict[str, Any]:
    told = {name: getattr(seal, name) for name in Seal.model_fields if name not in {"by", "total", "changed"}}
    total = (Decimal(seal.total_cents) / 100).quantize(Decimal("0.01"))
    return {**told, "by": by, "total": str(total), "changed": changed}
