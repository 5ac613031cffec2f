"""Queries about scores for screens. The client list needs none: a client's row carries its last score."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.scoring.models import Scorecard
from practice.scoring.problems import NotScored


async def latest_scorecard(unit: Unit, client_id: UUID) -> tuple[Scorecard, int | None]:
    """The last score and its step since the one before. Raises NotFound, NotScored."""
    await unit.get(Client, client_id)
    cards: list[Scorecard] = await unit.scalars(
        select(Scorecard)
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id)
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(12)
    )
    if not cards:
        raise NotScored
    latest = cards[0]
    before = next((card.value for card in cards[1:] if card.value is not None), None)
    return latest, None if latest.value is None or before is None else latest.value - before


async def score_history(unit: Unit, client_id: UUID, *, limit: int = 500) -> Sequence[Scorecard]:
    """The scores that have a value, the oldest first, and the last so many of them. Raises NotFound."""
    await unit.get(Client, client_id)
    cards: list[Scorecard] = await unit.scalars(
        select(Scorecard)
        .where(Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id, Scorecard.value.is_not(None))
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(limit)
    )
    return cards[::-1]
