"""Client groups: list, get, add, members, delete."""

from __future__ import annotations

from dataclasses import replace

from ..state.people import new_id
from ..world.records import Group
from . import shapes
from .answer import Refused, Reply, Rows, Shape, trimmed
from .asked import Asked, on


def list_(asked: Asked) -> Rows:
    """All of them, whatever the caller sees of their clients."""
    some = list(asked.records.groups.values())
    return Rows("groups", (Shape(trimmed(shapes.group(one, asked.origin), asked.only)) for one in some))


def _told(asked: Asked, one: Group) -> Reply:
    members = [uuid for uuid in one.members if asked.sees(asked.records.clients[uuid])]
    detail = shapes.group_detail(asked.records, one, members, asked.origin)
    return Reply({"group": trimmed(detail, asked.only)}, detail["webUrl"])


def get(asked: Asked) -> Reply:
    return _told(asked, asked.found("group", asked.ids["id"]))


def add(asked: Asked) -> Reply:
    """With its first client; a group without one cannot be added."""
    sent = asked.read()
    if not str(sent.get("name", "")).strip():
        raise Refused("Group name is required")
    client = asked.client(sent.get("clientUuid", ""))
    one = Group(new_id(), str(sent["name"]).strip(), on(sent.get("taxable", "")), (client.uuid,))
    asked.people.put_group(one, asked.now)
    return _told(asked, one)


def members(asked: Asked) -> Reply:
    sent = asked.read()
    one: Group = asked.found("group", sent.get("uuid", ""))
    added = [asked.client(row.get("uuid", "")).uuid for row in sent.get("add") or [] if isinstance(row, dict)]
    removed = {asked.client(row.get("uuid", "")).uuid for row in sent.get("remove") or [] if isinstance(row, dict)}
    kept = [uuid for uuid in dict.fromkeys((*one.members, *added)) if uuid not in removed]
    changed = replace(one, members=tuple(kept))
    asked.people.put_group(changed, asked.now)
    return _told(asked, changed)


def delete(asked: Asked) -> Reply:
    one: Group = asked.found("group", asked.read().get("uuid", ""))
    asked.people.drop_group(one.uuid, asked.now)
    return Reply({})
