"""Fills books with exactly so many records, none of them flawed, and makes twins: the same books under other ids."""

import shutil
import sqlite3
from pathlib import Path

from ..world.organisations import Organisation
from .accounts import extra_account
from .bank import cash
from .books import Books, Contact
from .contacts import EXPENSES, Maker
from .flaws import FLAWS, lock_dates
from .invoices import Line, Settlement, invoice
from .store import RESOURCES, index_rows
from .text import quoted
from .trade import WORK, use_every_account

LINES = 3
_IDS = ("id", "contact", "account", "account_to", "related")


class ExactBooks(Books):
    """Every id begins with the same eight digits as the tenant's own, so that a twin differs in those alone."""

    def fresh(self) -> str:
        return f"{self.organisation.tenant_id[:8]}{super().fresh()[8:]}"


def fill(books: Books) -> None:
    """Everything lies in the last few months and is coded one way, so that no check has anything to say."""
    rows = dict(books.organisation.rows)
    for flaw in FLAWS:
        books.issues[flaw.CHECK] = []
    books.facts["dormant"] = set()
    books.careless = 0.0
    maker = Maker(books)
    lock_dates.plant(maker)
    _accounts(books, rows.get("Accounts"))
    customers, suppliers = _contacts(books, maker, rows.get("Contacts", 2))
    random, first = books.random, books.old_debt
    span = books.today - first + 1
    payments, notes = rows.get("Payments", 0), rows.get("CreditNotes", 0)
    if max(payments, notes) > rows.get("Invoices", 0):
        raise ValueError("payments and credit notes each belong to an invoice of their own")
    for at in range(rows.get("Invoices", 0)):
        sale, day = at % 2 == 0, first + int(random() * span)
        contact = (customers if sale else suppliers)[int(random() * len(customers if sale else suppliers))]
        account = contact.sells if sale else contact.buys
        assert account is not None
        lines = [
            Line(account, 1 + int(random() * 3), 1000 + int(random() ** 3 * 180_000), WORK[int(random() * len(WORK))])
            for _ in range(LINES)
        ]
        invoice(
            books, sale, contact, day, lines, due=day + 20,
            settlements=[Settlement(min(day + int(random() * 20), books.today))] if at < payments else (),
            credit=100 if at < notes else 0,
        )  # fmt: skip
    for at in range(rows.get("BankTransactions", 0)):
        received, day = at % 4 == 0, first + int(random() * span)
        contact = (customers if received else suppliers)[int(random() * len(customers if received else suppliers))]
        account = contact.sells if received else contact.buys
        assert account is not None
        cash(books, received, contact, day, account, 400 + int(random() ** 3 * 60_000), quoted(account.name))
    use_every_account(books)


def _accounts(books: Books, wanted: int | None) -> None:
    if wanted is None:
        return
    if wanted < len(books.accounts):
        raise ValueError(f"a chart of accounts has {len(books.accounts)} of them; {wanted} are too few")
    for at in range(wanted - len(books.accounts)):
        extra_account(books, f"7{at:03d}", f"Project {at + 1} costs")


def _contacts(books: Books, maker: Maker, wanted: int) -> tuple[list[Contact], list[Contact]]:
    """So many, sold to and bought from by turns."""
    for at in range(max(wanted, 2)):
        contact = maker.business()
        if at % 2 == 0:
            contact.sells = books.by_code["200"]
            books.customers.append(contact)
        else:
            contact.buys = books.by_code[EXPENSES[at // 2 % len(EXPENSES)]]
            books.suppliers.append(contact)
    return books.customers, books.suppliers


def copy_books(source: Path, one: Organisation, path: Path) -> None:
    """The books of `one`, whose twin's are made: a copy in which every id begins with its own digits."""
    shutil.copyfile(source, path)
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; BEGIN;")
    digits = (f"{one.twin_of[:8]}-", f"{one.tenant_id[:8]}-")
    for resource in RESOURCES:
        database.execute(f"DROP INDEX {resource}_order")
        database.execute(f"DROP INDEX {resource}_id")
        database.execute(
            f"UPDATE {resource} SET {', '.join(f'{column} = replace({column}, ?1, ?2)' for column in _IDS)},"
            " body = CAST(replace(CAST(body AS TEXT), ?1, ?2) AS BLOB)",
            digits,
        )
        index_rows(database, resource)
    database.execute("UPDATE posting SET account = replace(account, ?1, ?2)", digits)
    database.execute("UPDATE cash SET account = replace(account, ?1, ?2)", digits)
    database.execute("UPDATE meta SET value = replace(value, ?1, ?2)", digits)
    _rename(database, one)
    database.execute("COMMIT")
    database.close()


def _rename(database: sqlite3.Connection, one: Organisation) -> None:
    (name,) = database.execute("SELECT name FROM Organisations").fetchone()
    (code,) = database.execute(
        "SELECT substr(body, instr(body, '\"ShortCode\":\"') + 13, 6) FROM (SELECT CAST(body AS TEXT) AS body FROM Organisations)"
    ).fetchone()
    database.execute(
        "UPDATE Organisations SET name = ?2, thin_from = 0, thin_to = 0,"
        " body = CAST(replace(replace(CAST(body AS TEXT), ?1, ?2), ?3, ?4) AS BLOB)",
        (name, one.name, code, one.short_code),
    )
    database.execute("UPDATE meta SET value = replace(value, ?, ?)", (name, one.name))
