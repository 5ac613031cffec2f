"""Who sees a client: keeps the `sight` rows, which the units and row-level security ask (house 6.2).

Owners and admins see every client. Others see those they manage, and by the client's mode: whole team, everybody;
Xero users only, those whose address is a user of that organisation; specific people, those named.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from practice.clients.models import Client, ClientXeroUser, Sight
from practice.kernel.unit import Unit

# Roles that work on the books; Xero's read-only and invoice-only users do not count (product 1A A4).
WORKING_ROLES = frozenset({"STANDARD", "FINANCIALADVISER"})

REWRITE = text(
    """
    INSERT INTO sight (firm_id, id, client_id, member_id)
    SELECT c.firm_id, gen_random_uuid(), c.id, m.id
    FROM client c JOIN member m ON m.firm_id = c.firm_id AND m.state = 'active'
    WHERE c.firm_id = :firm AND c.id = ANY(:clients) AND (
        c.visibility = 'whole_team'
        OR EXISTS (SELECT 1 FROM client_manager a
                   WHERE a.firm_id = c.firm_id AND a.client_id = c.id AND a.member_id = m.id)
        OR (c.visibility = 'specific_people' AND EXISTS (
            SELECT 1 FROM client_viewer v WHERE v.firm_id = c.firm_id AND v.client_id = c.id AND v.member_id = m.id))
        OR (c.visibility = 'xero_users' AND EXISTS (
            SELECT 1 FROM client_xero_user x
            WHERE x.firm_id = c.firm_id AND x.client_id = c.id AND x.email = lower(m.email))))
    """
).bindparams(bindparam("clients", type_=ARRAY(Uuid)), bindparam("firm", type_=Uuid))


async def rewrite_sight(unit: Unit, client_ids: Iterable[UUID]) -> None:
    """Works out anew who sees these clients, in the unit that changed the reason."""
    ids = list(client_ids)
    async with unit.whole_firm():
        # One at a time for each client, always in this order: whoever comes second reads what the first has written.
        await unit.execute(
            select(Client.id)
            .where(Client.firm_id == unit.firm_id, Client.id.in_(ids))
            .order_by(Client.id)
            .with_for_update()
        )
        await unit.execute(delete(Sight).where(Sight.firm_id == unit.firm_id, Sight.client_id.in_(ids)))
        await unit.execute(REWRITE, {"firm": unit.firm_id, "clients": ids})


async def rewrite_all_sight(unit: Unit) -> None:
    """For everybody: after somebody joined, left, or changed address."""
    ids: Sequence[UUID] = await unit.scalars(select(Client.id).where(Client.firm_id == unit.firm_id))
    await rewrite_sight(unit, ids)


async def set_xero_users(unit: Unit, *, client_id: UUID, users: Iterable[tuple[str | None, str | None]]) -> None:
    """Takes over who works on the organisation in Xero: pairs of address and role, as the import read them."""
    emails = sorted({email.lower() for email, role in users if email and role in WORKING_ROLES})
    await unit.execute(
        delete(ClientXeroUser).where(ClientXeroUser.firm_id == unit.firm_id, ClientXeroUser.client_id == client_id)
    )
    for email in emails:
        unit.add(ClientXeroUser(client_id=client_id, email=email))
    await unit.flush()
    await rewrite_sight(unit, [client_id])
