"""Sets issues aside with a reason: these alone until they change, or all that their checks say about the same, by a rule."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, literal, select, text

from practice.clients.models import Client
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.scoring.change_issues import (
    Changed,
    chosen_issues,
    keep_change,
    lock_clients,
    score_again,
    scored_now,
)
from practice.scoring.models import Issue, IssueRule
from practice.scoring.rule_out import may_rule, rules_for

Scope = Literal["item", "contact", "rule"]

# One join on ids: the planner knows nothing of rules that are a moment old.
DISMISS = text(
    """
    UPDATE issue SET state = 'dismissed', version = version + 1, dismissed_at = :at, dismissed_by = :by,
        dismissed_reason = :reason, dismissed_scope = :scope, rule_id = given.rule_id, counts_anyway = false,
        snoozed_until = NULL, snoozed_at = NULL, snoozed_by = NULL
    FROM unnest(CAST(:ids AS uuid[]), CAST(:rules AS uuid[])) AS given (id, rule_id)
    WHERE issue.firm_id = :firm AND issue.id = given.id
    """
)


async def dismiss_issues(
    unit: Unit, *, client_id: UUID, issue_ids: Sequence[UUID], reason: str, scope: Scope = "item"
) -> Changed:
    """All of them or none; the scores are taken again.

    Raises NotFound, AlreadyResolved, Forbidden for a rule by who may not make one, and Invalid without a reason, or for a
    contact's scope where an issue has no contact.
    """
    client = await unit.get(Client, client_id)
    _check(unit, reason, scope)
    rows = await chosen_issues(unit, client_id, issue_ids)
    bare = sum(not row.about.startswith("contact:") for row in rows)
    if scope == "contact" and bare:
        raise Invalid([FieldError("/scope", f"{bare} of them have no contact.")])
    async with AsyncExitStack() as stack:
        if scope == "rule":
            # A rule is the firm's: it also holds where its maker sees nothing.
            await stack.enter_async_context(unit.whole_firm())
        same = await _same(unit, rows, None if scope == "rule" else client_id) if scope != "item" else []
        await lock_clients(unit, [client_id, *(row.client_id for row in same)])
        rows = await chosen_issues(unit, client_id, issue_ids)
        rules: list[IssueRule] = []
        made: list[IssueRule] = []
        if scope != "item":
            rules, made = await rules_for(
                unit, rows, client_id=client_id if scope == "contact" else None, reason=reason
            )
            same = await _same(unit, rows, None if scope == "rule" else client_id)
        named = {row.id: row for row in rows if row.state in ("open", "snoozed")}
        # What somebody took up again in spite of a rule stays so.
        others = {row.id: row for row in same if row.id not in named and not row.counts_anyway}
        ids = [*named, *others]
        undo = await keep_change(unit, client_id=client_id, kind="dismissed", issue_ids=ids, rules_made=made)
        by_place = {(rule.code, rule.about): rule.id for rule in rules}
        await unit.execute(
            DISMISS,
            {
                "at": unit.now,
                "by": unit.actor.member_id,
                "reason": reason,
                "scope": scope,
                "firm": unit.firm_id,
                "ids": ids,
                "rules": [by_place.get((row.code, row.about)) for row in (*named.values(), *others.values())],
            },
        )
        if ids or made:
            codes = sorted({row.code for row in rows})
            unit.record(
                "issue.dismissed",
                on=client,
                issues=len(named),
                also=len(others),
                codes=codes,
                reason=reason,
                scope=scope,
            )
            for rule in made if scope == "rule" else ():
                unit.record("rule.made", on=rule, code=rule.code, about=rule.name, reason=reason)
            at_work = await scored_now(unit) if scope == "rule" else []
            await score_again(unit, {client_id, *(row.client_id for row in others.values()), *at_work})
    return Changed(updated=len(named), also=len(others), undo=undo)


def _check(unit: Unit, reason: str, scope: Scope) -> None:
    if not reason.strip():
        raise Invalid([FieldError("/reason", "Say why.")])
    if scope == "rule":
        may_rule(unit)


async def _same(unit: Unit, rows: Sequence[Any], client_id: UUID | None) -> list[Any]:
    """What counts and is said by the same checks about the same, at this client or at all."""
    wanted = {(row.code, row.about) for row in rows}
    query = select(Issue.id, Issue.client_id, Issue.code, Issue.about, Issue.counts_anyway).where(
        Issue.firm_id == unit.firm_id,
        Issue.state.in_(("open", "snoozed")),
        Issue.code == any_(literal(sorted({code for code, _ in wanted}), ARRAY(Text))),
        Issue.about == any_(literal(sorted({about for _, about in wanted}), ARRAY(Text))),
    )
    if client_id:
        query = query.where(Issue.client_id == client_id)
    return [row for row in await unit.rows(query) if (row.code, row.about) in wanted]
