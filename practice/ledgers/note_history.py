"""Notes what a reading shows to have changed, before the rows are replaced: lock dates, and contacts' bank details."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from practice.kernel.unit import Unit
from practice.ledgers.models.history import BankHistory, LockHistory

# As store_page does it: an older version replaces nothing, so it changes nothing either. Spaces and dashes are no change,
# and details that were taken away lead no money elsewhere.
_OTHER_DIGITS = text(
    """
    SELECT held.remote_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS text[]), CAST(:updated AS timestamptz[])) AS comes(id, digits, updated_at)
    JOIN contact AS held ON held.firm_id = :firm AND held.tenant_id = :tenant AND held.remote_id = comes.id
    WHERE regexp_replace(coalesce(held.bank_account, ''), '[^0-9]', '', 'g') <> comes.digits
    AND (held.updated_at IS NULL OR comes.updated_at IS NULL OR comes.updated_at >= held.updated_at)
    ORDER BY held.remote_id
    """
)


async def note_locks(unit: Unit, *, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """A row where the lock dates are not those seen last, or where none were seen yet."""
    last: LockHistory | None = await unit.scalar(
        select(LockHistory)
        .where(LockHistory.firm_id == unit.firm_id, LockHistory.tenant_id == tenant_id)
        .order_by(LockHistory.seen_at.desc(), LockHistory.id.desc())
        .limit(1)
    )
    period, year = rows[-1].get("period_lock_date"), rows[-1].get("end_of_year_lock_date")
    if last is None or (last.period_lock, last.year_lock) != (period, year):
        unit.add(LockHistory(tenant_id=tenant_id, seen_at=unit.now, period_lock=period, year_lock=year))


async def note_bank_details(unit: Unit, *, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """A row for each contact we hold whose bank account is now another one. What is read for the first time is no change."""
    paid = {row["remote_id"]: row for row in rows if _digits(row)}
    if not paid:
        return
    changed = await unit.scalars(
        _OTHER_DIGITS.bindparams(
            firm=unit.firm_id,
            tenant=tenant_id,
            ids=[str(id_) for id_ in paid],
            numbers=[_digits(row) for row in paid.values()],
            updated=[row.get("updated_at") for row in paid.values()],
        )
    )
    for contact_id in changed:
        unit.add(BankHistory(tenant_id=tenant_id, contact_id=contact_id, seen_at=unit.now))


def _digits(row: Mapping[str, Any]) -> str:
    return "".join(letter for letter in row.get("bank_account") or "" if letter in "0123456789")
