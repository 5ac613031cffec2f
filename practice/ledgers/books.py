"""Books: one organisation's ledger as columns in memory, so that judging a million lines takes seconds.

Amounts are whole cents (minor units) and never floats; a currency of None is the organisation's own.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from practice.ledgers.local_day import month_end_before

Absence = Literal["not_synced", "no_permission"]

TEXT, DAY, CENTS, FLAG = pl.String(), pl.Date(), pl.Int64(), pl.Boolean()

FRAMES: dict[str, dict[str, pl.DataType]] = {
    "accounts": {
        "id": TEXT,
        "code": TEXT,
        "name": TEXT,
        "type": TEXT,
        "class_": TEXT,
        "status": TEXT,
        "system_account": TEXT,
        "bank_account_number": TEXT,
        "currency": TEXT,
        "tax_type": TEXT,
        "reporting_code": TEXT,
    },
    "tax_rates": {
        "tax_type": TEXT,
        "name": TEXT,
        "status": TEXT,
        "basis_points": CENTS,
        "for_assets": FLAG,
        "for_equity": FLAG,
        "for_expenses": FLAG,
        "for_liabilities": FLAG,
        "for_revenue": FLAG,
    },
    "contacts": {
        "id": TEXT,
        "name": TEXT,
        "email": TEXT,
        "tax_number": TEXT,
        "bank_account": TEXT,
        "status": TEXT,
        "company_number": TEXT,
        "is_supplier": FLAG,
        "is_customer": FLAG,
        "sales_account": TEXT,
        "purchases_account": TEXT,
        "sales_tax": TEXT,
        "purchases_tax": TEXT,
        "updated_on": DAY,
    },
    "documents": {
        "id": TEXT,
        "kind": TEXT,
        "side": TEXT,
        "status": TEXT,
        "contact_id": TEXT,
        "number": TEXT,
        "reference": TEXT,
        "date": DAY,
        "due_date": DAY,
        "total_cents": CENTS,
        "due_cents": CENTS,
        "currency": TEXT,
        "rate": pl.Float64(),
        "tax_cents": CENTS,
        "has_attachments": FLAG,
        "updated_on": DAY,
    },
    "bank_transactions": {
        "id": TEXT,
        "type": TEXT,
        "status": TEXT,
        "contact_id": TEXT,
        "account_id": TEXT,
        "date": DAY,
        "total_cents": CENTS,
        "reconciled": FLAG,
        "currency": TEXT,
        "reference": TEXT,
        "rate": pl.Float64(),
        "has_attachments": FLAG,
        "updated_on": DAY,
    },
    "payments": {
        "id": TEXT,
        "type": TEXT,
        "status": TEXT,
        "date": DAY,
        "amount_cents": CENTS,
        "account_id": TEXT,
        "reconciled": FLAG,
        "document_id": TEXT,
        "currency": TEXT,
    },
    "transfers": {
        "id": TEXT,
        "status": TEXT,
        "date": DAY,
        "amount_cents": CENTS,
        "from_account_id": TEXT,
        "to_account_id": TEXT,
        "from_reconciled": FLAG,
        "to_reconciled": FLAG,
    },
    "journals": {"id": TEXT, "status": TEXT, "date": DAY, "narration": TEXT, "updated_on": DAY},
    "lines": {
        "document_id": TEXT,
        "source": TEXT,
        "side": TEXT,
        "contact_id": TEXT,
        "status": TEXT,
        "date": DAY,
        "account_code": TEXT,
        "account_id": TEXT,
        "tax_type": TEXT,
        "amount_cents": CENTS,
        "tax_cents": CENTS,
        "currency": TEXT,
        "rate": pl.Float64(),
    },
    "removed": {
        "id": TEXT,
        "kind": TEXT,
        "side": TEXT,
        "status": TEXT,
        "contact_id": TEXT,
        "number": TEXT,
        "date": DAY,
        "updated_on": DAY,
        "total_cents": CENTS,
        "currency": TEXT,
    },
    "users": {"id": TEXT, "email": TEXT, "name": TEXT, "role": TEXT},
    "balances": {"account_id": TEXT, "date": DAY, "cents": CENTS},
    "stated": {"kind": TEXT, "account_id": TEXT, "date": DAY, "cents": CENTS, "lines": CENTS, "earliest": DAY},
    "lock_history": {"id": TEXT, "seen_on": DAY, "period_lock": DAY, "year_lock": DAY},
    "bank_history": {"contact_id": TEXT, "seen_on": DAY},
    "assets": {
        "id": TEXT,
        "status": TEXT,
        "account_id": TEXT,
        "accumulated_account_id": TEXT,
        "cost_cents": CENTS,
        "accumulated_cents": CENTS,
    },
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the organisation says of itself; a date that is None was never set."""

    name: str = ""
    base_currency: str = "AUD"
    country: str | None = None
    time_zone: str | None = None
    fy_end_day: int | None = None
    fy_end_month: int | None = None
    period_lock_date: date | None = None
    end_of_year_lock_date: date | None = None
    short_code: str | None = None
    sales_tax_basis: str | None = None
    pays_tax: bool | None = None


@dataclass(frozen=True)
class Books:
    """The ledger as it was read, and the day on which it is looked at in the organisation's own time zone."""

    as_of: date
    organisation: Organisation
    accounts: pl.DataFrame
    contacts: pl.DataFrame
    documents: pl.DataFrame
    bank_transactions: pl.DataFrame
    payments: pl.DataFrame
    transfers: pl.DataFrame
    journals: pl.DataFrame
    lines: pl.DataFrame
    tax_rates: pl.DataFrame
    removed: pl.DataFrame
    """Documents and bank transactions that were voided or deleted; no other frame holds them."""
    users: pl.DataFrame
    balances: pl.DataFrame
    """The trial balance of the period's last day in the base currency; debits are positive."""
    stated: pl.DataFrame
    """What others say a balance is: `statement` (a bank account's, with its lines not yet coded) and `tax_filed`."""
    lock_history: pl.DataFrame
    """The lock dates as they were seen, one row each time they differed from the time before."""
    bank_history: pl.DataFrame
    """Contacts whose bank details were seen to change."""
    assets: pl.DataFrame
    """The register's drafts and registered assets, each with the accounts of its type."""
    read_on: date | None = None
    """The organisation's own day on which its books were last read whole."""
    people: frozenset[str] = frozenset()
    """E-mail addresses, in lower case, of those who belong to the practice or were approved by it."""
    thresholds: Mapping[str, int] = field(default_factory=dict)
    """By check, where the practice chose another threshold than the check's own."""
    absent: Mapping[str, Absence] = field(default_factory=dict)
    """Frames that could not be read, and why; a check that needs one is not evaluated."""
    counted: int | None = None
    """How many documents there are, where not every frame was loaded."""

    @classmethod
    def of(
        cls,
        as_of: date,
        organisation: Organisation | None = None,
        *,
        absent: Mapping[str, Absence] | None = None,
        read_on: date | None = None,
        people: Iterable[str] = (),
        thresholds: Mapping[str, int] | None = None,
        **frames: pl.DataFrame | list[dict[str, Any]],
    ) -> "Books":
        """Books from frames or rows; a frame that is not given is empty, a column that is not given is null."""
        return cls(
            as_of=as_of,
            organisation=organisation or Organisation(),
            absent=absent or {},
            read_on=read_on,
            people=frozenset(one.casefold() for one in people),
            thresholds=thresholds or {},
            counted=None,
            **{name: _shaped(frames.get(name, []), columns) for name, columns in FRAMES.items()},
        )

    @classmethod
    def empty(cls, as_of: date) -> "Books":
        return cls.of(as_of)

    @property
    def period_end(self) -> date:
        """The last day of the last complete month before the day of looking."""
        return month_end_before(self.as_of)

    @property
    def period_start(self) -> date:
        """The first day of the twelve calendar months that end with the period."""
        return start_of_months(self.period_end, 12)

    @property
    def size(self) -> int:
        """How many documents of every kind there are."""
        if self.counted is not None:
            return self.counted
        return self.documents.height + self.bank_transactions.height + self.payments.height + self.journals.height


def _shaped(frame: pl.DataFrame | list[dict[str, Any]], columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    if isinstance(frame, list):
        return pl.DataFrame([{name: row.get(name) for name in columns} for row in frame], schema=dict(columns))
    missing = [pl.lit(None).alias(name) for name in columns if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in columns.items())


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of_months(period_end: date, months: int) -> date:
    """The first day of so many whole months that end on this month's end."""
    return months_before(period_end.replace(day=1), months - 1)
