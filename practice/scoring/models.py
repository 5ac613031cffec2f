"""Scorecards, one for each look at the books; issues, the life of what a check found; and a firm's own profiles."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of


class Scorecard(FirmOwned, Base):
    """A score with all it was made of, so that an old one can be explained; never changed once written."""

    __tablename__ = "scorecard"

    client_id: Mapped[UUID]
    import_id: Mapped[UUID | None]
    as_of: Mapped[dt.date]
    period_end: Mapped[dt.date]
    value: Mapped[int | None]
    band: Mapped[str]
    provisional: Mapped[bool]
    coverage: Mapped[int]
    profile: Mapped[str]
    profile_id: Mapped[UUID | None]
    """None where it was scored before profiles were a firm's own."""
    profile_version: Mapped[int]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    checks: Mapped[dict[str, Any]]
    measures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By check, the exact numbers of its degree (measures.py): the score can be weighed anew without the books."""
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the outcome depended on (basis.py): a check whose part of it is as it was need not look again."""
    scored_at: Mapped[dt.datetime]

    __table_args__ = (
        one_of("band", ("healthy", "attention", "at_risk", "unscored")),
        belongs_to("client", on_delete="CASCADE"),
        Index("scorecard_client_idx", "firm_id", "client_id", "scored_at"),
    )


class Issue(FirmOwned, Base):
    """Something to put right, the same one for as long as its key is found.

    open ⇄ dismissed      by people; a changed fingerprint opens it again
    open, dismissed → resolved      when it is no longer found; found again, it is what it was
    """

    __tablename__ = "issue"

    client_id: Mapped[UUID]
    code: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    state: Mapped[str]
    title: Mapped[str]
    detail: Mapped[str]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    date: Mapped[dt.date | None]
    contact: Mapped[str | None]
    account: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    links: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    adds: Mapped[int] = mapped_column(default=1)
    """With the next three, what the issue adds to its check's measure (check.py, Finding)."""
    subject: Mapped[str | None]
    base_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    fails: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]
    dismissed_at: Mapped[dt.datetime | None]
    dismissed_by: Mapped[UUID | None]
    dismissed_reason: Mapped[str | None]

    __table_args__ = (
        one_of("state", ("open", "dismissed", "resolved")),
        belongs_to("client", on_delete="CASCADE"),
        UniqueConstraint("firm_id", "client_id", "code", "key"),
        Index("issue_client_state_idx", "firm_id", "client_id", "state", "code"),
    )

    @property
    def open(self) -> bool:
        return self.state == "open"

    def dismiss(self, *, by: UUID | None, reason: str, at: dt.datetime) -> None:
        """No longer counts, until it changes."""
        self.state = "dismissed"
        self.dismissed_at, self.dismissed_by, self.dismissed_reason = at, by, reason

    def reopen(self) -> None:
        """Counts again."""
        self.state = "open"
        self.dismissed_at = self.dismissed_by = self.dismissed_reason = None


class ProfileRow(FirmOwned, Base):
    """A firm's own profile as it is now. Shipped profiles have no rows (shipped.py)."""

    __tablename__ = "profile"

    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    cap_critical: Mapped[bool] = mapped_column(default=False)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each with `code` and `weight`, in the order of the profile."""
    thresholds: Mapped[dict[str, Any]]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[UUID | None]

    __table_args__ = (Index("profile_name_key", "firm_id", text("lower(name)"), unique=True),)


class ProfileVersion(FirmOwned, Base):
    """A profile as it was once; never changed, so that an old score can be explained. It outlives its profile."""

    __tablename__ = "profile_version"

    profile_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[int]
    cap_critical: Mapped[bool]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    thresholds: Mapped[dict[str, Any]]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[UUID | None]

    __table_args__ = (UniqueConstraint("firm_id", "profile_id", "version"),)


class ProfileChoice(FirmOwned, Base):
    """Which profile counts for a client, for clients with a tag, or by default. Names a shipped profile or a row."""

    __tablename__ = "profile_choice"

    profile_id: Mapped[UUID]
    kind: Mapped[str]
    tag: Mapped[str | None]
    client_id: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        one_of("kind", ("default", "tag", "client")),
        CheckConstraint(
            "(kind = 'tag') = (tag IS NOT NULL) AND (kind = 'client') = (client_id IS NOT NULL)",
            name="names_its_target",
        ),
        Index(
            "profile_choice_target_key", "firm_id", "kind", "tag", "client_id", unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
