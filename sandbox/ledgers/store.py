"""Keeps one organisation's books in a SQLite file: the columns that filters and orders need, and each body as it is sent."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RESOURCES = (
    "Organisations",
    "Users",
    "Accounts",
    "TaxRates",
    "Contacts",
    "Invoices",
    "CreditNotes",
    "Payments",
    "Prepayments",
    "Overpayments",
    "BankTransactions",
    "BankTransfers",
    "ManualJournals",
)
# Amounts are in cents, `updated` in milliseconds, dates as text; thin_from and thin_to enclose the lines inside the body.
COLUMNS = (
    "id",
    "updated",
    "date",
    "due",
    "status",
    "type",
    "contact",
    "contact_name",
    "number",
    "reference",
    "total",
    "amount_due",
    "amount_paid",
    "amount_credited",
    "remaining",
    "reconciled",
    "reconciled_to",
    "account",
    "account_to",
    "related",
    "name",
    "email",
    "code",
    "base_due",
    "thin_from",
    "thin_to",
    "body",
)
BATCH = 4000
_INTEGERS = {
    "updated",
    "total",
    "amount_due",
    "amount_paid",
    "amount_credited",
    "remaining",
    "reconciled",
    "reconciled_to",
    "base_due",
    "thin_from",
    "thin_to",
}
_DECLARED = ", ".join(
    f"{column} {'INTEGER' if column in _INTEGERS else 'BLOB' if column == 'body' else 'TEXT'}" for column in COLUMNS
)
_INDEXED = ("Invoices", "Payments", "BankTransactions", "Contacts", "CreditNotes", "ManualJournals")

Row = tuple[Any, ...]


class Writer:
    """Takes rows in any order and writes them in batches, so that memory stays flat whatever the size."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=8192; BEGIN;"
        )
        for resource in RESOURCES:
            self._database.execute(f"CREATE TABLE {resource} (seq INTEGER PRIMARY KEY, {_DECLARED})")
        self._database.execute("CREATE TABLE posting (account TEXT, date TEXT, cents INTEGER)")
        self._database.execute("CREATE TABLE cash (account TEXT, date TEXT, received INTEGER, spent INTEGER)")
        self._database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
        self._waiting: dict[str, list[Row]] = {resource: [] for resource in RESOURCES}

    def add(self, resource: str, row: Row) -> None:
        rows = self._waiting[resource]
        rows.append(row)
        if len(rows) >= BATCH:
            self._flush(resource)

    def _flush(self, resource: str) -> None:
        places = ",".join("?" * len(COLUMNS))
        self._database.executemany(
            f"INSERT INTO {resource} ({','.join(COLUMNS)}) VALUES ({places})", self._waiting[resource]
        )
        self._waiting[resource].clear()

    def sums(self, postings: Iterable[tuple[str, str, int]], cash: Iterable[tuple[str, str, int, int]]) -> None:
        self._database.executemany("INSERT INTO posting VALUES (?,?,?)", postings)
        self._database.executemany("INSERT INTO cash VALUES (?,?,?,?)", cash)

    def finish_rows(self) -> sqlite3.Connection:
        """Writes what waits, builds the indexes and hands over the connection for the last questions."""
        for resource in RESOURCES:
            self._flush(resource)
            index_rows(self._database, resource)
        self._database.execute("CREATE INDEX posting_account ON posting (account, date)")
        self._database.execute("CREATE INDEX cash_account ON cash (account, date)")
        for resource in _INDEXED:
            self._database.execute(f"CREATE INDEX {resource}_contact ON {resource} (contact)")
        return self._database

    def close(self, meta: dict[str, str]) -> None:
        self._database.executemany("INSERT INTO meta VALUES (?,?)", meta.items())
        self._database.execute("COMMIT")
        self._database.close()


def index_rows(database: sqlite3.Connection, resource: str) -> None:
    """What pages and single documents are found by."""
    database.execute(f"CREATE INDEX {resource}_order ON {resource} (updated, id)")
    database.execute(f"CREATE UNIQUE INDEX {resource}_id ON {resource} (id)")
