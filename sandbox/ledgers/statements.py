"""Says what the bank says: an account's statement balance on a day, and its statement lines that nobody has coded yet.

Everything on a bank account in the books is on the statement too. Beside it a flaw may put lines that are in no book,
a difference that nobody can explain, and a day with which the feed ended.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

Uncoded = list[tuple[str, int]]  # day, cents


@dataclass(frozen=True, slots=True)
class Statement:
    account_id: str
    date: date  # of the last line that was imported up to the day asked for
    cents: int  # money in the bank is positive
    uncoded: Uncoded
    coded: int  # lines that are matched with an item in the books
    oldest: str | None
    newest: str | None


def statements(
    database: sqlite3.Connection, planted: dict[str, dict[str, object]], on: date, today: date, since: date | None = None
) -> list[Statement]:
    """Of every active bank account; `planted` holds by account what flaws have put there."""
    made = []
    rows = database.execute("SELECT id FROM Accounts WHERE type='BANK' AND status='ACTIVE' ORDER BY seq").fetchall()
    first = since.isoformat() if since else ""
    for (account_id,) in rows:
        own = planted.get(account_id, {})
        until = min(on, date.fromisoformat(str(own.get("to") or (today - timedelta(days=1)).isoformat())))
        lines: Uncoded = [(day, cents) for day, cents in own.get("lines", []) if first <= day <= until.isoformat()]  # type: ignore[attr-defined]
        coded, oldest, newest, held = database.execute(
            "SELECT count(CASE WHEN date >= ?3 THEN 1 END), min(CASE WHEN date >= ?3 THEN date END), max(date), coalesce(sum(received - spent), 0)"
            " FROM cash WHERE account = ?1 AND date <= ?2",
            (account_id, until.isoformat(), first),
        ).fetchone()
        cents = held + sum(cents for _, cents in lines) + int(str(own.get("difference", 0)))
        made.append(Statement(account_id, until, cents, lines, coded, oldest, newest))
    return made


def planted_statements(database: sqlite3.Connection) -> dict[str, dict[str, object]]:
    """What flaws left in the finished file."""
    row = database.execute("SELECT value FROM meta WHERE key='statements'").fetchone()
    found: dict[str, dict[str, object]] = json.loads(row[0]) if row else {}
    return found
