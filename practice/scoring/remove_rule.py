"""Takes away a rule of the firm: what it has hidden counts again, at every client."""

from uuid import UUID

from sqlalchemy import select

from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring.change_issues import lock_clients, one_of_ids, score_again, scored_now
from practice.scoring.models import Issue, IssueRule
from practice.scoring.rule_out import end_rules


async def remove_rule(unit: Unit, *, rule_id: UUID) -> int:
    """Answers how many issues count again; the scores are taken again. Raises NotFound."""
    rule = await unit.get(IssueRule, rule_id)
    if rule.client_id is not None:
        raise NotFound(detail=f"There is no rule {rule_id}.")
    async with unit.whole_firm():
        hidden_at = await unit.scalars(
            select(Issue.client_id)
            .where(Issue.firm_id == unit.firm_id, one_of_ids(Issue.rule_id, [rule_id]))
            .distinct()
        )
        await lock_clients(unit, hidden_at)
        rule = await unit.lock(IssueRule, rule_id)
        unit.record("rule.removed", on=rule, code=rule.code, about=rule.name)
        opened = await end_rules(unit, [rule])
        await score_again(unit, {*hidden_at, *await scored_now(unit)})
    return opened
