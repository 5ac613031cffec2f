"""Sets visibility, account managers and tags of many clients in one shot: all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from practice.clients.models import VISIBILITIES, Client, ClientManager, ClientViewer
from practice.clients.visibility import rewrite_sight
from practice.firms.models import Member
from practice.kernel.problems import FieldError, Invalid, Stale
from practice.kernel.unit import Unit

MOST_TAGS = 20
LONGEST_TAG = 40


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is to be set on one client; None leaves a value as it is."""

    id: UUID
    visibility: str | None = None
    viewer_ids: Sequence[UUID] | None = None
    manager_ids: Sequence[UUID] | None = None
    tags: Sequence[str] | None = None
    version: int | None = None


async def configure_clients(unit: Unit, *, changes: Sequence[Configuration], ready: bool = False) -> int:
    """Applies every change and answers how many clients changed. `ready`: drafts become ready.

    Raises NotFound naming clients that are not there, Invalid naming each wrong row, Stale for a lost race.
    """
    clients = {client.id: client for client in await unit.find(Client, [change.id for change in changes], lock=True)}
    members = set(
        await unit.scalars(select(Member.id).where(Member.firm_id == unit.firm_id, Member.state == "active"))
    )
    errors = [error for index, change in enumerate(changes) for error in _wrong(index, change, clients, members)]
    if errors:
        raise Invalid(errors, f"{len(errors)} of {len(changes)} rows need a look. Nothing is saved yet.")
    stale = [c for c in changes if c.version is not None and clients[c.id].version != c.version]
    if stale:
        raise Stale(
            detail=f"{clients[stale[0].id].name} was changed by somebody else since you opened it. Nothing was saved.",
            extensions={"current_version": clients[stale[0].id].version},
        )
    managers = await _people(unit, ClientManager, clients)
    viewers = await _people(unit, ClientViewer, clients)
    updated = 0
    for change in changes:
        client = clients[change.id]
        before = _as_set(client, managers.get(client.id, []), viewers.get(client.id, []))
        if change.visibility is not None:
            client.visibility = change.visibility
        if change.tags is not None:
            client.tags = sorted({tag.strip() for tag in change.tags if tag.strip()})
        if change.manager_ids is not None:
            managers[client.id] = list(dict.fromkeys(change.manager_ids))
        if change.viewer_ids is not None:
            viewers[client.id] = list(dict.fromkeys(change.viewer_ids))
        if ready and client.state == "draft":
            client.state = "ready"
        after = _as_set(client, managers.get(client.id, []), viewers.get(client.id, []))
        if after != before:
            client.version += 1
            updated += 1
            unit.record(
                "client.configured", on=client, before=_changed(before, after), after=_changed(after, before)
            )
    await _replace(unit, ClientManager, {c.id: managers.get(c.id, []) for c in changes if c.manager_ids is not None})
    await _replace(unit, ClientViewer, {c.id: viewers.get(c.id, []) for c in changes if c.viewer_ids is not None})
    await unit.flush()
    await rewrite_sight(unit, clients)
    unit.changed("client", unit.firm_id)
    return updated


def _wrong(
    index: int, change: Configuration, clients: dict[UUID, Client], members: set[UUID]
) -> list[FieldError]:
    found = []
    at = f"/changes/{index}"
    if change.visibility is not None and change.visibility not in VISIBILITIES:
        found.append(FieldError(f"{at}/visibility", f"One of {', '.join(VISIBILITIES)}."))
    if clients[change.id].state == "archived":
        found.append(FieldError(f"{at}/id", "This client is archived. Restore it first."))
    for field, ids in (("manager_ids", change.manager_ids), ("viewer_ids", change.viewer_ids)):
        for position, member in enumerate(ids or ()):
            if member not in members:
                found.append(FieldError(f"{at}/{field}/{position}", "Nobody in your team has this id."))
    if change.tags is not None and len(change.tags) > MOST_TAGS:
        found.append(FieldError(f"{at}/tags", f"At most {MOST_TAGS} tags."))
    for position, tag in enumerate(change.tags or ()):
        if len(tag) > LONGEST_TAG:
            found.append(FieldError(f"{at}/tags/{position}", f"At most {LONGEST_TAG} characters."))
    return found


def _as_set(client: Client, managers: list[UUID], viewers: list[UUID]) -> dict[str, Any]:
    return {
        "state": client.state,
        "visibility": client.visibility,
        "tags": list(client.tags),
        "managers": [str(id_) for id_ in managers],
        "viewers": [str(id_) for id_ in viewers],
    }


def _changed(side: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in side.items() if other[key] != value}


async def _people(
    unit: Unit, model: type[ClientManager] | type[ClientViewer], clients: dict[UUID, Client]
) -> dict[UUID, list[UUID]]:
    order = model.position if model is ClientManager else model.id
    rows = await unit.rows(
        select(model.client_id, model.member_id)
        .where(model.firm_id == unit.firm_id, model.client_id.in_(clients))
        .order_by(order)
    )
    people: dict[UUID, list[UUID]] = {}
    for client_id, member_id in rows:
        people.setdefault(client_id, []).append(member_id)
    return people


async def _replace(
    unit: Unit, model: type[ClientManager] | type[ClientViewer], wanted: dict[UUID, list[UUID]]
) -> None:
    if not wanted:
        return
    await unit.execute(delete(model).where(model.firm_id == unit.firm_id, model.client_id.in_(wanted)))
    for client_id, member_ids in wanted.items():
        for position, member_id in enumerate(member_ids):
            if model is ClientManager:
                unit.add(ClientManager(client_id=client_id, member_id=member_id, position=position))
            else:
                unit.add(ClientViewer(client_id=client_id, member_id=member_id))
