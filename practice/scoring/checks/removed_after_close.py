"""DQ26: documents of a closed time that were voided or deleted afterwards."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.after_close import COUNTED, OPEN, SOURCES, changed_after, closed_until, count_of_year
from practice.scoring.check import Check, Finding, Found, fingerprint_of
from practice.scoring.coded_lines import link_to, title_of
from practice.scoring.columns import currency, with_contact
from practice.scoring.score import share
from practice.scoring.wording import day

WORDS = {"VOIDED": "Voided", "DELETED": "Deleted"}


def look(books: Books) -> Found:
    closed = closed_until(books)
    if closed is None:
        return Found(not_applicable=OPEN)
    removed = books.removed.filter(pl.col("kind").is_in(SOURCES), changed_after(books, closed))
    of = count_of_year(books)
    if not of and removed.is_empty():
        return Found(of=0, not_applicable="There are no documents in the period.")
    shown = with_contact(removed.with_columns(currency(books), source=pl.col("kind"), document_id=pl.col("id")), books)
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["status"], row["updated_on"]),
                title=title_of(row),
                detail=(
                    f"{WORDS.get(row['status'], 'Removed')} on {day(row['updated_on'])}; dated {day(row['date'])}, and "
                    f"the books are closed until {day(closed)}"
                ),
                amount_cents=row["total_cents"],
                currency=row["currency"],
                date=row["date"],
                contact=row["contact"],
                facts={
                    "status": row["status"],
                    "number": row["number"],
                    "updated_on": row["updated_on"].isoformat(),
                    "closed_until": closed.isoformat(),
                },
                links=(link_to(row),),
            )
            for row in shown.sort("updated_on", "id").iter_rows(named=True)
        ),
        of=of,
    )


CHECK = Check(
    code="DQ26",
    title="Voided or deleted after the close",
    group="Period and locks",
    severity="medium",
    why="Whatever is voided in a closed time changes figures that were reported or filed, and leaves no line to see it by.",
    fix=(
        "Ask who voided it and why. If it should stand, enter it again with its own date; if not, see whether a return or "
        "report has to be corrected."
    ),
    definition=(
        "Invoices, bills, credit notes and bank transactions dated up to the later lock date and voided or deleted more "
        "than 14 days after it, in the twelve months to today. Measured against all that are dated in the period."
    ),
    source="Voided and deleted documents, lock dates",
    needs={
        **COUNTED,
        "contacts": ("id", "name"),
        "removed": (
            *("id", "kind", "side", "status", "contact_id", "number", "date"),
            *("updated_on", "total_cents", "currency"),
        ),
    },
    degree=share("0.01"),
    says="Voided or deleted after the close: {n}, against {of} documents of the year.",
    look=look,
    by="day",
)
