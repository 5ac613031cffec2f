"""DQ45: books in which nobody has entered a sale or a purchase for a while."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.columns import standing
from practice.scoring.score import status
from practice.scoring.wording import day, days

CODE = "DQ45"
THRESHOLD = Threshold(
    30, 1, 365, "days", "Longer without an invoice or bill is a warning; three times as long, a failure."
)


def look(books: Books) -> Found:
    entered = books.documents.filter(
        pl.col("kind") == "invoice",
        standing(),
        pl.col("status").ne_missing("DRAFT"),
        pl.col("date") <= books.as_of,
    )
    last = entered.select(pl.col("date").max()).item()
    if last is None:
        return Found(not_applicable="There was never an invoice or a bill.")
    gap, limit = (books.as_of - last).days, THRESHOLD.chosen(books, CODE)
    if gap <= limit:
        return Found(of=1)
    fails = gap > 3 * limit
    return Found(
        findings=(
            Finding(
                key="organisation",
                fingerprint=fingerprint_of(last, fails),
                title="No sales or purchases",
                detail=f"The last invoice or bill is of {day(last)}, {days(gap)} ago",
                date=last,
                facts={"last": last.isoformat(), "days": gap, "limit": limit},
                links=(Link("organisation", None, "Open Xero"),),
                fails=fails,
            ),
        ),
        of=1,
    )


CHECK = Check(
    code=CODE,
    title="No activity",
    group="Payables and receivables",
    severity="low",
    why="A business that trades enters invoices and bills; where none come in, they are kept elsewhere or not at all.",
    fix="Ask the client whether the business still trades and where its invoices and bills are, and have them entered.",
    definition=(
        "The days since the last invoice or bill that is not a draft, dated up to today: more than 30 are a warning, more "
        "than three times as many a failure."
    ),
    source="Sales invoices and bills",
    needs={"documents": ("kind", "status", "date")},
    degree=status(),
    says="Nothing was bought or sold for a while, as far as the books show.",
    look=look,
    threshold=THRESHOLD,
    by="day",
)
