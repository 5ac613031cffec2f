"""Signs out: ends one session, at once, its event stream included."""

from practice.access.sessions import end_session, recognise_session
from practice.kernel.actor import Actor
from practice.kernel.unit import Unit


async def sign_out(unit: Unit, *, secret: str) -> Actor | None:
    """Hands back who it was, where it was a member of a firm. The unit is the door's: sessions are no firm's rows."""
    recognised = await recognise_session(unit, secret, note=False)
    await end_session(unit, secret)
    return recognised.actor if recognised and recognised.actor.firm_id else None
