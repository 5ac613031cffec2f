"""The record: who did what to what. Append only, chained per firm, so that a change to the past shows (S58)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned
from practice.kernel.jobs import Job

VERBS = frozenset(
    {
        "firm.founded", "firm.changed", "firm.restored",
        "member.joined", "member.invited", "member.changed", "member.removed", "invitation.withdrawn",
        "session.began", "session.ended", "key.created", "key.revoked",
        "connection.made", "connection.remade", "connection.broken", "connection.warned", "connection.repaired",
        "connection.ordered", "connection.ended",
        "client.adopted", "client.configured", "client.archived", "client.restored", "client.dropped",
        "run.started", "run.paused", "run.resumed", "run.cancelled", "run.retried", "run.finished",
        "import.finished", "import.failed",
        "profile.created", "profile.changed", "profile.removed", "profile.assigned", "profile.made_default",
        "issue.dismissed", "issue.snoozed", "issue.reopened", "issue.undone", "rule.made", "rule.removed",
        "export.requested", "period.sealed", "figure.set", "figure.removed",
        "access.approved", "access.withdrawn",
        "client.added", "client.amended",
        "link.made", "link.ended", "link.settled", "link.repointed", "link.lost", "link.staff_gone", "link.policy_set",
        "snapshot.applied", "snapshot.undone", "snapshot.client_removed", "snapshot.client_restored",
        "snapshot.started", "snapshot.fetched", "snapshot.failed", "snapshot.refreshed",
        "snapshot.confirmed", "snapshot.discarded", "snapshot.undo_asked", "snapshot.retried",
        "fix.begun", "fix.written", "fix.failed", "fix.undoing", "fix.undone",
    }
)  # fmt: skip


class EntryRow(FirmOwned, Base):
    """One line of the record."""

    __tablename__ = "entry"

    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    verb: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    subject: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]]
    hash: Mapped[bytes]

    __table_args__ = (
        Index("entry_firm_id_seq_key", "firm_id", "seq", unique=True),
        Index("entry_client_idx", "firm_id", "client_id", "seq"),
    )


class ChainHead(Base):
    """Where a firm's record ends, and how far it has been read."""

    __tablename__ = "chain_head"

    firm_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(default=b"")
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0)


class ReadRecord(Job):
    """Read what was recorded since the last time, and tell who must be told."""

    @property
    def key(self) -> str:
        return "read-record"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a verb did, before it is written."""

    verb: str
    subject: str | None
    subject_id: UUID | None
    client_id: UUID | None
    facts: dict[str, Any]


def chained(previous: bytes, row: dict[str, Any]) -> bytes:
    """The hash of a row and all before it."""
    canonical = orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=str)
    return hmac.digest(hashlib.sha256(previous).digest(), canonical, "sha256")
