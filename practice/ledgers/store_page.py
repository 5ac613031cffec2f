"""Stores one page of a ledger by Xero's id: a large page by COPY into a temporary table and one upsert, a small one at once.

Storing a page twice changes nothing, and an older version never replaces a newer one. A row that is as it was is not
written again, so that reading a whole ledger once more costs the database next to nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB

from practice.kernel.database import Base
from practice.kernel.unit import Unit
from practice.ledgers.models.accounts import Account, TaxRate
from practice.ledgers.models.assets import Asset
from practice.ledgers.models.bank import BankTransfer, Payment
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import BankTransaction, Document, ManualJournal
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.models.organisation import LedgerUser, Organisation, Report
from practice.ledgers.note_history import note_bank_details, note_locks
from practice.ledgers.store_statements import store_statements

Record = tuple[Any, ...]

# Up to here the rows go as parameters of the upsert itself: one round trip where COPY takes four, which is what counts
# for a night's few changes.
FEW = 40

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
    "assets": Asset,
    "cash_validation": StatedFigure,
}


@dataclass(frozen=True, eq=False)
class Target:
    """A table's columns, and the statements that bring rows into it; the same for every page."""

    incoming: str
    columns: list[str]
    own: list[str]
    own_keys: list[str]
    as_json: list[int]
    make: TextClause
    empty: TextClause
    upsert: TextClause
    into: str
    conflict: str

    @cache  # noqa: B019 - there is one of these for each table, for as long as the process lives
    def directly(self, rows: int) -> str:
        """The upsert of so many rows, as the driver takes it."""
        width = len(self.columns)
        values = ("(" + ", ".join(f"${row * width + n}" for n in range(1, width + 1)) + ")" for row in range(rows))
        return f"{self.into} VALUES {', '.join(values)} {self.conflict}"


@cache
def target(model: type[Base]) -> Target:
    table = model.__table__
    assert isinstance(table, Table)
    name, incoming = table.name, f"incoming_{table.name}"
    columns = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    own = [column for column in columns if column not in ("firm_id", "tenant_id")]
    values = [column for column in columns if column not in keys]
    changed = ", ".join(f'"{column}" = excluded."{column}"' for column in values)
    held = ", ".join(f'"{name}"."{column}"' for column in values)
    comes = ", ".join(f'excluded."{column}"' for column in values)
    newer = (
        f' AND ("{name}".updated_at IS NULL OR excluded.updated_at IS NULL OR excluded.updated_at >= "{name}".updated_at)'
        if "updated_at" in columns
        else ""
    )
    ordered = ["firm_id", "tenant_id", *own]
    into = f'INSERT INTO "{name}" ({_quoted(ordered)})'
    conflict = f"ON CONFLICT ({_quoted(keys)}) DO UPDATE SET {changed} WHERE ({held}) IS DISTINCT FROM ({comes}){newer}"
    return Target(
        incoming=incoming,
        columns=ordered,
        own=own,
        own_keys=[column for column in keys if column in own],
        as_json=[n for n, column in enumerate(own, 2) if isinstance(table.columns[column].type, JSONB)],
        make=text(f'CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} (LIKE "{name}") ON COMMIT DELETE ROWS'),
        empty=text(f"TRUNCATE {incoming}"),
        upsert=text(f"{into} SELECT {_quoted(ordered)} FROM {incoming} {conflict}"),  # noqa: S608 - names of our own tables
        into=into,
        conflict=conflict,
    )


async def store_page(unit: Unit, *, tenant_id: UUID, resource: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Upserts the rows; answers how many are new or not as they were. Of a row twice in a page the last one counts."""
    if resource == "cash_validation":
        return await store_statements(unit, tenant_id=tenant_id, rows=rows)
    if not rows:
        return 0
    into = target(TABLES[resource])
    records = _records(into, unit.firm_id, tenant_id, rows)
    if resource == "organisation":
        await note_locks(unit, tenant_id=tenant_id, rows=rows)
    elif resource == "contacts":
        await note_bank_details(unit, tenant_id=tenant_id, rows=rows)
    connection = await unit.session.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    if len(records) <= FEW:
        said: str = await raw.execute(into.directly(len(records)), *chain.from_iterable(records))
        return int(said.rpartition(" ")[2])
    used: set[str] = unit.session.info.setdefault("incoming", set())
    # A table that an earlier page of this unit came through still holds it.
    await connection.execute(into.empty if into.incoming in used else into.make)
    used.add(into.incoming)
    await raw.copy_records_to_table(into.incoming, records=records, columns=into.columns)
    return await _upsert(unit, into)


def _records(into: Target, firm_id: UUID, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """As COPY takes them. What a row does not say is NULL."""
    keys, own = into.own_keys, into.own
    if len(keys) == 1:
        (key,) = keys
        unique = {row[key]: row for row in rows}
    else:
        unique = {tuple(row[key] for key in keys): row for row in rows}
    records: list[Record] = [(firm_id, tenant_id, *map(row.get, own)) for row in unique.values()]
    if into.as_json:
        return [
            tuple(orjson.dumps(value).decode() if n in into.as_json else value for n, value in enumerate(record))
            for record in records
        ]
    return records


async def _upsert(unit: Unit, into: Target) -> int:
    return int((await unit.execute(into.upsert)).rowcount)


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
