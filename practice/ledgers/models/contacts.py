"""The organisation's customers and suppliers."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from practice.kernel.database import Base
from practice.ledgers.models.base import Remote


class Contact(Remote, Base):
    """A contact of the organisation, archived ones included."""

    __tablename__ = "contact"

    name: Mapped[str | None]
    email: Mapped[str | None]
    tax_number: Mapped[str | None]
    bank_account: Mapped[str | None]
    company_number: Mapped[str | None]
    status: Mapped[str | None]
    is_supplier: Mapped[bool | None]
    is_customer: Mapped[bool | None]
    merged_to: Mapped[UUID | None]
    sales_account: Mapped[str | None]
    purchases_account: Mapped[str | None]
    sales_tax: Mapped[str | None]
    purchases_tax: Mapped[str | None]
