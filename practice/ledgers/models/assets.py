"""The register of fixed assets, which Xero keeps beside the ledger."""

from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base
from practice.ledgers.models.base import Remote


class Asset(Remote, Base):
    """An asset that is a draft or registered, with the accounts of its type."""

    __tablename__ = "asset"

    status: Mapped[str]
    account_id: Mapped[UUID | None]
    accumulated_account_id: Mapped[UUID | None]
    cost_cents: Mapped[int] = mapped_column(BigInteger)
    accumulated_cents: Mapped[int] = mapped_column(BigInteger)
    """What was written off to date."""
