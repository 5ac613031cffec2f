"""Planted flaws and near misses are there, and no others: a slow and simple reading of the API finds exactly what the truth says.

The reading below is written from the checks' definitions and shares nothing with the ledgers.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ..ledgers.truth import truth
from .reading import TODAY, Document, Everything, cents, day, everything, sized

END = date(2026, 10, 31)
START = date(2025, 11, 1)
APPROVED = ("AUTHORISED", "PAID")


def back(start: date, months: int) -> date:
    month = start.year * 12 + start.month - 1 - months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def groups(pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for left, right in pairs:
        parent[root(left)] = root(right)
    found = defaultdict(set)
    for one in parent:
        found[root(one)].add(one)
    return sorted(map(frozenset, found.values()), key=sorted)


def osa(left: str, right: str) -> int:
    """Optimal string alignment distance."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    words = re.sub(r"[^\w\s]", "", text).split()
    return " ".join(word for word in words if word not in {"ltd", "limited", "pty", "inc", "llc", "plc", "co"})


def unreconciled(books: Everything) -> tuple[set[str], int]:
    banks = {one["AccountID"] for one in books["Accounts"] if one["Type"] == "BANK"}
    items: list[tuple[str, date, bool]] = [
        (one["BankTransactionID"], day(one["Date"]), one["IsReconciled"])
        for one in books["BankTransactions"]
        if one["Status"] == "AUTHORISED" and not one["Type"].endswith("-TRANSFER")
    ]
    items += [
        (one["PaymentID"], day(one["Date"]), one["IsReconciled"])
        for one in books["Payments"]
        if one["Status"] == "AUTHORISED" and one["Account"]["AccountID"] in banks
    ]
    items += [
        (one["BankTransferID"], day(one["Date"]), one[side])
        for one in books["BankTransfers"]
        for side in ("FromIsReconciled", "ToIsReconciled")
    ]
    counted = [
        (key, reconciled) for key, on, reconciled in items if START <= on <= END or (on < START and not reconciled)
    ]
    return {key for key, reconciled in counted if not reconciled}, len(counted)


def twins(books: Everything) -> tuple[list[frozenset[str]], int]:
    active = [one for one in books["Contacts"] if one["ContactStatus"] == "ACTIVE"]
    pairs = []
    keys: list[Callable[[Document], str]] = [
        lambda one: one.get("EmailAddress", "").casefold(),
        lambda one: one.get("TaxNumber", ""),
        lambda one: re.sub(r"\D", "", one.get("BankAccountDetails", "")),
        lambda one: plain(one["Name"]),
    ]
    for key in keys:
        same = defaultdict(list)
        for one in active:
            if key(one):
                same[key(one)].append(one["ContactID"])
        pairs += [pair for some in same.values() for pair in itertools.pairwise(some)]
    long = [(plain(one["Name"]), one["ContactID"]) for one in active]
    long = [(name, key) for name, key in long if len(name) >= 8 and not re.search(r"\d", name)]
    for (left, one), (right, other) in itertools.combinations(long, 2):
        if abs(len(left) - len(right)) <= 1 and osa(left, right) == 1:
            pairs.append((one, other))
    return groups(pairs), len(active)


def codings(books: Everything) -> tuple[set[tuple[str, str]], int]:
    lines: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name, sales in (("Invoices", "ACCREC"), ("CreditNotes", "ACCRECCREDIT"), ("BankTransactions", "RECEIVE")):
        for one in books[name]:
            if one["Status"] in APPROVED and START <= day(one["Date"]) <= END and "Contact" in one:
                direction = "sales" if one["Type"] == sales else "purchases"
                for line in one["LineItems"]:
                    if line.get("AccountCode"):
                        lines[one["Contact"]["ContactID"], direction][line["AccountCode"]] += 1
    found = set()
    for where, codes in lines.items():
        total, most = codes.total(), codes.most_common(1)[0][1]
        if total >= 4 and len(codes) >= 2 and Fraction(total - most, total) <= Fraction(30, 100):
            found.add(where)
    return found, len({contact for contact, _ in lines})


def repeated(books: Everything, invoice_type: str, bank_type: str) -> tuple[list[frozenset[str]], int]:
    documents = [
        (one["InvoiceID"], one)
        for one in books["Invoices"]
        if one["Type"] == invoice_type and one["Status"] in ("SUBMITTED", *APPROVED)
    ]
    documents += [
        (one["BankTransactionID"], one)
        for one in books["BankTransactions"]
        if one["Type"] == bank_type and one["Status"] == "AUTHORISED"
    ]
    documents = [(key, one) for key, one in documents if START <= day(one["Date"]) <= END]
    same = defaultdict(list)
    for key, one in documents:
        same[one["Contact"]["ContactID"], cents(one["Total"]), one["CurrencyCode"]].append((day(one["Date"]), key))
    pairs = [
        (a, b)
        for some in same.values()
        for (on, a), (later, b) in itertools.combinations(sorted(some), 2)
        if later - on <= timedelta(days=5)
    ]
    return groups(pairs), len(documents)


def owed(books: Everything, invoice_type: str) -> tuple[set[str], Fraction, Fraction]:
    old, old_sum, total = set(), Fraction(0), Fraction(0)
    for one in books["Invoices"]:
        if (
            one["Type"] == invoice_type
            and one["Status"] == "AUTHORISED"
            and day(one["Date"]) <= END
            and one["AmountDue"]
        ):
            base = Fraction(str(one["AmountDue"])) / Fraction(str(one["CurrencyRate"]))
            total += base
            if day(one.get("DueDate") or one["Date"]) < back(END, 3):
                old.add(one["InvoiceID"])
                old_sum += base
    return old, old_sum, total


def locks(organisation: Document) -> str:
    ends = [
        date(year, organisation["FinancialYearEndMonth"], organisation["FinancialYearEndDay"])
        for year in range(2020, 2027)
    ]
    must = max(end for end in ends if end < back(TODAY, 9))
    year, period = (day(organisation.get(key, "/Date(0+0000)/")) for key in ("EndOfYearLockDate", "PeriodLockDate"))
    if year < must:
        return "error"
    return "warn" if period < back(TODAY, 1) - timedelta(days=14) else "ok"


def idle(books: Everything) -> tuple[set[str], int]:
    since = date(2024, 10, 31)
    used = set()
    for name, lines in (
        ("Invoices", "LineItems"),
        ("CreditNotes", "LineItems"),
        ("BankTransactions", "LineItems"),
        ("Prepayments", "LineItems"),
        ("Overpayments", "LineItems"),
        ("ManualJournals", "JournalLines"),
    ):
        for one in books[name]:
            if since < day(one["Date"]) <= END and one["Status"] not in ("VOIDED", "DELETED"):
                used |= {line["AccountID"] for line in one[lines]}
    used |= {
        one["Account"]["AccountID"]
        for one in books["Payments"]
        if since < day(one["Date"]) <= END and one["Status"] == "AUTHORISED"
    }
    candidates = {
        one["AccountID"]
        for one in books["Accounts"]
        if one["Status"] == "ACTIVE" and one["Type"] != "BANK" and not one.get("SystemAccount")
    }
    return candidates - used, len(candidates)


def ids(entry: dict[str, Any], key: str = "id") -> set[str]:
    return {issue[key] for issue in entry["issues"]}


def sets(entry: dict[str, Any]) -> list[frozenset[str]]:
    return sorted((frozenset(issue["ids"]) for issue in entry["issues"]), key=sorted)


@pytest.mark.parametrize(
    ("seed", "wanted", "at"),
    [
        (1, 30, 0),
        (1, 30, 2),
        (1, 60, 0),
        (1, 250, 0),
        (1, 400, 1),
        (1, 900, 0),
        (1, 3_000, 0),
        (1, 9_000, 0),
        (7, 30, 1),
        (7, 120, 0),
        (7, 600, 0),
        (7, 2_000, 0),
    ],
)
async def test_what_is_found_is_what_was_planted(folder: Path, seed: int, wanted: int, at: int) -> None:
    organisation = sized(seed, wanted, at)
    books = await everything(folder, organisation, seed)
    told = truth(seed, organisation.tenant_id, TODAY, folder / f"seed{seed}")
    flaws = told["flaws"]

    found, among = unreconciled(books)
    assert (found, len(found), among) == (ids(flaws["DQ01"]), flaws["DQ01"]["n"], flaws["DQ01"]["N"])
    pairs, among = twins(books)
    assert (pairs, sum(len(one) - 1 for one in pairs), among) == (
        sets(flaws["DQ06"]),
        flaws["DQ06"]["n"],
        flaws["DQ06"]["N"],
    )
    coded, among = codings(books)
    planted = {(issue["contact_id"], issue["direction"]) for issue in flaws["DQ07"]["issues"]}
    assert (coded, len({contact for contact, _ in coded}), among) == (planted, flaws["DQ07"]["n"], flaws["DQ07"]["N"])
    for check, invoice_type, bank_type in (("DQ12", "ACCPAY", "SPEND"), ("DQ13", "ACCREC", "RECEIVE")):
        pairs, among = repeated(books, invoice_type, bank_type)
        assert (pairs, sum(len(one) - 1 for one in pairs), among) == (
            sets(flaws[check]),
            flaws[check]["n"],
            flaws[check]["N"],
        ), check
    drafts = {
        one["InvoiceID"]: day(one["Date"])
        for one in books["Invoices"]
        if one["Status"] in ("DRAFT", "SUBMITTED") and day(one["Date"]) <= END
    }
    assert set(drafts) == ids(flaws["DQ15"])
    assert flaws["DQ15"]["oldest"] == (min(drafts.values()).isoformat() if drafts else None)
    for check, invoice_type in (("DQ21", "ACCREC"), ("DQ22", "ACCPAY")):
        old, old_sum, total = owed(books, invoice_type)
        assert old == ids(flaws[check]), check
        assert (old_sum, total) == (Fraction(flaws[check]["old"]), Fraction(flaws[check]["total"])), check
    state = locks(books["Organisation"][0])
    assert (state, flaws["DQ27"]["n"]) == (flaws["DQ27"]["state"], int(state != "ok"))
    unused, among = idle(books)
    assert (unused, among) == (ids(flaws["DQ30"]), flaws["DQ30"]["N"])

    for name, rows in told["rows"].items():
        if name in books.by_name:
            assert len(books[name]) == rows, name


async def test_near_misses_are_there(folder: Path) -> None:
    """What no check may report: each kind is present in neglected books."""
    books = await everything(folder, sized(1, 9_000))
    totals = defaultdict(list)
    for one in books["Invoices"]:
        if one["Status"] in APPROVED:
            totals[one["Contact"]["ContactID"], one["Type"], one["Total"]].append(day(one["Date"]))
    gaps = {(b - a).days for days in totals.values() for a, b in itertools.pairwise(sorted(days))}
    assert 6 in gaps
    names = {one["Name"] for one in books["Contacts"]}
    assert {"Storage Unit 12", "Storage Unit 13", "Coles", "Boles"} <= names
    assert any(one["Status"] == "DELETED" and not one["IsReconciled"] for one in books["BankTransactions"])
    banks = {one["AccountID"] for one in books["Accounts"] if one["Type"] == "BANK"}
    assert any(not one["IsReconciled"] and one["Account"]["AccountID"] not in banks for one in books["Payments"])
    assert any(one["Status"] == "ARCHIVED" for one in books["Accounts"])
    assert any(one["Status"] == "DRAFT" and day(one["Date"]) > END for one in books["Invoices"])
