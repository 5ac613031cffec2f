"""Figures that the Accounting API does not hold: what a bank statement or a filed tax return says."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, one_of

KINDS = ("statement", "tax_filed")
SOURCES = ("entered", "uploaded", "finance")


class StatedFigure(FirmOwned, Base):
    """A balance as somebody else states it; of two for the same kind, account and day the newer one replaces the older."""

    __tablename__ = "stated_figure"

    tenant_id: Mapped[UUID]
    kind: Mapped[str]
    account_id: Mapped[UUID | None]
    """Xero's id of the bank account; None for what is filed for the whole organisation."""
    date: Mapped[dt.date]
    cents: Mapped[int] = mapped_column(BigInteger)
    """A statement's balance is positive where the bank owes us; filed tax is positive where it is owed."""
    lines: Mapped[int | None]
    """Statement lines that nobody has coded yet, where that is known."""
    earliest: Mapped[dt.date | None]
    """The oldest of these lines."""
    made_by: Mapped[UUID | None]
    """The member; None where it came from Xero."""
    made_at: Mapped[dt.datetime]
    source: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["firm_id", "tenant_id"], ["tenant.firm_id", "tenant.id"], ondelete="CASCADE"),
        one_of("kind", KINDS),
        one_of("source", SOURCES),
        Index(
            "stated_figure_what_key",
            *("firm_id", "tenant_id", "kind", "account_id", "date"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )
