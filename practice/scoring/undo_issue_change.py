"""Undoes what somebody did to issues, for a day: each is exactly as it was, and so are the rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import Client
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring.change_issues import LIFE, UNDONE_WITHIN, lock_clients, one_of_ids, score_again, scored_now
from practice.scoring.models import Issue, IssueBefore, IssueChange, IssueRule
from practice.scoring.problems import ChangedSince
from practice.scoring.rule_out import end_rules, may_rule


async def undo_issue_change(unit: Unit, *, client_id: UUID, undo: UUID) -> int:
    """All of it or nothing. Raises NotFound, also a day later, ChangedSince, and Forbidden for a rule."""
    client = await unit.get(Client, client_id)
    change: IssueChange | None = await unit.scalar(
        select(IssueChange).where(
            IssueChange.firm_id == unit.firm_id,
            IssueChange.client_id == client_id,
            IssueChange.id == undo,
            IssueChange.made_at >= unit.now - UNDONE_WITHIN,
        )
    )
    if change is None:
        raise NotFound(detail="There is no such change, or it was undone already, or it is older than a day.")
    if any(rule["client_id"] is None for rule in change.rules_made):
        may_rule(unit)
    async with unit.whole_firm():
        before = (IssueBefore.firm_id == unit.firm_id, IssueBefore.change_id == undo)
        touched = await unit.scalars(select(IssueBefore.client_id).where(*before).distinct())
        made: list[IssueRule] = await _standing(unit, change.rules_made)
        hiding = await unit.scalars(
            select(Issue.client_id)
            .where(Issue.firm_id == unit.firm_id, one_of_ids(Issue.rule_id, [rule.id for rule in made]))
            .distinct()
        )
        clients = {client_id, *touched, *hiding}
        await lock_clients(unit, clients)
        same = (Issue.firm_id == IssueBefore.firm_id, Issue.id == IssueBefore.issue_id)
        moved = await unit.scalar(
            select(func.count()).select_from(IssueBefore).join(Issue, same[0] & same[1])
            .where(*before, Issue.version != IssueBefore.version)
        )  # fmt: skip
        if moved or len(made) < len(change.rules_made) or await _taken(unit, change.rules_ended):
            raise ChangedSince(moved or 1)
        restored: dict[str, Any] = {name: getattr(IssueBefore, name) for name in LIFE}
        done = await unit.execute(
            update(Issue)
            .where(*same, *before)
            .values(version=Issue.version + 1, **restored)
            .execution_options(synchronize_session=False)
        )
        await end_rules(unit, made)
        for rule in change.rules_ended:
            await unit.execute(insert(IssueRule).values(firm_id=unit.firm_id, **_from_json(rule)))
        await unit.remove(change)
        unit.record("issue.undone", on=client, issues=done.rowcount, kind=change.kind)
        await score_again(unit, {*clients, *(await scored_now(unit) if made else [])})
    return int(done.rowcount)


async def _standing(unit: Unit, rules: list[dict[str, Any]]) -> list[IssueRule]:
    found: list[IssueRule] = await unit.scalars(
        select(IssueRule).where(
            IssueRule.firm_id == unit.firm_id, one_of_ids(IssueRule.id, [UUID(rule["id"]) for rule in rules])
        )
    )
    return found


async def _taken(unit: Unit, rules: list[dict[str, Any]]) -> bool:
    """Whether somebody made one of them anew meanwhile."""
    for rule in rules:
        if await unit.scalar(
            select(IssueRule.id).where(
                IssueRule.firm_id == unit.firm_id,
                IssueRule.code == rule["code"],
                IssueRule.about == rule["about"],
                IssueRule.client_id == UUID(rule["client_id"]),
            )
        ):
            return True
    return False


def _from_json(rule: dict[str, Any]) -> dict[str, Any]:
    ids = {name: UUID(rule[name]) if rule[name] else None for name in ("id", "client_id", "made_by")}
    return {**rule, **ids, "made_at": datetime.fromisoformat(rule["made_at"])}
