"""Hands out the entries that were not read yet, in order, and notes how far the reader came."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from practice.kernel.context import Run
from practice.kernel.record import ChainHead, EntryRow, ReadRecord
from practice.kernel.unit import Unit

AT_ONCE = 50


async def tell_record(run: Run, tell: Callable[[Unit, EntryRow], Awaitable[None]]) -> None:
    """`tell` runs for every entry, in the unit that notes it as read: each is told of exactly once."""
    while True:
        async with run.unit() as unit:
            head = (
                await unit.execute(select(ChainHead).where(ChainHead.firm_id == unit.firm_id))
            ).scalar_one_or_none()
            if head is None:
                return
            entries: list[EntryRow] = await unit.scalars(
                select(EntryRow)
                .where(EntryRow.firm_id == unit.firm_id, EntryRow.seq > head.read_seq)
                .order_by(EntryRow.seq)
                .limit(AT_ONCE)
            )
            if not entries:
                return
            for entry in entries:
                await tell(unit, entry)
            locked = (
                await unit.execute(select(ChainHead).where(ChainHead.firm_id == unit.firm_id).with_for_update())
            ).scalar_one()
            locked.read_seq = entries[-1].seq
        run.pause_if_over()


async def look_again(unit: Unit) -> bool:
    """Whether something was recorded while the reader was ending; then it is queued once more."""
    behind = await unit.scalar(
        select(ChainHead.firm_id).where(ChainHead.firm_id == unit.firm_id, ChainHead.seq > ChainHead.read_seq)
    )
    if behind is not None:
        await unit.enqueue(ReadRecord())
    return behind is not None
