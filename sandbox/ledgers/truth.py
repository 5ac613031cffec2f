"""Says what was planted in an organisation's books: every flaw by id, with the counts and sums that a check divides by."""

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from ..world.seed import Seed
from .books import Books
from .count_balances import count_balances
from .count_flaws import count_flaws
from .store import RESOURCES


def compile_truth(books: Books, database: sqlite3.Connection) -> dict[str, Any]:
    """From what the flaws noted while planting, and from the finished tables for how many there are to be compared with."""

    def ask(sql: str, *values: object) -> int:
        return int(database.execute(sql, values).fetchone()[0] or 0)

    calendar = books.calendar
    start, end = calendar.period_start.isoformat(), calendar.period_end.isoformat()
    bank_ids = [account.id for account in books.accounts if account.type == "BANK"]
    on_bank = f"account IN ({','.join('?' * len(bank_ids))})"
    counted = "(date BETWEEN ? AND ? OR (date < ? AND {0} = 0))"
    when = (start, end, start)

    def dated(reconciled: str) -> str:
        return counted.format(reconciled)

    bank_items = (
        ask(
            f"SELECT count(*) FROM BankTransactions WHERE status='AUTHORISED' AND type NOT LIKE '%TRANSFER' AND {dated('reconciled')}",
            *when,
        )
        + ask(
            f"SELECT count(*) FROM Payments WHERE status='AUTHORISED' AND {on_bank} AND {dated('reconciled')}",
            *bank_ids,
            *when,
        )
        + ask(f"SELECT count(*) FROM BankTransfers WHERE status='AUTHORISED' AND {dated('reconciled')}", *when)
        + ask(f"SELECT count(*) FROM BankTransfers WHERE status='AUTHORISED' AND {dated('reconciled_to')}", *when)
    )

    def compared(invoice_type: str, bank_type: str) -> int:
        return ask(
            "SELECT count(*) FROM Invoices WHERE type=? AND status IN ('SUBMITTED','AUTHORISED','PAID') AND date BETWEEN ? AND ?",
            invoice_type,
            start,
            end,
        ) + ask(
            "SELECT count(*) FROM BankTransactions WHERE type=? AND status='AUTHORISED' AND date BETWEEN ? AND ?",
            bank_type,
            start,
            end,
        )

    def owed(invoice_type: str, before: str | None = None) -> str:
        sql = "SELECT sum(base_due) FROM Invoices WHERE type=? AND status='AUTHORISED' AND date <= ?"
        cents = ask(f"{sql} AND due < ?", invoice_type, end, before) if before else ask(sql, invoice_type, end)
        return f"{cents // 100}.{cents % 100:02d}"

    def entry(check: str, among: int | None, **more: Any) -> dict[str, Any]:
        issues = books.issues[check]
        dates = [issue["date"] for issue in issues if issue.get("date")]
        sizes = [len(issue["ids"]) - 1 if "ids" in issue else 1 for issue in issues]
        return {"issues": issues, "n": sum(sizes), "N": among, "oldest": min(dates, default=None), **more}

    active = sum(one.status == "ACTIVE" for one in books.contacts)
    accounts = sum(one.status == "ACTIVE" and one.type != "BANK" and not one.system for one in books.accounts)
    rows = {resource: ask(f"SELECT count(*) FROM {resource}") for resource in RESOURCES}
    multi = entry("DQ07", len(books.coded))
    multi["n"] = len({issue["contact_id"] for issue in books.issues["DQ07"]})
    old = calendar.old_debt.isoformat()
    organisation = books.organisation
    balances, stated = count_balances(books, database, bank_items - len(books.issues["DQ01"]))
    return {
        "seed": books.seed,
        "today": calendar.today.isoformat(),
        "holds_for": calendar.today.isoformat(),
        "organisation": {
            "tenant_id": organisation.tenant_id,
            "name": organisation.name,
            "country": organisation.country,
            "currency": organisation.currency,
        },
        "period": {"from": start, "to": end},
        "rows": {**rows, "ContactsActive": active},
        "stated": stated,
        "flaws": {
            "DQ01": entry("DQ01", bank_items),
            "DQ06": entry("DQ06", active),
            "DQ07": multi,
            "DQ12": entry("DQ12", compared("ACCPAY", "SPEND")),
            "DQ13": entry("DQ13", compared("ACCREC", "RECEIVE")),
            "DQ15": entry("DQ15", None),
            "DQ21": entry("DQ21", None, old=owed("ACCREC", old), total=owed("ACCREC")),
            "DQ22": entry("DQ22", None, old=owed("ACCPAY", old), total=owed("ACCPAY")),
            "DQ27": entry("DQ27", 1, **books.facts["locks"]),
            "DQ30": entry("DQ30", accounts),
            **balances,
            **count_flaws(books, database),
        },
    }


def truth(seed: Seed, tenant_id: str, today: date, root: Path | None = None) -> dict[str, Any]:
    """The truth about one organisation; its books are made first if nobody has read them yet."""
    from .build import built

    database = sqlite3.connect(built(seed, tenant_id, today, root))
    try:
        found: dict[str, Any] = json.loads(database.execute("SELECT value FROM meta WHERE key='truth'").fetchone()[0])
        return found
    finally:
        database.close()
