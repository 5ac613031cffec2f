"""DQ01: bank items in the books that no statement line was matched to."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.bank_items import banks, to_reconcile
from practice.scoring.check import Check, Finding, Found, Link, LinkKind, fingerprint_of
from practice.scoring.columns import with_account, with_contact
from practice.scoring.score import age, lower_of, share

SHOWN = ("id", "key", "what", "date", "cents", "currency", "account_id", "contact_id", "reference", "document_id")
WORDS = {
    "spend": "Spend money",
    "receive": "Receive money",
    "payment": "Payment",
    "from": "Transfer out",
    "to": "Transfer in",
}


def look(books: Books) -> Found:
    if banks(books).is_empty():
        return Found(of=0, not_applicable="There is no bank account.")
    items = to_reconcile(books, *SHOWN)
    waiting = _with_parties(items.filter(~pl.col("reconciled")), books)
    waiting = with_contact(with_account(waiting, books), books)
    invoices = {
        row[0]: (row[1], row[2])
        for row in books.documents.join(waiting, on="id", how="semi").select("id", "kind", "side").iter_rows()
    }
    return Found(
        findings=tuple(
            Finding(
                key=row["key"],
                fingerprint=fingerprint_of(row["id"], row["cents"], row["account_id"]),
                title=WORDS[row["what"]],
                detail="Not matched to a bank statement line",
                amount_cents=row["cents"],
                currency=row["currency"],
                date=row["date"],
                contact=row["contact"],
                account=row["account"],
                facts={"kind": row["what"], "reference": row["reference"]},
                links=(_link(row["what"], row["id"], invoices.get(row["id"])),),
            )
            for row in waiting.sort("date", "key").iter_rows(named=True)
        ),
        of=items.height,
    )


def _with_parties(payments: pl.DataFrame, books: Books) -> pl.DataFrame:
    """A payment has the contact and the number of what it paid."""
    parties = books.documents.select(document_id="id", contact="contact_id", number="number")
    return (
        payments.join(parties.unique("document_id", keep="first"), on="document_id", how="left")
        .with_columns(contact_id=pl.coalesce("contact_id", "contact"), reference=pl.coalesce("reference", "number"))
        .drop("contact", "number")
    )


def _link(what: str, id_: str, document: tuple[str, str] | None) -> Link:
    if what in {"spend", "receive"}:
        return Link("bank_transaction", id_, "Bank transaction in Xero")
    if document:
        kind: LinkKind = "credit_note" if document[0] == "credit_note" else "invoice"
        if document == ("invoice", "purchases"):
            kind = "bill"
        return Link(kind, id_, "Paid document in Xero")
    return Link("organisation", None, "Open Xero")


CHECK = Check(
    code="DQ01",
    title="Unreconciled bank items",
    group="Bank and cash",
    severity="high",
    why="A bank balance is only as true as its oldest unmatched item: whatever was not matched may be missing, double or wrong.",
    fix="Open Reconcile on the bank account in Xero and match each item to its statement line; remove what never happened.",
    definition=(
        "Authorised spend and receive money, payments on bank accounts and each side of bank transfers that are not "
        "reconciled and dated up to the end of the last complete month. Measured against all such items of the twelve "
        "months to that day and the older ones still open; age counts too: up to 15 days is fine, 30 is late."
    ),
    source="Bank transactions, payments and bank transfers",
    needs={
        "accounts": ("id", "name", "type", "currency"),
        "contacts": ("id", "name"),
        "documents": ("id", "kind", "side", "contact_id", "number"),
        "bank_transactions": (
            *("id", "type", "status", "contact_id", "account_id", "date", "total_cents"),
            *("reconciled", "currency", "reference"),
        ),
        "payments": ("id", "status", "date", "amount_cents", "account_id", "reconciled", "document_id", "currency"),
        "transfers": (
            *("id", "status", "date", "amount_cents", "from_account_id", "to_account_id"),
            *("from_reconciled", "to_reconciled"),
        ),
    },
    degree=lower_of(age(15, 30), share("0.10")),
    says="Not reconciled: {n} of {of} bank items. At the end of the period the oldest was {age} days old.",
    look=look,
)
