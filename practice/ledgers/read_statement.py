"""Reads a bank statement's closing balance out of a CSV file, whatever the bank calls its columns. Pure."""

import csv
import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import StringIO

from practice.kernel.problems import FieldError, Invalid

MOST_ROWS = 50_000
DAYS = ("date", "transaction date", "posting date", "value date", "booking date")
BALANCES = ("balance", "closing balance", "running balance", "account balance")
FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d/%m/%y", "%Y/%m/%d", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class Statement:
    """The balance after the last line of the last day."""

    date: dt.date
    balance: Decimal
    rows: int


def read_statement(content: bytes) -> Statement:
    """Raises Invalid, naming the line that cannot be read. Days are read as day before month."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    rows = list(csv.reader(StringIO(text), _dialect(text)))[: MOST_ROWS + 1]
    head = next(
        (
            at
            for at, row in enumerate(rows[:20])
            if _column(row, DAYS) is not None and _column(row, BALANCES) is not None
        ),
        None,
    )
    if head is None:
        raise Invalid([FieldError("/file", "There is no line that names a Date and a Balance column.")])
    day_at, balance_at = _column(rows[head], DAYS), _column(rows[head], BALANCES)
    assert day_at is not None
    assert balance_at is not None
    read: list[tuple[dt.date, Decimal]] = []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        if len(row) <= max(day_at, balance_at) or not row[balance_at].strip():
            continue
        day, balance = _day(row[day_at]), _amount(row[balance_at])
        if day is None or balance is None:
            raise Invalid([FieldError("/file", f"Line {number} has no date or balance that can be read.")])
        read.append((day, balance))
    if not read:
        raise Invalid([FieldError("/file", "There is no line with a balance.")])
    # Banks print the latest line first or last; lines of one day keep that order.
    upwards = read[0][0] <= read[-1][0]
    last = max(day for day, _ in read)
    of_that_day = [balance for day, balance in read if day == last]
    return Statement(last, of_that_day[-1] if upwards else of_that_day[0], len(read))


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        return csv.excel


def _column(row: list[str], names: tuple[str, ...]) -> int | None:
    words = [re.sub(r"\s+", " ", cell.strip().casefold()) for cell in row]
    return next((words.index(name) for name in names if name in words), None)


def _day(text: str) -> dt.date | None:
    for form in FORMATS:
        try:
            return dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _amount(text: str) -> Decimal | None:
    bare = re.sub(r"[\s$£€]", "", text)
    below = bare.startswith("(") or bare.upper().endswith("DR")
    bare = re.sub(r"[()]|(?i:dr|cr)$", "", bare)
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})*,\d{2}", bare):
        bare = bare.replace(".", "").replace(",", ".")
    try:
        amount = Decimal(bare.replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return -amount if below else amount
