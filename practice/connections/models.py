"""Grants with their sealed tokens, the tenants they can see, and the connections between them and the firm."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, Sealed, belongs_to, one_of

# A token this close to its end is refreshed before it is lent.
MARGIN = timedelta(minutes=3)
# A size is asked for again when it is older than this.
SIZE_KEEPS = timedelta(hours=1)


class Grant(FirmOwned, Base):
    """One Xero user's consent: one token set, whatever the number of organisations it reaches."""

    __tablename__ = "grant"

    provider: Mapped[str]
    xero_user_id: Mapped[str]
    name: Mapped[str]
    email: Mapped[str | None]
    access: Mapped[Sealed]
    refresh: Mapped[Sealed]
    expires_at: Mapped[datetime]
    generation: Mapped[int] = mapped_column(BigInteger, default=1)
    status: Mapped[str] = mapped_column(default="active")
    scopes: Mapped[list[str]]
    auth_event_id: Mapped[str | None]
    consented_at: Mapped[datetime]
    last_refresh_at: Mapped[datetime | None]
    first_attempt_at: Mapped[datetime | None]
    connected_by: Mapped[UUID | None]

    __table_args__ = (
        one_of("status", ("active", "reauth_required")),
        belongs_to("member", "connected_by"),
        UniqueConstraint("firm_id", "provider", "xero_user_id"),
    )

    @property
    def active(self) -> bool:
        """Whether its tokens may still be used."""
        return self.status == "active"

    def fresh(self, now: datetime) -> bool:
        """Whether the access token lasts long enough to be lent."""
        return self.expires_at > now + MARGIN


class TokenVersion(FirmOwned, Base):
    """A refresh token as it was once received: the last three, in case the newest turns out to be a dead end."""

    __tablename__ = "token_version"

    grant_id: Mapped[UUID]
    generation: Mapped[int] = mapped_column(BigInteger)
    refresh: Mapped[Sealed]
    obtained_at: Mapped[datetime]

    __table_args__ = (
        belongs_to("grant", on_delete="CASCADE"),
        Index("token_version_grant_idx", "firm_id", "grant_id", "obtained_at"),
    )


class Tenant(FirmOwned, Base):
    """An organisation or practice that somebody in the firm let us see."""

    __tablename__ = "tenant"

    provider: Mapped[str]
    remote_id: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str | None]
    currency: Mapped[str | None]
    short_code: Mapped[str | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    size_state: Mapped[str] = mapped_column(default="unknown")
    size_documents: Mapped[int | None]
    size_calls: Mapped[int | None]
    sized_at: Mapped[datetime | None]
    auth_event_id: Mapped[str | None]
    seen_at: Mapped[datetime]

    __table_args__ = (
        one_of("kind", ("organisation", "practice_manager", "other")),
        one_of("size_state", ("unknown", "checking", "known", "failed")),
        CheckConstraint("size_state <> 'known' OR size_documents IS NOT NULL", name="known_size_is_said"),
        UniqueConstraint("firm_id", "provider", "remote_id"),
    )

    def size_is_recent(self, now: datetime) -> bool:
        """Whether asking again would tell nothing new."""
        return self.size_state == "known" and self.sized_at is not None and now - self.sized_at < SIZE_KEEPS


class Connection(FirmOwned, Base):
    """The firm's link to a tenant. It keeps its id through every reconnection."""

    __tablename__ = "connection"

    tenant_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="active")
    cause: Mapped[str | None]
    day_calls_left: Mapped[int | None]
    connected_at: Mapped[datetime]

    __table_args__ = (
        one_of("status", ("active", "reauth_required", "disconnected")),
        belongs_to("tenant"),
        UniqueConstraint("firm_id", "tenant_id"),
    )

    @property
    def needs_consent(self) -> bool:
        """Whether a person has to connect again before anything can be read."""
        return self.status != "active"

    def revive(self) -> bool:
        """Working again. True if it was not."""
        was, self.status, self.cause = self.status, "active", None
        return was != "active"

    def break_off(self, cause: str, *, status: str = "reauth_required") -> bool:
        """No longer working. True if it was until now."""
        if self.status != "active":
            return False
        self.status, self.cause = status, cause
        return True


class DayQuota(FirmOwned, Base):
    """One day's calls to a tenant, a row for each of Xero's days: Redis forgets, and a day's limit does not.

    `left_calls`: what Xero last said; `resets_at`: where a refusal named it. A day begins, as far as we know, with our
    first call in it.
    """

    __tablename__ = "day_quota"

    tenant_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    calls: Mapped[int]
    left_calls: Mapped[int | None]
    resets_at: Mapped[datetime | None]
    noted_at: Mapped[datetime]

    __table_args__ = (
        belongs_to("tenant", on_delete="CASCADE"),
        UniqueConstraint("firm_id", "tenant_id", "opened_at"),
    )


class ConnectionGrant(FirmOwned, Base):
    """That a grant reaches a connection's tenant, under Xero's id for that link; lower priority is tried first."""

    __tablename__ = "connection_grant"

    connection_id: Mapped[UUID]
    grant_id: Mapped[UUID]
    remote_id: Mapped[str]
    auth_event_id: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        belongs_to("connection", on_delete="CASCADE"),
        belongs_to("grant", on_delete="CASCADE"),
        UniqueConstraint("firm_id", "connection_id", "grant_id"),
        Index("connection_grant_grant_idx", "firm_id", "grant_id"),
    )


class Delivery(Base):
    """One event as the provider told it, each once. Not a firm's row: it names an organisation that several firms may have."""

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    provider: Mapped[str]
    tenant_remote_id: Mapped[str]
    resource_id: Mapped[str]
    category: Mapped[str]
    event_type: Mapped[str]
    event_at: Mapped[str]
    """As it was written: it only has to tell two events apart."""
    received_at: Mapped[datetime]
    passed_on_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint(
            "provider", "tenant_remote_id", "resource_id", "category", "event_type", "event_at",
            name="delivery_event_key",
        ),
        Index("delivery_waiting_idx", "received_at", postgresql_where=text("passed_on_at IS NULL")),
        Index("delivery_received_at_idx", "received_at"),
    )  # fmt: skip
