"""Seals a closed period: keeps what each of its documents says, so that what changes later can be named."""

import asyncio
import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice.kernel.context import Context
from practice.kernel.problems import FieldError, Invalid, NotFound
from practice.kernel.unit import Unit
from practice.ledgers.books import start_of_months
from practice.ledgers.load_books import load_books
from practice.ledgers.models.organisation import HighWater
from practice.ledgers.models.seals import Seal
from practice.ledgers.problems import AlreadySealed, NoBooks
from practice.ledgers.reads import day_there
from practice.ledgers.seals import NEEDS, SealChange, compare, packed, sealed_frame, unpacked

MONTHS = 12
EARLIEST = dt.date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Compared:
    """A seal, and how the period differs from it now."""

    seal: Seal
    changes: list[SealChange]


async def seal_period(ctx: Context, *, tenant_id: UUID | None, client_id: UUID, period_end: dt.date, note: str) -> Seal:
    """The twelve months that end on this day; `client_id` is whose it is, for the record. Raises NoBooks, Invalid, AlreadySealed."""
    if period_end < EARLIEST:
        raise Invalid([FieldError("/period_end", f"Seal a period that ends in {EARLIEST.year} or later.")])
    if period_end.day != monthrange(period_end.year, period_end.month)[1]:
        raise Invalid([FieldError("/period_end", "Name the last day of a month.")])
    async with ctx.unit(write=False) as unit:
        tenant_id = await _read(unit, tenant_id)
        today = await day_there(unit, tenant_id)
        if period_end >= today:
            raise Invalid([FieldError("/period_end", "Seal a period that is over.")])
        await _refuse_twice(unit, tenant_id, period_end)
    start = start_of_months(period_end, MONTHS)
    books = await load_books(ctx, tenant_id=tenant_id, as_of=today, needs=NEEDS)
    frame = await asyncio.to_thread(sealed_frame, books, start, period_end)
    content = await asyncio.to_thread(packed, frame)
    async with ctx.unit() as unit:
        await _refuse_twice(unit, tenant_id, period_end)
        seal = unit.add(
            Seal(
                tenant_id=tenant_id,
                period_start=start,
                period_end=period_end,
                sealed_at=unit.now,
                sealed_by=unit.actor.member_id,
                note=note,
                documents=frame.height,
                total_cents=int(frame["total_cents"].sum()),
                content=content,
            )
        )
        await unit.flush()
        unit.record(
            "period.sealed", on=seal, client_id=client_id, period_end=period_end.isoformat(), documents=frame.height
        )
        unit.changed("seal", seal.id, client_id=client_id)
    return seal


async def compare_seal(ctx: Context, *, tenant_id: UUID | None, seal_id: UUID) -> Compared:
    """The period as it is now beside the seal. Raises NotFound, NoBooks."""
    async with ctx.unit(write=False) as unit:
        tenant_id = await _read(unit, tenant_id)
        if (await unit.get(Seal, seal_id)).tenant_id != tenant_id:
            raise NotFound(detail=f"There is no seal {seal_id}.")
    (compared,) = [one for one in await compare_seals(ctx, tenant_id=tenant_id) if one.seal.id == seal_id]
    return compared


async def compare_seals(ctx: Context, *, tenant_id: UUID | None) -> list[Compared]:
    """Every seal, the newest period first, each beside the books as they are now: they are loaded once for all of them."""
    async with ctx.unit(write=False) as unit:
        seals: list[Seal] = await unit.scalars(
            select(Seal)
            .where(Seal.firm_id == unit.firm_id, Seal.tenant_id == tenant_id)
            .order_by(Seal.period_end.desc())
            .options(undefer(Seal.content))
        )
        today = await day_there(unit, tenant_id)
    if not seals or tenant_id is None:
        return []
    books = await load_books(ctx, tenant_id=tenant_id, as_of=today, needs=NEEDS)

    def look() -> list[Compared]:
        return [
            Compared(
                seal, compare(unpacked(seal.content), sealed_frame(books, seal.period_start, seal.period_end), books)
            )
            for seal in seals
        ]

    return await asyncio.to_thread(look)


async def _read(unit: Unit, tenant_id: UUID | None) -> UUID:
    read = await unit.scalar(
        select(HighWater.resource).where(HighWater.firm_id == unit.firm_id, HighWater.tenant_id == tenant_id).limit(1)
    )
    if tenant_id is None or read is None:
        raise NoBooks
    return tenant_id


async def _refuse_twice(unit: Unit, tenant_id: UUID, period_end: dt.date) -> None:
    held = await unit.scalar(
        select(Seal.sealed_at).where(
            Seal.firm_id == unit.firm_id, Seal.tenant_id == tenant_id, Seal.period_end == period_end
        )
    )
    if held:
        raise AlreadySealed(period_end, held)
