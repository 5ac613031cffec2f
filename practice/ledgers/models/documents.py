"""Documents with lines. The lines are arrays of the document's row, so that a page replaces both in one statement."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base
from practice.ledgers.models.base import Remote


class WithLines:
    """Parallel arrays, one element a line; an element may be null where the line has no such value."""

    line_accounts: Mapped[list[str | None]] = mapped_column(ARRAY(Text), sort_order=80)
    line_account_ids: Mapped[list[UUID | None]] = mapped_column(ARRAY(Uuid), sort_order=81)
    line_tax_types: Mapped[list[str | None]] = mapped_column(ARRAY(Text), sort_order=82)
    line_cents: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), sort_order=83)


class Document(WithLines, Remote, Base):
    """An invoice, bill, credit note, prepayment or overpayment."""

    __tablename__ = "document"

    kind: Mapped[str]
    side: Mapped[str]
    status: Mapped[str]
    contact_id: Mapped[UUID | None]
    contact_name: Mapped[str | None]
    number: Mapped[str | None]
    reference: Mapped[str | None]
    date: Mapped[dt.date | None]
    due_date: Mapped[dt.date | None]
    subtotal_cents: Mapped[int | None] = mapped_column(BigInteger)
    tax_cents: Mapped[int | None] = mapped_column(BigInteger)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    due_cents: Mapped[int | None] = mapped_column(BigInteger)
    paid_cents: Mapped[int | None] = mapped_column(BigInteger)
    credited_cents: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 10))
    has_attachments: Mapped[bool | None]
    line_tax_cents: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger), sort_order=84)


class BankTransaction(WithLines, Remote, Base):
    """Money spent or received; the …-TRANSFER types are the sides of bank transfers."""

    __tablename__ = "bank_transaction"

    type: Mapped[str]
    status: Mapped[str]
    contact_id: Mapped[UUID | None]
    contact_name: Mapped[str | None]
    account_id: Mapped[UUID | None]
    date: Mapped[dt.date | None]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    reconciled: Mapped[bool]
    currency: Mapped[str | None]
    rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 10))
    reference: Mapped[str | None]
    has_attachments: Mapped[bool | None]
    line_tax_cents: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger), sort_order=84)


class ManualJournal(WithLines, Remote, Base):
    """A manual journal; debits are positive."""

    __tablename__ = "manual_journal"

    status: Mapped[str]
    date: Mapped[dt.date | None]
    narration: Mapped[str | None]
