"""Rules: what a check says about a contact (or account, or under a title) is set aside, now and later."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from practice.kernel.problems import Forbidden
from practice.kernel.unit import Unit
from practice.scoring.change_issues import one_of_ids
from practice.scoring.models import Issue, IssueRule

NOT_DISMISSED: dict[str, Any] = {
    "dismissed_at": None, "dismissed_by": None, "dismissed_reason": None, "dismissed_scope": None, "rule_id": None,
}  # fmt: skip

# What another rule covers as well, that one hides from now on.
HAND_OVER = text(
    """
    UPDATE issue SET rule_id = other.id, dismissed_reason = other.reason, dismissed_by = other.made_by,
        dismissed_at = other.made_at, version = issue.version + 1,
        dismissed_scope = CASE WHEN other.client_id IS NULL THEN 'rule' ELSE 'contact' END
    FROM issue_rule other
    WHERE issue.firm_id = :firm AND issue.rule_id = ANY(CAST(:ended AS uuid[]))
        AND other.firm_id = :firm AND other.id <> ALL(CAST(:ended AS uuid[]))
        AND other.code = issue.code AND other.about = issue.about
        AND (other.client_id IS NULL OR other.client_id = issue.client_id)
    """
)


RULERS = ("owner", "admin", "manager")


def may_rule(unit: Unit) -> None:
    """Raises Forbidden for who may not decide for every client."""
    if not unit.actor.sees_all and unit.actor.role not in RULERS:
        raise Forbidden(detail="A rule holds for every client. Owners, admins and managers may make one.")


async def rules_for(
    unit: Unit, rows: Sequence[Any], *, client_id: UUID | None, reason: str
) -> tuple[list[IssueRule], list[IssueRule]]:
    """A rule for each check and subject among these issues: all of them, and those of them that are new."""
    wanted = {(row.code, row.about): row for row in rows}
    there: list[IssueRule] = await unit.scalars(
        select(IssueRule).where(
            IssueRule.firm_id == unit.firm_id,
            IssueRule.client_id == client_id if client_id else IssueRule.client_id.is_(None),
            IssueRule.code.in_({code for code, _ in wanted}),
            IssueRule.about.in_({about for _, about in wanted}),
        )
    )
    known = [rule for rule in there if (rule.code, rule.about) in wanted]
    places = {(rule.code, rule.about) for rule in known}
    made = [
        unit.add(
            IssueRule(
                code=code,
                about=about,
                name=row.contact or row.account or row.title,
                client_id=client_id,
                reason=reason,
                made_by=unit.actor.member_id,
                made_at=unit.now,
            )
        )
        for (code, about), row in sorted(wanted.items())
        if (code, about) not in places
    ]
    await unit.flush()
    return known + made, made


async def end_rules(unit: Unit, rules: Sequence[IssueRule]) -> int:
    """Takes rules away; answers how many issues count again, since no other rule hides them.

    The caller holds their clients' locks, and sees all clients where a rule is the firm's.
    """
    ended = [rule.id for rule in rules]
    if not ended:
        return 0
    await unit.execute(HAND_OVER, {"firm": unit.firm_id, "ended": ended})
    mine = (Issue.firm_id == unit.firm_id, one_of_ids(Issue.rule_id, ended))
    opened = await unit.execute(
        update(Issue)
        .where(*mine, Issue.state == "dismissed")
        .values(state="open", version=Issue.version + 1, **NOT_DISMISSED)
        .execution_options(synchronize_session=False)
    )
    # Those not found at present are told nothing of it: found again, they are open.
    await unit.execute(update(Issue).where(*mine).values(**NOT_DISMISSED).execution_options(synchronize_session=False))
    for rule in rules:
        await unit.remove(rule)
    await unit.flush()
    return int(opened.rowcount)
