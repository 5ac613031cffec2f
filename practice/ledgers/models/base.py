"""What every row of a ledger has: the firm, the tenant it came from, and Xero's id as its key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, Uuid
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class OfTenant:
    """Of one tenant of one firm. A client points at a tenant, so that merging clients rewrites no ledger."""

    firm_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-100)
    tenant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-99)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:  # noqa: N805 - SQLAlchemy calls it on the class
        return (ForeignKeyConstraint(["firm_id", "tenant_id"], ["tenant.firm_id", "tenant.id"], ondelete="CASCADE"),)


class Remote(OfTenant):
    """A row that Xero knows by an id."""

    remote_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-98)
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), sort_order=90)
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), sort_order=91)
    """When a whole reading no longer found it. The row stays, and nothing counts it; found again, it is back."""
