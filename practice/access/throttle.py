"""Slows down whoever fails to sign in again and again. Kept in PostgreSQL, since a lost Redis must not open the door (S5)."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from practice.access.models import SignInAttempt
from practice.access.problems import TooManyAttempts
from practice.kernel.unit import Unit

WINDOW = timedelta(minutes=15)
ALLOWED = 20


async def must_not_be_throttled(unit: Unit, origin: str) -> None:
    """Raises TooManyAttempts after 20 failures from one origin in 15 minutes; each lets go as it grows old."""
    query = select(func.count(), func.min(SignInAttempt.at)).where(
        SignInAttempt.origin_hash == unit.keys.hash_token(origin), SignInAttempt.at > unit.now - WINDOW
    )
    [(failures, first)] = await unit.rows(query)
    if failures >= ALLOWED:
        raise TooManyAttempts(first + WINDOW)


async def note_failure(unit: Unit, origin: str) -> None:
    """Counts one, and forgets those that no longer count."""
    await unit.execute(delete(SignInAttempt).where(SignInAttempt.at <= unit.now - WINDOW))
    unit.session.add(SignInAttempt(id=unit.ids.new(), origin_hash=unit.keys.hash_token(origin), at=unit.now))
