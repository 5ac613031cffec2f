"""DQ10: contacts that nobody dealt with for two years."""

import polars as pl

from practice.ledgers.books import Books, months_before
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.columns import active_contacts, in_one_go, standing
from practice.scoring.score import share
from practice.scoring.wording import day

CODE = "DQ10"
THRESHOLD = Threshold(24, 6, 120, "months", "A contact without a transaction for this many months is dormant.")


def look(books: Books) -> Found:
    contacts = active_contacts(books)
    if contacts.is_empty():
        return Found(of=0, not_applicable="There are no active contacts.")
    since = months_before(books.period_end, THRESHOLD.chosen(books, CODE))
    dormant = in_one_go(
        contacts.lazy()
        .filter(~(pl.col("updated_on") > since).fill_null(value=False))
        .join(_last_dealings(books), left_on="id", right_on="contact_id", how="left")
        .filter(~(pl.col("last") > since).fill_null(value=False))
        .join(_owing(books), left_on="id", right_on="contact_id", how="anti")
    )
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["last"]),
                title=row["name"] or "Contact without a name",
                detail=f"Last transaction on {day(row['last'])}" if row["last"] else "Never had a transaction",
                date=row["last"],
                contact=row["name"],
                facts={
                    "last": row["last"].isoformat() if row["last"] else None,
                    "fix": {"kind": "archive_contact", "contact_id": row["id"]},
                },
                links=(Link("contact", row["id"], row["name"] or "Contact in Xero"),),
            )
            for row in dormant.sort("id").iter_rows(named=True)
        ),
        of=contacts.height,
    )


def _last_dealings(books: Books) -> pl.LazyFrame:
    each = [frame.lazy().select("contact_id", "date", "status") for frame in (books.documents, books.bank_transactions)]
    return (
        pl.concat(each).filter(standing()).group_by("contact_id").agg(last=pl.col("date").max()).drop_nulls()
    )


def _owing(books: Books) -> pl.LazyFrame:
    """Contacts with anything open, either way."""
    return (
        books.documents.lazy()
        .filter(pl.col("status") == "AUTHORISED")
        .group_by("contact_id")
        .agg(pl.col("due_cents").sum())
        .filter(pl.col("due_cents") != 0)
    )


CHECK = Check(
    code=CODE,
    title="Dormant contacts",
    group="Contacts",
    severity="low",
    why="Contacts that nobody deals with any more are chosen by mistake, and their bank details are out of date.",
    fix="Archive the contact. It can be restored, and its history stays.",
    definition=(
        "Active contacts without a document or bank transaction in the 24 months to the end of the period or since, with "
        "nothing due, whose record was not changed in that time either."
    ),
    source="Contacts, documents and bank transactions",
    needs={
        "contacts": ("id", "name", "status", "updated_on"),
        "documents": ("status", "contact_id", "date", "due_cents"),
        "bank_transactions": ("status", "contact_id", "date"),
    },
    degree=share("0.60"),
    says="Not dealt with for two years: {n} of {of} active contacts.",
    look=look,
    fixes=("archive_contact",),
    threshold=THRESHOLD,
)
