"""Proves at the start that KEYS_FILE holds the keys that sealed this database, before anything could go wrong by it.

A word is kept, sealed by the active key. Wrong keys cannot open it, and then nothing starts; with a new key in front
the word is sealed anew, so that the old key can go once nothing needs it any more.
"""

import base64
from datetime import UTC, datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from practice.kernel.actor import Actor
from practice.kernel.context import Context, Lent
from practice.kernel.crypto import KeysUnusable
from practice.kernel.tickets import Ticket
from practice.kernel.unit import Unit

PURPOSE = "keys"
_WORD = "these keys sealed this database"
_BOUND_TO = "ticket|keys"


async def prove_keys(lent: Lent) -> None:
    """Raises KeysUnusable, with the remedy. A database that is away proves nothing and stops nobody."""
    try:
        async with Context(lent, Actor.door()).unit() as unit:
            await _prove(unit, lent.settings.keys_file)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        structlog.get_logger().warning("keys.unproven", kind=type(error).__name__)


async def _prove(unit: Unit, file: object) -> None:
    fresh = base64.b64encode(unit.keys.seal(_WORD, _BOUND_TO)).decode()
    kept = await unit.scalar(select(Ticket.facts).where(Ticket.purpose == PURPOSE))
    if kept is None:
        row = {
            "id": unit.ids.new(), "purpose": PURPOSE, "secret_hash": PURPOSE.encode(), "facts": {"word": fresh},
            "expires_at": datetime.max.replace(tzinfo=UTC, microsecond=0),
        }  # fmt: skip
        # Two may start at once.
        await unit.execute(insert(Ticket).values(**row).on_conflict_do_nothing(index_elements=["secret_hash"]))
        return
    sealed = base64.b64decode(kept["word"])
    try:
        unit.keys.reveal(sealed, _BOUND_TO)
    except KeysUnusable as error:
        msg = (
            f"The keys in {file} are not those that sealed this database: {error} Nothing was changed."
            " Put the former key back, behind the new one if there is one."
        )
        raise KeysUnusable(msg) from error
    if sealed.partition(b"|")[0] != base64.b64decode(fresh).partition(b"|")[0]:
        await unit.execute(update(Ticket).where(Ticket.purpose == PURPOSE).values(facts={"word": fresh}))
