"""Sets the two lock dates: kept up, a period lock on the last day allowed or fallen behind, a year never closed."""

from datetime import date, timedelta

from ..calendar import months_before
from ..contacts import Maker

CHECK = "DQ27"


def last_year_end(today: date, month: int, day: int) -> date:
    """The last financial year end that is more than nine months old."""
    year = today.year
    while True:
        end = months_before(date(year, month, 1), 0).replace(day=day)
        if months_before(today, 9) > end:
            return end
        year -= 1


def plant(maker: Maker) -> None:
    books = maker.books
    today = books.calendar.today
    organisation = books.organisation
    year_end = last_year_end(today, organisation.year_end_month, organisation.year_end_day)
    # Months first, then days; where the other order differs the exact boundary is nobody's fault.
    allowed = months_before(today, 1) - timedelta(days=14)
    boundary = allowed if months_before(today - timedelta(days=14), 1) == allowed else allowed + timedelta(days=2)
    period: date | None
    year: date | None = year_end
    rnd = books.stream("locks")
    if books.neglect < 0.3:
        state, period = "ok", rnd.choice((boundary, books.calendar.period_end))
    elif books.neglect < 0.65:
        state, period = "warn", rnd.choice((None, boundary - timedelta(days=3), months_before(today, 5)))
    else:
        state, period = "error", rnd.choice((None, books.calendar.period_end))
        year = rnd.choice((None, year_end - timedelta(days=1), months_before(year_end, 12)))
    books.facts["PeriodLockDate"], books.facts["EndOfYearLockDate"] = period, year
    books.closed = max((day.toordinal() for day in (period, year) if day), default=0)
    books.facts["locks"] = {"state": state, "period": period and period.isoformat(), "year": year and year.isoformat()}
    if state != "ok":
        books.plant(CHECK, id=organisation.tenant_id, state=state)
