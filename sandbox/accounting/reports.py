"""Lays the trial balance and the bank summary out as Xero's rows and cells; every value is text, blanks are empty."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from ..ledgers.calendar import first_of_month
from ..ledgers.ledger import Ledger
from .errors import ValidationError

Report = dict[str, object]
SECTIONS = (
    ("REVENUE", "Revenue"),
    ("EXPENSE", "Expenses"),
    ("ASSET", "Assets"),
    ("LIABILITY", "Liabilities"),
    ("EQUITY", "Equity"),
)


def _day(asked: Mapping[str, str], name: str) -> date | None:
    text = asked.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValidationError(f"Parameter {name} must be a valid Date") from error


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _text(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _cell(value: str, kind: str = "", identity: str = "") -> dict[str, object]:
    return {"Value": value, "Attributes": [{"Value": identity, "Id": kind}]} if kind else {"Value": value}


def _row(kind: str, cells: Sequence[dict[str, object]]) -> dict[str, object]:
    return {"RowType": kind, "Cells": list(cells)}


def _section(title: str, rows: list[dict[str, object]]) -> dict[str, object]:
    return {"RowType": "Section", "Title": title, "Rows": rows}


def _report(name: str, spaced: str, titles: list[str], now: datetime, rows: list[dict[str, object]]) -> Report:
    return {
        "ReportID": name,
        "ReportName": spaced,
        "ReportType": name,
        "ReportTitles": [spaced, *titles],
        "ReportDate": _long(now.date()),
        "UpdatedDateUTC": f"/Date({int(now.timestamp() * 1000)})/",
        "Fields": [],
        "Rows": rows,
    }


def trial_balance(ledger: Ledger, organisation: str, asked: Mapping[str, str], today: date, now: datetime) -> Report:
    on = _day(asked, "date") or today
    header = _row("Header", [_cell(text) for text in ("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")])
    sections: list[dict[str, object]] = []
    sums = [0, 0, 0, 0]
    balances = ledger.trial_balance(on)
    for kind, title in SECTIONS:
        rows = []
        for one in balances:
            if one.account_class != kind:
                continue
            amounts = [max(one.month, 0), max(-one.month, 0), max(one.year_to_date, 0), max(-one.year_to_date, 0)]
            sums = [total + amount for total, amount in zip(sums, amounts, strict=True)]
            label = f"{one.name} ({one.code})" if one.code else one.name
            rows.append(
                _row(
                    "Row",
                    [
                        _cell(label, "account", one.account_id),
                        *(_cell(_text(amount) if amount else "", "account", one.account_id) for amount in amounts),
                    ],
                )
            )
        sections.append(_section(title, rows) if rows else {"RowType": "Section", "Title": title})
    total = _section("", [_row("SummaryRow", [_cell("Total"), *(_cell(_text(amount)) for amount in sums)])])
    return _report(
        "TrialBalance", "Trial Balance", [organisation, f"As at {_long(on)}"], now, [header, *sections, total]
    )


def bank_summary(ledger: Ledger, organisation: str, asked: Mapping[str, str], today: date, now: datetime) -> Report:
    first = _day(asked, "fromdate") or today.replace(day=1)
    last = _day(asked, "todate") or first_of_month(first, -1) - timedelta(days=1)
    header = _row(
        "Header",
        [
            _cell(text)
            for text in ("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance")
        ],
    )
    rows = []
    sums = [0, 0, 0, 0]
    for one in ledger.bank_summary(first, last):
        amounts = [one.opening, one.received, one.spent, one.opening + one.received - one.spent]
        sums = [total + amount for total, amount in zip(sums, amounts, strict=True)]
        rows.append(
            _row(
                "Row",
                [
                    _cell(one.name, "accountID", one.account_id),
                    *(_cell(_text(amount), "account", one.account_id) for amount in amounts),
                ],
            )
        )
    rows.append(_row("SummaryRow", [_cell("Total"), *(_cell(_text(amount)) for amount in sums)]))
    titles = [organisation, f"From {_long(first)} to {_long(last)}"]
    return _report("BankSummary", "Bank Summary", titles, now, [header, _section("", rows)])
