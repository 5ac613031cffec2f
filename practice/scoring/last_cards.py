"""The last scorecard of each of many clients, in one query."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, true

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.scoring.models import Scorecard


def last_card(*columns: Any) -> Any:
    """Beside a client: its last card, by the index, whatever else the firm ever scored."""
    return (
        select(*columns)
        .where(Scorecard.firm_id == Client.firm_id, Scorecard.client_id == Client.id)
        .order_by(Scorecard.scored_at.desc(), Scorecard.id.desc())
        .limit(1)
        .lateral("card")
    )


async def last_cards(unit: Unit, *, client_ids: Iterable[UUID], columns: Sequence[Any]) -> dict[UUID, Any]:
    """These columns of it, by client; those that were never scored are not there."""
    card = last_card(Scorecard.client_id.label("of"), *columns)
    rows = await unit.rows(
        select(card)
        .select_from(Client)
        .join(card, true())
        .where(Client.firm_id == unit.firm_id, Client.id.in_(list(client_ids)))
    )
    return {row.of: row for row in rows}
