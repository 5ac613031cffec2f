"""Explains the step between two of a client's scores: its parts, and the issues that opened or went meanwhile."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import and_, case, func, literal, or_, select, tuple_

from practice.clients.models import Client
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring import measures
from practice.scoring.catalogue import catalogue
from practice.scoring.explain import together
from practice.scoring.models import Issue, Scorecard
from practice.scoring.problems import NothingBefore
from practice.scoring.score import Entry, degree_of
from practice.scoring.waterfall import End, Line, Step, rounding, waterfall

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Went:
    """What happened to a check's issues between the two scores; the newest few of them."""

    opened: int = 0
    gone: int = 0
    issues: Sequence[Issue] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One step with its issues, in words."""

    step: Step
    went: Went
    says: str


@dataclass(frozen=True, slots=True)
class Explained:
    """The parts that moved something, the largest first; with `rounding` they sum to the change exactly."""

    before: Scorecard
    after: Scorecard
    change: int
    parts: Sequence[Part]
    rounding: Decimal


async def explain_change(
    unit: Unit, *, client_id: UUID, from_id: UUID | None = None, to_id: UUID | None = None
) -> Explained:
    """By default the last score and the last other value before it. Raises NotFound, NothingBefore."""
    await unit.get(Client, client_id)
    after = await _card(unit, client_id, to_id)
    before = await _card(unit, client_id, from_id) if from_id else await _before(unit, client_id, after)
    if (before.scored_at, before.id) > (after.scored_at, after.id):
        before, after = after, before
    assert before.value is not None
    assert after.value is not None
    steps = waterfall(_end(before), _end(after), _by_the_profile_of(before, after))
    went = await _went(unit, client_id, before.scored_at, after.scored_at)
    parts = [Part(step, issues := _of(step, went), _says(step, issues)) for step in steps]
    telling = [part for part in parts if part.step.points or part.went.opened or part.went.gone]
    change = after.value - before.value
    return Explained(
        before=before,
        after=after,
        change=change,
        parts=sorted(telling, key=lambda part: (-abs(part.step.points), part.step.code)),
        rounding=rounding(change, [part.step for part in telling]),
    )


async def _card(unit: Unit, client_id: UUID, card_id: UUID | None) -> Scorecard:
    query = select(Scorecard).where(
        Scorecard.firm_id == unit.firm_id, Scorecard.client_id == client_id, Scorecard.value.is_not(None)
    )
    if card_id is not None:
        query = query.where(Scorecard.id == card_id)
    card: Scorecard | None = await unit.scalar(
        query.order_by(Scorecard.scored_at.desc(), Scorecard.id.desc()).limit(1)
    )
    if card is None and card_id is not None:
        raise NotFound(detail=f"There is no score {card_id} of this client.")
    if card is None:
        raise NothingBefore
    return card


async def _before(unit: Unit, client_id: UUID, after: Scorecard) -> Scorecard:
    """The last one with another value; where it was ever the same, the one before."""
    earlier = select(Scorecard).where(
        Scorecard.firm_id == unit.firm_id,
        Scorecard.client_id == client_id,
        Scorecard.value.is_not(None),
        tuple_(Scorecard.scored_at, Scorecard.id) < tuple_(literal(after.scored_at), literal(after.id)),
    )
    newest = (Scorecard.scored_at.desc(), Scorecard.id.desc())
    card: Scorecard | None = await unit.scalar(
        earlier.where(Scorecard.value != after.value).order_by(*newest).limit(1)
    ) or await unit.scalar(earlier.order_by(*newest).limit(1))
    if card is None:
        raise NothingBefore
    return card


def _end(card: Scorecard) -> End:
    assert card.value is not None
    return End(
        value=card.value,
        profile=f"{card.profile}, version {card.profile_version}",
        lines={entry["code"]: _line(entry, _exact(entry), entry["measure"] or "") for entry in card.entries},
    )


def _line(entry: Mapping[str, object], degree: Fraction | None, says: str) -> Line:
    codes = entry["codes"]
    assert isinstance(codes, list)
    return Line(str(entry["code"]), tuple(codes), str(entry["title"]), int(str(entry["weight"])), degree, says)


def _exact(entry: Mapping[str, str | None]) -> Fraction | None:
    """A score from before exact degrees were kept has them to four places."""
    said = entry.get("exact") or entry.get("degree")
    return Fraction(said) if said is not None else None


def _by_the_profile_of(before: Scorecard, after: Scorecard) -> dict[str, Line] | None:
    """The later books by the lines of the earlier profile; None where it is the same, or the books' measures are not kept."""
    if (before.profile, before.profile_id, before.profile_version) == (
        after.profile, after.profile_id, after.profile_version,
    ) or not after.measures:  # fmt: skip
        return None
    judged, checks = measures.read(after.measures), catalogue()
    lines = {}
    for entry in before.entries:
        states = [after.measures[code]["state"] if code in after.measures else "not_synced" for code in entry["codes"]]
        known = {code: judged[code].measure for code in entry["codes"] if code in judged and code in checks and judged[code].state == "evaluated"}
        whole = known and not any(state in ("error", "no_permission", "not_synced") for state in states)
        made = Entry(entry["code"], tuple(entry["codes"]), entry["title"], entry["weight"], entry.get("together", "pooled"))
        says = together(after.checks[code]["reason"] for code in entry["codes"] if code in after.checks)
        lines[entry["code"]] = _line(entry, degree_of(made, checks, known) if whole else None, says)
    return lines


async def _went(unit: Unit, client_id: UUID, since: dt.datetime, until: dt.datetime) -> dict[str, Went]:
    """By check: what was found since, and what was resolved, fixed or set aside since; the last five of each."""
    left = (Issue.resolved_at, Issue.dismissed_at, Issue.snoozed_at, Issue.fixed_at)
    gone = and_(Issue.state != "open", or_(*(and_(at > since, at <= until) for at in left)))
    opened = and_(Issue.found_at > since, Issue.found_at <= until)
    moved = [Issue.firm_id == unit.firm_id, Issue.client_id == client_id, or_(opened, gone)]
    counts = await unit.rows(
        select(
            Issue.code,
            func.count().filter(and_(opened, ~gone)).label("opened"),
            func.count().filter(and_(gone, ~opened)).label("gone"),
        )
        .where(*moved)
        .group_by(Issue.code)
    )
    when = func.greatest(Issue.found_at, *(case((at <= until, at)) for at in left))
    place = func.row_number().over(partition_by=Issue.code, order_by=(when.desc(), Issue.id)).label("place")
    numbered = select(Issue.id, place).where(*moved, ~and_(opened, gone)).subquery()
    newest: list[Issue] = await unit.scalars(
        select(Issue)
        .join(numbered, numbered.c.id == Issue.id)
        .where(Issue.firm_id == unit.firm_id, numbered.c.place <= SHOWN)
        .order_by(Issue.code, numbered.c.place)
    )
    return {
        row.code: Went(row.opened, row.gone, [issue for issue in newest if issue.code == row.code]) for row in counts
    }


def _of(step: Step, went: Mapping[str, Went]) -> Went:
    mine = [went[code] for code in step.codes if code in went]
    return Went(
        sum(one.opened for one in mine), sum(one.gone for one in mine), [i for one in mine for i in one.issues][:SHOWN]
    )


SAME = "No new issues: some were reopened, or the same ones weigh differently, by their age or by what they are measured against."


def _says(step: Step, went: Went) -> str:
    """One sentence on a part."""
    match step.kind:
        case "left":
            return "It was judged before and is not now; the others weigh more."
        case "came":
            return "It was not judged before and is now; the others weigh less."
        case "profile":
            return f"The profile was {step.before} and is {step.after}."
        case "cap":
            return step.after
    said = [f"{count:,} {word}" for count, word in ((went.opened, "opened"), (went.gone, "went")) if count]
    return f"{' and '.join(said)}." if said else SAME
