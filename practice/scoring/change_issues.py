"""What dismissing, snoozing and reopening share: whom they change, how it was before, and what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, insert, literal, select

from practice.clients.models import Client
from practice.kernel.jobs import JobRow
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring.issue_life import Life
from practice.scoring.jobs import ScoreClient, ask_for_score
from practice.scoring.models import Issue, IssueBefore, IssueChange, IssueRule
from practice.scoring.problems import AlreadyResolved

UNDONE_WITHIN = timedelta(hours=24)
LIFE = [field.name for field in fields(Life)]
COMPLETED = ("resolved", "fixed")
SET_ASIDE = ("dismissed", "snoozed")


@dataclass(frozen=True, slots=True)
class Changed:
    """How many of the issues that were named changed, how many others with them, and what undoes it."""

    updated: int
    also: int
    undo: UUID


async def lock_clients(unit: Unit, client_ids: Iterable[UUID]) -> None:
    """Whoever changes issues holds their clients, always in the same order, so that a score waits and none is lost."""
    await unit.rows(
        select(Client.id)
        .where(Client.firm_id == unit.firm_id, Client.id.in_(set(client_ids)))
        .order_by(Client.id)
        .with_for_update()
    )


async def chosen_issues(unit: Unit, client_id: UUID, issue_ids: Sequence[UUID]) -> Sequence[Any]:
    """The client's issues with these ids, all of them; raises NotFound, or AlreadyResolved where one was put right."""
    wanted = set(issue_ids)
    rows = await unit.rows(
        select(Issue.id, Issue.code, Issue.state, Issue.about, Issue.contact, Issue.account, Issue.title, Issue.rule_id)
        .where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id, one_of_ids(Issue.id, wanted))
        .order_by(Issue.id)
    )
    if len(rows) < len(wanted):
        missing = sorted(map(str, wanted - {row.id for row in rows}))
        raise NotFound(detail=f"There is no issue {', '.join(missing[:5])}.", extensions={"missing": missing})
    completed = sum(row.state in COMPLETED for row in rows)
    if completed:
        raise AlreadyResolved(completed)
    return rows


def one_of_ids(column: Any, ids: Iterable[UUID]) -> Any:
    """One parameter, however many ids."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))


async def keep_change(
    unit: Unit,
    *,
    client_id: UUID,
    kind: str,
    issue_ids: Sequence[UUID],
    rules_made: Sequence[IssueRule] = (),
    rules_ended: Sequence[IssueRule] = (),
) -> UUID:
    """Keeps how the issues are now, before they are changed. What is too old to be undone is forgotten."""
    await unit.execute(
        delete(IssueChange).where(IssueChange.firm_id == unit.firm_id, IssueChange.made_at < unit.now - UNDONE_WITHIN)
    )
    change = unit.add(
        IssueChange(
            client_id=client_id,
            kind=kind,
            made_at=unit.now,
            rules_made=[rule_as_json(rule) for rule in rules_made],
            rules_ended=[rule_as_json(rule) for rule in rules_ended],
        )
    )
    await unit.flush()
    before = [
        Issue.firm_id, literal(change.id, Uuid), Issue.id, Issue.client_id, Issue.version + 1,
        *[getattr(Issue, name) for name in LIFE],
    ]  # fmt: skip
    await unit.execute(
        insert(IssueBefore).from_select(
            ["firm_id", "change_id", "issue_id", "client_id", "version", *LIFE],
            select(*before).where(Issue.firm_id == unit.firm_id, one_of_ids(Issue.id, issue_ids)),
        )
    )
    return change.id


def rule_as_json(rule: IssueRule) -> dict[str, Any]:
    """All of it, so that it can be put back."""
    return {
        "id": str(rule.id),
        "code": rule.code,
        "about": rule.about,
        "name": rule.name,
        "client_id": str(rule.client_id) if rule.client_id else None,
        "reason": rule.reason,
        "made_by": str(rule.made_by) if rule.made_by else None,
        "made_at": rule.made_at.isoformat(),
    }


async def scored_now(unit: Unit) -> list[UUID]:
    """The clients whose books are being judged at this moment: that score may not have seen what this unit does to a rule."""
    clients = await unit.scalars(
        select(JobRow.args["client_id"].astext).where(
            JobRow.firm_id == unit.firm_id, JobRow.name == ScoreClient.job_name(), JobRow.state == "running"
        )
    )
    return [UUID(client_id) for client_id in clients]


async def score_again(unit: Unit, client_ids: Iterable[UUID]) -> None:
    """Says it to browsers, and asks for the scores."""
    for client_id in sorted(set(client_ids)):
        unit.changed("score", client_id, client_id=client_id)
        await ask_for_score(unit, client_id)
