"""Links, the conflicts on them, what is ignored for good, who wins, and what is tied without asking."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of

KINDS = ("client", "staff")
STATES = ("linked", "remote_archived", "remote_deleted", "unlinked")
POLICIES = ("xpm_wins", "portal_wins", "ask", "mirror", "off")
DETAILS = ("basic", "all")


class Link(FirmOwned, Base):
    """That a client, or a member, is the record with this id in XPM.

    linked ⇄ remote_archived      linked → remote_deleted | unlinked
    """

    __tablename__ = "link"

    tenant_id: Mapped[UUID]
    kind: Mapped[str]
    remote_id: Mapped[str]
    client_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="linked")
    details: Mapped[str] = mapped_column(default="basic")
    """What was brought the widest: what once came as *all* is not blanked by *basic*."""
    base: Mapped[dict[str, str]] = mapped_column(JSONB)
    """By field, the value at the last agreement; a field never agreed on is not there. Blank is ''."""
    remote_name: Mapped[str]
    web_url: Mapped[str | None]
    last_imported_at: Mapped[datetime | None]
    imported_by: Mapped[UUID | None]
    snapshot_id: Mapped[UUID | None]
    """The run that brought it last."""
    changed_fields: Mapped[list[str]] = mapped_column(default=list)
    """What was changed here by the last run that changed anything: the Updated badge."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        belongs_to("tenant"),
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("member"),
        belongs_to("member", "imported_by"),
        one_of("kind", KINDS),
        one_of("state", STATES),
        one_of("details", DETAILS),
        Index(
            "link_remote_key", "firm_id", "tenant_id", "kind", "remote_id", unique=True,
            postgresql_where=text("state <> 'unlinked'"),
        ),
        # Never two records of one practice on one client.
        Index(
            "link_client_key", "firm_id", "tenant_id", "client_id", unique=True,
            postgresql_where=text("state <> 'unlinked' AND client_id IS NOT NULL"),
        ),
        Index("link_client_idx", "firm_id", "client_id"),
    )  # fmt: skip


class LinkConflict(FirmOwned, Base):
    """A field changed on both sides to different values: a person decides."""

    __tablename__ = "link_conflict"

    link_id: Mapped[UUID]
    client_id: Mapped[UUID]
    field: Mapped[str]
    base: Mapped[str]
    local: Mapped[str]
    remote: Mapped[str]
    found_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolution: Mapped[str | None]
    """`local` kept, or `remote` taken."""

    __table_args__ = (
        belongs_to("link", on_delete="CASCADE"),
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("member", "resolved_by"),
        one_of("resolution", ("local", "remote")),
        Index(
            "link_conflict_open_key", "firm_id", "link_id", "field", unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index("link_conflict_client_idx", "firm_id", "client_id"),
    )  # fmt: skip


class LinkPolicy(FirmOwned, Base):
    """Who wins where both sides changed a group of fields; a group without a row is `ask`."""

    __tablename__ = "link_policy"

    tenant_id: Mapped[UUID]
    field_group: Mapped[str]
    policy: Mapped[str]

    __table_args__ = (
        belongs_to("tenant"),
        one_of("policy", POLICIES),
        UniqueConstraint("firm_id", "tenant_id", "field_group"),
    )


class MatchSetting(FirmOwned, Base):
    """What a practice allows to be tied without asking; without a row, as the ladder has it (xpm.md 3.3)."""

    __tablename__ = "match_setting"

    tenant_id: Mapped[UUID]
    trusts_by_name: Mapped[bool]
    """A trust or fund without numbers, by its name alone."""

    __table_args__ = (belongs_to("tenant"), UniqueConstraint("firm_id", "tenant_id"))


class IgnoredRemote(FirmOwned, Base):
    """A record that nobody wants to be asked about again."""

    __tablename__ = "ignored_remote"

    tenant_id: Mapped[UUID]
    kind: Mapped[str]
    remote_id: Mapped[str]
    name: Mapped[str]
    ignored_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("tenant"),
        belongs_to("member", "ignored_by"),
        one_of("kind", KINDS),
        UniqueConstraint("firm_id", "tenant_id", "kind", "remote_id"),
    )
