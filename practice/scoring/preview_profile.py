"""What other weights would make of every client's score, from what the checks came to last; nothing is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, literal, select, true

from practice.clients.models import Client
from practice.kernel.problems import Invalid
from practice.kernel.unit import Unit
from practice.scoring import measures
from practice.scoring.catalogue import catalogue
from practice.scoring.check_profile import Weighted, profile_from, wrong_entries
from practice.scoring.last_cards import last_card
from practice.scoring.models import Scorecard
from practice.scoring.score import band_of, half_up, value_of

MOST_MOVED = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """A client whose score would be another."""

    client_id: UUID
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """All clients before and after, and those that would move furthest."""

    clients: int
    bands_before: Mapping[str, int]
    bands_after: Mapping[str, int]
    average_before: int | None
    average_after: int | None
    moved: Sequence[Moved]


async def preview_profile(unit: Unit, *, entries: Sequence[Weighted], cap_critical: bool) -> Preview:
    """Of the clients the asker may see that have a score. Raises Invalid naming each wrong field."""
    errors = wrong_entries(entries)
    if errors:
        raise Invalid(errors)
    profile = profile_from(entries, cap_critical=cap_critical)
    checks = catalogue()
    # A dozen checks of each card, not all of them: the database takes the others out.
    wanted = func.jsonb_build_object(*(part for code in profile.codes for part in (literal(code), Scorecard.measures[code])))
    card = last_card(wanted.label("measures"))
    rows = await unit.rows(
        select(Client.id, Client.name, Client.score, card.c.measures)
        .join(card, true())
        .where(Client.firm_id == unit.firm_id, Client.scored_at.is_not(None), Client.state != "archived")
    )
    seen = []
    for row in rows:
        judged = {code: measures.read_one(one) for code, one in row.measures.items() if one}
        # A score from before measures were kept can be weighed by nothing; it stays what it is until the next one.
        seen.append(Moved(row.id, row.name, row.score, value_of(profile, checks, judged) if judged else row.score))
    moved = sorted((one for one in seen if one.before != one.after), key=lambda one: (-_step(one), one.name.casefold()))
    return Preview(
        clients=len(seen),
        bands_before=_bands(one.before for one in seen),
        bands_after=_bands(one.after for one in seen),
        average_before=_average([one.before for one in seen]),
        average_after=_average([one.after for one in seen]),
        moved=moved[:MOST_MOVED],
    )


def _step(one: Moved) -> int:
    return abs((one.after or 0) - (one.before or 0))


def _bands(values: Iterable[int | None]) -> dict[str, int]:
    counted = Counter(band_of(value) for value in values)
    return {band: counted[band] for band in ("healthy", "attention", "at_risk", "unscored")}


def _average(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return half_up(Fraction(sum(known), len(known))) if known else None
