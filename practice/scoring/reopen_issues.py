"""Takes issues up again that were set aside."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select, update

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.scoring.change_issues import (
    SET_ASIDE,
    Changed,
    chosen_issues,
    keep_change,
    lock_clients,
    one_of_ids,
    score_again,
)
from practice.scoring.models import Issue, IssueRule
from practice.scoring.rule_out import NOT_DISMISSED, end_rules


async def reopen_issues(unit: Unit, *, client_id: UUID, issue_ids: Sequence[UUID]) -> Changed:
    """All of them or none; the score is taken again.

    A dismissal of a contact ends with the first of its issues that is taken up: the others count again with it. A rule of
    the firm stands, and these issues count in spite of it. Raises NotFound, AlreadyResolved.
    """
    client = await unit.get(Client, client_id)
    await lock_clients(unit, [client_id])
    rows = await chosen_issues(unit, client_id, issue_ids)
    named = [row for row in rows if row.state in SET_ASIDE]
    ids = [row.id for row in named]
    ended: list[IssueRule] = await unit.scalars(
        select(IssueRule).where(
            IssueRule.firm_id == unit.firm_id,
            IssueRule.client_id == client_id,
            one_of_ids(IssueRule.id, {row.rule_id for row in named if row.rule_id}),
        )
    )
    others = await unit.scalars(
        select(Issue.id).where(
            Issue.firm_id == unit.firm_id,
            Issue.client_id == client_id,
            Issue.state == "dismissed",
            one_of_ids(Issue.rule_id, [rule.id for rule in ended]),
            ~one_of_ids(Issue.id, ids),
        )
    )
    undo = await keep_change(unit, client_id=client_id, kind="reopened", issue_ids=[*ids, *others], rules_ended=ended)
    ruled = exists().where(
        IssueRule.firm_id == Issue.firm_id,
        IssueRule.client_id.is_(None),
        IssueRule.code == Issue.code,
        IssueRule.about == Issue.about,
    )
    await unit.execute(
        update(Issue)
        .where(Issue.firm_id == unit.firm_id, one_of_ids(Issue.id, ids))
        .values(
            state="open",
            version=Issue.version + 1,
            counts_anyway=ruled,
            snoozed_until=None,
            snoozed_at=None,
            snoozed_by=None,
            **NOT_DISMISSED,
        )
        .execution_options(synchronize_session=False)
    )
    also = await end_rules(unit, ended)
    if ids:
        codes = sorted({row.code for row in named})
        unit.record("issue.reopened", on=client, issues=len(ids), also=also, codes=codes)
        await score_again(unit, [client_id])
    return Changed(updated=len(ids), also=also, undo=undo)
