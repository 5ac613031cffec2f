"""Health Scores: the last one with all it was made of, and those before it."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from api.deps import UnitDep
from api.pages import Page
from api.problems import raises
from api.wire import Band, In, Out
from practice.kernel.problems import Invalid, NotFound
from practice.scoring import reads
from practice.scoring import score_changes as changes
from practice.scoring import what_if as supposing
from practice.scoring.models import Issue
from practice.scoring.problems import NothingBefore, NotScored
from practice.scoring.score import decimal

router = APIRouter(prefix="/clients/{client_id}", tags=["scores"])

State = Literal["evaluated", "not_applicable", "no_permission", "not_synced", "error"]


class ScoreEntry(Out):
    """One line of a score. `degree` is between 0 and 1; points are what it brings and what it could still bring."""

    code: str
    codes: list[str]
    title: str
    weight: int
    state: State
    degree: str | None
    points: str | None
    points_to_gain: str | None
    n: int | None
    of: int | None
    why: str
    measure: str | None


class NotJudged(Out):
    """A check that says nothing about the client, why, and what would help."""

    code: str
    title: str
    state: State
    reason: str
    remedy: str


class Scorecard(Out):
    """A score: `coverage` is the percentage of weight that could be judged; `not_judged` is what was not, and why."""

    value: int | None
    band: Band
    provisional: bool
    coverage: int
    profile: str
    profile_id: UUID | None
    profile_version: int
    as_of: dt.date
    period_end: dt.date
    scored_at: dt.datetime
    entries: list[ScoreEntry]
    change: int | None
    not_judged: list[NotJudged]


class ScorePoint(Out):
    id: UUID
    at: dt.datetime
    value: int
    band: Band
    profile: str
    profile_version: int


class MonthAverage(Out):
    """The practice's average at the end of a month; the month that is running has what it is today."""

    month: dt.date
    value: int
    clients: int


class Scores(Page[ScorePoint]):
    """A client's scores beside the average of all clients the asker may see."""

    average: list[MonthAverage]


class ScoreEnd(Out):
    id: UUID
    at: dt.datetime
    value: int


class MovedIssue(Out):
    """An issue that opened or went between the two scores."""

    id: UUID
    title: str
    detail: str
    amount: str | None
    currency: str | None


class ChangePart(Out):
    """One step of the change. `code` is a line of the profile, or `profile` or `cap`."""

    code: str
    title: str
    points: str
    before: str
    after: str
    opened: int
    gone: int
    says: str
    issues: list[MovedIssue]


class ScoreChange(Out):
    """Why the score moved: the points of all parts and `rounding` sum to `change` exactly."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Annotated[ScoreEnd, Field(alias="from")]
    to: ScoreEnd
    change: int
    parts: list[ChangePart]
    rounding: str


class PutRight(In):
    issue_ids: list[UUID] = Field(max_length=1000)
    codes: list[str] = Field(max_length=100)

    model_config = ConfigDict(json_schema_extra={"example": {"issue_ids": [], "codes": ["DQ01"]}})


class Gain(Out):
    code: str
    points: str


class WhatIf(Out):
    """The score that would be, and what each line of it would gain."""

    value: int
    band: Band
    change: int
    parts: list[Gain]


@router.get("/score", responses=raises(NotFound, NotScored))
async def read_score(client_id: UUID, unit: UnitDep) -> Scorecard:
    """The client's last score, line by line, with the step since the one before."""
    card, change = await reads.latest_scorecard(unit, client_id)
    told = {name: getattr(card, name) for name in Scorecard.model_fields if name not in ("change", "not_judged")}
    return Scorecard.model_validate({**told, "change": change, "not_judged": reads.not_judged(card)})


@router.get("/scores", responses=raises(NotFound))
async def list_scores(client_id: UUID, unit: UnitDep) -> Scores:
    """The client's scores over time, the oldest first; the last 500. Beside them the practice's average by month."""
    cards = await reads.score_history(unit, client_id)
    points = [
        ScorePoint(
            id=card.id,
            at=card.scored_at,
            value=card.value,
            band=card.band,
            profile=card.profile,
            profile_version=card.profile_version,
        )
        for card in cards
    ]
    average = [MonthAverage.model_validate(one) for one in await reads.practice_average(unit)]
    return Scores(items=points, next_cursor=None, total=len(points), average=average)


@router.get("/score/changes", responses=raises(NotFound, NothingBefore))
async def explain_change(
    client_id: UUID,
    unit: UnitDep,
    from_: Annotated[UUID | None, Query(alias="from")] = None,
    to: UUID | None = None,
) -> ScoreChange:
    """Why the score moved between two scorecards; by default the last score and the last other value before it."""
    found = await changes.explain_change(unit, client_id=client_id, from_id=from_, to_id=to)
    return ScoreChange.model_validate(
        {
            "from": _end(found.before),
            "to": _end(found.after),
            "change": found.change,
            "parts": [_part(part) for part in found.parts],
            "rounding": str(found.rounding),
        }
    )


@router.post("/score/what-if", responses=raises(NotFound, NotScored, Invalid))
async def what_if(client_id: UUID, body: PutRight, unit: UnitDep) -> WhatIf:
    """What the score would be with these issues put right, and all issues of these checks. Nothing is kept."""
    found = await supposing.what_if(unit, client_id=client_id, issue_ids=body.issue_ids, codes=body.codes)
    parts = [Gain(code=code, points=str(decimal(points, 2))) for code, points in found.parts]
    return WhatIf(value=found.value, band=found.band, change=found.change, parts=parts)


def _end(card: Any) -> dict[str, Any]:
    return {"id": card.id, "at": card.scored_at, "value": card.value}


def _part(part: changes.Part) -> dict[str, Any]:
    step, went = part.step, part.went
    return {
        "code": step.code,
        "title": step.title,
        "points": f"{step.rounded:+}" if step.rounded else "0.00",
        "before": step.before,
        "after": step.after,
        "opened": went.opened,
        "gone": went.gone,
        "says": part.says,
        "issues": [_moved(issue) for issue in went.issues],
    }


def _moved(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "title": issue.title,
        "detail": issue.detail,
        "amount": None if issue.amount is None else str(issue.amount),
        "currency": issue.currency,
    }
