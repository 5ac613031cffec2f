"""What a practice holds: staff, clients, contacts, relationships, groups and custom fields, with what a reader needs to find them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["person", "company", "trust", "fund", "partnership", "association"]


@dataclass(frozen=True, slots=True)
class Staff:
    uuid: str
    name: str
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    payroll_code: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    title: str
    text: str
    folder: str
    date: str
    created_by: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is filed with a client; only its size and hash are kept of what is in it."""

    uuid: str
    title: str
    text: str
    folder: str
    date: str
    created_by: str
    file_name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Client:
    uuid: str
    fields: dict[str, str]
    """By the names that Xero's requests use (`webSite`, `accountManagerUuid`); what is unset is not there."""
    modified: datetime
    archived: bool = False
    deleted: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        return self.fields.get("name", "")

    @property
    def status(self) -> str:
        return "deleted" if self.deleted else "archived" if self.archived else "active"


@dataclass(frozen=True, slots=True)
class Contact:
    uuid: str
    name: str
    salutation: str = ""
    addressee: str = ""
    mobile: str = ""
    email: str = ""
    phone: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A contact at a client; one contact may stand at several."""

    contact: str
    position: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Relationship:
    """`client` is `type` of `related`."""

    uuid: str
    client: str
    related: str
    type: str
    shares: int = 0
    percentage: str = "0"
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    uuid: str
    name: str
    taxable: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomField:
    uuid: str
    name: str
    type: str
    value_element: str
    """Text, Decimal, Number, Boolean or Date: where a value of it stands."""
    options: tuple[str, ...] = ()
    link_url: str = ""
    uses: frozenset[str] = frozenset({"useClient"})


@dataclass(slots=True)
class Origins:
    """What only the maker knows: who is who behind the rows."""

    party: dict[str, str] = field(default_factory=dict)
    """Client → the real-world party it stands for."""
    kind: dict[str, Kind] = field(default_factory=dict)
    """Client → what its party really is, whatever its business structure says."""
    organisations: dict[str, str] = field(default_factory=dict)
    """Client → the ledger organisation it is."""
    not_organisations: list[tuple[str, str, str]] = field(default_factory=list)
    """(client, organisation, why it looks like it)."""
    duplicates: list[tuple[str, str, str]] = field(default_factory=list)
    near: list[tuple[str, str, str]] = field(default_factory=list)
    """Two clients that look like one party and are two, and why."""
    couples: list[tuple[str, str]] = field(default_factory=list)
    merged: list[tuple[str, str]] = field(default_factory=list)
    """(the one that was merged away, the one that took its things)."""
    same_person: list[tuple[str, str]] = field(default_factory=list)
    """Contacts that are one person under two ids."""

    def copy(self) -> Origins:
        return Origins(
            dict(self.party),
            dict(self.kind),
            dict(self.organisations),
            list(self.not_organisations),
            list(self.duplicates),
            list(self.near),
            list(self.couples),
            list(self.merged),
            list(self.same_person),
        )


@dataclass(slots=True)
class Records:
    """All of it, by id, in the order in which it was made."""

    staff: dict[str, Staff] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    relationships: dict[str, Relationship] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    custom_fields: dict[str, CustomField] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Client or contact → custom field → its value as text."""
    documents: dict[str, tuple[Document, ...]] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)
    _relationships_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _groups_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def copy(self) -> Records:
        """Another one that can be changed without changing this; the rows, which never change, are shared."""
        return Records(
            dict(self.staff),
            dict(self.clients),
            dict(self.contacts),
            dict(self.links),
            dict(self.relationships),
            dict(self.groups),
            dict(self.custom_fields),
            dict(self.values),
            dict(self.documents),
            self.origins.copy(),
            dict(self._relationships_of),
            dict(self._groups_of),
        )

    def relationships_of(self, client: str) -> Iterator[Relationship]:
        """Those in which it is the one that is something of another."""
        # One may go while a list is being written.
        return (row for uuid in self._relationships_of.get(client, ()) if (row := self.relationships.get(uuid)))

    def groups_of(self, client: str) -> Iterator[Group]:
        return (group for uuid in self._groups_of.get(client, ()) if (group := self.groups.get(uuid)))

    def put_relationship(self, one: Relationship) -> None:
        if one.uuid not in self.relationships:
            self._relationships_of[one.client] = (*self._relationships_of.get(one.client, ()), one.uuid)
        self.relationships[one.uuid] = one

    def drop_relationship(self, uuid: str) -> None:
        gone = self.relationships.pop(uuid)
        self._relationships_of[gone.client] = tuple(one for one in self._relationships_of[gone.client] if one != uuid)

    def put_group(self, one: Group) -> None:
        before = self.groups.get(one.uuid)
        was = before.members if before else ()
        self.groups[one.uuid] = one
        for client in was:
            if client not in one.members:
                self._groups_of[client] = tuple(uuid for uuid in self._groups_of[client] if uuid != one.uuid)
        for client in one.members:
            if client not in was:
                self._groups_of[client] = (*self._groups_of.get(client, ()), one.uuid)

    def drop_group(self, uuid: str) -> None:
        gone = self.groups.pop(uuid)
        for client in gone.members:
            self._groups_of[client] = tuple(one for one in self._groups_of[client] if one != uuid)
