"""Sets which groups clients are in, as a practice's own system has them."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import ClientGroup, ClientGroupMember
from practice.kernel.unit import Unit


async def set_groups(
    unit: Unit, *, tenant_id: UUID, groups: Mapping[UUID, Sequence[tuple[str, str]]], only_add: Collection[UUID] = ()
) -> dict[str, tuple[str, str]]:
    """By client, pairs of id and name there. Clients in `only_add` leave no group: archived ones keep theirs.

    Answers the name before and the one now, by id there, of groups that were given another.
    """
    named = {remote_id: name for of in groups.values() for remote_id, name in of}
    known: dict[str, ClientGroup] = {
        group.remote_id: group
        for group in await unit.scalars(
            select(ClientGroup)
            .where(
                ClientGroup.firm_id == unit.firm_id,
                ClientGroup.tenant_id == tenant_id,
                ClientGroup.remote_id.in_(named),
            )
            .with_for_update()
        )
    }
    renamed: dict[str, tuple[str, str]] = {}
    for remote_id, name in named.items():
        if remote_id not in known:
            known[remote_id] = unit.add(
                ClientGroup(id=unit.ids.new(), name=name, tenant_id=tenant_id, remote_id=remote_id)
            )
        elif known[remote_id].name != name:
            renamed[remote_id] = known[remote_id].name, name
            known[remote_id].name = name
    await unit.flush()
    standing: dict[tuple[UUID, UUID], ClientGroupMember] = {
        (row.client_id, row.group_id): row
        for row in await unit.scalars(
            select(ClientGroupMember)
            .join(
                ClientGroup,
                (ClientGroup.firm_id == ClientGroupMember.firm_id) & (ClientGroup.id == ClientGroupMember.group_id),
            )
            .where(
                ClientGroupMember.firm_id == unit.firm_id,
                ClientGroupMember.client_id.in_(groups),
                ClientGroup.tenant_id == tenant_id,
            )
        )
    }
    for client_id, of in groups.items():
        wanted = {known[remote_id].id for remote_id, _ in of}
        for group_id in wanted:
            if (client_id, group_id) not in standing:
                unit.add(ClientGroupMember(group_id=group_id, client_id=client_id))
        if client_id not in only_add:
            for (at, group_id), row in standing.items():
                if at == client_id and group_id not in wanted:
                    await unit.remove(row)
    await unit.flush()
    return renamed
