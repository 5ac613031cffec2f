"""Sets account managers as a practice's own system names them: its account manager leads, its job manager reviews.

What people decided here stays: a place that somebody else was given is not taken from them, and who was taken out comes
back only when another was named there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import Client, ClientManager, PendingManager
from practice.clients.visibility import rewrite_sight
from practice.kernel.unit import Unit


@dataclass(frozen=True, slots=True)
class Named:
    """Who manages a client there. `member_id`: who that is here, if anybody; `before`: the one that was named last."""

    position: int
    staff_remote_id: str
    name: str
    member_id: UUID | None
    before: str | None
    before_member_id: UUID | None


async def set_managers(unit: Unit, *, tenant_id: UUID, named: Mapping[UUID, Sequence[Named]]) -> None:
    """By client. Somebody who is nobody here yet is kept, and takes the place once they are."""
    managers: dict[UUID, list[ClientManager]] = {}
    for row in await unit.scalars(
        select(ClientManager)
        .where(ClientManager.firm_id == unit.firm_id, ClientManager.client_id.in_(named))
        .order_by(ClientManager.position)
        .with_for_update()
    ):
        managers.setdefault(row.client_id, []).append(row)
    pending: dict[tuple[UUID, int], PendingManager] = {
        (row.client_id, row.position): row
        for row in await unit.scalars(
            select(PendingManager)
            .where(PendingManager.firm_id == unit.firm_id, PendingManager.client_id.in_(named))
            .with_for_update()
        )
    }
    changed = set()
    for client_id, of in named.items():
        there = managers.setdefault(client_id, [])
        for one in sorted(of, key=lambda one: one.position):
            waiting = pending.get((client_id, one.position))
            if one.member_id is None:
                if waiting is None:
                    unit.add(
                        PendingManager(
                            client_id=client_id, tenant_id=tenant_id, staff_remote_id=one.staff_remote_id, name=one.name,
                            position=one.position,
                        )
                    )  # fmt: skip
                elif (waiting.staff_remote_id, waiting.name) != (one.staff_remote_id, one.name):
                    waiting.staff_remote_id, waiting.name = one.staff_remote_id, one.name
                continue
            if waiting is not None:
                await unit.remove(waiting)
            elif one.before == one.staff_remote_id:
                continue
            if await _take_place(unit, client_id, there, one.position, one.member_id, one.before_member_id):
                changed.add(client_id)
    await unit.flush()
    if changed:
        await rewrite_sight(unit, changed)


@dataclass(frozen=True, slots=True)
class Placed:
    """A place that somebody waited for; `taken` is false where another has it, or they had one already."""

    client_id: UUID
    position: int
    name: str
    taken: bool


async def place_pending(unit: Unit, *, tenant_id: UUID, staff_remote_id: str, member_id: UUID) -> list[Placed]:
    """Somebody who was named there is a member now, and manages the clients that waited for them."""
    waiting: list[PendingManager] = await unit.scalars(
        select(PendingManager)
        .where(
            PendingManager.firm_id == unit.firm_id,
            PendingManager.tenant_id == tenant_id,
            PendingManager.staff_remote_id == staff_remote_id,
        )
        .with_for_update()
    )
    managers: dict[UUID, list[ClientManager]] = {}
    for row in await unit.scalars(
        select(ClientManager)
        .where(ClientManager.firm_id == unit.firm_id, ClientManager.client_id.in_([one.client_id for one in waiting]))
        .order_by(ClientManager.position)
        .with_for_update()
    ):
        managers.setdefault(row.client_id, []).append(row)
    placed = []
    for one in waiting:
        there = managers.setdefault(one.client_id, [])
        taken = await _take_place(unit, one.client_id, there, one.position, member_id, None)
        placed.append(Placed(one.client_id, one.position, one.name, taken))
        await unit.remove(one)
    await unit.flush()
    if placed:
        await rewrite_sight(unit, {one.client_id for one in placed if one.taken})
        unit.changed("client", unit.firm_id)
    return placed


async def give_places_back(
    unit: Unit, *, tenant_id: UUID, staff_remote_id: str, member_id: UUID, placed: Sequence[Placed]
) -> None:
    """They are nobody here again: who waited for them waits once more. Clients that are gone are left out."""
    ids = set(await unit.scalars(
        select(Client.id).where(Client.firm_id == unit.firm_id, Client.id.in_({one.client_id for one in placed}))
    ))  # fmt: skip
    for one in placed:
        if one.client_id not in ids:
            continue
        if one.taken:
            await unit.execute(
                delete(ClientManager).where(
                    ClientManager.firm_id == unit.firm_id,
                    ClientManager.client_id == one.client_id,
                    ClientManager.member_id == member_id,
                    ClientManager.position == one.position,
                )
            )
        await unit.execute(
            insert(PendingManager)
            .values(
                firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, client_id=one.client_id, tenant_id=tenant_id,
                staff_remote_id=staff_remote_id, name=one.name, position=one.position,
            )
            .on_conflict_do_nothing(index_elements=["firm_id", "client_id", "position"])
        )  # fmt: skip
    if ids:
        await rewrite_sight(unit, ids)


async def _take_place(
    unit: Unit, client_id: UUID, there: list[ClientManager], position: int, member_id: UUID, before: UUID | None
) -> bool:
    if any(row.member_id == member_id for row in there):
        return False
    held = next((row for row in there if row.position == position), None)
    if held is not None and held.member_id != before:
        return False
    if held is not None:
        there.remove(held)
        await unit.remove(held)
        # Gone before the next one comes: the place is theirs.
        await unit.flush()
    there.append(unit.add(ClientManager(client_id=client_id, member_id=member_id, position=position)))
    return True
