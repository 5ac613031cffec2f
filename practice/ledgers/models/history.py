"""What readings saw change, kept because Xero itself forgets it: lock dates, and contacts' bank details."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from practice.kernel.database import Base, FirmOwned


def _of_tenant() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["firm_id", "tenant_id"], ["tenant.firm_id", "tenant.id"], ondelete="CASCADE")


class LockHistory(FirmOwned, Base):
    """The organisation's lock dates, one row each time they differed from the reading before."""

    __tablename__ = "lock_history"

    tenant_id: Mapped[UUID]
    seen_at: Mapped[dt.datetime]
    period_lock: Mapped[dt.date | None]
    year_lock: Mapped[dt.date | None]

    __table_args__ = (_of_tenant(), Index("lock_history_tenant_idx", "firm_id", "tenant_id", "seen_at"))


class BankHistory(FirmOwned, Base):
    """That a contact's bank account had other digits than at the reading before. The digits are not kept."""

    __tablename__ = "bank_history"

    tenant_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    seen_at: Mapped[dt.datetime]

    __table_args__ = (_of_tenant(), Index("bank_history_tenant_idx", "firm_id", "tenant_id", "seen_at"))
