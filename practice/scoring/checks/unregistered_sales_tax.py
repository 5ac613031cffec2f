"""DQ38: tax charged to customers by an organisation that is not registered for it."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import approved_lines, in_base, with_contact
from practice.scoring.score import share


def look(books: Books) -> Found:
    if books.organisation.pays_tax is not False:
        return Found(of=0, not_applicable="The organisation is registered for tax, or Xero does not say.")
    sales = approved_lines(books).filter(pl.col("side") == "sales").drop_nulls("contact_id")
    if sales.is_empty():
        return Found(of=0, not_applicable="Nothing was sold to a contact in the last twelve months.")
    charged = (
        sales.filter(pl.col("tax_cents") != 0)
        .group_by("contact_id")
        .agg(
            in_base(books, "tax_cents").sum().alias("cents"),
            pl.len().alias("lines"),
            pl.col("document_id").n_unique().alias("documents"),
            pl.col("date").min(),
        )
    )
    return Found(
        findings=tuple(
            Finding(
                key=row["contact_id"],
                fingerprint=fingerprint_of(row["contact_id"], row["cents"], row["lines"], row["documents"]),
                title=row["contact"] or "No contact name",
                detail=f"Tax on {row['documents']} sale{'' if row['documents'] == 1 else 's'} of an organisation that is not registered",
                amount_cents=row["cents"],
                currency=books.organisation.base_currency,
                date=row["date"],
                contact=row["contact"],
                facts={"documents": row["documents"], "lines": row["lines"]},
                links=(Link("contact", row["contact_id"], row["contact"] or "Contact in Xero"),),
            )
            for row in with_contact(charged, books).sort("contact_id").iter_rows(named=True)
        ),
        of=sales["contact_id"].n_unique(),
    )


CHECK = Check(
    code="DQ38",
    title="Tax charged without being registered",
    group="Tax",
    severity="high",
    why="Who is not registered may not charge tax; what was charged has to be paid on or given back.",
    fix="If the organisation is registered, say so in Xero's financial settings. If it is not, credit the tax and use rates without tax.",
    definition=(
        "Contacts with an approved sales line with tax in the twelve months to the end of the period, where Xero says that "
        "the organisation does not pay tax. Measured against all contacts with a sales line."
    ),
    source="Lines of sales invoices, credit notes and receive money; organisation settings",
    needs={
        "bank_transactions": ("id", "type"),
        "contacts": ("id", "name"),
        "lines": (
            *("document_id", "source", "side", "contact_id", "status", "date"),
            *("tax_cents", "currency", "rate"),
        ),
    },
    degree=share("0.05"),
    says="Charged tax: {n} of {of} customers.",
    look=look,
)
