"""DQ27: periods that are finished and still open for changes."""

import calendar
from datetime import date, timedelta

from practice.ledgers.books import Books, months_before
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import status

FILING_MONTHS = 9
GRACE_DAYS = 14


def look(books: Books) -> Found:
    organisation = books.organisation
    if not organisation.fy_end_day or not organisation.fy_end_month:
        return Found(not_applicable="Xero does not say when the financial year ends.")
    year_end = last_filed_year_end(organisation.fy_end_day, organisation.fy_end_month, books.as_of)
    locked_year, locked_period = organisation.end_of_year_lock_date, organisation.period_lock_date
    fails = locked_year is None or locked_year < year_end
    stale_before = months_before(books.as_of, 1) - timedelta(days=GRACE_DAYS)
    warns = locked_period is None or locked_period < stale_before
    if not fails and not warns:
        return Found(of=1)
    said = []
    if fails:
        said.append(
            "no end of year lock date is set"
            if locked_year is None
            else f"the end of year lock date is {locked_year:%-d %B %Y}, before the year end {year_end:%-d %B %Y}"
        )
    if warns:
        said.append(
            "no period lock date is set"
            if locked_period is None
            else f"the period lock date is {locked_period:%-d %B %Y}, more than a month and two weeks ago"
        )
    sentence = "; ".join(said)
    return Found(
        findings=(
            Finding(
                key="lock-dates",
                fingerprint=fingerprint_of(fails, warns, locked_year, locked_period, books.period_end),
                title="The year is open" if fails else "The last months are open",
                detail=sentence[0].upper() + sentence[1:],
                facts={
                    "period_lock_date": locked_period.isoformat() if locked_period else None,
                    "end_of_year_lock_date": locked_year.isoformat() if locked_year else None,
                    "expected_year_end": year_end.isoformat(),
                },
                links=(Link("organisation", None, "Open Xero"),),
                fails=fails,
            ),
        ),
        of=1,
    )


def last_filed_year_end(day: int, month: int, as_of: date) -> date:
    """The last financial year end that is over nine months old."""
    over = months_before(as_of, FILING_MONTHS)
    ends = (date(year, month, min(day, calendar.monthrange(year, month)[1])) for year in (over.year, over.year - 1))
    return next(end for end in ends if end < over)


CHECK = Check(
    code="DQ27",
    title="Lock dates",
    group="Period and locks",
    severity="medium",
    why="As long as a finished period is not locked, anybody can change figures that were reported or filed.",
    fix="In Xero: Accounting, Advanced, Financial settings, Lock dates. Lock the filed year, and each month once it is done.",
    definition=(
        "Failed where the end of year lock date is missing or lies before the last financial year end that is over nine "
        "months old; a warning where the period lock date is missing or older than one month and 14 days."
    ),
    source="Organisation settings",
    needs={},
    degree=status(),
    says="A finished period is not locked.",
    look=look,
    by="day",
)
