"""What a provider must be able to do, in words that name no provider."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from practice.kernel.settings import Settings
from practice.providers.http import Caller
from practice.providers.parties import RemoteGroup, RemoteParty, RemoteStaff, SetAside


@dataclass(frozen=True, slots=True)
class Resource:
    """A part of a ledger: whether it comes in pages, can be asked for changes only, and speaks of one day."""

    key: str
    label: str
    paged: bool
    since: bool
    dated: bool = False
    """A report that is asked for a day: the last of the last complete month where the organisation is."""
    scope: str | None = None
    """The permission that it takes, where not every consent has it: books are whole without it."""
    calls: int = 1
    """The fewest calls that reading it takes."""
    snapshot: bool = False
    """One reading is all there is: what it does not hold is gone."""


@dataclass(frozen=True, slots=True)
class PulledPage:
    """One answer: neutral rows (keys are the ledger's columns), and what was set aside with its reason."""

    resource: str
    rows: list[dict[str, Any]]
    page: int
    page_count: int | None
    item_count: int | None
    calls: int
    quarantined: list[dict[str, str | None]] = field(default_factory=list)
    missed: Literal["refused", "unavailable"] | None = None
    """Why there are no rows, where that says nothing: no consent allows it, or it could not be had this time."""

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return self.page_count is None or self.page >= self.page_count


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a ledger is: documents, and the calls that reading all of it will take."""

    documents: int
    calls: int
    by_resource: dict[str, int]


class LedgerProvider(Protocol):
    """One tenant's ledger, bound to it: who asks needs no token, no id and no limits."""

    @property
    def resources(self) -> Sequence[Resource]: ...

    async def pull(
        self,
        resource: str,
        *,
        page: int | None,
        page_size: int,
        modified_since: datetime | None,
        on: date | None = None,
    ) -> PulledPage: ...

    def ids_at_once(self, resource: str) -> int:
        """How many ids one call can name."""
        ...

    async def pull_some(self, resource: str, *, ids: Sequence[str]) -> PulledPage:
        """These rows alone; one that is not there is not in the answer."""
        ...

    async def size(self, *, page_size: int) -> Sizes: ...

    async def write(self, resource: str, *, id_: str, values: Mapping[str, str | None], key: str) -> None:
        """Sets these columns of one row; None empties one. `key`: the same one again is the same write.

        Raises WritingNotAllowed, WriteRefused.
        """
        ...


class PracticeProvider(Protocol):
    """A practice's own records of its staff and clients (parties.py), bound to it as a ledger is."""

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """What the answers so far held and could not be read."""
        ...

    async def staff(self) -> list[RemoteStaff]: ...

    def clients(self) -> AsyncGenerator[list[RemoteParty], None]:
        """All, archived and deleted ones too; some at a time, while the answer still arrives."""
        ...

    async def client(self, remote_id: str) -> RemoteParty | None:
        """None where it is there no more."""
        ...

    async def groups(self) -> list[RemoteGroup]: ...


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a consent or a refresh gives. Never logged: repr hides the tokens."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consented:
    """A finished consent: the tokens, whose they are, and which consent it was."""

    tokens: TokenSet
    user_id: str
    name: str
    email: str | None
    auth_event_id: str | None


@dataclass(frozen=True, slots=True)
class RemoteTenant:
    """An organisation or practice as the provider lists it: two different ids, never to be mixed up."""

    connection_id: str
    tenant_id: str
    kind: str
    name: str
    auth_event_id: str | None


class Consent(Protocol):
    """How consent is asked for, kept alive and given back."""

    def authorize_url(
        self, *, redirect_uri: str, state: str, verifier: str, writes: bool = False, practice: bool = False
    ) -> str:
        """`writes`: also asks to be let correct contacts and accounts. `practice`: a practice's own records, and nothing else."""
        ...

    async def exchange(self, *, code: str, redirect_uri: str, verifier: str) -> Consented: ...

    async def refresh(self, refresh_token: str) -> TokenSet: ...

    async def revoke(self, refresh_token: str) -> None: ...

    async def tenants(self, access_token: str, *, auth_event_id: str | None = None) -> list[RemoteTenant]: ...

    async def disconnect(self, access_token: str, *, connection_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """That something changed, as a provider's webhook says it: ids in small letters, the time as it was written."""

    tenant_id: str
    resource_id: str
    category: str
    type: str
    at: str


class InvalidGrant(Exception):
    """A token or code is not accepted. What that means is decided by who asked: see refresh_grant.py."""


class Provider(Protocol):
    """A provider as its folder registers it."""

    key: str
    label: str
    scopes: tuple[str, ...]
    """What a consent is asked for."""
    write_scopes: tuple[str, ...]
    """What it is asked for besides, where somebody wants corrections written back."""
    practice_scopes: tuple[str, ...]
    """What the consent to read a practice's own records is asked for."""

    def consent(self, caller: Caller, settings: Settings) -> Consent: ...

    def ledger(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> LedgerProvider: ...

    def practice(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> PracticeProvider: ...

    def events(self, settings: Settings, *, body: bytes, signature: str) -> list[RemoteEvent] | None:
        """What a delivery says has changed; None where its signature is not the provider's."""
        ...

    def resource_of(self, category: str) -> str | None:
        """The resource that a category of events tells of, if we read it."""
        ...
