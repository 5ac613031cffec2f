"""The organisation itself, its Xero users, its reports, and how far each resource has been read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base
from practice.ledgers.models.base import OfTenant, Remote


class Organisation(OfTenant, Base):
    """Names, dates and settings of the organisation, as last read."""

    __tablename__ = "organisation"

    remote_id: Mapped[UUID]
    name: Mapped[str]
    legal_name: Mapped[str | None]
    country: Mapped[str | None]
    base_currency: Mapped[str | None]
    time_zone: Mapped[str | None]
    financial_year_end_day: Mapped[int | None]
    financial_year_end_month: Mapped[int | None]
    sales_tax_basis: Mapped[str | None]
    sales_tax_period: Mapped[str | None]
    pays_tax: Mapped[bool | None]
    period_lock_date: Mapped[date | None]
    end_of_year_lock_date: Mapped[date | None]
    short_code: Mapped[str | None]
    is_demo: Mapped[bool | None]
    edition: Mapped[str | None]
    class_: Mapped[str | None]
    registration_number: Mapped[str | None]
    """Its number in the business register, such as an ABN: by it a record of XPM is known to be this organisation."""


class LedgerUser(Remote, Base):
    """Somebody who has access to the organisation in Xero; visibility by Xero users asks it."""

    __tablename__ = "ledger_user"

    email: Mapped[str | None]
    name: Mapped[str | None]
    role: Mapped[str | None]


class Report(OfTenant, Base):
    """A report as Xero answered it, for the day it speaks of: control totals for what was read."""

    __tablename__ = "report"

    name: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date | None]
    body: Mapped[dict[str, Any]]
    balances: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    """A trial balance's accounts by id, in cents of the base currency; debits are positive."""


class HighWater(OfTenant, Base):
    """Up to when a resource has been read whole; the next reading asks for what changed since."""

    __tablename__ = "high_water"

    resource: Mapped[str] = mapped_column(primary_key=True)
    modified_since: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """When it was last read to the end; the other is the earlier time from which changes are asked for."""
    refused_at: Mapped[datetime | None]
    """Since when no consent allows it; None where it may be read. Only parts that not every consent covers have it."""


class SeenPage(OfTenant, Base):
    """Which ids a page of a whole reading held; kept until its resource has been read to the end (bury_deleted.py)."""

    __tablename__ = "seen_page"

    resource: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
