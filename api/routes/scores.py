"""Health Scores: the last one with all it was made of, and those before it."""

import datetime as dt
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from api.deps import UnitDep
from api.pages import Page
from api.problems import raises
from api.wire import Band, Out
from practice.kernel.problems import NotFound
from practice.scoring import reads
from practice.scoring.problems import NotScored

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


class Scorecard(Out):
    """A score: `coverage` is the percentage of weight that could be judged."""

    value: int | None
    band: Band
    provisional: bool
    coverage: int
    profile: str
    profile_version: int
    as_of: dt.date
    period_end: dt.date
    scored_at: dt.datetime
    entries: list[ScoreEntry]
    change: int | None


class ScorePoint(Out):
    at: dt.datetime
    value: int
    band: Band


@router.get("/score", responses=raises(NotFound, NotScored))
async def read_score(client_id: UUID, unit: UnitDep) -> Scorecard:
    """The client's last score, line by line, with the step since the one before."""
    card, change = await reads.latest_scorecard(unit, client_id)
    told = {name: getattr(card, name) for name in Scorecard.model_fields if name != "change"}
    return Scorecard.model_validate({**told, "change": change})


@router.get("/scores", responses=raises(NotFound))
async def list_scores(client_id: UUID, unit: UnitDep) -> Page[ScorePoint]:
    """The client's scores over time, the oldest first; the last 500."""
    cards = await reads.score_history(unit, client_id)
    points = [ScorePoint.model_validate({"at": c.scored_at, "value": c.value, "band": c.band}) for c in cards]
    return Page(items=points, next_cursor=None, total=len(points))
