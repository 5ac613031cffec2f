"""Takes somebody who left out of every client: as account manager, as viewer, and from who sees it."""

from uuid import UUID

from sqlalchemy import delete

from practice.clients.models import ClientManager, ClientSeen, ClientViewer, Sight
from practice.kernel.unit import Unit


async def forget_member(unit: Unit, *, member_id: UUID) -> None:
    """The clients stay as they are; those without a manager show in their own view of the list."""
    async with unit.whole_firm():
        for model in (ClientManager, ClientViewer, ClientSeen, Sight):
            await unit.execute(delete(model).where(model.firm_id == unit.firm_id, model.member_id == member_id))
    unit.changed("client", unit.firm_id)
