"""Reads one organisation's books: a page, one document by its id, what changed since; and lays changed documents over them."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ..world.organisations import organisation
from ..world.seed import Seed
from . import balances
from .build import PACKAGE, PACKAGE_PARENT, built, path_of
from .calendar import day_in
from .statements import Statement, planted_statements, statements
from .store import RESOURCES

# Beyond this size books are made in a process of their own, so that whoever else calls is answered meanwhile.
QUICK = 2_000
_COLUMN_FIELDS = {
    "status": "Status",
    "type": "Type",
    "number": "InvoiceNumber",
    "reference": "Reference",
    "name": "Name",
    "email": "EmailAddress",
    "code": "Code",
}
_CENTS_FIELDS = {
    "total": "Total",
    "amount_due": "AmountDue",
    "amount_paid": "AmountPaid",
    "amount_credited": "AmountCredited",
    "remaining": "RemainingCredit",
}


@dataclass(frozen=True, slots=True)
class Found:
    body: bytes
    thin_from: int
    thin_to: int

    @property
    def without_lines(self) -> bytes:
        return (
            self.body[: self.thin_from] + b"[]" + self.body[self.thin_to :]
            if self.thin_to > self.thin_from
            else self.body
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A condition and an order over the columns, as SQL that somebody trusted has written."""

    where: str = "1"
    values: tuple[object, ...] = ()
    order: str = "updated, id"


class Ledger:
    """The file is shared by whoever runs with the same seed and day, so changes go to a copy that nobody else sees."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._laid: dict[tuple[str, str], tuple[dict[str, Any] | None, int | None]] = {}
        self._database = self._opened()

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{self._path}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
        )

    def _copied(self) -> sqlite3.Connection:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / self._path.name
            shutil.copyfile(self._path, copy)
            database = sqlite3.connect(copy, check_same_thread=False, isolation_level=None)
            database.executescript("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;")
            # The open connection keeps the copy; its name goes with the folder.
            return database

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # Reading

    def count(self, resource: str, query: Query) -> int:
        with self._lock:
            return int(
                self._database.execute(f"SELECT count(*) FROM {resource} WHERE {query.where}", query.values).fetchone()[
                    0
                ]
            )

    def page(self, resource: str, query: Query, limit: int = -1, offset: int = 0) -> list[Found]:
        assert resource in RESOURCES
        sql = (
            f"SELECT d.body, d.thin_from, d.thin_to FROM (SELECT seq FROM {resource} WHERE {query.where} ORDER BY {query.order} LIMIT ? OFFSET ?) k"
            f" JOIN {resource} d USING (seq)"
        )
        with self._lock:
            return [Found(*row) for row in self._database.execute(sql, (*query.values, limit, offset))]

    def one(self, resource: str, key: str) -> Found | None:
        """By id, or by number where the resource has one."""
        with self._lock:
            row = self._database.execute(
                f"SELECT body, thin_from, thin_to FROM {resource} WHERE id = ? OR (number = ? AND ? IN ('Invoices','CreditNotes'))",
                (key.lower(), key, resource),
            ).fetchone()
            return Found(*row) if row else None

    def document(self, resource: str, key: str) -> dict[str, Any] | None:
        found = self.one(resource, key)
        return json.loads(found.body) if found else None

    def trial_balance(self, on: date) -> list[balances.Balance]:
        one = json.loads(self.page("Organisations", Query())[0].body)
        with self._lock:
            return balances.trial_balance(
                self._database, on, (one["FinancialYearEndMonth"], one["FinancialYearEndDay"])
            )

    def bank_summary(self, first: date, last: date) -> list[balances.BankBalance]:
        with self._lock:
            return balances.bank_summary(self._database, first, last)

    def statements(self, on: date, since: date | None = None) -> list[Statement]:
        """What the bank says of every active account on that day."""
        today = date.fromisoformat(self.truth()["today"])
        with self._lock:
            return statements(self._database, planted_statements(self._database), on, today, since)

    def truth(self) -> dict[str, Any]:
        return self._kept("truth")

    def register(self) -> dict[str, Any]:
        """The fixed assets and their types."""
        return self._kept("register")

    def _kept(self, name: str) -> dict[str, Any]:
        with self._lock:
            (text,) = self._database.execute("SELECT value FROM meta WHERE key=?", (name,)).fetchone()
            found: dict[str, Any] = json.loads(text)
            return found

    # Changing

    def lay(self, changes: Mapping[tuple[str, str], tuple[Mapping[str, Any] | None, datetime | None]]) -> None:
        """Makes the books show exactly these changes: by resource and id, the new fields and when they were set.

        Without fields the document is gone; without a time its UpdatedDateUTC stays.
        """
        wanted = {
            (resource, key.lower()): (
                None if fields is None else dict(fields),
                None if at is None else int(at.astimezone(UTC).timestamp() * 1000),
            )
            for (resource, key), (fields, at) in changes.items()
        }
        with self._lock:
            if wanted == self._laid:
                return
            if any(wanted.get(where) != change for where, change in self._laid.items()):
                self.reset()
            if wanted and not self._laid:
                self._database.close()
                self._database = self._copied()
            for where, change in wanted.items():
                if where not in self._laid:
                    self._change(*where, *change)
            self._laid = wanted

    def change(self, resource: str, key: str, fields: Mapping[str, Any], at: datetime) -> dict[str, Any] | None:
        """Changes one document on top of what is laid already; answers it as it stands now."""
        laid = {
            where: (fields_, None if ms is None else datetime.fromtimestamp(ms / 1000, UTC))
            for where, (fields_, ms) in self._laid.items()
        }
        before = laid.get((resource, key.lower()), ({}, at))[0]
        self.lay({**laid, (resource, key.lower()): ({**(before or {}), **fields}, at)})
        return self.document(resource, key)

    def reset(self) -> None:
        with self._lock:
            if self._laid:
                self._database.close()
                self._database = self._opened()
                self._laid = {}

    def _systems(self) -> dict[str, str]:
        return dict(self._database.execute("SELECT reference, id FROM Accounts WHERE reference <> ''").fetchall())

    def _post(self, resource: str, document: Mapping[str, Any], sign: int) -> None:
        banks = {row[0] for row in self._database.execute("SELECT id FROM Accounts WHERE type='BANK'")}
        for account, day, cents in (
            balances.postings(resource, document, self._systems()) if resource in _POSTING else ()
        ):
            self._database.execute("INSERT INTO posting VALUES (?,?,?)", (account, day, sign * cents))
            if account in banks:
                self._database.execute(
                    "INSERT INTO cash VALUES (?,?,?,?)", (account, day, sign * max(cents, 0), sign * max(-cents, 0))
                )

    def _change(self, resource: str, key: str, fields: Mapping[str, Any] | None, at: int | None) -> None:
        document = self.document(resource, key)
        if document is None:
            return
        self._post(resource, document, -1)
        if fields is None:
            self._database.execute(f"DELETE FROM {resource} WHERE id=?", (key,))
            return
        if at is None:
            (at,) = self._database.execute(f"SELECT updated FROM {resource} WHERE id=?", (key,)).fetchone()
            assert at is not None
        edit(resource, document, fields, at)
        lines_key = "JournalLines" if resource == "ManualJournals" else "LineItems"
        lines = document.pop(lines_key, None)
        text = _dumped(document)
        body, start, end = text, 0, 0
        if lines is not None:
            head = text[:-1] + f',"{lines_key}":'.encode()
            body = head + _dumped(lines) + b"}"
            start, end = len(head), len(body) - 1
            document[lines_key] = lines
        columns = {"updated": at, "body": body, "thin_from": start, "thin_to": end}
        columns.update(
            {
                column: document[field]
                for column, field in _COLUMN_FIELDS.items()
                if field in document and column in _KEPT.get(resource, _DEFAULT_KEPT)
            }
        )
        columns.update(
            {column: balances.cents_of(document[field]) for column, field in _CENTS_FIELDS.items() if field in document}
        )
        if "Date" in document:
            columns["date"] = balances.day_of(document["Date"])
        if "IsReconciled" in document:
            columns["reconciled"] = int(document["IsReconciled"])
        if resource in ("Payments", "BankTransfers"):
            columns["total"] = balances.cents_of(document["Amount"])
        if resource == "Contacts":
            columns["status"] = document["ContactStatus"]
            columns["number"] = document.get("TaxNumber", "")
        self._database.execute(
            f"UPDATE {resource} SET {','.join(f'{column}=?' for column in columns)} WHERE id=?",
            (*columns.values(), key),
        )
        self._post(resource, document, 1)


_POSTING = frozenset(("Invoices", "CreditNotes", "Payments", "BankTransactions", "BankTransfers", "ManualJournals"))
_DEFAULT_KEPT = frozenset(("status", "type", "reference", "name"))
_KEPT = {
    "Invoices": frozenset(("status", "type", "number", "reference")),
    "Accounts": frozenset(("status", "type", "name", "code")),
    "Contacts": frozenset(("name", "email")),
    "ManualJournals": frozenset(("status",)),
    "Organisations": frozenset(("name",)),
}


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()


def edit(resource: str, document: dict[str, Any], fields: Mapping[str, Any], at: int) -> None:
    """Lays fields over a document and keeps its sums right: a new total goes to the first line, a voided document owes nothing."""
    if resource == "Organisations":
        # Xero leaves out a lock date that is not set, and does not say when an organisation was changed.
        document.update(fields)
        for name in [name for name, value in fields.items() if value is None]:
            del document[name]
        return
    before = balances.cents_of(document.get("Total", 0))
    wanted = dict(fields)
    if "amount" in wanted or ("Amount" in wanted and "Amount" not in document):
        wanted["Amount" if "Amount" in document else "Total"] = wanted.pop("amount", None) or wanted.pop("Amount")
    document.update(wanted)
    if resource in ("Contacts", "Accounts"):
        # What was written empty is not set any more, and what is not set is not told.
        for name in [name for name, value in wanted.items() if value == "" and name != "EmailAddress"]:
            del document[name]
    if "Total" in wanted and document.get("LineItems"):
        total = balances.cents_of(wanted["Total"])
        line, delta = document["LineItems"][0], total - before
        quantity = line.get("Quantity") or 1
        amount = balances.cents_of(line["LineAmount"]) + delta
        line["LineAmount"], line["UnitAmount"] = amount / 100, round(amount / 100 / quantity, 4)
        document["Total"] = total / 100
        document["SubTotal"] = (balances.cents_of(document["SubTotal"]) + delta) / 100
        if "AmountDue" in document and "AmountDue" not in wanted and document["Status"] not in ("VOIDED", "DELETED"):
            document["AmountDue"] = (balances.cents_of(document["AmountDue"]) + delta) / 100
    if "Amount" in wanted and resource == "Payments":
        document["BankAmount"] = wanted["Amount"]
    if document.get("Status") in ("VOIDED", "DELETED") and "AmountDue" in document:
        document["AmountDue"] = 0.0
    document["UpdatedDateUTC"] = f"/Date({at}+0000)/"
    if "UpdatedDateUTCString" in document:
        document["UpdatedDateUTCString"] = (
            datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
        )


class Ledgers:
    """Opens ledgers, making those that nobody has asked for yet; the event loop keeps serving meanwhile."""

    def __init__(self, seed: Seed, today: date | datetime, root: Path | None = None) -> None:
        self.seed, self.today, self.root = seed, today, root
        self._open: dict[str, Ledger] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, tenant_id: str) -> Ledger:
        ready = self._open.get(tenant_id)
        if ready is not None:
            return ready
        async with self._locks.setdefault(tenant_id, asyncio.Lock()):
            if tenant_id not in self._open:
                one = organisation(self.seed, tenant_id)
                if one is None:
                    raise LookupError(tenant_id)
                day = day_in(one.zone, self.today)
                if one.documents > QUICK and not path_of(self.seed, tenant_id, day, self.root).exists():
                    await self.prebuild("--tenant", tenant_id)
                self._open[tenant_id] = Ledger(await asyncio.to_thread(built, self.seed, tenant_id, day, self.root))
        return self._open[tenant_id]

    async def prebuild(self, *which: str) -> None:
        """Makes books in a process of their own: `--all`, or `--tenant` and an id."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"{PACKAGE}.build",
            "--seed",
            str(self.seed),
            "--today",
            self.today.isoformat(),
            *which,
            *(("--directory", str(self.root)) if self.root else ()),
            cwd=PACKAGE_PARENT,
            env=dict(os.environ),
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            raise

    def reset(self) -> None:
        for ledger in self._open.values():
            ledger.reset()

    def close(self) -> None:
        for ledger in self._open.values():
            ledger.close()
        self._open.clear()
