"""Grants with their sealed tokens, the tenants they can see, and the connections between them and the firm."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from practice.connections.causes import STATUSES, WORKING
from practice.connections.judge import Judgement
from practice.connections.purposes import PURPOSES
from practice.kernel.database import Base, FirmOwned, Sealed, belongs_to, one_of

# A token this close to its end is refreshed before it is lent.
MARGIN = timedelta(minutes=3)
# A size is asked for again when it is older than this.
SIZE_KEEPS = timedelta(hours=1)
# Unused for this long a consent ends at Xero; with this much of it gone, people are warned.
CONSENT_LASTS = timedelta(days=60)
WARNED_AFTER = timedelta(days=45)


class Grant(FirmOwned, Base):
    """One Xero user's consent to one purpose: one token set, whatever the number of organisations it reaches.

    To read a practice's own records is asked for apart from reading ledgers, and kept apart: some apps may not ask for
    both at once, and consenting to one must never narrow or end the other (docs/decisions/0022).
    """

    __tablename__ = "grant"

    provider: Mapped[str]
    xero_user_id: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="ledgers")
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
    checked_at: Mapped[datetime | None]
    """When the provider last said what it reaches."""
    check_problem: Mapped[str | None]
    """What came in the way of the last look; None where it went well."""

    __table_args__ = (
        one_of("status", ("active", "reauth_required")),
        one_of("purpose", tuple(PURPOSES)),
        belongs_to("member", "connected_by"),
        UniqueConstraint("firm_id", "provider", "xero_user_id", "purpose"),
    )

    @property
    def active(self) -> bool:
        """Whether its tokens may still be used."""
        return self.status == "active"

    def fresh(self, now: datetime) -> bool:
        """Whether the access token lasts long enough to be lent."""
        return self.expires_at > now + MARGIN

    @property
    def lapses_at(self) -> datetime:
        """When the provider ends it if nothing renews it until then."""
        return max(self.consented_at, self.last_refresh_at or self.consented_at) + CONSENT_LASTS

    def lapsing(self, now: datetime) -> bool:
        """Whether renewing it has failed for so long that people should know."""
        return now > self.lapses_at - CONSENT_LASTS + WARNED_AFTER

    def lacks(self, wanted: Iterable[str]) -> list[str]:
        """What the product asks for and this consent does not cover. Who somebody is, is not what is read."""
        if not self.scopes:
            return []  # nobody said
        return [scope for scope in wanted if "." in scope and scope not in self.scopes]


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
    """The firm's link to a tenant. It keeps its id through every reconnection.

    It moves between active, degraded, reauth_required and revoked_at_xero as the consents that reach it are `found`; the
    firm may `end` it from any of them, and only a consent that names it again can then `revive` it.
    """

    __tablename__ = "connection"

    tenant_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="active")
    cause: Mapped[str | None]
    caused_by: Mapped[UUID | None]
    """The grant that the cause is about. No reference: the grant may be forgotten before the cause is gone."""
    day_calls_left: Mapped[int | None]
    connected_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    """When the organisation itself last answered."""

    __table_args__ = (
        one_of("status", STATUSES),
        CheckConstraint("status <> 'active' OR cause IS NULL", name="active_without_cause"),
        belongs_to("tenant"),
        UniqueConstraint("firm_id", "tenant_id"),
    )

    @property
    def needs_consent(self) -> bool:
        """Whether a person has to connect again before anything can be read."""
        return self.status not in WORKING

    def revive(self) -> bool:
        """A consent names it. True if it was not working."""
        was = self.needs_consent
        self.status, self.cause, self.caused_by = "active", None, None
        return was

    def found(self, as_: Judgement) -> bool:
        """What a look at its consents says. What the firm has ended stays so. True if that is news."""
        if self.status == "disconnected":
            return False
        before = (self.status, self.cause, self.caused_by)
        self.status, self.cause, self.caused_by = as_.status, as_.cause, as_.grant_id
        return before != (as_.status, as_.cause, as_.grant_id)

    def end(self) -> bool:
        """The firm ends it. True if it had not yet."""
        if self.status == "disconnected":
            return False
        self.status, self.cause, self.caused_by = "disconnected", "ended_here", None
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
    gone_at: Mapped[datetime | None]
    """Since when the grant no longer reaches it."""
    refused: Mapped[str | None]
    """The part of the ledger that this grant was refused for want of a permission."""

    __table_args__ = (
        belongs_to("connection", on_delete="CASCADE"),
        belongs_to("grant", on_delete="CASCADE"),
        UniqueConstraint("firm_id", "connection_id", "grant_id"),
        Index("connection_grant_grant_idx", "firm_id", "grant_id"),
    )


class Trouble(FirmOwned, Base):
    """That people were told of a cause, once for each consent, until it is repaired. How often a letter may be written."""

    __tablename__ = "trouble"

    cause: Mapped[str]
    grant_id: Mapped[UUID]
    """No reference: a refresh holds the grant's row while it waits for the provider, and nobody should wait for that."""
    organisations: Mapped[int]
    told_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("trouble_open_key", "firm_id", "grant_id", "cause", unique=True, postgresql_where=text("ended_at IS NULL")),
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
