"""DQ47: books that were last read too long ago to judge by."""

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import status
from practice.scoring.wording import day, days

WARN_DAYS = 1
FAIL_DAYS = 3


def look(books: Books) -> Found:
    read_on = books.read_on
    if read_on is None:
        return Found(not_synced="These books were never read whole.")
    gap = (books.as_of - read_on).days
    if gap <= WARN_DAYS:
        return Found(of=1)
    return Found(
        findings=(
            Finding(
                key="organisation",
                fingerprint=fingerprint_of(read_on, gap > FAIL_DAYS),
                title="Books last read a while ago",
                detail=f"Last read whole on {day(read_on)}, {days(gap)} ago",
                date=read_on,
                facts={"read_on": read_on.isoformat(), "days": gap},
                links=(Link("organisation", None, "Open Xero"),),
                fails=gap > FAIL_DAYS,
            ),
        ),
        of=1,
    )


CHECK = Check(
    code="DQ47",
    title="Connection freshness",
    group="People and connection",
    severity="high",
    why="All that is said of these books is as old as their last reading.",
    fix="Open the client's connection here: read the books again, or connect the organisation anew if Xero no longer lets us in.",
    definition=(
        "The days since the books were last read whole: more than one is a warning, more than three are a failure. Not "
        "part of the score."
    ),
    source="The readings themselves",
    needs={},
    degree=status(),
    says="The books were read too long ago.",
    look=look,
    scored=False,
    by="day",
)
