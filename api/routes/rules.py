"""The firm's rules: what is set aside at every client; and a better threshold, from what people set aside."""

import datetime as dt
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from api.deps import UnitDep
from api.pages import Page
from api.problems import raises
from api.wire import Out
from practice.kernel.problems import NotFound
from practice.scoring import issue_reads as reads
from practice.scoring import read_suggestion as suggesting
from practice.scoring import remove_rule as removing
from practice.scoring.catalogue import check_named

router = APIRouter(tags=["checks"])


class Rule(Out):
    """A check says no more about one contact, at any client. `about` is the account or the title where it is no contact;
    `hides` counts issues of all clients.
    """

    id: UUID
    code: str
    title: str
    contact: str | None
    about: str
    reason: str
    by: str | None
    made_at: dt.datetime
    hides: int


class Suggestion(Out):
    """`suggested` is None where there is no better threshold; `because` says why either way. `seen` is how many issues it
    was learnt from, `would_hide` how many that are open it would no longer show.
    """

    code: str
    current: int
    suggested: int | None
    unit: Literal["days", "weeks", "months", "percent", "money", "lines"]
    because: str
    would_hide: int
    dismissed: int
    seen: int


@router.get("/checks/{code}/suggestion", responses=raises(NotFound))
async def read_suggestion(code: str, unit: UnitDep, profile_id: UUID | None = None) -> Suggestion:
    """A threshold for a check that would spare people what they set aside, and hide nothing that anybody put right.

    Of the profile named, else of the default one, and from the clients that it counts for.
    """
    threshold, current, found = await suggesting.read_suggestion(unit, code=code, profile_id=profile_id)
    return Suggestion(
        code=code,
        current=current,
        suggested=found.suggested,
        unit=threshold.unit,
        because=found.because,
        would_hide=found.would_hide,
        dismissed=found.dismissed,
        seen=found.seen,
    )


@router.get("/rules")
async def list_rules(unit: UnitDep) -> Page[Rule]:
    """What is set aside at every client, the newest first."""
    lines = [_rule(line) for line in await reads.rules_of_firm(unit)]
    return Page(items=lines, next_cursor=None, total=len(lines))


@router.delete("/rules/{rule_id}", status_code=204, responses=raises(NotFound))
async def remove_rule(rule_id: UUID, unit: UnitDep) -> None:
    """Take a rule away. What it has hidden counts again at once, and the scores are taken again."""
    await removing.remove_rule(unit, rule_id=rule_id)


def _rule(line: reads.RuleLine) -> Rule:
    rule = line.rule
    return Rule(
        id=rule.id,
        code=rule.code,
        title=check_named(rule.code).title,
        contact=rule.name if rule.about.startswith("contact:") else None,
        about=rule.name,
        reason=rule.reason,
        by=line.by,
        made_at=rule.made_at,
        hides=line.hides,
    )
