"""A file that somebody asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of


class Export(FirmOwned, Base):
    """queued → ready | failed; only the member who asked may fetch it, for as long as it is kept."""

    __tablename__ = "export"

    member_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    name: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    bytes: Mapped[int | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("state", ("queued", "ready", "failed")),
        belongs_to("member", on_delete="CASCADE"),
        belongs_to("client", on_delete="CASCADE"),
        Index("export_created_idx", "firm_id", "created_at"),
    )
