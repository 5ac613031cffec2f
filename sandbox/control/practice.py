"""What the control page does to the practice, and what it knows of it: who is who, and what is wrong with its rows."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import escape
from io import StringIO
from typing import Any, Final

from starlette.responses import Response

from ..gateway.chain import Sandbox
from ..identity.pages import page
from ..practice_manager.shapes import number_of
from ..state.people import NotThere, People, new_id
from ..world import mistakes
from ..world.practice import practices
from ..world.records import Client, Contact, Group, Link, Relationship, Staff

Answer = dict[str, Any]
_STAFF: Final = ("name", "email", "phone", "mobile", "address", "payroll_code")


class NoSuchThing(LookupError):
    """What the request asks for cannot be; answered with 400 and this sentence."""


def day_of(sandbox: Sandbox) -> date:
    return date.fromisoformat(sandbox.settings.today.isoformat()[:10])


def told(sandbox: Sandbox) -> Answer:
    people = sandbox.memory.people
    records = people.records
    practice = practices(sandbox.settings.seed)[0]
    states: dict[str, int] = defaultdict(int)
    for one in records.clients.values():
        states[one.status] += 1
    return {
        "tenant_id": practice.tenant_id,
        "name": practice.name,
        "size": people.size,
        "clients": dict(states),
        "contacts": len(records.contacts),
        "relationships": len(records.relationships),
        "groups": len(records.groups),
        "staff": [
            {"uuid": one.uuid, "name": one.name, "email": one.email, "left": one.left} for one in records.staff.values()
        ],
        "done": people.done,
    }


def truth(sandbox: Sandbox) -> Answer:
    """Who is who among the clients that are there; of what is gone only `merged` tells."""
    people = sandbox.memory.people
    records, origins = people.records, people.records.origins
    there = records.clients.keys()
    parties: dict[str, list[str]] = defaultdict(list)
    for uuid in records.clients:
        parties[origins.party[uuid]].append(uuid)
    return {
        "tenant_id": practices(sandbox.settings.seed)[0].tenant_id,
        "clients": {
            one.uuid: {
                "name": one.name,
                "party": origins.party[one.uuid],
                "kind": origins.kind.get(one.uuid),
                "status": one.status,
                "organisation": origins.organisations.get(one.uuid),
            }
            for one in records.clients.values()
        },
        "parties": {party: found for party, found in parties.items() if len(found) > 1},
        "organisations": [
            {"client": uuid, "tenant_id": tenant} for uuid, tenant in origins.organisations.items() if uuid in records.clients
        ],
        "not_organisations": [
            {"client": uuid, "tenant_id": tenant, "why": why}
            for uuid, tenant, why in origins.not_organisations
            if uuid in records.clients
        ],
        "duplicates": [{"clients": [a, b], "why": why} for a, b, why in origins.duplicates if {a, b} <= there],
        "near": [{"clients": [a, b], "why": why} for a, b, why in origins.near if {a, b} <= there],
        "couples": [
            {"clients": [a, b], "one_email": _email(records.clients[a]) == _email(records.clients[b]) != ""}
            for a, b in origins.couples
            if {a, b} <= there
        ],
        "merged": [{"gone": gone, "into": into} for gone, into in origins.merged],
        "same_person": [{"contacts": [a, b]} for a, b in origins.same_person],
        "wrong": mistakes.count(records, day_of(sandbox)),
        "done": people.done,
    }


def _email(one: Client) -> str:
    return one.fields.get("email", "")


def shown(sandbox: Sandbox, uuid: str) -> Answer:
    """A client as it is kept, its tax number whole."""
    records = sandbox.memory.people.records
    one = _client(sandbox.memory.people, uuid)
    return {
        "uuid": one.uuid,
        "fields": one.fields,
        "status": one.status,
        "modified": one.modified.isoformat(),
        "party": records.origins.party[one.uuid],
        "contacts": [link.contact for link in records.links.get(one.uuid, ())],
        "relationships": [row.uuid for row in records.relationships.values() if one.uuid in (row.client, row.related)],
        "groups": [group.uuid for group in records.groups_of(one.uuid)],
        "values": records.values.get(one.uuid, {}),
    }


def screen(sandbox: Sandbox, number: str) -> Response:
    """The page that stands where Practice Manager's own screen of a client stands."""
    found = next((one for one in sandbox.memory.people.records.clients.values() if str(number_of(one)) == number), None)
    if found is None:
        return page("Not found", "<h1>No such client</h1><p>The practice has no client of this number.</p>", status=404)
    records = sandbox.memory.people.records
    said = {_words(name): value for name, value in found.fields.items() if name not in ("name", "taxNumber") and not name.endswith("Uuid")}
    for name, words in (("accountManagerUuid", "Partner"), ("jobManagerUuid", "Manager")):
        if (one := records.staff.get(found.fields.get(name, ""))) is not None:
            said[words] = one.name
    for row in records.relationships.values():
        if found.uuid in (row.client, row.related):
            other = records.clients[row.related if row.client == found.uuid else row.client].name
            words = f"{row.type} of" if row.client == found.uuid else row.type
            said[words] = f"{said[words]}, {other}" if words in said else other
    if groups := ", ".join(group.name for group in records.groups_of(found.uuid)):
        said["Groups"] = groups
    said["Contacts"] = ", ".join(records.contacts[link.contact].name for link in records.links.get(found.uuid, ()))
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in said.items() if value)
    practice = practices(sandbox.settings.seed)[0]
    body = f'<h1>{escape(found.name)}</h1><p class="soft">{escape(practice.name)} · {found.status}</p><dl class="facts">{rows}</dl>'
    return page(found.name, body, wide=True)


_REPORT: Final = {
    "Client": "name",
    "First Name": "firstName",
    "Last Name": "lastName",
    "Date of Birth": "dateOfBirth",
    "Business Structure": "businessStructure",
    "Email": "email",
    "Phone": "phone",
    "Address": "address",
    "City": "city",
    "Region": "region",
    "Post Code": "postCode",
    "Country": "country",
    "Postal Address": "postalAddress",
    "Postal City": "postalCity",
    "Postal Region": "postalRegion",
    "Postal Post Code": "postalPostCode",
    "ABN": "businessNumber",
    "ACN": "companyNumber",
    "Client Code": "clientCode",
}


def report(sandbox: Sandbox) -> Response:
    """The client report that a practice without access to the API saves by hand: days as they are spoken, no ids, no deleted ones."""
    records = sandbox.memory.people.records
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*_REPORT, "Partner", "Manager", "Groups", "Archived"))
    for one in records.clients.values():
        if one.deleted:
            continue
        said = [one.fields.get(name, "") for name in _REPORT.values()]
        day = said[3].split("-")
        said[3] = "/".join(reversed(day))
        managers = [records.staff.get(one.fields.get(name, "")) for name in ("accountManagerUuid", "jobManagerUuid")]
        groups = "; ".join(group.name for group in records.groups_of(one.uuid))
        writer.writerow((*said, *(found.name if found else "" for found in managers), groups, "Yes" if one.archived else "No"))
    named = {"Content-Disposition": 'attachment; filename="Client Report.csv"'}
    return Response("\ufeff" + text.getvalue(), headers=named, media_type="text/csv; charset=utf-8")


def _words(name: str) -> str:
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return text[:1].upper() + text[1:]


# What is done


def _client(people: People, uuid: str) -> Client:
    try:
        return people.client(uuid.lower())
    except NotThere as gone:
        raise NoSuchThing(str(gone)) from None


def add_client(sandbox: Sandbox, fields: Mapping[str, str], same_as: str | None, contacts: list[Mapping[str, str]]) -> Answer:
    people, now = sandbox.memory.people, sandbox.clock.now()
    party = people.records.origins.party[_client(people, same_as).uuid] if same_as else ""
    if not fields.get("name"):
        raise NoSuchThing("fields needs a name")
    one = people.add_client(fields, now, party=party)
    for said in contacts:
        contact = Contact(new_id(), str(said.get("name", "")), email=str(said.get("email", "")), mobile=str(said.get("mobile", "")))
        people.add_contact(one.uuid, contact, Link(contact.uuid, str(said.get("position", "")), primary=True), now)
    return shown(sandbox, one.uuid)


def change_client(sandbox: Sandbox, uuid: str, fields: Mapping[str, str], *, silent: bool) -> Answer:
    people = sandbox.memory.people
    people.change_client(_client(people, uuid).uuid, fields, sandbox.clock.now(), silent=silent)
    return shown(sandbox, uuid.lower())


def mark_client(sandbox: Sandbox, uuid: str, *, archived: bool | None = None, deleted: bool | None = None) -> Answer:
    people = sandbox.memory.people
    people.mark_client(_client(people, uuid).uuid, sandbox.clock.now(), archived=archived, deleted=deleted)
    return shown(sandbox, uuid.lower())


def drop_client(sandbox: Sandbox, uuid: str) -> Answer:
    people = sandbox.memory.people
    people.drop_client(_client(people, uuid).uuid, sandbox.clock.now())
    return {"uuid": uuid.lower(), "status": "gone"}


def merge_clients(sandbox: Sandbox, gone: str, into: str) -> Answer:
    people = sandbox.memory.people
    one, other = _client(people, gone), _client(people, into)
    if one.uuid == other.uuid:
        raise NoSuchThing("a client cannot be merged into itself")
    people.merge_clients(one.uuid, other.uuid, sandbox.clock.now())
    return shown(sandbox, other.uuid)


def convert_client(sandbox: Sandbox, uuid: str) -> Answer:
    people = sandbox.memory.people
    return shown(sandbox, people.convert_client(_client(people, uuid).uuid, sandbox.clock.now()).uuid)


def put_staff(sandbox: Sandbox, uuid: str | None, said: Mapping[str, str], *, left: bool | None, gone: bool) -> Answer:
    people, now = sandbox.memory.people, sandbox.clock.now()
    if uuid is None:
        if not said.get("name"):
            raise NoSuchThing("name is missing")
        before = Staff(new_id(), said["name"])
    else:
        try:
            before = people.staff(uuid.lower())
        except NotThere as missing:
            raise NoSuchThing(str(missing)) from None
    if gone:
        people.drop_staff(before.uuid, now)
        return {"uuid": before.uuid, "left": True}
    details = {name: said[name] for name in _STAFF if name in said}
    one = replace(before, left=before.left if left is None else left, **details)
    people.put_staff(one, now)
    return {"uuid": one.uuid, "name": one.name, "email": one.email, "left": one.left}


def put_relationship(sandbox: Sandbox, uuid: str | None, said: Mapping[str, str], *, gone: bool) -> Answer:
    """Without an id a new one between `client` and `related` of `type`; otherwise its shares, percentage, start and end."""
    people, now = sandbox.memory.people, sandbox.clock.now()
    if uuid is None:
        ends = _client(people, said.get("client", "")), _client(people, said.get("related", ""))
        before = Relationship(new_id(), ends[0].uuid, ends[1].uuid, said.get("type", "") or "Associate")
    else:
        try:
            before = people.relationship(uuid.lower())
        except NotThere as missing:
            raise NoSuchThing(str(missing)) from None
    if gone:
        people.drop_relationship(before.uuid, now)
        return {"uuid": before.uuid, "status": "gone"}
    if not said.get("shares", "0").isdigit():
        raise NoSuchThing("shares is a whole number")
    one = replace(
        before,
        shares=int(said.get("shares", before.shares)),
        percentage=said.get("percentage", before.percentage),
        start=said.get("start", before.start),
        end=said.get("end", before.end),
    )
    people.put_relationship(one, now)
    return {"uuid": one.uuid, "client": one.client, "related": one.related, "type": one.type, "shares": one.shares, "percentage": one.percentage, "start": one.start, "end": one.end}


def put_member(sandbox: Sandbox, group: str | None, client: str | None, name: str | None, *, on: bool) -> Answer:
    """A client into a group, or out of it; without a group's id a new one of this name."""
    people, now = sandbox.memory.people, sandbox.clock.now()
    if group is None:
        before = Group(new_id(), name or "New group")
    else:
        try:
            before = people.group(group.lower())
        except NotThere as missing:
            raise NoSuchThing(str(missing)) from None
    members = list(before.members)
    if client is not None:
        key = _client(people, client).uuid
        members = [one for one in members if one != key] + ([key] if on else [])
    one = replace(before, name=name or before.name, members=tuple(members))
    people.put_group(one, now)
    return {"uuid": one.uuid, "name": one.name, "members": list(one.members)}


def put_contact(sandbox: Sandbox, uuid: str, said: Mapping[str, str], *, silent: bool) -> Answer:
    people, now = sandbox.memory.people, sandbox.clock.now()
    try:
        before = people.contact(uuid.lower())
    except NotThere as missing:
        raise NoSuchThing(str(missing)) from None
    details: dict[str, Any] = {name: said[name] for name in ("name", "salutation", "addressee", "mobile", "email", "phone") if name in said}
    one = replace(before, **details)
    people.change_contact(one, now, touches=not silent)
    return {"uuid": one.uuid, "name": one.name, "email": one.email, "clients": people.clients_of(one.uuid)}
