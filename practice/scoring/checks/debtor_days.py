"""DQ24: how many days of a year's sales customers still owe."""

from fractions import Fraction

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.columns import TURNOVER, in_base, turnover_cents
from practice.scoring.score import decimal, status
from practice.scoring.wording import amount

CODE = "DQ24"
THRESHOLD = Threshold(
    45, 1, 365, "days", "Average debtor days above this are a warning; above a third more, a failure."
)


def look(books: Books) -> Found:
    turnover = turnover_cents(books)
    if turnover <= 0:
        return Found(not_applicable="There were no sales in the last twelve months.")
    owed = int(
        books.documents.filter(
            pl.col("kind") == "invoice",
            pl.col("side") == "sales",
            pl.col("status") == "AUTHORISED",
            pl.col("date") <= books.period_end,
        )
        .select(in_base(books, "due_cents").alias("cents"))["cents"]
        .sum()
    )
    days, limit = Fraction(365 * owed, turnover), THRESHOLD.chosen(books, CODE)
    if days <= limit:
        return Found(of=1)
    base, fails = books.organisation.base_currency, days > Fraction(4 * limit, 3)
    return Found(
        findings=(
            Finding(
                key="organisation",
                fingerprint=fingerprint_of(fails, books.period_end, owed, turnover),
                title=f"Customers take {decimal(days, 1)} days to pay",
                detail=f"{amount(owed, base)} is owed, against sales of {amount(turnover, base)} in twelve months",
                amount_cents=owed,
                currency=base,
                date=books.period_end,
                facts={"days": str(decimal(days, 1)), "owed_cents": owed, "turnover_cents": turnover, "limit": limit},
                links=(Link("organisation", None, "Open Xero"),),
                fails=fails,
            ),
        ),
        of=1,
    )


CHECK = Check(
    code=CODE,
    title="Average debtor days",
    group="Payables and receivables",
    severity="medium",
    why="Money that customers keep for long is missing in the bank, and the older it gets the less of it arrives.",
    fix="Send reminders and statements, settle what is disputed, and write off what will not be paid.",
    definition=(
        "What customers owe on authorised invoices dated up to the end of the period, times 365, divided by the sales of "
        "the twelve months to then. A warning above 45 days, a failure above 60."
    ),
    source="Sales invoices, credit notes and receive money",
    needs={
        **TURNOVER,
        "documents": (*TURNOVER["documents"], "due_cents"),
    },
    degree=status(),
    says="Customers take longer to pay than they should.",
    look=look,
    threshold=THRESHOLD,
)
