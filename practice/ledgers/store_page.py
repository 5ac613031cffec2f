"""Stores one page of a ledger: COPY into a temporary table, then one upsert by Xero's id.

Storing a page twice changes nothing, and an older version never replaces a newer one.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import JSONB

from practice.kernel.database import Base
from practice.kernel.unit import Unit
from practice.ledgers.models.accounts import Account, TaxRate
from practice.ledgers.models.bank import BankTransfer, Payment
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import BankTransaction, Document, ManualJournal
from practice.ledgers.models.organisation import LedgerUser, Organisation, Report

TABLES: dict[str, type[Base]] = {
    "organisation": Organisation,
    "users": LedgerUser,
    "accounts": Account,
    "tax_rates": TaxRate,
    "contacts": Contact,
    "invoices": Document,
    "credit_notes": Document,
    "prepayments": Document,
    "overpayments": Document,
    "bank_transactions": BankTransaction,
    "bank_transfers": BankTransfer,
    "payments": Payment,
    "manual_journals": ManualJournal,
    "trial_balance": Report,
    "bank_summary": Report,
}


async def store_page(unit: Unit, *, tenant_id: UUID, resource: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Upserts the rows; answers how many there were. A row twice in a page counts once, the last one wins."""
    table = TABLES[resource].__table__
    assert isinstance(table, Table)
    keys = [column.name for column in table.primary_key]
    columns = [column.name for column in table.columns]
    own = [name for name in columns if name not in ("firm_id", "tenant_id")]
    own_keys = [name for name in keys if name not in ("firm_id", "tenant_id")]
    unique = {tuple(row[name] for name in own_keys): row for row in rows}
    if not unique:
        return 0
    as_json = {column.name for column in table.columns if isinstance(column.type, JSONB)}
    records = [
        (
            unit.firm_id,
            tenant_id,
            *[orjson.dumps(row.get(name)).decode() if name in as_json else row.get(name) for name in own],
        )
        for row in unique.values()
    ]
    incoming = f"incoming_{table.name}"
    quoted = ", ".join(f'"{name}"' for name in columns)
    connection = await unit.session.connection()
    await connection.execute(
        text(f'CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} (LIKE "{table.name}") ON COMMIT DELETE ROWS')
    )
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.copy_records_to_table(incoming, records=records, columns=["firm_id", "tenant_id", *own])
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    newer = (
        f' WHERE "{table.name}".updated_at IS NULL OR excluded.updated_at IS NULL'
        f' OR excluded.updated_at >= "{table.name}".updated_at'
        if "updated_at" in columns
        else ""
    )
    await connection.execute(
        text(
            f'INSERT INTO "{table.name}" ({quoted}) SELECT {quoted} FROM {incoming}'  # noqa: S608 - names of our own tables
            f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}{newer}"
        )
    )
    # Two pages of one resource may be stored in one unit.
    await connection.execute(text(f"TRUNCATE {incoming}"))
    return len(unique)
