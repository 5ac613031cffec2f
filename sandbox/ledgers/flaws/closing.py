"""Says on which days something of a closed period can have been touched so late that it counts, or too long ago."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..books import Books
from ..calendar import months_before

GRACE = 14


def moment_on(books: Books, day: int) -> int:
    """Noon of that day where the organisation is."""
    zone = ZoneInfo(books.organisation.zone)
    return int(datetime.combine(date.fromordinal(day), time(12), tzinfo=zone).timestamp() * 1000)


def after_the_close(books: Books) -> range:
    """The days that count; none where nothing is closed, or too late for any to have passed."""
    if not books.closed:
        return range(0)
    first = max(books.closed + GRACE + 1, months_before(books.calendar.today, 12).toordinal() + 1)
    return range(first, books.today - 1)


def long_ago(books: Books) -> int | None:
    """A day after the grace but more than twelve months back, where the close is old enough for one."""
    day = (months_before(books.calendar.today, 12) - timedelta(days=3)).toordinal()
    return day if day > books.closed + GRACE else None
