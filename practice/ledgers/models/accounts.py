"""The chart of accounts and the tax rates."""

from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base
from practice.ledgers.models.base import OfTenant, Remote


class Account(Remote, Base):
    """An account. Bank accounts may have no code, so the id is the key everywhere."""

    __tablename__ = "account"

    code: Mapped[str | None]
    name: Mapped[str | None]
    type: Mapped[str | None]
    class_: Mapped[str | None]
    status: Mapped[str | None]
    tax_type: Mapped[str | None]
    bank_account_number: Mapped[str | None]
    currency: Mapped[str | None]
    system_account: Mapped[str | None]
    reporting_code: Mapped[str | None]


class TaxRate(OfTenant, Base):
    """A tax rate, known by its tax type."""

    __tablename__ = "tax_rate"

    tax_type: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    status: Mapped[str | None]
    effective_rate: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))
    for_assets: Mapped[bool | None]
    for_equity: Mapped[bool | None]
    for_expenses: Mapped[bool | None]
    for_liabilities: Mapped[bool | None]
    for_revenue: Mapped[bool | None]
