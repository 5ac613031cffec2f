"""Asks for the scores of clients where a snooze ends today: the next look at the books opens those issues again."""

from uuid import UUID

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.kernel.unit import Unit
from practice.ledgers.local_day import local_day
from practice.ledgers.models.organisation import Organisation
from practice.scoring.jobs import ask_for_score
from practice.scoring.models import Issue


async def wake_snoozed(unit: Unit) -> list[UUID]:
    """Safe to run as often as one likes; answers whose scores it asked for. The day is the organisation's own."""
    rows = await unit.rows(
        select(Issue.client_id, Organisation.time_zone, func.min(Issue.snoozed_until).label("until"))
        .join(Client, (Client.firm_id == Issue.firm_id) & (Client.id == Issue.client_id))
        .join(Organisation, (Organisation.firm_id == Client.firm_id) & (Organisation.tenant_id == Client.tenant_id))
        .where(Issue.firm_id == unit.firm_id, Issue.state == "snoozed", Client.state == "active")
        .group_by(Issue.client_id, Organisation.time_zone)
        .order_by(Issue.client_id)
    )
    due: list[UUID] = [row.client_id for row in rows if row.until <= local_day(unit.now, row.time_zone)]
    for client_id in due:
        await ask_for_score(unit, client_id)
    return due
