"""Reads what people set aside at a client, for the next judgement of its books."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select

from practice.kernel.unit import Unit
from practice.scoring.dismissed import Dismissed
from practice.scoring.models import Issue, IssueRule


async def set_aside(unit: Unit, *, client_id: UUID, as_of: date) -> Dismissed:
    """Also what was not found for a while: found again unchanged, it stays set aside. A snooze ends on its day."""
    own = or_(
        and_(Issue.dismissed_at.is_not(None), Issue.rule_id.is_(None)),
        func.coalesce(Issue.snoozed_until > as_of, false()),
    )
    rows = await unit.rows(
        select(Issue.code, Issue.key, Issue.fingerprint, Issue.state, Issue.counts_anyway, own.label("own")).where(
            Issue.firm_id == unit.firm_id,
            Issue.client_id == client_id,
            or_(own, Issue.state == "fixed", Issue.counts_anyway),
        )
    )
    items: dict[str, dict[str, str]] = defaultdict(dict)
    counting: dict[str, set[str]] = defaultdict(set)
    fixed: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.counts_anyway:
            counting[row.code].add(row.key)
        if row.state == "fixed":
            fixed[row.code].add(row.key)
        if row.own:
            items[row.code][row.key] = row.fingerprint
    rules: dict[str, set[str]] = defaultdict(set)
    for rule in await rules_at(unit, client_id):
        rules[rule.code].add(rule.about)
    return Dismissed(
        items=dict(items),
        rules={code: frozenset(each) for code, each in rules.items()},
        counting={code: frozenset(each) for code, each in counting.items()},
        fixed={code: frozenset(each) for code, each in fixed.items()},
    )


async def rules_at(unit: Unit, client_id: UUID) -> list[IssueRule]:
    """The rules that hide something at this client: the firm's, and those about one of its contacts, which go first."""
    rules: list[IssueRule] = await unit.scalars(
        select(IssueRule)
        .where(
            IssueRule.firm_id == unit.firm_id,
            or_(IssueRule.client_id.is_(None), IssueRule.client_id == client_id),
        )
        .order_by(IssueRule.client_id.nulls_first(), IssueRule.id.desc())
    )
    return rules
