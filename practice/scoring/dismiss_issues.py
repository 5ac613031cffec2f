"""Sets issues aside with a reason: they no longer count, until what they are about changes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.scoring.jobs import ask_for_score
from practice.scoring.models import Issue
from practice.scoring.problems import AlreadyResolved


async def dismiss_issues(unit: Unit, *, client_id: UUID, issue_ids: Sequence[UUID], reason: str) -> int:
    """All of them or none; the score is taken again. Raises NotFound, AlreadyResolved."""
    client = await unit.get(Client, client_id)
    changed = [issue for issue in await issues_of(unit, client_id, issue_ids) if issue.state == "open"]
    for issue in changed:
        issue.dismiss(by=unit.actor.member_id, reason=reason, at=unit.now)
    if changed:
        unit.record(
            "issue.dismissed", on=client, issues=len(changed), codes=sorted({i.code for i in changed}), reason=reason
        )
        unit.changed("score", client_id, client_id=client_id)
        await ask_for_score(unit, client_id)
    return len(changed)


async def issues_of(unit: Unit, client_id: UUID, issue_ids: Sequence[UUID]) -> Sequence[Issue]:
    """The client's issues with these ids, locked; raises NotFound where one is missing, AlreadyResolved where one is."""
    wanted = set(issue_ids)
    found: list[Issue] = await unit.scalars(
        select(Issue)
        .where(Issue.firm_id == unit.firm_id, Issue.client_id == client_id, Issue.id.in_(wanted))
        .order_by(Issue.id)
        .with_for_update()
    )
    if len(found) < len(wanted):
        missing = wanted - {issue.id for issue in found}
        raise NotFound(detail=f"There is no issue {', '.join(sorted(map(str, missing))[:5])}.")
    resolved = sum(issue.state == "resolved" for issue in found)
    if resolved:
        raise AlreadyResolved(resolved)
    return found
