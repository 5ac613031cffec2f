"""Scorecards, one for each look at the books, and issues: the life of what a check found."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
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
    profile_version: Mapped[int]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    checks: Mapped[dict[str, Any]]
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
