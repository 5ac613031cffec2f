"""What has become of the practice's records since the start: rows added, changed, archived, merged and deleted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from ..world.families import STRUCTURE_KINDS
from ..world.practice import records
from ..world.records import Client, Contact, CustomField, Document, Group, Link, Note, Records, Relationship, Staff
from ..world.seed import Seed


class NotThere(LookupError):
    """No such record; says which kind and id."""


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class People:
    """The practice as it stands. Nothing is copied until something changes; every change ends in `kept()`."""

    seed: Seed
    first_size: int
    kept: Callable[[], None] = lambda: None
    size: int = 0
    done: list[dict[str, Any]] = field(default_factory=list)
    """What was done, in order: {"what", "at", and the ids it touched}."""
    _records: Records | None = None
    _touched: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.size = self.first_size

    @property
    def records(self) -> Records:
        return self._records if self._records is not None else records(self.seed, self.size)

    def _own(self) -> Records:
        if self._records is None:
            self._records = records(self.seed, self.size).copy()
        return self._records

    def _touch(self, table: str, key: str) -> None:
        self._touched.setdefault(table, set()).add(key)

    def _note(self, what: str, now: datetime, **ids: Any) -> None:
        self.done.append({"what": what, "at": now.isoformat(), **ids})
        self.kept()

    def resize(self, size: int) -> None:
        """Another practice of so many clients; what was done to this one is forgotten."""
        self.size, self._records = size, None
        self._touched.clear()
        self.done.clear()
        self.kept()

    def clear(self) -> None:
        self.resize(self.first_size)

    # Finding

    def client(self, key: str) -> Client:
        found = self.records.clients.get(key)
        if found is None:
            raise NotThere(f"no client {key}")
        return found

    def contact(self, key: str) -> Contact:
        found = self.records.contacts.get(key)
        if found is None:
            raise NotThere(f"no contact {key}")
        return found

    def relationship(self, key: str) -> Relationship:
        found = self.records.relationships.get(key)
        if found is None:
            raise NotThere(f"no relationship {key}")
        return found

    def group(self, key: str) -> Group:
        found = self.records.groups.get(key)
        if found is None:
            raise NotThere(f"no group {key}")
        return found

    def staff(self, key: str) -> Staff:
        found = self.records.staff.get(key)
        if found is None:
            raise NotThere(f"no staff {key}")
        return found

    def custom_field(self, key: str) -> CustomField:
        found = self.records.custom_fields.get(key)
        if found is None:
            raise NotThere(f"no custom field {key}")
        return found

    def clients_of(self, contact: str) -> list[str]:
        """Where a contact stands."""
        return [client for client, links in self.records.links.items() if any(link.contact == contact for link in links)]

    # Clients

    def _put(self, one: Client) -> Client:
        self._own().clients[one.uuid] = one
        self._touch("clients", one.uuid)
        return one

    def _modified(self, key: str, now: datetime | None) -> None:
        """None leaves the time as it is."""
        if now is not None:
            self._put(replace(self.client(key), modified=now))

    def add_client(self, fields: Mapping[str, str], now: datetime, *, party: str = "") -> Client:
        one = self._put(Client(new_id(), {name: value for name, value in fields.items() if value}, now))
        origins = self._own().origins
        origins.party[one.uuid] = party or f"p-{one.uuid}"
        if fields.get("businessStructure") in STRUCTURE_KINDS:
            origins.kind[one.uuid] = STRUCTURE_KINDS[fields["businessStructure"]]
        self._note("add client", now, client=one.uuid)
        return one

    def change_client(self, key: str, fields: Mapping[str, str], now: datetime, *, silent: bool = False) -> Client:
        """An empty value takes the field away; `silent` keeps the modified time as it was."""
        one = self.client(key)
        merged = {name: value for name, value in {**one.fields, **fields}.items() if value}
        changed = self._put(replace(one, fields=merged, modified=one.modified if silent else now))
        self._note("change client", now, client=key, fields=sorted(fields))
        return changed

    def mark_client(self, key: str, now: datetime, *, archived: bool | None = None, deleted: bool | None = None) -> Client:
        one = self.client(key)
        changed = self._put(
            replace(
                one,
                archived=one.archived if archived is None else archived,
                deleted=one.deleted if deleted is None else deleted,
                modified=now,
            )
        )
        self._note("mark client", now, client=key, status=changed.status)
        return changed

    def drop_client(self, key: str, now: datetime) -> None:
        """As if it had never been: its relationships and memberships go too."""
        self.client(key)
        own = self._own()
        for row in [row for row in own.relationships.values() if key in (row.client, row.related)]:
            self._drop_relationship(row.uuid)
        for group in list(own.groups_of(key)):
            self._put_group(replace(group, members=tuple(one for one in group.members if one != key)))
        own.links.pop(key, None)
        own.clients.pop(key)
        self._touch("links", key)
        self._touch("clients", key)
        self._note("drop client", now, client=key)

    def merge_clients(self, gone: str, into: str, now: datetime) -> Client:
        """One client takes another's contacts, relationships and groups; the other is no more."""
        other, kept = self.client(gone), self.client(into)
        own = self._own()
        known = {link.contact for link in own.links.get(into, ())}
        self._put_links(into, (*own.links.get(into, ()), *(link for link in own.links.get(gone, ()) if link.contact not in known)))
        for row in [row for row in own.relationships.values() if gone in (row.client, row.related)]:
            ends = (into if row.client == gone else row.client, into if row.related == gone else row.related)
            self._drop_relationship(row.uuid)
            if ends[0] != ends[1]:
                self._put_relationship(replace(row, client=ends[0], related=ends[1]))
        for group in list(own.groups_of(gone)):
            members = [into if one == gone else one for one in group.members]
            self._put_group(replace(group, members=tuple(dict.fromkeys(members))))
        note = Note("Merged", f"Merged with {other.name}", "", now.strftime("%Y-%m-%dT%H:%M:%S"), "Margaret Ashworth")
        merged = self._put(replace(kept, notes=(*kept.notes, note), modified=now))
        self.drop_client(gone, now)
        own.origins.merged.append((gone, into))
        self._note("merge clients", now, gone=gone, into=into)
        return merged

    def convert_client(self, key: str, now: datetime) -> Client:
        """What becomes of a prospect: the same party under a new id, the old one archived."""
        one = self.client(key)
        party = self.records.origins.party[key]
        made = self.add_client(one.fields, now, party=party)
        own = self._own()
        if key in own.origins.kind:
            own.origins.kind[made.uuid] = own.origins.kind[key]
        self._put_links(made.uuid, own.links.get(key, ()))
        self.mark_client(key, now, archived=True)
        return made

    # Contacts

    def _put_links(self, client: str, links: Iterable[Link]) -> None:
        self._own().links[client] = tuple(links)
        self._touch("links", client)

    def _put_contact(self, one: Contact) -> None:
        self._own().contacts[one.uuid] = one
        self._touch("contacts", one.uuid)

    def add_contact(self, client: str, one: Contact, link: Link, now: datetime, *, touches: bool = True) -> None:
        self._put_contact(one)
        self.link_contact(client, link, now, touches=touches)

    def link_contact(self, client: str, link: Link, now: datetime, *, touches: bool = True) -> None:
        """Puts a contact at a client, or changes how it stands there; a new first one takes the place of the last."""
        before = [one for one in self.records.links.get(client, ()) if one.contact != link.contact]
        if link.primary:
            before = [replace(one, primary=False) for one in before]
        self._put_links(client, (*before, link))
        self._modified(client, now if touches else None)
        self._note("link contact", now, client=client, contact=link.contact)

    def change_contact(self, one: Contact, now: datetime, *, touches: bool = True) -> None:
        self._put_contact(one)
        for client in self.clients_of(one.uuid):
            self._modified(client, now if touches else None)
        self._note("change contact", now, contact=one.uuid)

    def drop_contact(self, key: str, client: str | None, now: datetime, *, touches: bool = True) -> Contact:
        """Away from one client; from everywhere, and deleted, if none is named or it was the last."""
        one = self.contact(key)
        there = self.clients_of(key)
        leaves = there if client is None else [client]
        for place in leaves:
            self._put_links(place, (link for link in self.records.links.get(place, ()) if link.contact != key))
            self._modified(place, now if touches else None)
        if set(there) <= set(leaves):
            one = replace(one, deleted=True)
            self._put_contact(one)
        self._note("drop contact", now, contact=key)
        return one

    # Relationships and groups: neither gives a client another modified time

    def _put_relationship(self, one: Relationship) -> None:
        self._own().put_relationship(one)
        self._touch("relationships", one.uuid)

    def _drop_relationship(self, key: str) -> None:
        self._own().drop_relationship(key)
        self._touch("relationships", key)

    def put_relationship(self, one: Relationship, now: datetime) -> None:
        self._put_relationship(one)
        self._note("put relationship", now, relationship=one.uuid)

    def drop_relationship(self, key: str, now: datetime) -> None:
        self.relationship(key)
        self._drop_relationship(key)
        self._note("drop relationship", now, relationship=key)

    def _put_group(self, one: Group) -> None:
        self._own().put_group(one)
        self._touch("groups", one.uuid)

    def put_group(self, one: Group, now: datetime) -> None:
        self._put_group(one)
        self._note("put group", now, group=one.uuid)

    def drop_group(self, key: str, now: datetime) -> None:
        self.group(key)
        self._own().drop_group(key)
        self._touch("groups", key)
        self._note("drop group", now, group=key)

    # Staff and custom fields

    def put_staff(self, one: Staff, now: datetime) -> None:
        self._own().staff[one.uuid] = one
        self._touch("staff", one.uuid)
        self._note("put staff", now, staff=one.uuid)

    def drop_staff(self, key: str, now: datetime) -> None:
        self.staff(key)
        del self._own().staff[key]
        self._touch("staff", key)
        self._note("drop staff", now, staff=key)

    def put_custom_field(self, one: CustomField, now: datetime) -> None:
        self._own().custom_fields[one.uuid] = one
        self._touch("custom_fields", one.uuid)
        self._note("put custom field", now, field=one.uuid)

    def drop_custom_field(self, key: str, now: datetime) -> None:
        self.custom_field(key)
        del self._own().custom_fields[key]
        self._touch("custom_fields", key)
        self._note("drop custom field", now, field=key)

    def set_values(self, owner: str, values: Mapping[str, str], now: datetime) -> None:
        """An empty value is taken away."""
        merged = {**self.records.values.get(owner, {}), **values}
        self._own().values[owner] = {key: value for key, value in merged.items() if value}
        self._touch("values", owner)
        self._note("set values", now, owner=owner)

    def add_document(self, client: str, one: Document, now: datetime) -> None:
        self._own().documents[client] = (*self.records.documents.get(client, ()), one)
        self._touch("documents", client)
        self._note("add document", now, client=client)

    # Between runs

    def dump(self) -> dict[str, Any]:
        if self._records is None:
            return {"size": self.size, "rows": {}, "done": self.done}
        now = self._records
        rows: dict[str, dict[str, Any]] = {}
        for table, keys in self._touched.items():
            held = getattr(now, table)
            rows[table] = {key: _flat(held[key]) if key in held else None for key in sorted(keys)}
        changed = self._touched.get("clients", set())
        return {
            "size": self.size,
            "rows": rows,
            "done": self.done,
            "party": {key: now.origins.party[key] for key in changed if key in now.origins.party},
            "kind": {key: now.origins.kind[key] for key in changed if key in now.origins.kind},
            "merged": now.origins.merged,
        }

    def load(self, kept: dict[str, Any]) -> None:
        self.size, self.done = kept["size"], kept["done"]
        if not kept["rows"]:
            return
        own = self._own()
        own.origins.party |= kept["party"]
        own.origins.kind |= kept["kind"]
        own.origins.merged = [(gone, into) for gone, into in kept["merged"]]
        for table, changed in kept["rows"].items():
            for key, row in changed.items():
                self._touch(table, key)
                _restore(own, table, key, row)


_FLAT: dict[str, Any] = {"staff": Staff, "contacts": Contact, "relationships": Relationship}


def _flat(row: Any) -> Any:
    if isinstance(row, tuple):
        return [asdict(one) for one in row]
    if isinstance(row, dict):
        return row
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(row).items()}


def _restore(own: Records, table: str, key: str, row: Any) -> None:
    held: dict[str, Any] = getattr(own, table)
    if row is None:
        if table == "relationships" and key in held:
            own.drop_relationship(key)
        elif table == "groups" and key in held:
            own.drop_group(key)
        else:
            held.pop(key, None)
    elif table == "clients":
        notes = tuple(Note(**note) for note in row["notes"])
        held[key] = Client(**row | {"modified": datetime.fromisoformat(row["modified"]), "notes": notes})
    elif table == "links":
        held[key] = tuple(Link(**link) for link in row)
    elif table == "documents":
        held[key] = tuple(Document(**one) for one in row)
    elif table == "values":
        held[key] = row
    elif table == "groups":
        own.put_group(Group(**row | {"members": tuple(row["members"])}))
    elif table == "custom_fields":
        held[key] = CustomField(**row | {"options": tuple(row["options"]), "uses": frozenset(row["uses"])})
    elif table == "relationships":
        if key in held:  # it may have come to another client
            own.drop_relationship(key)
        own.put_relationship(Relationship(**row))
    else:
        held[key] = _FLAT[table](**row)
