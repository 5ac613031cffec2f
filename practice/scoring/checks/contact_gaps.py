"""DQ11: customers that owe and cannot be written to, suppliers that are owed and cannot be paid."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import active_contacts, in_base, in_one_go
from practice.scoring.score import share
from practice.scoring.wording import amount

WORDS = {
    "email": ("No e-mail address", "invoice"),
    "bank_account": ("No bank account", "bill"),
}


def look(books: Books) -> Found:
    pairs = _pairs(books)
    if pairs.is_empty():
        return Found(of=0, not_applicable="Nobody owes anything, and nobody is owed.")
    base = books.organisation.base_currency
    return Found(
        findings=tuple(
            Finding(
                key=f"{row['id']}:{row['field']}",
                fingerprint=fingerprint_of(row["id"], row["field"]),
                title=row["name"] or "Contact without a name",
                detail=(
                    f"{WORDS[row['field']][0]}, and {amount(row['due'], base)} is open on {row['documents']} "
                    f"{WORDS[row['field']][1]}{'' if row['documents'] == 1 else 's'}"
                ),
                amount_cents=row["due"],
                currency=base,
                date=row["oldest"],
                contact=row["name"],
                facts={"field": row["field"], "documents": row["documents"]},
                links=(Link("contact", row["id"], row["name"] or "Contact in Xero"),),
            )
            for row in pairs.filter(pl.col("value") == "").sort("id", "field").iter_rows(named=True)
        ),
        of=pairs.height,
    )


def _pairs(books: Books) -> pl.DataFrame:
    """Each active contact with something open, by the field that is needed to settle it."""
    field = pl.when(pl.col("side") == "sales").then(pl.lit("email")).otherwise(pl.lit("bank_account"))
    open_ = (
        books.documents.lazy()
        .filter(
            pl.col("kind") == "invoice",
            pl.col("side").is_in(["sales", "purchases"]),
            pl.col("status") == "AUTHORISED",
            pl.col("due_cents") > 0,
        )
        .select("contact_id", field.alias("field"), "date", due=in_base(books, "due_cents"))
        .group_by("contact_id", "field")
        .agg(pl.len().alias("documents"), pl.col("due").sum(), pl.col("date").min().alias("oldest"))
    )
    value = pl.when(pl.col("field") == "email").then(pl.col("email")).otherwise(pl.col("bank_account"))
    return in_one_go(
        active_contacts(books)
        .lazy()
        .select("id", "name", "email", "bank_account")
        .join(open_, left_on="id", right_on="contact_id")
        .with_columns(value=value.fill_null("").str.strip_chars())
    )


CHECK = Check(
    code="DQ11",
    title="Gaps in contact records",
    group="Contacts",
    severity="low",
    why="Without an e-mail address no invoice or reminder reaches a customer; without a bank account a supplier cannot be paid from a batch.",
    fix="Ask the contact for what is missing, check it by telephone if it is a bank account, and fill it in in Xero.",
    definition=(
        "Active contacts with an unpaid authorised sales invoice and no e-mail address, or with an unpaid authorised bill "
        "and no bank account. Measured against all active contacts with either, each counted once per kind."
    ),
    source="Contacts, invoices and bills",
    needs={
        "contacts": ("id", "name", "email", "bank_account", "status"),
        "documents": ("kind", "side", "status", "contact_id", "date", "due_cents", "currency", "rate"),
    },
    degree=share("0.30"),
    says="Something is missing for {n} of {of} contacts with open invoices or bills.",
    look=look,
)
