"""The firm, its members and who is invited."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of

ROLES = ("owner", "admin", "manager", "staff", "viewer")
VISIBILITIES = ("whole_team", "xero_users", "specific_people")


class Firm(FirmOwned, Base):
    """An accounting practice: what everything else belongs to. It belongs to itself."""

    __tablename__ = "firm"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-99)
    firm_id = synonym("id")  # a firm's firm is itself, so one column is enough
    name: Mapped[str]
    time_zone: Mapped[str]
    default_visibility: Mapped[str]
    client_bundle: Mapped[int]
    nightly_sync: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        one_of("default_visibility", VISIBILITIES),
        CheckConstraint("client_bundle > 0", name="bundle_is_positive"),
    )


class Member(FirmOwned, Base):
    """A person in a firm, with one role."""

    __tablename__ = "member"

    identity_id: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default="active")
    last_seen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        one_of("role", ROLES),
        one_of("state", ("active", "removed")),
        Index(
            "member_active_identity_key",
            "firm_id",
            "identity_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index("member_identity_id_idx", "identity_id"),
    )

    @property
    def active(self) -> bool:
        """Whether the person may come in."""
        return self.state == "active"


class Invitation(FirmOwned, Base):
    """Somebody asked to join. The secret of its link is in a ticket, and only its hash at that."""

    __tablename__ = "invitation"

    email: Mapped[str]
    role: Mapped[str]
    invited_by: Mapped[UUID]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        belongs_to("member", "invited_by"),
        one_of("role", ROLES),
        Index(
            "invitation_open_email_key",
            "firm_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    def open_at(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
