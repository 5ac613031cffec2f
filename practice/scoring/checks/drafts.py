"""DQ15: invoices and bills that were begun, or submitted, and never approved."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import currency, with_contact
from practice.scoring.score import age

WAITING = ("DRAFT", "SUBMITTED")


def look(books: Books) -> Found:
    documents = books.documents.filter(pl.col("kind") == "invoice")
    if documents.is_empty():
        return Found(not_applicable="There are no invoices or bills.")
    drafts = with_contact(
        documents.filter(pl.col("status").is_in(WAITING), pl.col("date") <= books.period_end).with_columns(
            currency(books)
        ),
        books,
    )
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["total_cents"], row["status"], row["date"]),
                title=f"{_word(row['side'])} {row['number'] or row['reference'] or 'without a number'}",
                detail="Draft" if row["status"] == "DRAFT" else "Waiting for approval",
                amount_cents=row["total_cents"],
                currency=row["currency"],
                date=row["date"],
                contact=row["contact"],
                facts={"number": row["number"], "status": row["status"], "side": row["side"]},
                links=(
                    Link("invoice" if row["side"] == "sales" else "bill", row["id"], f"{_word(row['side'])} in Xero"),
                ),
            )
            for row in drafts.sort("date", "id").iter_rows(named=True)
        )
    )


def _word(side: str) -> str:
    return "Invoice" if side == "sales" else "Bill"


CHECK = Check(
    code="DQ15",
    title="Drafts and documents awaiting approval",
    group="Payables and receivables",
    severity="medium",
    why="What is not approved is in no report: income, costs and tax of the period are short by it.",
    fix="Approve what is right, delete what is not. In Xero: Business, Invoices or Bills, Draft and Awaiting Approval.",
    definition=(
        "Invoices and bills with status draft or submitted, dated up to the end of the last complete month. Judged by "
        "the age of the oldest."
    ),
    source="Invoices and bills",
    needs={
        "documents": (
            *("id", "kind", "side", "status", "contact_id", "number", "reference", "date"),
            *("total_cents", "currency"),
        ),
        "contacts": ("id", "name"),
    },
    degree=age(0, 30),
    says="Not approved: {n}. At the end of the period the oldest was {age} days old.",
    look=look,
)
