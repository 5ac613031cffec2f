"""Jobs: PostgreSQL holds them, arq only rings.

    queued ──claim──▶ running ──settle──▶ done | failed | cancelled
      ▲                  │
      └── retry, snooze, ┘   hand back (SIGTERM), take back (lease expired)

A parked job is `queued` with `run_at` ahead and its `cause`. Claiming and settling are the worker's.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, one_of


@dataclass(frozen=True, slots=True)
class Lane:
    """How many jobs of a kind may run at once in one firm; the database itself refuses one more."""

    name: str
    width: int


class Job(BaseModel):
    """What is to be done: ids and plain values only, never a secret or a person's data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    queue: ClassVar[Literal["quick", "slow"]] = "quick"
    tries: ClassVar[int] = 8
    lane: ClassVar[Lane | None] = None

    @property
    def key(self) -> str | None:
        """Two jobs with the same key are never queued or running at once; None: as many as wanted."""
        return None

    @classmethod
    def job_name(cls) -> str:
        """`ImportLedger` is `import_ledger`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class JobRow(FirmOwned, Base):
    """A job in the database."""

    __tablename__ = "job"

    name: Mapped[str]
    args: Mapped[dict[str, Any]]
    queue: Mapped[str]
    lane: Mapped[str | None]
    line: Mapped[str] = mapped_column(Computed("coalesce(lane, '')", persisted=True))
    width: Mapped[int | None]
    slot: Mapped[int | None]
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    key: Mapped[str | None]
    cost: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="queued")
    attempt: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int]
    crashes: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    cursor: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    cause: Mapped[str | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    served_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("queue", ("quick", "slow")),
        one_of("state", ("queued", "running", "done", "failed", "cancelled")),
        CheckConstraint("slot IS NULL OR slot BETWEEN 1 AND width", name="slot_in_lane"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="running_is_leased"),
        CheckConstraint(
            "state IN ('queued', 'running') OR finished_at IS NOT NULL", name="finished_has_time"
        ),
        Index(
            "job_key_live_key", "firm_id", "key", unique=True, postgresql_where=text("state IN ('queued', 'running')")
        ),
        Index(
            "job_lane_slot_key",
            "firm_id",
            "lane",
            "slot",
            unique=True,
            postgresql_where=text("state = 'running' AND lane IS NOT NULL"),
        ),
        # A claim looks through these three, and through nothing else, however long the queue is (worker/claim.py).
        Index("job_due_idx", "queue", "firm_id", "line", "run_at", postgresql_where=text("state = 'queued'")),
        Index("job_cost_idx", "queue", "firm_id", "line", "cost", "run_at", postgresql_where=text("state = 'queued'")),
        Index("job_served_idx", "queue", "firm_id", "served_at", postgresql_where=text("served_at IS NOT NULL")),
        Index("job_finished_idx", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index("job_leased_idx", "lease_until", postgresql_where=text("state = 'running'")),
    )


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in a worker's hands: only the holder of this fence may write for it."""

    id: UUID
    firm_id: UUID
    fence: int
