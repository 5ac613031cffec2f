"""Puts amounts and days into the words of a finding."""

import datetime as dt
from decimal import Decimal


def amount(cents: int, currency: str) -> str:
    """To the cent, without a sign: the sentence says which way it goes."""
    return f"{currency} {Decimal(abs(cents)) / 100:,.2f}".strip()


def side_of(cents: int) -> str:
    """Which side of the trial balance it is on; debits are positive."""
    return "debit" if cents > 0 else "credit"


def day(date: dt.date) -> str:
    return f"{date:%-d %B %Y}"


def days(count: int) -> str:
    return f"{count:,} day" if count == 1 else f"{count:,} days"
