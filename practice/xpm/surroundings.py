"""Whom clients are managed by, wait for, belong with and speak through: kept before an import changes it, and put back after.

What somebody changed since is theirs: it stays as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from practice.clients.models import ClientGroupMember, ClientManager, ClientPerson, PendingManager, Person
from practice.clients.set_people import SAID
from practice.kernel.unit import Unit

PARTS = ("managers", "pending", "groups", "people")
_MODELS: Mapping[str, Any] = {
    "managers": ClientManager, "pending": PendingManager, "groups": ClientGroupMember, "people": ClientPerson
}  # fmt: skip


async def surroundings(unit: Unit, *, client_ids: Collection[UUID]) -> dict[UUID, dict[str, list[Any]]]:
    """By client, each of PARTS in an order that stays."""
    found: dict[UUID, dict[str, list[Any]]] = {id_: {part: [] for part in PARTS} for id_ in client_ids}
    if not found:
        return found
    for part, model in _MODELS.items():
        for row in await unit.scalars(select(model).where(model.firm_id == unit.firm_id, model.client_id.in_(found))):
            found[row.client_id][part].append(_kept(row))
    for of in found.values():
        for part in PARTS:
            of[part].sort(key=str)
    return found


async def put_surroundings_back(
    unit: Unit, client_id: UUID, *, was: Mapping[str, list[Any]], left: Mapping[str, list[Any]]
) -> None:
    """`left`: as the import left it; a part that is not so any more stays as it is."""
    now = (await surroundings(unit, client_ids=[client_id]))[client_id]
    for part, model in _MODELS.items():
        if left[part] == was[part] or now[part] != left[part]:
            continue
        await unit.execute(delete(model).where(model.firm_id == unit.firm_id, model.client_id == client_id))
        for kept in was[part]:
            unit.add(_made(part, client_id, kept))
    await unit.flush()


async def put_people_back(unit: Unit, changed: Sequence[Mapping[str, Any]]) -> None:
    """What `set_people` answered for one client: people are as they were, where nobody else has said otherwise since."""
    left = {UUID(one["id"]): one for one in changed}
    for person in await unit.scalars(
        select(Person).where(Person.firm_id == unit.firm_id, Person.id.in_(left)).with_for_update()
    ):
        if person.version == left[person.id]["left"]:
            for field in SAID:
                setattr(person, field, left[person.id]["before"][field])
            person.version += 1
    await unit.flush()


def _kept(row: Any) -> list[Any] | str:
    match row:
        case ClientManager():
            return [str(row.member_id), row.position]
        case PendingManager():
            return [str(row.tenant_id), row.staff_remote_id, row.name, row.position]
        case ClientGroupMember():
            return str(row.group_id)
        case _:
            return [str(row.person_id), row.position, row.is_primary]


def _made(part: str, client_id: UUID, kept: Any) -> Any:
    match part:
        case "managers":
            return ClientManager(client_id=client_id, member_id=UUID(kept[0]), position=kept[1])
        case "pending":
            return PendingManager(
                client_id=client_id, tenant_id=UUID(kept[0]), staff_remote_id=kept[1], name=kept[2], position=kept[3]
            )
        case "groups":
            return ClientGroupMember(client_id=client_id, group_id=UUID(kept))
        case _:
            return ClientPerson(client_id=client_id, person_id=UUID(kept[0]), position=kept[1], is_primary=kept[2])
