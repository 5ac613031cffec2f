"""What is planted in balances, bank accounts, users and closed periods is really in the API's answers, near misses too.

The reading below is written from the checks' definitions and shares nothing with the ledgers; balances are those of the
trial balance as the API reports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ..ledgers.truth import truth
from ..world.organisations import Organisation, organisations
from .reading import TODAY, Document, Everything, api, cents, day, everything, sized
from .test_books import amount, rows_of

END, START, MONTH = date(2026, 10, 31), date(2025, 11, 1), date(2026, 10, 1)
Found = tuple[dict[str, Any], int | None]  # by key, what the degree needs; and among how many


@dataclass
class Read:
    organisation: Organisation
    books: Everything
    balance: dict[str, int]
    told: dict[str, Any]

    def __getitem__(self, name: str) -> list[Document]:
        return self.books[name]

    @property
    def active(self) -> list[Document]:
        return [one for one in self["Accounts"] if one["Status"] == "ACTIVE"]

    def holds(self, one: Document) -> int:
        return self.balance.get(one["AccountID"], 0)

    @property
    def material(self) -> Fraction:
        turnover = Fraction(0)
        for name, kind, sign in (("Invoices", "ACCREC", 1), ("CreditNotes", "ACCRECCREDIT", -1), ("BankTransactions", "RECEIVE", 1)):
            for one in self[name]:
                if one["Type"] == kind and one["Status"] in ("AUTHORISED", "PAID") and START <= day(one["Date"]) <= END:
                    turnover += sign * Fraction(cents(one["Total"])) / Fraction(str(one.get("CurrencyRate", 1)))
        return max(Fraction(10_000), turnover * Fraction(5, 1000))

    @property
    def closed(self) -> date | None:
        locks = [day(self["Organisation"][0][key]) for key in ("PeriodLockDate", "EndOfYearLockDate") if key in self["Organisation"][0]]
        return max(locks, default=None)

    def own_day(self, one: Document) -> date:
        moment = datetime.fromtimestamp(int(one["UpdatedDateUTC"][6:].split("+", maxsplit=1)[0]) / 1000, UTC)
        return moment.astimezone(ZoneInfo(self.organisation.zone)).date()


_read: dict[tuple[int, str, str], Read] = {}


async def read(folder: Path, seed: int, organisation: Organisation) -> Read:
    key = (seed, organisation.tenant_id, str(folder))
    if key not in _read:
        books = await everything(folder, organisation, seed)
        async with api(folder, organisation, seed) as reader:
            report = (await reader.get("Reports/TrialBalance", date=END.isoformat())).json()["Reports"][0]
        balance = {
            cells[0]["Attributes"][0]["Value"]: amount(cells[3]["Value"]) - amount(cells[4]["Value"])
            for cells in rows_of(report)
        }
        _read[key] = Read(organisation, books, balance, truth(seed, organisation.tenant_id, TODAY, folder / f"seed{seed}"))
    return _read[key]


def named(one: Document, *words: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}(?!\w)", one["Name"].casefold()) for word in words)


def on_end(one: Document) -> str:
    return f"{one['AccountID']}:{END.isoformat()}"


# The checks, slowly


def bank_days(it: Read) -> dict[str, list[tuple[date, bool]]]:
    found: dict[str, list[tuple[date, bool]]] = {one["AccountID"]: [] for one in it.active if one["Type"] == "BANK"}

    def item(account: str, one: Document, reconciled: bool) -> None:
        if account in found:
            found[account].append((day(one["Date"]), reconciled))

    for one in it["BankTransactions"]:
        if one["Status"] == "AUTHORISED":
            item(one["BankAccount"]["AccountID"], one, one["IsReconciled"])
    for one in it["Payments"]:
        if one["Status"] == "AUTHORISED":
            item(one["Account"]["AccountID"], one, one["IsReconciled"])
    for one in it["BankTransfers"]:
        for side in ("From", "To"):
            item(one[f"{side}BankAccount"]["AccountID"], one, one[f"{side}IsReconciled"])
    return found


def dq04(it: Read) -> Found:
    last = {key: max((on for on, _ in items if on <= TODAY), default=date.min) for key, items in bank_days(it).items()}
    used = {key: (TODAY - on).days for key, on in last.items() if TODAY - timedelta(days=90) <= on}
    return {key: gap > 14 for key, gap in used.items() if gap > 7}, len(used)


def dq05(it: Read) -> Found:
    found, among = {}, 0
    for key, items in bank_days(it).items():
        if any(END - timedelta(days=90) <= on <= END for on, _ in items):
            among += 1
            reconciled = [on for on, done in items if done and on <= END]
            since = max(reconciled) if reconciled else min(on for on, _ in items)
            if (END - since).days > 7:
                found[key] = since.isoformat()
    return found, among


def dq18(it: Read) -> Found:
    watched = [
        one
        for one in it.active
        if one.get("SystemAccount") in ("HISTORICAL", "TRACKINGTRANSFERS", "ROUNDING") or named(one, "suspense", "clearing", "rounding")
    ]
    return {one["AccountID"]: abs(it.holds(one)) > it.material for one in watched if abs(it.holds(one)) > 1}, len(watched)


def owner_loan(one: Document) -> bool:
    words = ("director", "directors", "director's", "shareholder", "shareholders", "shareholder's")
    return one["Class"] in ("LIABILITY", "ASSET") and one["Type"] != "BANK" and named(one, *words) and named(one, "loan")


def dq19(it: Read) -> Found:
    watched = [one for one in it.active if one["Type"] != "BANK" and not one.get("SystemAccount") and it.holds(one)]
    found = {}
    for one in watched:
        held = it.holds(one)
        wrong = {
            "ASSET": held < -1 and not named(one, "depreciation", "amortisation", "amortization", "accumulated"),
            "LIABILITY": held > 1 and not owner_loan(one),
            "EQUITY": False,
            "REVENUE": held > 1,
            "EXPENSE": held < -1,
        }[one["Class"]]
        if wrong:
            found[on_end(one)] = False
    return found, len(watched)


def dq20(it: Read) -> Found:
    watched = [one for one in it.active if one["Type"] == "BANK" and one["Class"] == "ASSET"]
    return {on_end(one): -it.holds(one) > it.material for one in watched if it.holds(one) < -1}, len(watched)


def late(it: Read, names: tuple[str, ...], statuses: tuple[str, ...]) -> Iterator[str]:
    closed = it.closed
    paid_later = {
        one["Invoice"]["InvoiceID"]
        for one in it["Payments"]
        if one["Status"] == "AUTHORISED" and closed is not None and day(one["Date"]) > closed
    }
    for name in names:
        for one in it[name]:
            key = one[f"{name[:-1]}ID"]
            if closed is None or one["Status"] not in statuses or day(one["Date"]) > closed or key in paid_later:
                continue
            if it.own_day(one) > closed + timedelta(days=14) and it.own_day(one) >= date(2025, 11, 21):
                yield key


def in_period(it: Read, *names: str) -> int:
    return sum(START <= day(one["Date"]) <= END for name in names for one in it[name])


def dq26(it: Read) -> Found:
    names = ("Invoices", "CreditNotes", "BankTransactions")
    return dict.fromkeys(late(it, names, ("VOIDED", "DELETED")), False), in_period(it, *names)


def dq29(it: Read) -> Found:
    names = ("Invoices", "CreditNotes", "BankTransactions")
    posted = sum(one["Status"] == "POSTED" and START <= day(one["Date"]) <= END for one in it["ManualJournals"])
    found = dict.fromkeys(late(it, (*names, "ManualJournals"), ("AUTHORISED", "PAID", "POSTED")), False)
    return found, in_period(it, *names) + posted


def dq40(it: Read) -> Found:
    words = ("payroll", "paye", "payg", "superannuation", "pension", "wages payable", "wages clearing")
    watched = [one for one in it.active if one["Class"] == "LIABILITY" and named(one, *words)]
    found = {}
    for one in watched:
        own = [
            (day(journal["Date"]), cents(line["LineAmount"]))
            for journal in it["ManualJournals"]
            if journal["Status"] == "POSTED"
            for line in journal["JournalLines"]
            if line["AccountID"] == one["AccountID"]
        ]
        month = [held for on, held in own if MONTH <= on <= END]
        missing = not month and any(date(2026, 7, 1) <= on < MONTH for on, _ in own)
        if missing or (abs(it.holds(one)) > 1 and abs(it.holds(one) - sum(month)) > 1):
            found[on_end(one)] = missing
    return found, len(watched)


def dq41(it: Read) -> Found:
    watched = [one for one in it.active if owner_loan(one)]
    limit = {"AU": Fraction(0), "GB": Fraction(1_000_000)}.get(it.organisation.country, it.material)
    return {on_end(one): it.holds(one) > limit for one in watched if it.holds(one) > 1}, len(watched)


def dq45(it: Read) -> Found:
    standing = [day(one["Date"]) for one in it["Invoices"] if one["Status"] not in ("DRAFT", "VOIDED", "DELETED")]
    gap = (TODAY - max(on for on in standing if on <= TODAY)).days
    return ({"organisation": gap > 90} if gap > 30 else {}), None


def dq46(it: Read) -> Found:
    people = it.told["flaws"]["DQ46"]["people"]
    watched = [one for one in it["Users"] if one["OrganisationRole"] in ("STANDARD", "FINANCIALADVISER")]
    return {one["UserID"]: False for one in watched if one["EmailAddress"].casefold() not in people}, len(watched)


CHECKS = {
    "DQ04": dq04, "DQ05": dq05, "DQ18": dq18, "DQ19": dq19, "DQ20": dq20, "DQ26": dq26, "DQ29": dq29, "DQ40": dq40,
    "DQ41": dq41, "DQ45": dq45, "DQ46": dq46,
}  # fmt: skip
SOME = [(1, 30), (1, 900), (1, 9_000), (2, 250), (2, 5_000), (7, 120), (7, 600)]


@pytest.mark.parametrize("check", CHECKS)
async def test_what_is_found_is_what_the_truth_says(folder: Path, check: str) -> None:
    for seed, wanted in SOME:
        it = await read(folder, seed, sized(seed, wanted))
        entry = it.told["flaws"][check]
        found, among = CHECKS[check](it)
        told = {issue["key"]: issue["date"] if check == "DQ05" else issue.get("fails", False) for issue in entry["issues"]}
        assert (found, len(found), among) == (told, entry["n"], entry["N"]), (seed, wanted)
        assert set(entry["planted"]) <= set(found), (seed, wanted)
        assert not set(entry["near"]) & set(found), (seed, wanted)
        if check in ("DQ26", "DQ29", "DQ40", "DQ41", "DQ46"):
            assert set(entry["planted"]) == set(found), "ordinary trade leaves none of these"


async def test_what_is_paid_later_is_updated_later(folder: Path) -> None:
    """And what lies behind the lock is not touched any more, but for what was planted."""
    it = await read(folder, 1, sized(1, 9_000))
    paid: dict[str, date] = {}
    for one in it["Payments"]:
        if one["Status"] == "AUTHORISED":
            key = one["Invoice"]["InvoiceID"]
            paid[key] = max(paid.get(key, date.min), day(one["Date"]))
    later = 0
    for one in it["Invoices"]:
        last = max(day(one["Date"]), paid.get(one["InvoiceID"], date.min))
        assert last == TODAY or day(one["UpdatedDateUTC"]) >= last
        later += it.closed is not None and day(one["Date"]) <= it.closed < paid.get(one["InvoiceID"], date.min)
    assert later > 10


async def test_near_misses_are_there(folder: Path) -> None:
    it = await read(folder, 1, sized(1, 9_000))
    there = {
        one[key]
        for name, key in (
            ("Accounts", "AccountID"),
            ("Users", "UserID"),
            ("Invoices", "InvoiceID"),
            ("BankTransactions", "BankTransactionID"),
            ("ManualJournals", "ManualJournalID"),
        )
        for one in it[name]
    }
    for check in CHECKS:
        near = it.told["flaws"][check]["near"]
        assert near or check == "DQ45", check
        assert {key.split(":")[0] for key in near} <= there, check
    held = {one["Name"]: it.holds(one) for one in it["Accounts"]}
    assert held["Voucher Clearing"] == held["Petty Cash Tin"] == held["Call Deposit"] == -1
    assert held["Shareholders Bridging Loan"] == 1
    closed = it.closed
    assert closed is not None
    touched = {it.own_day(one) for name in ("Invoices", "BankTransactions") for one in it[name] if day(one["Date"]) <= closed}
    assert closed + timedelta(days=14) in touched


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_every_flaw_is_somewhere_and_nowhere_the_same(folder: Path, seed: int) -> None:
    """Beside the status of the whole, both of its levels are met: what only warns and what fails."""
    flaws = [
        truth(seed, one.tenant_id, TODAY, folder / f"seed{seed}")["flaws"]
        for one in organisations(seed)[:60]
        if one.documents < 20_000
    ]
    for check in CHECKS:
        assert len({one[check]["n"] for one in flaws}) > 1, check
        assert any(one[check]["planted"] for one in flaws), check
        for one in flaws:
            keys = {issue["key"] for issue in one[check]["issues"]}
            assert set(one[check]["planted"]) <= keys, check
            assert not set(one[check]["near"]) & keys, check
    for check in ("DQ04", "DQ18", "DQ20", "DQ28", "DQ40"):
        levels = {issue.get("fails") for one in flaws for issue in one[check]["issues"]}
        assert levels == {True, False}, check


@pytest.mark.parametrize("today", [date(2026, 12, 1), date(2027, 1, 31), date(2027, 3, 2), date(2027, 7, 15)])
def test_on_any_day_what_was_planted_is_found(folder: Path, today: date) -> None:
    for organisation in (sized(2, 60), sized(2, 400), sized(2, 1_500), sized(2, 5_000)):
        flaws = truth(2, organisation.tenant_id, today, folder / "days")["flaws"]
        for check in CHECKS:
            keys = {issue["key"] for issue in flaws[check]["issues"]}
            assert set(flaws[check]["planted"]) <= keys, (check, organisation.documents)
            assert not set(flaws[check]["near"]) & keys, (check, organisation.documents)
