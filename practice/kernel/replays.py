"""The saved answer of a keyed request: the same key gets the same answer, and the work is done once.

The row is written in the transaction of the work itself, so that there is never an answer without its work or the reverse.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, delete, func, select, text
from sqlalchemy.orm import Mapped

from practice.kernel.database import Base, FirmOwned
from practice.kernel.problems import Kind, Problem, Remedy
from practice.kernel.unit import Unit

KEPT_FOR = timedelta(hours=24)


class Replay(FirmOwned, Base):
    """An answer that was given."""

    __tablename__ = "replay"

    principal: Mapped[UUID]
    operation: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[bytes]

    __table_args__ = (UniqueConstraint("firm_id", "principal", "operation", "key"),)


class KeyReused(Problem):
    """The Idempotency-Key was used for a request with other content."""

    kind, title = Kind.INVALID, "This Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        super().__init__(detail="Use a new key for a new request, and the same key only to repeat the same one.")


class StillAtWork(Problem):
    """The first request with this Idempotency-Key has not been answered yet."""

    kind, title = Kind.CONFLICT, "The same request is still being worked on"

    def __init__(self) -> None:
        super().__init__(detail="Ask again in a moment with the same key.", remedy=Remedy("Try again", "retry"))


async def earlier_answer(
    unit: Unit, *, principal: UUID, operation: str, key: str, fingerprint: bytes
) -> tuple[int, bytes] | None:
    """What was answered before, or None where this request is the first. Raises KeyReused and StillAtWork.

    The lock is taken before looking and held until the commit, so that of two at once one does the work.
    """
    scope = f"replay|{unit.firm_id}|{principal}|{operation}|{key}"
    free = await unit.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(scope, text("0")))))
    if not free:
        raise StillAtWork
    found = await unit.scalars(
        select(Replay).where(
            Replay.firm_id == unit.firm_id,
            Replay.principal == principal,
            Replay.operation == operation,
            Replay.key == key,
            Replay.created_at > unit.now - KEPT_FOR,
        )
    )
    if not found:
        return None
    if found[0].fingerprint != fingerprint:
        raise KeyReused
    return found[0].status, found[0].body


async def keep_answer(
    unit: Unit, *, principal: UUID, operation: str, key: str, fingerprint: bytes, status: int, body: bytes
) -> None:
    """Saves the answer with the work; answers older than a day make room."""
    await unit.execute(
        delete(Replay).where(Replay.firm_id == unit.firm_id, Replay.created_at <= unit.now - KEPT_FOR)
    )
    values: dict[str, Any] = {
        "principal": principal,
        "operation": operation,
        "key": key,
        "fingerprint": fingerprint,
        "status": status,
        "body": body,
    }
    unit.add(Replay(**values))
    await unit.flush()
