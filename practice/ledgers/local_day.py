"""The day it is where an organisation is."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local_day(now: datetime, time_zone: str | None) -> date:
    """`time_zone` as the tz database names it, or UTC's day for one not known here."""
    try:
        zone = ZoneInfo(time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return now.astimezone(zone).date()


def month_end_before(day: date) -> date:
    """The last day of the last complete month before it."""
    return day.replace(day=1) - timedelta(days=1)
