"""Sums the books: the trial balance of a day, the bank summary of a span, and what one document posts."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

Posting = tuple[str, str, int]  # account, day, cents (debit positive)
PLUS = {"ACCREC": -1, "ACCPAY": 1, "ACCRECCREDIT": 1, "ACCPAYCREDIT": -1}


@dataclass(frozen=True, slots=True)
class Balance:
    account_id: str
    code: str
    name: str
    account_class: str
    month: int
    year_to_date: int


@dataclass(frozen=True, slots=True)
class BankBalance:
    account_id: str
    name: str
    opening: int
    received: int
    spent: int


def day_of(value: str) -> str:
    """The calendar day of `/Date(ms+0000)/`."""
    found = re.match(r"/Date\((-?\d+)", value)
    assert found is not None, value
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC).date().isoformat()


def cents_of(value: object) -> int:
    return int((Decimal(str(value)) * 100).to_integral_value())


def postings(resource: str, document: Mapping[str, Any], systems: Mapping[str, str]) -> list[Posting]:
    """What a document debits and credits; `systems` names the control accounts by Xero's system name.

    The two bank transactions of a transfer post nothing, for the transfer does; so do a prepayment and an overpayment,
    whose bank transactions do.
    """
    if document.get("Status") not in ("AUTHORISED", "PAID", "POSTED") or resource in ("Prepayments", "Overpayments"):
        return []
    day = day_of(document["Date"])
    if resource == "ManualJournals":
        return [(line["AccountID"], day, cents_of(line["LineAmount"])) for line in document["JournalLines"]]
    if resource == "BankTransfers":
        cents = cents_of(document["Amount"])
        return [
            (document["FromBankAccount"]["AccountID"], day, -cents),
            (document["ToBankAccount"]["AccountID"], day, cents),
        ]
    if resource == "Payments":
        cents = cents_of(document["BankAmount"]) * (1 if document["PaymentType"] == "ACCRECPAYMENT" else -1)
        control = systems["DEBTORS" if cents > 0 else "CREDITORS"]
        return [(document["Account"]["AccountID"], day, cents), (control, day, -cents)]
    kind = document["Type"]
    if kind.endswith("-TRANSFER"):
        return []
    if resource == "BankTransactions":
        sign = -1 if kind.startswith("RECEIVE") else 1
        against = document["BankAccount"]["AccountID"]
    else:
        sign = PLUS[kind]
        against = systems["DEBTORS" if kind.startswith("ACCREC") else "CREDITORS"]
    rate = Fraction(str(document.get("CurrencyRate", 1)))
    inclusive = document["LineAmountTypes"] == "Inclusive"
    made: list[Posting] = []
    for line in document["LineItems"]:
        tax = cents_of(line["TaxAmount"])
        net = cents_of(line["LineAmount"]) - (tax if inclusive else 0)
        for account, cents in ((line["AccountID"], net), (systems["GST"], tax)):
            if cents:
                made.append((account, day, sign * round(cents / rate)))
    made.append((against, day, -sum(cents for _, _, cents in made)))
    return made


def last_year_end(day: date, month: int, last_day: int) -> date:
    """The last day of the financial year before the one that holds the day."""
    end = date(day.year, month, last_day)
    return end if end < day else date(day.year - 1, month, last_day)


def trial_balance(database: sqlite3.Connection, on: date, year_end: tuple[int, int]) -> list[Balance]:
    """Every account's movement in the month and its balance: income and costs since the year began, earlier ones in retained earnings."""
    closed = last_year_end(on, *year_end).isoformat()
    month = on.replace(day=1).isoformat()
    rows = database.execute(
        "SELECT a.id, coalesce(a.code,''), a.name, a.number, a.reference, coalesce(sum(p.cents),0), coalesce(sum(CASE WHEN p.date > ? THEN p.cents END),0),"
        " coalesce(sum(CASE WHEN p.date >= ? THEN p.cents END),0) FROM Accounts a LEFT JOIN posting p ON p.account = a.id AND p.date <= ?"
        " GROUP BY a.seq ORDER BY a.code, a.name",
        (closed, month, on.isoformat()),
    ).fetchall()
    earlier = sum(whole - year for _, _, _, kind, _, whole, year, _ in rows if kind in ("REVENUE", "EXPENSE"))
    made = []
    for account_id, code, name, kind, system, whole, year, this_month in rows:
        balance = year if kind in ("REVENUE", "EXPENSE") else whole + (earlier if system == "RETAINEDEARNINGS" else 0)
        if balance or this_month:
            made.append(Balance(account_id, code, name, kind, this_month, balance))
    return made


def bank_summary(database: sqlite3.Connection, first: date, last: date) -> list[BankBalance]:
    rows = database.execute(
        "SELECT a.id, a.name, coalesce(sum(CASE WHEN c.date < ?1 THEN c.received - c.spent END),0), coalesce(sum(CASE WHEN c.date >= ?1 THEN c.received END),0),"
        " coalesce(sum(CASE WHEN c.date >= ?1 THEN c.spent END),0) FROM Accounts a LEFT JOIN cash c ON c.account = a.id AND c.date <= ?2"
        " WHERE a.type = 'BANK' GROUP BY a.seq ORDER BY a.seq",
        (first.isoformat(), last.isoformat()),
    ).fetchall()
    return [BankBalance(*row) for row in rows]
