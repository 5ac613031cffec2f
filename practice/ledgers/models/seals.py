"""A period as it was when it was signed off."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned


class Seal(FirmOwned, Base):
    """The fingerprint of twelve months: what each document said, as columns in one value (seals.py)."""

    __tablename__ = "seal"

    tenant_id: Mapped[UUID]
    period_start: Mapped[dt.date]
    period_end: Mapped[dt.date]
    sealed_at: Mapped[dt.datetime]
    sealed_by: Mapped[UUID | None]
    note: Mapped[str]
    documents: Mapped[int]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(deferred=True)

    __table_args__ = (
        ForeignKeyConstraint(["firm_id", "tenant_id"], ["tenant.firm_id", "tenant.id"], ondelete="CASCADE"),
        UniqueConstraint("firm_id", "tenant_id", "period_end"),
    )
