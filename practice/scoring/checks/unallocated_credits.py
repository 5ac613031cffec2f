"""DQ23: credit notes, prepayments and overpayments that still wait to be set against something."""

from datetime import timedelta

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, LinkKind, Threshold, fingerprint_of
from practice.scoring.columns import currency, with_contact
from practice.scoring.score import share
from practice.scoring.wording import amount, day

CODE = "DQ23"
THRESHOLD = Threshold(30, 1, 365, "days", "A credit may wait this many days before the end of the period.")
WORDS = {"credit_note": "Credit note", "prepayment": "Prepayment", "overpayment": "Overpayment"}


def look(books: Books) -> Found:
    given = books.documents.filter(pl.col("kind").is_in(list(WORDS)), pl.col("status").is_in(["AUTHORISED", "PAID"]))
    before = books.period_end - timedelta(days=THRESHOLD.chosen(books, CODE))
    waiting = (pl.col("status") == "AUTHORISED") & (pl.col("due_cents") > 0) & (pl.col("date") < before)
    of = given.filter(waiting | pl.col("date").is_between(books.period_start, books.period_end)).height
    if not of:
        return Found(of=0, not_applicable="There are no credit notes, prepayments or overpayments.")
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["due_cents"], row["total_cents"]),
                title=f"{_word(row)} {row['number'] or 'of ' + day(row['date'])}",
                detail=(
                    f"{amount(row['due_cents'], row['currency'])} of "
                    f"{amount(row['total_cents'] or row['due_cents'], row['currency'])} is not allocated"
                ),
                amount_cents=row["due_cents"],
                currency=row["currency"],
                date=row["date"],
                contact=row["contact"],
                facts={"number": row["number"], "kind": row["kind"], "side": row["side"]},
                links=(_link(row),),
            )
            for row in with_contact(
                given.filter(waiting).with_columns(currency(books), number=pl.coalesce("number", "reference")), books
            )
            .sort("date", "id")
            .iter_rows(named=True)
        ),
        of=of,
    )


def _word(row: dict[str, str]) -> str:
    return f"Supplier {WORDS[row['kind']].lower()}" if row["side"] == "purchases" else WORDS[row["kind"]]


def _link(row: dict[str, str]) -> Link:
    # Xero shows a prepayment and an overpayment as the bank transaction that made it.
    kind: LinkKind = "credit_note" if row["kind"] == "credit_note" else "bank_transaction"
    return Link(kind, row["id"], f"{WORDS[row['kind']]} in Xero")


CHECK = Check(
    code=CODE,
    title="Unallocated credits",
    group="Payables and receivables",
    severity="medium",
    why="A credit that is not set against an invoice leaves both open: debtors or creditors are too high, and one may be paid twice.",
    fix="Open the credit in Xero and allocate it to the invoice or bill it belongs to, or refund it.",
    definition=(
        "Authorised credit notes, prepayments and overpayments with a remaining credit, dated more than 30 days before "
        "the end of the period. Measured against all of them in the twelve months to the end of the period and the older "
        "ones that still wait."
    ),
    source="Credit notes, prepayments and overpayments",
    needs={
        "documents": (
            *("id", "kind", "side", "status", "contact_id", "number", "reference", "date"),
            *("total_cents", "due_cents", "currency"),
        ),
        "contacts": ("id", "name"),
    },
    degree=share("0.10"),
    says="Not allocated for over a month: {n} of {of} credits.",
    look=look,
    threshold=THRESHOLD,
)
