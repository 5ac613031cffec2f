"""DQ16: manual journals that were begun and never posted."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.score import age
from practice.scoring.wording import day


def look(books: Books) -> Found:
    if books.journals.is_empty():
        return Found(not_applicable="There are no manual journals.")
    drafts = books.journals.filter(pl.col("status") == "DRAFT", pl.col("date") <= books.period_end)
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["date"], row["narration"]),
                title=row["narration"] or "Manual journal without a narration",
                detail=f"Draft of {day(row['date'])}",
                date=row["date"],
                facts={"narration": row["narration"]},
                links=(Link("journal", row["id"], "Manual journal in Xero"),),
            )
            for row in drafts.sort("date", "id").iter_rows(named=True)
        )
    )


CHECK = Check(
    code="DQ16",
    title="Draft manual journals",
    group="Documents",
    severity="low",
    why="A journal that is not posted changes nothing: depreciation, accruals or corrections are missing from the period.",
    fix="Post the journal if it is right, delete it if it is not. In Xero: Accounting, Manual journals, Draft.",
    definition=(
        "Manual journals with status draft, dated up to the end of the last complete month. Judged by the age of the "
        "oldest."
    ),
    source="Manual journals",
    needs={"journals": ("id", "status", "date", "narration")},
    degree=age(0, 30),
    says="Not posted: {n}. At the end of the period the oldest was {age} days old.",
    look=look,
)
