"""DQ01: bank items in the books that no statement line was matched to."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, LinkKind, fingerprint_of
from practice.scoring.columns import currency, standing, with_account, with_contact
from practice.scoring.score import age, lower_of, share

SHOWN = ["id", "key", "what", "date", "cents", "currency", "reconciled", "account_id", "contact_id", "reference"]
WORDS = {
    "spend": "Spend money",
    "receive": "Receive money",
    "payment": "Payment",
    "from": "Transfer out",
    "to": "Transfer in",
}


def look(books: Books) -> Found:
    banks = books.accounts.filter(pl.col("type") == "BANK")
    if banks.is_empty():
        return Found(of=0, not_applicable="There is no bank account.")
    items = pl.concat([_transactions(books), _payments(books, banks), *_transfer_sides(books, banks)])
    items = items.with_columns(pl.col("reconciled").fill_null(value=False)).filter(
        pl.col("date") <= books.period_end, (pl.col("date") >= books.period_start) | ~pl.col("reconciled")
    )
    waiting = with_contact(with_account(items.filter(~pl.col("reconciled")), books), books)
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


def _transactions(books: Books) -> pl.DataFrame:
    return (
        books.bank_transactions.filter(pl.col("status") == "AUTHORISED", ~pl.col("type").str.ends_with("-TRANSFER"))
        .with_columns(
            currency(books),
            key=pl.col("id"),
            what=pl.when(pl.col("type").str.starts_with("SPEND")).then(pl.lit("spend")).otherwise(pl.lit("receive")),
            cents=pl.col("total_cents"),
        )
        .select(SHOWN)
    )


def _payments(books: Books, banks: pl.DataFrame) -> pl.DataFrame:
    """A payment is shown in Xero on its invoice, so that is the id to open; the key stays the payment's own."""
    parties = books.documents.select(document_id="id", contact_id="contact_id", reference="number").unique(
        "document_id", keep="first"
    )
    return (
        books.payments.filter(pl.col("status") == "AUTHORISED")
        .join(banks.select(account_id="id").unique(), on="account_id", how="semi")
        .join(parties, on="document_id", how="left")
        .with_columns(
            currency(books),
            key=pl.col("id"),
            id=pl.coalesce("document_id", "id"),
            what=pl.lit("payment"),
            cents=pl.col("amount_cents"),
        )
        .select(SHOWN)
    )


def _transfer_sides(books: Books, banks: pl.DataFrame) -> list[pl.DataFrame]:
    currencies = banks.select(account_id="id", currency="currency").unique("account_id", keep="first")
    return [
        books.transfers.filter(standing())
        .with_columns(
            key=pl.col("id") + f":{side}",
            what=pl.lit(side),
            cents=pl.col("amount_cents"),
            reconciled=pl.col(f"{side}_reconciled"),
            account_id=pl.col(f"{side}_account_id"),
            contact_id=pl.lit(None, pl.String),
            reference=pl.lit(None, pl.String),
        )
        .join(currencies, on="account_id", how="left")
        .with_columns(currency(books))
        .select(SHOWN)
        for side in ("from", "to")
    ]


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
