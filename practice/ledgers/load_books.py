"""Loads one organisation's ledger as columns: COPY out of PostgreSQL, straight into Polars, a frame at a time."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from uuid import UUID

import polars as pl
from sqlalchemy import select

from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.ledgers import books
from practice.ledgers.books import FRAMES, Books
from practice.ledgers.models.organisation import HighWater, Organisation

# Both ids are our own and come from rows, never from a request; asyncpg's COPY takes no parameters in a query.
# ruff: noqa: S608
_OF = "firm_id = '{firm}' AND tenant_id = '{tenant}' AND gone_at IS NULL"
# What Xero calls deleted or voided stays as a row, and no check counts it. A row without a status stands.
_STANDING = _OF + " AND status IS DISTINCT FROM 'DELETED' AND status IS DISTINCT FROM 'VOIDED'"
_FLAG = "CASE WHEN {0} THEN 'true' ELSE 'false' END AS {0}"

_LINES = (
    "SELECT t.remote_id, {source}, {side}, {contact}, t.status, t.date, l.code, l.account_id, l.tax_type, l.cents,"
    " l.tax, {currency}, {rate} FROM {table} t CROSS JOIN LATERAL"
    " unnest(t.line_accounts, t.line_account_ids, t.line_tax_types, t.line_cents, {taxes})"
    " AS l(code, account_id, tax_type, cents, tax)"
    " WHERE t.firm_id = '{{firm}}' AND t.tenant_id = '{{tenant}}' AND t.gone_at IS NULL"
    " AND t.status IS DISTINCT FROM 'DELETED' AND t.status IS DISTINCT FROM 'VOIDED'"
)

_UPDATED = "(updated_at AT TIME ZONE 'UTC')::date"

QUERIES = {
    "accounts": "SELECT remote_id AS id, code, name, type, class_, status, system_account, bank_account_number,"
    f" currency, tax_type, NULL FROM account WHERE {_STANDING}",
    "contacts": "SELECT remote_id AS id, name, email, tax_number, bank_account, status, company_number,"
    f" {_FLAG.format('is_supplier')}, {_FLAG.format('is_customer')}, NULL, NULL, NULL, NULL, {_UPDATED}"
    f" FROM contact WHERE {_OF}",
    "documents": "SELECT remote_id AS id, kind, side, status, contact_id, number, reference, date, due_date, total_cents,"
    f" due_cents, currency, rate, tax_cents, {_FLAG.format('has_attachments')}, {_UPDATED} FROM document WHERE {_STANDING}",
    "bank_transactions": "SELECT remote_id AS id, type, status, contact_id, account_id, date, total_cents,"
    f" {_FLAG.format('reconciled')}, currency, reference, NULL, NULL, {_UPDATED} FROM bank_transaction WHERE {_STANDING}",
    "payments": "SELECT remote_id AS id, type, status, date, amount_cents, account_id,"
    f" {_FLAG.format('reconciled')}, document_id, currency FROM payment WHERE {_STANDING}",
    "transfers": "SELECT remote_id AS id, status, date, amount_cents, from_account_id, to_account_id,"
    f" {_FLAG.format('from_reconciled')}, {_FLAG.format('to_reconciled')} FROM bank_transfer WHERE {_STANDING}",
    "journals": f"SELECT remote_id AS id, status, date, narration, {_UPDATED} FROM manual_journal WHERE {_STANDING}",
    "lines": " UNION ALL ".join(
        (
            _LINES.format(
                table="document", source="t.kind", side="t.side", contact="t.contact_id",
                taxes="t.line_tax_cents", currency="t.currency", rate="t.rate",
            ),
            _LINES.format(
                table="bank_transaction",
                source="'bank_transaction'",
                side="CASE WHEN t.type LIKE 'RECEIVE%' THEN 'sales' ELSE 'purchases' END",
                contact="t.contact_id",
                taxes="t.line_tax_cents", currency="t.currency", rate="NULL",
            ),
            _LINES.format(
                table="manual_journal", source="'manual_journal'", side="NULL", contact="NULL",
                taxes="ARRAY[]::bigint[]", currency="NULL", rate="NULL",
            ),
        )
    ),
}  # fmt: skip

# Which resources a frame is made of; one that was never read whole makes its frame absent.
MADE_OF: Mapping[str, tuple[str, ...]] = {
    "accounts": ("accounts",),
    "contacts": ("contacts",),
    "documents": ("invoices", "credit_notes", "prepayments", "overpayments"),
    "bank_transactions": ("bank_transactions",),
    "payments": ("payments",),
    "transfers": ("bank_transfers",),
    "journals": ("manual_journals",),
    "lines": ("invoices", "credit_notes", "bank_transactions", "manual_journals"),
}


async def load_books(ctx: Context, *, tenant_id: UUID, as_of: date) -> Books:
    """The books as they are stored now, in one read-only transaction, so that the frames agree with each other."""
    async with ctx.unit(write=False) as unit:
        organisation = await _organisation(unit, tenant_id)
        read = set(
            await unit.scalars(
                select(HighWater.resource).where(HighWater.firm_id == unit.firm_id, HighWater.tenant_id == tenant_id)
            )
        )
        raw = (await (await unit.session.connection()).get_raw_connection()).driver_connection
        assert raw is not None
        frames = {}
        for name, query in QUERIES.items():
            csv = BytesIO()
            await raw.copy_from_query(
                query.format(firm=unit.firm_id, tenant=tenant_id), output=csv, format="csv", header=False
            )
            csv.seek(0)
            frames[name] = _read(name, csv)
    absent = {
        name: "not_synced" for name, resources in MADE_OF.items() if any(resource not in read for resource in resources)
    }
    absent |= dict.fromkeys(FRAMES.keys() - QUERIES.keys(), "not_synced")
    return Books.of(as_of, organisation, absent=absent, **frames)  # type: ignore[arg-type]  # the one word of Absence


def _read(name: str, csv: BytesIO) -> pl.DataFrame:
    columns = FRAMES[name]
    if not csv.getbuffer().nbytes:
        return pl.DataFrame(schema=dict(columns))
    return pl.read_csv(
        csv,
        has_header=False,
        new_columns=list(columns),
        schema_overrides=list(columns.values()),
        null_values=[""],
        try_parse_dates=False,
    )


async def _organisation(unit: Unit, tenant_id: UUID) -> books.Organisation:
    row: Organisation | None = await unit.scalar(
        select(Organisation).where(Organisation.firm_id == unit.firm_id, Organisation.tenant_id == tenant_id)
    )
    if row is None:
        return books.Organisation()
    return books.Organisation(
        name=row.name,
        base_currency=row.base_currency or "",
        country=row.country,
        time_zone=row.time_zone,
        fy_end_day=row.financial_year_end_day,
        fy_end_month=row.financial_year_end_month,
        period_lock_date=row.period_lock_date,
        end_of_year_lock_date=row.end_of_year_lock_date,
        short_code=row.short_code,
        sales_tax_basis=row.sales_tax_basis,
        pays_tax=row.pays_tax,
    )
