"""Walks a firm's record from its beginning and says where it is no longer what was written (promises S58)."""

from sqlalchemy import select

from practice.kernel.record import ChainHead, EntryRow, chained
from practice.kernel.unit import Unit

AT_ONCE = 1_000


async def verify_record(unit: Unit) -> int | None:
    """The number of the first entry that was changed, put in or taken out; None where all is as it was written."""
    seq, previous = 0, b""
    while True:
        entries: list[EntryRow] = await unit.scalars(
            select(EntryRow)
            .where(EntryRow.firm_id == unit.firm_id, EntryRow.seq > seq)
            .order_by(EntryRow.seq)
            .limit(AT_ONCE)
        )
        for entry in entries:
            seq += 1
            if entry.seq != seq or entry.hash != (previous := chained(previous, _as_written(entry))):
                return seq
        if len(entries) < AT_ONCE:
            break
    head = (await unit.execute(select(ChainHead).where(ChainHead.firm_id == unit.firm_id))).scalar_one_or_none()
    if head is None:
        return 1 if seq else None
    # Entries taken from the end leave a whole chain behind, but not the head's.
    return None if (head.seq, head.hash) == (seq, previous) else seq + 1


def _as_written(entry: EntryRow) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "verb": entry.verb,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "client_id": entry.client_id,
        "facts": entry.facts,
    }
