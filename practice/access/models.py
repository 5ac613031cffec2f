"""Who somebody is, that they are here, and the keys their programs carry."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to


class Identity(Base):
    """A person as a sign-in provider knows them. No firm's row: it exists before one is joined."""

    __tablename__ = "identity"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str]
    email_verified: Mapped[bool]
    name: Mapped[str]
    xero_user_id: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class Session(Base):
    """Somebody signed in on one browser."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    identity_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("identity.id", ondelete="CASCADE"))
    firm_id: Mapped[UUID | None]
    csrf: Mapped[str]
    may_found: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (Index("session_identity_id_idx", "identity_id"), Index("session_ends_at_idx", "ends_at"))


class ApiKey(FirmOwned, Base):
    """A key with which a program acts as the member who made it."""

    __tablename__ = "api_key"

    member_id: Mapped[UUID]
    label: Mapped[str]
    hint: Mapped[str]
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (belongs_to("member"), Index("api_key_member_idx", "firm_id", "member_id"))


class SignInAttempt(Base):
    """A sign-in that failed, counted against where it came from; a row, since Redis may be lost (S5)."""

    __tablename__ = "throttle"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    origin_hash: Mapped[bytes]
    at: Mapped[datetime]

    __table_args__ = (Index("throttle_origin_hash_at_idx", "origin_hash", "at"),)
