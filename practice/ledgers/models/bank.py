"""Money moved without lines: payments of documents, and transfers between bank accounts."""

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base
from practice.ledgers.models.base import Remote


class Payment(Remote, Base):
    """A payment of a document."""

    __tablename__ = "payment"

    type: Mapped[str | None]
    status: Mapped[str]
    date: Mapped[dt.date | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    account_id: Mapped[UUID | None]
    account_code: Mapped[str | None]
    reconciled: Mapped[bool]
    document_id: Mapped[UUID | None]
    reference: Mapped[str | None]


class BankTransfer(Remote, Base):
    """A transfer between two bank accounts, each side reconciled or not."""

    __tablename__ = "bank_transfer"

    status: Mapped[str | None]
    date: Mapped[dt.date | None]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    from_account_id: Mapped[UUID | None]
    to_account_id: Mapped[UUID | None]
    from_reconciled: Mapped[bool]
    to_reconciled: Mapped[bool]
    created_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
