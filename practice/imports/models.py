"""A run that somebody or the night started, the import of each client in it, and what Xero said has changed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of

ACTIVE = ("queued", "importing", "scoring", "waiting")
ENDED = ("done", "failed", "cancelled")
KINDS = ("import", "sync", "night", "sweep")
NIGHTLY = ("night", "sweep")
"""Begun by the clock: nobody waits for them, and nobody is written to when they end."""


class ImportRun(FirmOwned, Base):
    """What one press of Import or Sync, or one night, started. Its progress is counted from its imports, never stored.

    `import` and `sync` read what changed since the last time, `night` too; `sweep` reads everything, and finds what is gone.
    """

    __tablename__ = "import_run"

    kind: Mapped[str] = mapped_column(default="import")
    night: Mapped[date | None]
    started_by: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="open")
    finished_at: Mapped[datetime | None]

    @property
    def nightly(self) -> bool:
        """Begun by the clock, a few clients at a time; feed_night.py ends it, not its last import."""
        return self.kind in NIGHTLY

    __table_args__ = (
        belongs_to("member", "started_by"),
        one_of("kind", KINDS),
        one_of("state", ("open", "paused", "finished")),
        CheckConstraint("(night IS NOT NULL) = (kind IN ('night', 'sweep'))", name="night_has_date"),
        Index("import_run_night_key", "firm_id", "kind", "night", unique=True, postgresql_where=text("night IS NOT NULL")),
        CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished_has_time"),
    )


class Import(FirmOwned, Base):
    """One client's books being read and scored, once."""

    __tablename__ = "import"

    run_id: Mapped[UUID]
    client_id: Mapped[UUID]
    tenant_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default="queued")
    stages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    stage: Mapped[str | None]
    documents: Mapped[int] = mapped_column(default=0)
    documents_total: Mapped[int | None]
    calls: Mapped[int] = mapped_column(default=0)
    calls_left: Mapped[int | None]
    set_aside: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    """Rows that are not as they were, those found to be gone among them; reports count for nothing."""
    attempts: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    waiting_until: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        belongs_to("import_run", "run_id"),
        belongs_to("client"),
        belongs_to("tenant"),
        one_of("state", (*ACTIVE, *ENDED)),
        CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="ended_has_time"
        ),
        CheckConstraint("state <> 'failed' OR problem IS NOT NULL", name="failed_has_reason"),
        Index(
            "import_active_client_key",
            "firm_id",
            "client_id",
            unique=True,
            postgresql_where=text("state IN ('queued', 'importing', 'scoring', 'waiting')"),
        ),
        Index("import_run_idx", "firm_id", "run_id"),
    )

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def shown_state(self) -> str:
        """What a person reads: a failure that a person can mend needs action."""
        if self.state == "failed" and self.problem:
            operation = (self.problem.get("remedy") or {}).get("operation")
            return "needs_action" if operation in ("reconnect", "open_settings") else "failed"
        return self.state


class RemoteChange(FirmOwned, Base):
    """A document that Xero said has changed, and that has not been read since. One row, however often it was said."""

    __tablename__ = "remote_change"

    tenant_id: Mapped[UUID]
    resource: Mapped[str]
    remote_id: Mapped[UUID]

    __table_args__ = (
        belongs_to("tenant", on_delete="CASCADE"),
        Index("remote_change_document_key", "firm_id", "tenant_id", "resource", "remote_id", unique=True),
    )
