"""Weighs the last outcomes of clients by the profile that counts for them now: new scores without a look at the books.

Where the profile's thresholds are others, or a score is older than its exact measures, the client is judged again instead.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from practice.clients.models import Client
from practice.kernel.context import Run
from practice.kernel.unit import Unit
from practice.scoring import measures
from practice.scoring.catalogue import catalogue
from practice.scoring.jobs import ask_for_rescore
from practice.scoring.last_cards import last_cards
from practice.scoring.models import Scorecard
from practice.scoring.profiles import read_profiles
from practice.scoring.score import Profile, health_score
from practice.scoring.scorecards import Outcomes, scorecard

AT_ONCE = 200
TREND = 12


async def weigh_clients(run: Run) -> None:
    """All clients of the firm, some at a time; one that has its profile's score already costs nothing."""
    after: UUID | None = None
    while True:
        async with run.unit() as unit:
            after = await _weigh_some(unit, after)
        if after is None:
            return
        run.pause_if_over()


async def _weigh_some(unit: Unit, after: UUID | None) -> UUID | None:
    """Answers the last client it came to, or None at the end."""
    profiles = await read_profiles(unit)
    query = select(Client).where(
        Client.firm_id == unit.firm_id, Client.scored_at.is_not(None), Client.state != "archived"
    )
    if after is not None:
        query = query.where(Client.id > after)
    clients: list[Client] = await unit.scalars(query.order_by(Client.id).limit(AT_ONCE).with_for_update())
    wanted = {client.id: profiles.of(client.id, client.tags) for client in clients}
    named = (Scorecard.profile_id, Scorecard.profile_version)
    weighed_by = await last_cards(unit, client_ids=wanted, columns=named)
    other = [
        client
        for client in clients
        if (last := weighed_by.get(client.id))
        and (last.profile_id, last.profile_version) != (wanted[client.id].id, wanted[client.id].version)
    ]
    cards = await last_cards(unit, client_ids=[client.id for client in other], columns=[Scorecard])
    made = []
    for client in other:
        card, profile = cards[client.id], wanted[client.id]
        if not card.measures or card.basis.get("thresholds", {}) != dict(profile.thresholds):
            await ask_for_rescore(unit, client.id)
            continue
        made.append(weighed(unit, client, card, profile))
    if made:
        await unit.execute(insert(Scorecard), made)
        unit.changed("client", unit.firm_id)
    return clients[-1].id if len(clients) == AT_ONCE else None


def weighed(unit: Unit, client: Client, card: Any, profile: Profile) -> dict[str, Any]:
    """A new card of the same outcomes; the client's own line of it changes with it."""
    judged = {code: one for code, one in measures.read(card.measures).items() if code in catalogue()}
    values = scorecard(
        Outcomes(
            as_of=card.as_of,
            period_end=card.period_end,
            judged=judged,
            reasons={code: card.checks[code]["reason"] for code in judged},
            basis=card.basis,
        ),
        health_score(profile, catalogue(), judged),
        profile,
        client_id=client.id,
        import_id=card.import_id,
        imported_at=client.last_imported_at,
        now=unit.now,
    )
    if values["value"] is not None:
        client.score_change = None if client.score is None else values["value"] - client.score
        client.trend = [*client.trend, values["value"]][-TREND:]
    client.score, client.band, client.provisional = values["value"], values["band"], values["provisional"]
    client.scored_at = unit.now
    unit.changed("score", client.id, client_id=client.id)
    return {"firm_id": unit.firm_id, "id": unit.ids.new(), "created_at": unit.now, **values}


