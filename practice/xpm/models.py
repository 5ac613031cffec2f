"""A snapshot of the practice's records, its rows with what is proposed and decided, and what its structures mean."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, Sealed, belongs_to, one_of

STATES = ("fetching", "ready", "applying", "applied", "undoing", "undone", "failed", "discarded")
STEPS = ("staff", "clients", "entities", "confirm")
PROPOSALS = ("linked", "match", "check", "create", "skip", "ignored")
ACTIONS = ("create", "link", "skip", "ignore")
OUTCOMES = ("created", "updated", "linked", "unchanged", "conflict", "skipped", "ignored", "failed")


class Snapshot(FirmOwned, Base):
    """One import from XPM, from the fetch to what became of it.

    fetching → ready | failed      ready → applying | discarded      applying → applied → undoing → undone | applied
    """

    __tablename__ = "snapshot"

    tenant_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(default="xpm")
    state: Mapped[str] = mapped_column(default="fetching")
    step: Mapped[str] = mapped_column(default="staff")
    """How far somebody has saved and continued."""
    details: Mapped[str] = mapped_column(default="basic")
    archived_too: Mapped[bool] = mapped_column(default=False)
    """Whether archived clients are offered; they are read in any case."""
    invite: Mapped[bool] = mapped_column(default=False)
    """Whether the staff that were ticked are sent an invitation."""
    numbers_too: Mapped[bool] = mapped_column(default=False)
    """Whether business and company numbers and dates of birth are kept with the clients (sealed)."""
    started_by: Mapped[UUID | None]
    xero_user_id: Mapped[str | None]
    """Whose consent it was read with: a narrower user's snapshot says nothing of those it does not show."""
    fetched_at: Mapped[datetime | None]
    """When the reading began: what changed at XPM since is read again at confirmation."""
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """Since when its rows say what came of them and nothing else (practice/xpm/forget_applied.py)."""
    progress: Mapped[dict[str, Any]]
    """{"stage": words, "done": n, "total": n | null}."""
    counts: Mapped[dict[str, Any]]
    """After the fetch: {"staff", "clients", "entities", "groups", "relationships", "archived", "gone"};
    after applying also {"created", "updated", "linked", "unchanged", "conflict", "skipped", "failed"}."""
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    groups: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{"remote_id", "name", "members": [remote ids]}], as fetched; `was`: its name here before this run gave it that one."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        belongs_to("tenant"),
        belongs_to("member", "started_by"),
        belongs_to("member", "confirmed_by"),
        one_of("state", STATES),
        one_of("source", ("xpm", "report")),
        one_of("step", STEPS),
        one_of("details", ("basic", "all")),
        # One fetch, one applying at a time for each practice.
        Index(
            "snapshot_under_way_key", "firm_id", "tenant_id", unique=True,
            postgresql_where=text("state IN ('fetching', 'applying', 'undoing')"),
        ),
        Index("snapshot_created_idx", "firm_id", "created_at"),
    )  # fmt: skip


class SnapshotRow(FirmOwned, Base):
    """One member of staff or one client as XPM has it, what we propose, what was decided, what came of it.

    The row is the ledger of applying: `outcome` is written in the unit that does it, and a row that has one is done.
    """

    __tablename__ = "snapshot_row"

    snapshot_id: Mapped[UUID]
    kind: Mapped[str]
    """`staff`; `client`: a person; `entity`: every other structure."""
    remote_id: Mapped[str]
    name: Mapped[str]
    neutral: Mapped[dict[str, Any]]
    """What the provider answered in our words (practice/xpm/neutral.py), without what is private."""
    private: Mapped[Sealed | None]
    """Sealed JSON of `details.PRIVATE`."""
    digest: Mapped[bytes]
    """Of everything read: the same again is unchanged."""
    client_kind: Mapped[str | None]
    """What its structure means; None while nobody has said (a blocker)."""
    archived: Mapped[bool] = mapped_column(default=False)
    proposal: Mapped[str]
    """linked: tied before; match: one sure match; check: a person must look; create; skip; ignored."""
    reasons: Mapped[list[str]]
    """Codes of matching.REASONS, for what is proposed."""
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{"client_id" | "member_id", "name", "rank", "score", "reasons": [codes]}], the best first."""
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{"code", "level": "blocker" | "warning" | "note", "text", "remedy"}] (practice/xpm/precheck.py)."""
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """For a tied row, by field what importing *all* would do: [{"field", "before", "after", "result"}] (links/merge.py)."""
    chosen: Mapped[bool]
    action: Mapped[str]
    target_id: Mapped[UUID | None]
    """The client or member to link to."""
    role: Mapped[str | None]
    """Staff: the role to invite with."""
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    changed_since: Mapped[bool] = mapped_column(default=False)
    """It changed at XPM after it was reviewed."""
    outcome: Mapped[str | None]
    outcome_at: Mapped[datetime | None]
    client_id: Mapped[UUID | None]
    """The client it became or was brought into."""
    member_id: Mapped[UUID | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What undo puts back: fields, link, managers and groups as they were, and the versions it left behind."""
    undone: Mapped[str | None]
    """None until the run is undone; then `undone`, or why not."""
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        belongs_to("snapshot", on_delete="CASCADE"),
        ForeignKeyConstraint(["firm_id", "client_id"], ["client.firm_id", "client.id"], ondelete="SET NULL (client_id)"),
        belongs_to("member"),
        one_of("kind", ("staff", "client", "entity")),
        one_of("proposal", PROPOSALS),
        one_of("action", ACTIONS),
        one_of("outcome", OUTCOMES),
        Index("snapshot_row_remote_key", "firm_id", "snapshot_id", "kind", "remote_id", unique=True),
        Index("snapshot_row_order_idx", "firm_id", "snapshot_id", "kind", text("lower(name)"), "id"),
        Index("snapshot_row_client_idx", "firm_id", "client_id", postgresql_where=text("client_id IS NOT NULL")),
        Index(
            "snapshot_row_open_idx", "firm_id", "snapshot_id", "id", postgresql_where=text("outcome IS NULL AND chosen")
        ),
    )


class StructureKind(FirmOwned, Base):
    """What a business structure's name means in this practice: the names are its own (xero-facts 6.5)."""

    __tablename__ = "structure_kind"

    tenant_id: Mapped[UUID]
    structure: Mapped[str]
    """In small letters, spaces collapsed."""
    client_kind: Mapped[str]
    set_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("tenant"),
        belongs_to("member", "set_by"),
        UniqueConstraint("firm_id", "tenant_id", "structure"),
    )


class ReportMapping(FirmOwned, Base):
    """Which column of a practice's report is which field, as it was last said."""

    __tablename__ = "report_mapping"

    headers: Mapped[str]
    """The header row, in small letters, joined by a line feed: the same report again is known by it."""
    columns: Mapped[dict[str, str]] = mapped_column(JSONB)
    """By field, the header."""

    __table_args__ = (UniqueConstraint("firm_id", "headers"),)
