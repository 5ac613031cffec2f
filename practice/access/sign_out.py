"""Signs out: ends one session, at once, its event stream included."""

from practice.access.sessions import end_session
from practice.kernel.unit import Unit


async def sign_out(unit: Unit, *, secret: str) -> None:
    """The unit is the door's: sessions are no firm's rows."""
    await end_session(unit, secret)
