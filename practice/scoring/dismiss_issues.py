"""Sets issues aside with a reason: these alone until they change, or all that their checks say about the same, by a rule."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import literal, or_, select, text, update

from practice.clients.models import Client
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.scoring.change_issues import (
    Changed,
    chosen_issues,
    keep_change,
    lock_clients,
    one_of_ids,
    score_again,
)
from practice.scoring.models import Issue, IssueRule
from practice.scoring.rule_out import may_rule, rules_for, spoken_of

Scope = Literal["item", "contact", "rule"]

UNDER_RULES = text(
    """
    UPDATE issue SET rule_id = rule.id
    FROM issue_rule rule
    WHERE issue.firm_id = :firm AND issue.id = ANY(CAST(:ids AS uuid[]))
        AND rule.firm_id = :firm AND rule.id = ANY(CAST(:rules AS uuid[]))
        AND rule.code = issue.code AND rule.about = issue.about
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
        about = {(row.code, row.about) for row in rows}
        await lock_clients(unit, [client_id, *(await _clients_with(unit, about) if scope == "rule" else [])])
        rows = await chosen_issues(unit, client_id, issue_ids)
        rules: list[IssueRule] = []
        made: list[IssueRule] = []
        if scope != "item":
            rules, made = await rules_for(
                unit, rows, client_id=client_id if scope == "contact" else None, reason=reason
            )
        named = {row.id for row in rows if row.state in ("open", "snoozed")}
        others = await _others(unit, rules, named) if rules else {}
        ids = [*named, *others]
        undo = await keep_change(unit, client_id=client_id, kind="dismissed", issue_ids=ids, rules_made=made)
        await _dismiss(unit, ids, rules, reason, scope)
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
            await score_again(unit, {client_id, *others.values()})
    return Changed(updated=len(named), also=len(others), undo=undo)


def _check(unit: Unit, reason: str, scope: Scope) -> None:
    if not reason.strip():
        raise Invalid([FieldError("/reason", "Say why.")])
    if scope == "rule":
        may_rule(unit)


async def _clients_with(unit: Unit, about: set[tuple[str, str]]) -> list[UUID]:
    clients: list[UUID] = await unit.scalars(
        select(Issue.client_id)
        .where(
            Issue.firm_id == unit.firm_id,
            Issue.state.in_(("open", "snoozed")),
            or_(*[(Issue.code == code) & (Issue.about == each) for code, each in about]),
        )
        .distinct()
    )
    return clients


async def _others(unit: Unit, rules: Sequence[IssueRule], named: set[UUID]) -> dict[UUID, UUID]:
    """What the rules hide besides, and at which client; what somebody took up again in spite of a rule stays so."""
    rows = await unit.rows(
        select(Issue.id, Issue.client_id).where(
            Issue.firm_id == unit.firm_id,
            Issue.state.in_(("open", "snoozed")),
            Issue.counts_anyway.is_(other=False),
            spoken_of(rules),
        )
    )
    return {row.id: row.client_id for row in rows if row.id not in named}


async def _dismiss(unit: Unit, ids: Sequence[UUID], rules: Sequence[IssueRule], reason: str, scope: Scope) -> None:
    values: dict[str, Any] = {
        "state": "dismissed",
        "version": Issue.version + 1,
        "dismissed_at": unit.now,
        "dismissed_by": unit.actor.member_id,
        "dismissed_reason": reason,
        "dismissed_scope": literal(scope),
        "counts_anyway": False,
        "snoozed_until": None,
        "snoozed_at": None,
        "snoozed_by": None,
    }
    await unit.execute(
        update(Issue)
        .where(Issue.firm_id == unit.firm_id, one_of_ids(Issue.id, ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if rules:
        await unit.execute(UNDER_RULES, {"firm": unit.firm_id, "ids": list(ids), "rules": [rule.id for rule in rules]})
