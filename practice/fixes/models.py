"""A correction on its way to Xero, and after."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of

UNDER_WAY = ("writing", "undoing")


class Fix(FirmOwned, Base):
    """The intent is a row before anything is sent, and its id is the key that makes two sendings one.

    writing → written | failed      written → undoing → undone | written, with a problem
    """

    __tablename__ = "fix"

    client_id: Mapped[UUID]
    issue_id: Mapped[UUID]
    kind: Mapped[str]
    resource: Mapped[str]
    remote_id: Mapped[str]
    title: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    state: Mapped[str]
    made_by: Mapped[UUID | None]
    can_undo: Mapped[bool]
    written_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        one_of("state", ("writing", "written", "failed", "undoing", "undone")),
        belongs_to("client", on_delete="CASCADE"),
        belongs_to("issue", on_delete="CASCADE"),
        Index("fix_client_idx", "firm_id", "client_id", "created_at"),
        # Two people at the same issue: the second one's intent is refused.
        Index(
            "fix_under_way_key", "firm_id", "issue_id", unique=True,
            postgresql_where=text("state IN ('writing', 'undoing')"),
        ),
    )  # fmt: skip

    @property
    def wanted(self) -> dict[str, str | None]:
        """The columns as they shall be at Xero, given which way the row is going."""
        side = "before" if self.state == "undoing" else "after"
        return {change["field"]: change[side] for change in self.changes}
