"""Sets issues aside until a day, on which they count again; sooner where they change."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import update

from practice.clients.models import Client
from practice.kernel.problems import FieldError, Invalid
from practice.kernel.unit import Unit
from practice.ledgers.reads import day_there
from practice.scoring.change_issues import (
    Changed,
    chosen_issues,
    keep_change,
    lock_clients,
    one_of_ids,
    score_again,
)
from practice.scoring.models import Issue

LONGEST = timedelta(days=366)


async def snooze_issues(unit: Unit, *, client_id: UUID, issue_ids: Sequence[UUID], until: date) -> Changed:
    """All of them or none; what is dismissed stays dismissed, and the score is taken again.

    Raises NotFound, AlreadyResolved, and Invalid for a day that is not after today or is further than a year.
    """
    client = await unit.get(Client, client_id)
    today = await day_there(unit, client.tenant_id)
    if until <= today:
        raise Invalid([FieldError("/until", "Choose a day after today.")])
    if until > today + LONGEST:
        raise Invalid([FieldError("/until", "Choose a day within a year.")])
    await lock_clients(unit, [client_id])
    rows = await chosen_issues(unit, client_id, issue_ids)
    named = [row for row in rows if row.state in ("open", "snoozed")]
    ids = [row.id for row in named]
    undo = await keep_change(unit, client_id=client_id, kind="snoozed", issue_ids=ids)
    await unit.execute(
        update(Issue)
        .where(Issue.firm_id == unit.firm_id, one_of_ids(Issue.id, ids))
        .values(
            state="snoozed",
            version=Issue.version + 1,
            snoozed_until=until,
            snoozed_at=unit.now,
            snoozed_by=unit.actor.member_id,
        )
        .execution_options(synchronize_session=False)
    )
    if ids:
        codes = sorted({row.code for row in named})
        unit.record("issue.snoozed", on=client, issues=len(ids), codes=codes, until=until.isoformat())
        await score_again(unit, [client_id])
    return Changed(updated=len(ids), also=0, undo=undo)
