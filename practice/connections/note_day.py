"""Writes down how much of a tenant's day is used, and recalls it where Redis has forgotten.

Once for each slice, not for each call: what a crash loses, Xero's next answer says again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from practice.connections.models import Connection, DayQuota
from practice.kernel.unit import Unit
from practice.providers.limits import DayKnown

DAY = timedelta(days=1)
# An answer's count is believed this long; then somebody asks again, with one call.
BELIEVED = timedelta(hours=1)
ASKED_AGAIN = timedelta(seconds=5)
KEPT = timedelta(days=35)


async def note_day(
    unit: Unit, *, tenant_id: UUID, calls: int, left: int | None, resets_at: datetime | None = None
) -> None:
    """Adds calls to the day they were made in; a count that has risen means that another day has begun."""
    known = await _latest(unit, tenant_id, lock=True)
    if known is None or _is_over(unit, known) or _has_risen(unit, known, left):
        # A refusal that was heard late can name the very moment at which this day began.
        named = known.resets_at if known and known.resets_at and known.opened_at < known.resets_at <= unit.now else None
        opened = named or unit.now
        unit.add(
            DayQuota(
                tenant_id=tenant_id, opened_at=opened, calls=calls, left_calls=left, resets_at=resets_at,
                noted_at=unit.now,
            )
        )  # fmt: skip
        await unit.execute(
            delete(DayQuota)
            .where(
                DayQuota.firm_id == unit.firm_id, DayQuota.tenant_id == tenant_id, DayQuota.opened_at < unit.now - KEPT
            )
            .execution_options(synchronize_session=False)
        )
    else:
        known.calls += calls
        known.noted_at = unit.now
        known.left_calls = left if left is not None else known.left_calls
        known.resets_at = resets_at or known.resets_at
    if left is not None:
        await unit.execute(
            update(Connection)
            .where(Connection.firm_id == unit.firm_id, Connection.tenant_id == tenant_id)
            .values(day_calls_left=left)
            .execution_options(synchronize_session=False)
        )


async def recall_day(unit: Unit, tenant_id: UUID) -> DayKnown | None:
    """What the limiter is told where it knows nothing."""
    known = await _latest(unit, tenant_id)
    if known is None or _is_over(unit, known):
        return None
    left = calls_left(unit, known)
    if known.resets_at:
        return DayKnown(left, known.resets_at - unit.now)
    believed_until = known.noted_at + BELIEVED / unit.settings.xero.pace
    if unit.now < believed_until:
        return DayKnown(left, believed_until - unit.now)
    # Nobody said when the day opens: one call asks, and whoever comes with it waits for its answer.
    reserve = unit.settings.xero.daily_limit // 10
    return DayKnown(reserve + 1, ASKED_AGAIN) if left <= reserve else DayKnown(left, BELIEVED / unit.settings.xero.pace)


async def read_day(unit: Unit, tenant_id: UUID) -> DayQuota | None:
    """The day that is going on, if anything was read in it."""
    known = await _latest(unit, tenant_id)
    return None if known is None or _is_over(unit, known) else known


def calls_left(unit: Unit, day: DayQuota) -> int:
    """As Xero said it; where it never did, the day's limit less our own calls."""
    return day.left_calls if day.left_calls is not None else max(0, unit.settings.xero.daily_limit - day.calls)


async def _latest(unit: Unit, tenant_id: UUID, *, lock: bool = False) -> DayQuota | None:
    query = (
        select(DayQuota)
        .where(DayQuota.firm_id == unit.firm_id, DayQuota.tenant_id == tenant_id)
        .order_by(DayQuota.opened_at.desc())
        .limit(1)
    )
    found: DayQuota | None = await unit.scalar(query.with_for_update() if lock else query)
    return found


def _is_over(unit: Unit, day: DayQuota) -> bool:
    return unit.now >= (day.resets_at or day.opened_at + DAY / unit.settings.xero.pace)


def _has_risen(unit: Unit, day: DayQuota, left: int | None) -> bool:
    """By more than answers that overtook each other explain."""
    if left is None or day.left_calls is None:
        return False
    return left - day.left_calls > max(5, unit.settings.xero.daily_limit // 10)
