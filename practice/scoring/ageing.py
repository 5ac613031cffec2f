"""Finds invoices or bills that have waited more than three months past their due date, as a share of all that is owed."""

from typing import Literal

import polars as pl

from practice.ledgers.books import Books, months_before
from practice.scoring.check import Finding, Found, Link, fingerprint_of
from practice.scoring.columns import currency, in_base, in_one_go, with_contact

MONTHS = 3

NEEDS = {
    "documents": (
        *("id", "kind", "side", "status", "contact_id", "number", "reference", "date", "due_date"),
        *("total_cents", "due_cents", "currency", "rate"),
    ),
    "contacts": ("id", "name"),
}


def old_unpaid(books: Books, *, side: Literal["sales", "purchases"]) -> Found:
    """Documents still owed whose due date, or own date where none is set, lies too far back."""
    word = "invoice" if side == "sales" else "bill"
    owed = in_one_go(
        books.documents.lazy()
        .filter(
            pl.col("kind") == "invoice",
            pl.col("side") == side,
            pl.col("status") == "AUTHORISED",
            pl.col("due_cents") > 0,
            pl.col("date") <= books.period_end,
        )
        .select(
            *("id", "number", "reference", "date", "due_date", "contact_id", "total_cents", "due_cents"),
            currency(books),
            base_cents=in_base(books, "due_cents"),
            since=pl.coalesce("due_date", "date"),
        )
    )
    if owed.is_empty():
        return Found(of=0, whole_cents=0, not_applicable=f"No {word} was unpaid at the end of the period.")
    old = with_contact(owed.filter(pl.col("since") < months_before(books.period_end, MONTHS)), books)
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["due_cents"], row["total_cents"], row["since"]),
                title=f"{word.capitalize()} {row['number'] or row['reference'] or 'without a number'}",
                detail=f"{'Due' if row['due_date'] else 'Dated'} {row['since']:%-d %B %Y} and not paid in full",
                amount_cents=row["due_cents"],
                currency=row["currency"],
                date=row["since"],
                contact=row["contact"],
                facts={"number": row["number"], "dated": row["date"].isoformat(), "due": row["since"].isoformat()},
                links=(Link("invoice" if side == "sales" else "bill", row["id"], f"{word.capitalize()} in Xero"),),
                base_cents=row["base_cents"],
            )
            for row in old.sort("since", "id").iter_rows(named=True)
        ),
        of=owed.height,
        whole_cents=int(owed["base_cents"].sum()),
    )
