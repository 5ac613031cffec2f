"""Places the books in time: three years up to today, and the twelve months that the checks look at."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1).toordinal()
DAY_MS = 86_400_000


def months_before(day: date, months: int) -> date:
    """The same day that many calendar months earlier, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_in(zone: str, when: date | datetime) -> date:
    """The day it is there at that moment; a plain day is that day everywhere."""
    return when.astimezone(ZoneInfo(zone)).date() if isinstance(when, datetime) else when


def first_of_month(day: date, months_back: int = 0) -> date:
    return months_before(day.replace(day=1), months_back)


def milliseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


@dataclass(frozen=True, slots=True)
class Calendar:
    today: date

    @property
    def start(self) -> date:
        return first_of_month(self.today, 36)

    @property
    def period_end(self) -> date:
        return self.today.replace(day=1) - timedelta(days=1)

    @property
    def period_start(self) -> date:
        return first_of_month(self.period_end, 11)

    @property
    def two_years_back(self) -> date:
        return months_before(self.period_end, 24)

    @property
    def old_debt(self) -> date:
        """What fell due before this day is old."""
        return months_before(self.period_end, 3)

    def months(self) -> list[tuple[date, date]]:
        """Each month's first and last day, the running one cut off at today."""
        firsts = [first_of_month(self.today, back) for back in range(36, -1, -1)]
        return [(first, min(first.replace(day=monthrange(first.year, first.month)[1]), self.today)) for first in firsts]
