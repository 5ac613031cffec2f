"""Writes values the way Xero's JSON does: escaped slashes, dates as milliseconds, money with two decimals."""

import json
from datetime import date

from .calendar import DAY_MS, EPOCH


def quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("/", "\\/")


def money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def moment(milliseconds: int) -> str:
    return f'"\\/Date({milliseconds}+0000)\\/"'


class Days:
    """The two texts of a day, made once for every day the books know; a day is its proleptic ordinal."""

    def __init__(self, first: date, last: date) -> None:
        self._base = first.toordinal()
        span = range(self._base, last.toordinal() + 1)
        self.iso = [date.fromordinal(day).isoformat() for day in span]
        self._xero = [moment((day - EPOCH) * DAY_MS) for day in span]

    def text(self, day: int) -> str:
        return self.iso[day - self._base]

    def xero(self, day: int) -> str:
        return self._xero[day - self._base]

    def iso_moment(self, milliseconds: int) -> str:
        days, rest = divmod(milliseconds, DAY_MS)
        seconds, thousandths = divmod(rest, 1000)
        return f"{self.iso[days + EPOCH - self._base]}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}"
