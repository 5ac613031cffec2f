"""What a practice's own system knows of its staff and its clients, in words that name no provider. Pure.

Ids are the provider's, UUIDs as text in small letters. A text that is not there is ''.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RemoteStaff:
    """Somebody who works there. Nothing tells whether they have left."""

    remote_id: str
    name: str
    email: str
    phone: str
    mobile: str
    address: str


@dataclass(frozen=True, slots=True)
class RemoteContact:
    """Somebody to talk to at a client; one contact may stand at several."""

    remote_id: str
    name: str
    salutation: str
    email: str
    phone: str
    mobile: str
    position: str
    primary: bool


@dataclass(frozen=True, slots=True)
class RemoteRelation:
    """The party it stands at is `type` of the other: "Daniel is Trustee of the trust"."""

    remote_id: str
    type: str
    """As it was written there."""
    other_remote_id: str
    other_name: str
    shares: Decimal | None
    """Of shareholders and owners; None where none are meant."""
    percentage: Decimal | None
    """Of partners; None where none is meant."""
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class RemoteParty:
    """A client of the practice: a person, or a company, a trust, a fund, a partnership."""

    remote_id: str
    name: str
    structure: str
    """The business structure as it was written there: the practice's own word, or ''."""
    fields: Mapping[str, str]
    """By key of clients/details.FIELDS, all of them."""
    private: Mapping[str, str]
    """By key of clients/details.PRIVATE, all of them; a date as YYYY-MM-DD."""
    archived: bool
    deleted: bool
    account_manager: tuple[str, str] | None
    """(id, name) of the member of staff."""
    job_manager: tuple[str, str] | None
    contacts: tuple[RemoteContact, ...]
    relations: tuple[RemoteRelation, ...]
    groups: tuple[tuple[str, str], ...]
    """(id, name)."""
    web_url: str
    code: str
    """What the practice calls it by; no identity."""
    digest: bytes
    """Of everything above: the same again is unchanged."""


@dataclass(frozen=True, slots=True)
class RemoteGroup:
    """Clients that belong together there."""

    remote_id: str
    name: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that could not be read, and why: told, never lost silently."""

    resource: str
    """`staff`, `clients` or `groups`."""
    remote_id: str
    name: str
    reason: str
