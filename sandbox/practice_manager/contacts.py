"""A client's contact persons, who may stand at several clients: list, get, add, update, delete, link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from ..state.people import new_id
from ..world.records import Contact, Link
from . import shapes
from .answer import Refused, Reply, Rows, Shape
from .asked import Asked, on

_DETAILS: Final = ("name", "salutation", "addressee", "mobile", "email", "phone")
MOST_LINKS: Final = 10
DEFAULT_SIZE, LARGEST = 50, 500


def made(sent: dict[str, Any]) -> Contact:
    if not str(sent.get("name", "")).strip():
        raise Refused("Contact name is required")
    details: dict[str, Any] = {name: str(sent.get(name) or "").strip() for name in _DETAILS}
    return Contact(new_id(), **details)


def placed(sent: dict[str, Any]) -> Callable[[str], Link]:
    """How a contact stands at the client, once it has an id."""
    position, primary = str(sent.get("position") or ""), on(sent.get("isPrimary", ""))
    return lambda contact: Link(contact, position, primary)


def _told(asked: Asked, one: Contact, client: str | None) -> Reply:
    """Without a client it is not known where the contact stands: Practice Manager answers for one of its clients then."""
    places = [client] if client else asked.people.clients_of(one.uuid)
    links = [link for place in places for link in asked.records.links.get(place, ()) if link.contact == one.uuid]
    return Reply({"contact": shapes.contact(one, links[0] if links else Link(one.uuid))})


def _client(asked: Asked) -> str | None:
    key = asked.query("clientUuid")
    return asked.client(key).uuid if key else None


def list_(asked: Asked) -> Rows:
    size = asked.query("pageSize") or ""
    limit = min(max(int(size), 1), LARGEST) if size.isdigit() else DEFAULT_SIZE
    token = asked.query("pageToken") or "c0"
    if not (token[:1] == "c" and token[1:].isdigit()):
        raise Refused("Invalid page token")
    start = int(token[1:])
    everyone = [one for one in asked.records.contacts.values() if not one.deleted]
    page = everyone[start : start + limit]
    address = f"{asked.here}?"
    links = {"first": address + urlencode({"pageSize": limit}), "next": None}
    if start + limit < len(everyone):
        links["next"] = address + urlencode({"pageToken": f"c{start + limit}", "pageSize": limit})
    return Rows("contacts", [Shape(shapes.contact(one)) for one in page], {"pagination": {"links": links}})


def get(asked: Asked) -> Reply:
    return _told(asked, asked.found("contact", asked.ids["id"]), _client(asked))


def add(asked: Asked) -> Reply:
    sent = asked.read()
    client = asked.client((sent.get("client") or {}).get("uuid", "") if isinstance(sent.get("client"), dict) else "")
    one = made(sent)
    asked.people.add_contact(client.uuid, one, placed(sent)(one.uuid), asked.now, touches=_touches(asked))
    return _told(asked, one, client.uuid)


def update(asked: Asked) -> Reply:
    sent, before = asked.read(), asked.found("contact", asked.ids["id"])
    client = _client(asked)
    keeps = not asked.sandbox.memory.switches.empty_clears
    said = {name: str(sent[name]).strip() for name in _DETAILS if name in sent and (sent[name] != "" or not keeps)}
    one: Contact = replace(before, **said)
    if not one.name:
        raise Refused("Contact name is required")
    asked.people.change_contact(one, asked.now, touches=_touches(asked))
    if client and ("position" in sent or "isPrimary" in sent):
        link = next((link for link in asked.records.links.get(client, ()) if link.contact == one.uuid), Link(one.uuid))
        position = str(sent.get("position", link.position))
        primary = on(sent["isPrimary"]) if "isPrimary" in sent else link.primary
        asked.people.link_contact(client, Link(one.uuid, position, primary), asked.now, touches=_touches(asked))
    return _told(asked, one, client)


def delete(asked: Asked) -> Reply:
    one = asked.found("contact", asked.ids["id"])
    gone = asked.people.drop_contact(one.uuid, _client(asked), asked.now, touches=_touches(asked))
    return Reply({"contact": shapes.contact(gone)})


def link(asked: Asked) -> Reply:
    client = asked.client(asked.ids["id"])
    rows = [one for one in asked.read().get("contacts") or [] if isinstance(one, dict)]
    if len(rows) > MOST_LINKS:
        raise Refused(f"No more than {MOST_LINKS} contacts can be added at once")
    links = [placed(row)(asked.found("contact", row.get("uuid", "")).uuid) for row in rows]
    for one in links:
        asked.people.link_contact(client.uuid, one, asked.now, touches=_touches(asked))
    there = {one.contact: one for one in asked.records.links.get(client.uuid, ())}
    told = [
        {"uuid": one.contact, "position": one.position, "isPrimary": shapes.yes(there[one.contact].primary)} for one in links
    ]
    return Reply({"client": {"uuid": client.uuid, "contacts": told}})


def _touches(asked: Asked) -> bool:
    return asked.sandbox.settings.practice_contacts_touch
