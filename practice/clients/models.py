"""A client, its people and groups, who manages it, who may see it, and who has looked at it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, Sealed, belongs_to, one_of

STATES = ("draft", "ready", "active", "archived")
VISIBILITIES = ("whole_team", "xero_users", "specific_people")
KINDS = ("person", "company", "trust", "partnership", "super_fund", "other")


class Client(FirmOwned, Base):
    """A client of the firm. Score and import are written here by their slices, so that the list is one query."""

    __tablename__ = "client"

    tenant_id: Mapped[UUID | None]
    name: Mapped[str]
    kind: Mapped[str | None]
    """What it is in law; None where nobody said, as for an organisation of which only the books are known."""
    state: Mapped[str] = mapped_column(default="draft")
    visibility: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    importing: Mapped[str | None]
    documents: Mapped[int | None]
    last_imported_at: Mapped[datetime | None]
    """When a reading last brought something."""
    last_synced_at: Mapped[datetime | None]
    """When it was last read to the end, also where nothing had changed."""
    last_swept_at: Mapped[datetime | None]
    """When it was last read whole, so that what is gone at Xero is gone here."""
    import_failed: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    band: Mapped[str] = mapped_column(default="unscored")
    provisional: Mapped[bool] = mapped_column(default=False)
    scored_at: Mapped[datetime | None]
    score_change: Mapped[int | None]
    trend: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    issues: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    linked: Mapped[bool] = mapped_column(default=False)
    """Whether it is a record of a practice's own system as well."""
    updated_fields: Mapped[list[str]] = mapped_column(default=list)
    """What the last import from there changed: the Updated badge."""
    updated_at: Mapped[datetime | None]

    __table_args__ = (
        belongs_to("tenant"),
        one_of("state", STATES),
        one_of("visibility", VISIBILITIES),
        one_of("kind", KINDS),
        one_of("importing", ("queued", "importing", "waiting", "scoring")),
        one_of("band", ("healthy", "attention", "at_risk", "unscored")),
        Index("client_tenant_key", "firm_id", "tenant_id", unique=True, postgresql_where=text("tenant_id IS NOT NULL")),
        Index("client_name_idx", "firm_id", text("lower(name)")),
    )

    @property
    def holds_a_place(self) -> bool:
        """Whether it counts towards the bundle: drafts do, archived clients and those without Xero do not."""
        return self.tenant_id is not None and self.state != "archived"


class ClientManager(FirmOwned, Base):
    """An account manager: the first leads, the second reviews."""

    __tablename__ = "client_manager"

    client_id: Mapped[UUID]
    member_id: Mapped[UUID]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("member"),
        Index("client_manager_member_key", "firm_id", "client_id", "member_id", unique=True),
        Index("client_manager_by_member_idx", "firm_id", "member_id"),
    )


class ClientViewer(FirmOwned, Base):
    """One of the specific people who may see the client."""

    __tablename__ = "client_viewer"

    client_id: Mapped[UUID]
    member_id: Mapped[UUID]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("member"),
        Index("client_viewer_member_key", "firm_id", "client_id", "member_id", unique=True),
    )


class ClientXeroUser(FirmOwned, Base):
    """The address of somebody who works on the organisation in Xero, as last read by an import."""

    __tablename__ = "client_xero_user"

    client_id: Mapped[UUID]
    email: Mapped[str]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        Index("client_xero_user_email_key", "firm_id", "client_id", "email", unique=True),
    )


class Sight(FirmOwned, Base):
    """That a member may see a client: the one rule of visibility, worked out, asked by every read (house 6.2)."""

    __tablename__ = "sight"

    client_id: Mapped[UUID]
    member_id: Mapped[UUID]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("member"),
        Index("sight_member_client_key", "firm_id", "member_id", "client_id", unique=True),
        Index("sight_client_idx", "firm_id", "client_id"),
    )


class ClientSeen(FirmOwned, Base):
    """A member opened the client, so it is no longer new to them."""

    __tablename__ = "client_seen"

    client_id: Mapped[UUID]
    member_id: Mapped[UUID]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("member"),
        Index("client_seen_member_key", "firm_id", "client_id", "member_id", unique=True),
    )


class SavedView(FirmOwned, Base):
    """How a member likes to look at a list: filters, columns and order under a name."""

    __tablename__ = "saved_view"

    member_id: Mapped[UUID]
    screen: Mapped[str]
    name: Mapped[str]
    params: Mapped[dict[str, Any]]

    __table_args__ = (
        belongs_to("member", on_delete="CASCADE"),
        UniqueConstraint("firm_id", "member_id", "screen", "name"),
    )


class ClientDetail(FirmOwned, Base):
    """How a client is called and reached: one row a client, each field with where it came from.

    `fields` and `sources` have the same keys, those of `details.FIELDS`. `private`: sealed JSON, what nobody searches by
    and only matching reads (date of birth, business and company number).
    """

    __tablename__ = "client_detail"

    client_id: Mapped[UUID]
    fields: Mapped[dict[str, str]] = mapped_column(JSONB)
    sources: Mapped[dict[str, Any]]
    """Of each field: {"from": "xpm" | "xero" | "here", "at": RFC 3339, "by": a member's id or null}."""
    private: Mapped[Sealed | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        Index("client_detail_client_key", "firm_id", "client_id", unique=True),
    )


class Person(FirmOwned, Base):
    """Somebody to talk to at one client or many: XPM shares a contact between clients, and so do we."""

    __tablename__ = "person"

    tenant_id: Mapped[UUID | None]
    remote_id: Mapped[str | None]
    name: Mapped[str]
    salutation: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    mobile: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        belongs_to("tenant"),
        Index(
            "person_remote_key", "firm_id", "tenant_id", "remote_id", unique=True,
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
    )  # fmt: skip


class ClientPerson(FirmOwned, Base):
    """That somebody is to be talked to at this client, and as what."""

    __tablename__ = "client_person"

    client_id: Mapped[UUID]
    person_id: Mapped[UUID]
    position: Mapped[str | None]
    is_primary: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("person", on_delete="CASCADE"),
        Index("client_person_key", "firm_id", "client_id", "person_id", unique=True),
    )


class Relationship(FirmOwned, Base):
    """`client` is `type` of the other: read as in XPM (xero-facts 6.7), stored once whichever side says so.

    Where the other is no client of ours it is a stub: `other_id` is None, and its name and id in XPM stand here.
    """

    __tablename__ = "relationship"

    client_id: Mapped[UUID]
    other_id: Mapped[UUID | None]
    other_name: Mapped[str]
    other_remote_id: Mapped[str | None]
    tenant_id: Mapped[UUID | None]
    remote_id: Mapped[str | None]
    type: Mapped[str]
    """As it was written there."""
    role: Mapped[str | None]
    """The word we know it by; None where we know none."""
    inward: Mapped[bool] = mapped_column(default=False)
    """The other is `type` of the client: so for a stub, which cannot say so itself."""
    shares: Mapped[Decimal | None]
    percentage: Mapped[Decimal | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        ForeignKeyConstraint(["firm_id", "other_id"], ["client.firm_id", "client.id"], ondelete="CASCADE"),
        belongs_to("tenant"),
        Index(
            "relationship_remote_key", "firm_id", "tenant_id", "remote_id", unique=True,
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
        Index("relationship_client_idx", "firm_id", "client_id"),
        Index("relationship_other_idx", "firm_id", "other_id"),
        Index("relationship_stub_idx", "firm_id", "tenant_id", "other_remote_id"),
    )  # fmt: skip


class ClientGroup(FirmOwned, Base):
    """Clients that belong together, such as a family."""

    __tablename__ = "client_group"

    name: Mapped[str]
    tenant_id: Mapped[UUID | None]
    remote_id: Mapped[str | None]

    __table_args__ = (
        belongs_to("tenant"),
        Index(
            "client_group_remote_key", "firm_id", "tenant_id", "remote_id", unique=True,
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
    )  # fmt: skip


class ClientGroupMember(FirmOwned, Base):
    """That a client is in a group."""

    __tablename__ = "client_group_member"

    group_id: Mapped[UUID]
    client_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(
            ["firm_id", "group_id"], ["client_group.firm_id", "client_group.id"], ondelete="CASCADE"
        ),
        belongs_to("client", on_delete="CASCADE"),
        Index("client_group_member_key", "firm_id", "group_id", "client_id", unique=True),
        Index("client_group_member_client_idx", "firm_id", "client_id"),
    )


class PendingManager(FirmOwned, Base):
    """Who manages the client in XPM, where that person is nobody in the firm yet; applied when they become one."""

    __tablename__ = "pending_manager"

    client_id: Mapped[UUID]
    tenant_id: Mapped[UUID]
    staff_remote_id: Mapped[str]
    name: Mapped[str]
    position: Mapped[int]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("tenant"),
        Index("pending_manager_key", "firm_id", "client_id", "position", unique=True),
        Index("pending_manager_staff_idx", "firm_id", "tenant_id", "staff_remote_id"),
    )
