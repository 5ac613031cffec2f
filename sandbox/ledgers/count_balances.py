"""Counts in the finished tables what is wrong with balances, bank accounts, users and closed periods, planted or come about in trade.

Written from the definitions of the checks alone; all sums are the tables' own, none is taken from the reports.
"""

import itertools
import re
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from ..world.users import users
from .books import Account, Books
from .calendar import months_before
from .statements import statements

Entry = dict[str, Any]
_PAYROLL = ("payroll", "paye", "payg", "superannuation", "pension", "wages payable", "wages clearing")
_OWNER = ("director", "directors", "director's", "shareholder", "shareholders", "shareholder's")
_REACHING = frozenset(("STANDARD", "FINANCIALADVISER"))


def has_word(name: str, *words: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", name.casefold()) for word in words)


def _is_owner_loan(one: Account) -> bool:
    return one.account_class in ("LIABILITY", "ASSET") and has_word(one.name, *_OWNER) and has_word(one.name, "loan")


class Count:
    def __init__(self, books: Books, database: sqlite3.Connection) -> None:
        self.books, self.database = books, database
        self.as_of, self.end = books.calendar.today, books.calendar.period_end
        self.period = (books.calendar.period_start.isoformat(), self.end.isoformat())
        self.zone = ZoneInfo(books.organisation.zone)
        self.active = [one for one in books.accounts if one.status == "ACTIVE"]
        self.kept = [one for one in self.active if one.type != "BANK"]
        self.turnover = self._turnover()
        self.material = max(Fraction(10_000), Fraction(self.turnover, 200))
        self.balance = self._balances()

    def ask(self, sql: str, *values: object) -> list[Any]:
        return self.database.execute(sql, values).fetchall()

    def entry(self, check: str, issues: Iterable[Entry], among: int | None, *, judged: bool = True, **more: Any) -> Entry:
        found = sorted(issues, key=lambda issue: str(issue["key"]))
        dates = [issue["date"] for issue in found if issue.get("date")]
        return {
            "issues": found,
            "n": sum(issue.get("count", 1) for issue in found),
            "N": among,
            "oldest": min(dates, default=None),
            "state": ("evaluated" if judged and among != 0 else "not_applicable"),
            "fails": any(issue.get("fails", False) for issue in found),
            "planted": [issue["key"] for issue in self.books.issues.get(check, ())],
            "near": self.books.near.get(check, []),
            **more,
        }

    # What is measured

    def _turnover(self) -> int:
        """Gross approved sales less credit notes, and received money, of the period in base cents."""
        worth = {one.id: one.worth for one in self.books.contacts if one.worth != 1}
        total = Fraction(0)
        for sql, sign in (
            ("SELECT contact, sum(total) FROM Invoices WHERE type='ACCREC' AND status IN ('AUTHORISED','PAID')", 1),
            ("SELECT contact, sum(total) FROM CreditNotes WHERE type='ACCRECCREDIT' AND status IN ('AUTHORISED','PAID')", -1),
            ("SELECT contact, sum(total) FROM BankTransactions WHERE type='RECEIVE' AND status='AUTHORISED'", 1),
        ):
            for contact, cents in self.ask(f"{sql} AND date BETWEEN ? AND ? GROUP BY contact", *self.period):
                total += sign * cents * worth.get(contact, 1)
        return int(total)

    def _balances(self) -> dict[str, int]:
        """The trial balance of the period's last day, debits positive, of accounts that hold something."""
        one = self.books.organisation
        ends = (date(self.end.year - back, one.year_end_month, one.year_end_day) for back in (0, 1))
        closed = next(day for day in ends if day < self.end).isoformat()
        yearly = {account.id for account in self.books.accounts if account.account_class in ("REVENUE", "EXPENSE")}
        found = {}
        for account, whole, year in self.ask(
            "SELECT account, sum(cents), coalesce(sum(CASE WHEN date > ? THEN cents END), 0) FROM posting WHERE date <= ? GROUP BY account",
            closed,
            self.end.isoformat(),
        ):
            cents = year if account in yearly else whole
            if cents:
                found[account] = cents
        return found

    def on_day(self, one: Account) -> str:
        return f"{one.id}:{self.end.isoformat()}"

    def own_day(self, milliseconds: int) -> date:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(self.zone).date()

    # Balances

    def unexpected(self) -> Entry:
        watched = [
            one
            for one in self.active
            if one.system in ("HISTORICAL", "TRACKINGTRANSFERS", "ROUNDING")
            or has_word(one.name, "suspense", "clearing", "rounding")
        ]
        issues = []
        for one in watched:
            cents = self.balance.get(one.id, 0)
            if abs(cents) > 1:
                issues.append({"key": one.id, "cents": cents, "fails": abs(cents) > self.material})
        return self.entry("DQ18", issues, len(watched))

    def wrong_sided(self) -> Entry:
        watched = [one for one in self.kept if not one.system and self.balance.get(one.id, 0) != 0]
        issues = []
        for one in watched:
            cents, kind = self.balance[one.id], one.account_class
            owned = kind == "ASSET" and not has_word(
                one.name, "depreciation", "amortisation", "amortization", "accumulated"
            )
            owed = kind == "REVENUE" or (kind == "LIABILITY" and not _is_owner_loan(one))
            if (cents < -1 and (owned or kind == "EXPENSE")) or (cents > 1 and owed):
                issues.append({"key": self.on_day(one), "cents": cents})
        return self.entry("DQ19", issues, len(watched))

    def overdrawn(self) -> Entry:
        banks = [one for one in self.active if one.type == "BANK" and one.account_class == "ASSET"]
        issues = [
            {"key": self.on_day(one), "cents": cents, "fails": -cents > self.material}
            for one in banks
            if (cents := self.balance.get(one.id, 0)) < -1
        ]
        return self.entry("DQ20", issues, len(banks))

    def payroll(self) -> Entry:
        watched = [one for one in self.active if one.account_class == "LIABILITY" and has_word(one.name, *_PAYROLL)]
        first = self.end.replace(day=1)
        months = [months_before(first, back).isoformat() for back in (3, 0)]
        lines = self.ask(
            "SELECT json_extract(line.value, '$.AccountID'), j.date, json_extract(line.value, '$.LineAmount')"
            " FROM ManualJournals j, json_each(CAST(j.body AS TEXT), '$.JournalLines') line"
            " WHERE j.status='POSTED' AND j.date BETWEEN ? AND ?",
            months[0],
            self.end.isoformat(),
        )
        issues = []
        for one in watched:
            own = [(day, round(amount * 100)) for account, day, amount in lines if account == one.id]
            this_month = [cents for day, cents in own if day >= months[1]]
            earlier = any(day < months[1] for day, _ in own)
            cents = self.balance.get(one.id, 0)
            missing = not this_month and earlier
            if missing or (abs(cents) > 1 and abs(cents - sum(this_month)) > 1):
                issues.append({"key": self.on_day(one), "cents": cents, "fails": missing})
        return self.entry("DQ40", issues, len(watched))

    def owner_loans(self) -> Entry:
        watched = [one for one in self.kept if _is_owner_loan(one)]
        country = self.books.organisation.country
        issues = []
        for one in watched:
            cents = self.balance.get(one.id, 0)
            limit = {"AU": Fraction(1), "GB": Fraction(1_000_000)}.get(country, self.material)
            if cents > 1:
                issues.append({"key": self.on_day(one), "cents": cents, "fails": cents > limit})
        return self.entry("DQ41", issues, len(watched))

    def assets(self) -> Entry:
        """Accumulated depreciation is looked at beside the cost it belongs to, and its account not by itself."""
        types = {one["assetTypeId"]: one for one in self.books.register["types"]}
        by_account: dict[str, list[Entry]] = {}
        worn_of: dict[str, set[str]] = {}
        for asset in self.books.register["assets"]:
            kind = types[asset["assetTypeId"]]
            by_account.setdefault(kind["fixedAssetAccountId"], []).append(asset)
            if "accumulatedDepreciationAccountId" in kind:
                worn_of.setdefault(kind["fixedAssetAccountId"], set()).add(kind["accumulatedDepreciationAccountId"])
        contra = {account for accounts in worn_of.values() for account in accounts}
        watched = [
            one.id
            for one in self.books.accounts
            if one.type == "FIXED" and one.id not in contra and (one.id in self.balance or one.id in by_account)
        ]
        issues = []
        for account in watched:
            mine = by_account.get(account, [])
            registered = [one for one in mine if one["assetStatus"] == "Registered"]
            details = [one["bookDepreciationDetail"] for one in registered]
            cost = sum(round(one["purchasePrice"] * 100) for one in registered)
            worn = sum(
                round(one[name] * 100)
                for one in details
                for name in ("priorAccumDepreciationAmount", "currentAccumDepreciationAmount")
            )
            held = -sum(self.balance.get(other, 0) for other in worn_of.get(account, ()))
            if cost != self.balance.get(account, 0) or worn != held:
                issues.append({"key": account, "cents": cost - self.balance.get(account, 0), "fails": True})
            if any(one["assetStatus"] == "Draft" for one in mine):
                issues.append({"key": f"{account}:draft", "fails": False})
        return self.entry("DQ42", issues, len(watched))

    # Bank accounts

    def bank_items(self) -> dict[str, dict[str, str | None]]:
        """By account: its first item, its last to this day and to the period's end, its last reconciled to the period's end."""
        end, today = self.end.isoformat(), self.as_of.isoformat()
        found: dict[str, dict[str, str | None]] = {}
        for table, account, reconciled in (
            ("BankTransactions", "account", "reconciled"),
            ("Payments", "account", "reconciled"),
            ("BankTransfers", "account", "reconciled"),
            ("BankTransfers", "account_to", "reconciled_to"),
        ):
            for row in self.ask(
                f"SELECT {account}, min(date), max(CASE WHEN date <= ? THEN date END), max(CASE WHEN date <= ? THEN date END),"
                f" max(CASE WHEN date <= ? AND {reconciled} = 1 THEN date END)"
                f" FROM {table} WHERE status='AUTHORISED' GROUP BY {account}",
                today,
                end,
                end,
            ):
                mine = found.setdefault(row[0], dict.fromkeys(("first", "last", "last_closed", "reconciled")))
                for name, day, choose in zip(mine, row[1:], (min, max, max, max), strict=True):
                    mine[name] = choose(filter(None, (mine[name], day)), default=None)
        return found

    def feeds_and_reconciling(self) -> tuple[Entry, Entry]:
        items = self.bank_items()
        used, open_, stale, late = 0, 0, [], []
        for one in self.active:
            if one.type != "BANK" or one.id not in items:
                continue
            mine = {name: date.fromisoformat(day) for name, day in items[one.id].items() if day}
            if "last" in mine and (gap := (self.as_of - mine["last"]).days) <= 90:
                used += 1
                if gap > 7:
                    stale.append({"key": one.id, "gap": gap, "fails": gap > 14})
            if "last_closed" in mine and (self.end - mine["last_closed"]).days <= 90:
                open_ += 1
                since = mine.get("reconciled", mine["first"])
                if (self.end - since).days > 7:
                    late.append({"key": one.id, "age": (self.end - since).days, "date": since.isoformat()})
        return self.entry("DQ04", stale, used), self.entry("DQ05", late, open_)

    def stated(self) -> list[Entry]:
        """What the bank says of the period's last day and of today, and what was filed as owed for the period."""
        planted, rows = self.books.facts.get("statements", {}), []
        for on in (self.end, self.as_of):
            for one in statements(self.database, planted, on, self.as_of):
                row = {
                    "kind": "statement",
                    "account_id": one.account_id,
                    "date": one.date.isoformat(),
                    "cents": one.cents,
                    "lines": len(one.uncoded),
                    "earliest": min((day for day, _ in one.uncoded), default=None),
                }
                if row not in rows:
                    rows.append(row)
        if (difference := self.books.facts.get("filed")) is not None:
            rows.append(
                {
                    "kind": "tax_filed",
                    "account_id": None,
                    "date": self.end.isoformat(),
                    "cents": difference - self.tax_held,
                    "lines": None,
                    "earliest": None,
                }
            )
        return rows

    @property
    def tax_held(self) -> int:
        return self.balance.get(next(one.id for one in self.books.accounts if one.system == "GST"), 0)

    def uncoded(self, stated: list[Entry], reconciled: int) -> Entry:
        """`reconciled`: the bank items that are, which the lines not yet coded are compared with."""
        latest: dict[str, Entry] = {}
        for row in stated:
            if row["kind"] == "statement" and row["date"] >= latest.get(row["account_id"], row)["date"]:
                latest[row["account_id"]] = row
        issues = [
            {"key": key, "count": row["lines"], "date": row["earliest"]} for key, row in latest.items() if row["lines"] > 0
        ]
        return self.entry("DQ02", issues, sum(issue["count"] for issue in issues) + reconciled)

    def statement_balances(self, stated: list[Entry]) -> Entry:
        rows = [row for row in stated if row["kind"] == "statement" and row["date"] == self.end.isoformat()]
        issues = []
        for row in rows:
            cents = self.balance.get(row["account_id"], 0) - row["cents"]
            if abs(cents) > 1:
                issues.append({"key": f"{row['account_id']}:{row['date']}", "cents": cents, "fails": True})
        return self.entry("DQ03", issues, len(rows))

    def filed(self, stated: list[Entry]) -> Entry:
        issues, rows = [], [row for row in stated if row["kind"] == "tax_filed"]
        for row in rows:
            cents = abs(self.tax_held + row["cents"])
            if cents > 1:
                issues.append({"key": row["date"], "cents": cents})
        whole = str(self.material)
        return self.entry("DQ39", issues, None, judged=bool(rows), cents=sum(one["cents"] for one in issues), whole=whole)

    # Time

    def silence(self) -> Entry:
        ((last,),) = self.ask(
            "SELECT max(date) FROM Invoices WHERE status IN ('SUBMITTED','AUTHORISED','PAID') AND date <= ?",
            self.as_of.isoformat(),
        )
        gap = (self.as_of - date.fromisoformat(last)).days if last else None
        issues = [{"key": "organisation", "gap": gap, "fails": gap > 90}] if gap is not None and gap > 30 else []
        return self.entry("DQ45", issues, None, judged=gap is not None, gap=gap)

    def closed_on(self) -> date | None:
        dates = [day for key in ("PeriodLockDate", "EndOfYearLockDate") if (day := self.books.facts.get(key))]
        return max(dates, default=None)

    def _touched(self, table: str, condition: str, closed: date) -> list[tuple[str, date]]:
        """What is dated in the closed time and was touched more than 14 days after its end, within the last twelve months."""
        after, since = closed + timedelta(days=14), months_before(self.as_of, 12)
        moment = datetime(after.year, after.month, after.day, tzinfo=UTC) - timedelta(days=1)
        rows = self.ask(
            f"SELECT id, updated FROM {table} WHERE updated >= ? AND date <= ? AND {condition}",
            int(moment.timestamp() * 1000),
            closed.isoformat(),
        )
        dated = ((key, self.own_day(updated)) for key, updated in rows)
        return [(key, day) for key, day in dated if day > after and day >= since]

    def behind_the_lock(self) -> tuple[Entry, Entry]:
        closed = self.closed_on()
        counts = [
            self.ask(f"SELECT count(*) FROM {table} WHERE date BETWEEN ? AND ?{more}", *self.period)[0][0]
            for table, more in (
                ("Invoices", ""),
                ("CreditNotes", ""),
                ("BankTransactions", ""),
                ("ManualJournals", " AND status='POSTED'"),
            )
        ]
        removed: list[Entry] = []
        changed: list[Entry] = []
        if closed is not None:
            paid_later = {
                row[0]
                for row in self.ask(
                    "SELECT related FROM Payments WHERE status='AUTHORISED' AND date > ?", closed.isoformat()
                )
            }
            for table, kind, stands in (
                ("Invoices", "invoice", "status IN ('AUTHORISED','PAID')"),
                ("CreditNotes", "credit_note", "status IN ('AUTHORISED','PAID')"),
                ("BankTransactions", "bank_transaction", "status='AUTHORISED'"),
                ("ManualJournals", "journal", "status='POSTED'"),
            ):
                for key, day in self._touched(table, stands, closed):
                    if key not in paid_later:
                        changed.append({"key": key, "kind": kind, "updated": day.isoformat()})
                if kind != "journal":
                    for key, day in self._touched(table, "status IN ('VOIDED','DELETED')", closed):
                        removed.append({"key": key, "kind": kind, "updated": day.isoformat()})
        judged, close = closed is not None, closed and closed.isoformat()
        return (
            self.entry("DQ26", removed, sum(counts[:3]), judged=judged, closed=close),
            self.entry("DQ29", changed, sum(counts), judged=judged, closed=close),
        )

    def moved_locks(self) -> Entry:
        """From the rows of `history`, which are what an app would have seen that looked at the organisation so often."""
        history = self.books.facts.get("lock_history", [])
        issues = []
        for before, row in itertools.pairwise(history):
            back = {
                name: before[name] is not None and (row[name] is None or row[name] < before[name])
                for name in ("period_lock", "year_lock")
            }
            if any(back.values()) and (self.as_of - date.fromisoformat(row["seen_on"])).days <= 90:
                issues.append({"key": row["id"], "fails": back["year_lock"], "seen_on": row["seen_on"]})
        found = self.entry("DQ28", issues, None, history=history)
        return found if history else {**found, "state": "not_synced"}

    # People, and the reading itself

    def strangers(self) -> Entry:
        books = self.books
        tenant = books.organisation.tenant_id
        people = {user.email for user in users(books.seed) if tenant in user.organisation_ids}
        people |= {f"owner{books.organisation.index}@clients.example", *books.facts.get("approved", ())}
        rows = self.ask("SELECT id, email, type FROM Users")
        watched = [(key, email) for key, email, role in rows if role in _REACHING]
        issues = [{"key": key} for key, email in watched if email.casefold() not in people]
        return self.entry("DQ46", issues, len(watched), people=sorted(people))

    def freshness(self) -> Entry:
        """Books that were read on their own day are fresh; how old they are when judged is the reader's affair."""
        return self.entry("DQ47", [], None, read_on=self.as_of.isoformat())


def count_balances(books: Books, database: sqlite3.Connection, reconciled: int) -> tuple[dict[str, Entry], list[Entry]]:
    """The entries by check, and the rows of what others say that some of them need."""
    count = Count(books, database)
    stated = count.stated()
    feeds, reconciling = count.feeds_and_reconciling()
    removed, changed = count.behind_the_lock()
    found = {
        "DQ02": count.uncoded(stated, reconciled),
        "DQ03": count.statement_balances(stated),
        "DQ39": count.filed(stated),
        "DQ04": feeds,
        "DQ05": reconciling,
        "DQ18": count.unexpected(),
        "DQ19": count.wrong_sided(),
        "DQ20": count.overdrawn(),
        "DQ26": removed,
        "DQ28": count.moved_locks(),
        "DQ29": changed,
        "DQ40": count.payroll(),
        "DQ41": count.owner_loans(),
        "DQ42": count.assets(),
        "DQ45": count.silence(),
        "DQ46": count.strangers(),
        "DQ47": count.freshness(),
    }
    return found, stated
