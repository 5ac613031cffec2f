"""Takes issues up again that were set aside."""

from collections.abc import Sequence
from uuid import UUID

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.scoring.dismiss_issues import issues_of
from practice.scoring.jobs import ask_for_score


async def reopen_issues(unit: Unit, *, client_id: UUID, issue_ids: Sequence[UUID]) -> int:
    """All of them or none; the score is taken again. Raises NotFound, AlreadyResolved."""
    client = await unit.get(Client, client_id)
    changed = [issue for issue in await issues_of(unit, client_id, issue_ids) if issue.state == "dismissed"]
    for issue in changed:
        issue.reopen()
    if changed:
        unit.record("issue.reopened", on=client, issues=len(changed), codes=sorted({i.code for i in changed}))
        unit.changed("score", client_id, client_id=client_id)
        await ask_for_score(unit, client_id)
    return len(changed)
