"""A client, who manages it, who may see it, and who has looked at it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of

STATES = ("draft", "ready", "active", "archived")
VISIBILITIES = ("whole_team", "xero_users", "specific_people")


class Client(FirmOwned, Base):
    """A client of the firm. Score and import are written here by their slices, so that the list is one query."""

    __tablename__ = "client"

    tenant_id: Mapped[UUID | None]
    name: Mapped[str]
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

    __table_args__ = (
        belongs_to("tenant"),
        one_of("state", STATES),
        one_of("visibility", VISIBILITIES),
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
