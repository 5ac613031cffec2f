"""DQ25: bills and spend money above a small amount without the paper that proves them."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.columns import currency, in_base, in_one_go, with_contact
from practice.scoring.score import share
from practice.scoring.wording import amount, day

CODE = "DQ25"
THRESHOLD = Threshold(75, 0, 100_000, "money", "Bills and spend money above this amount need an attachment.")


def look(books: Books) -> Found:
    above = 100 * THRESHOLD.chosen(books, CODE)
    candidates = _purchases(books).filter(pl.col("base_cents") > above)
    if candidates.is_empty():
        limit = amount(above, books.organisation.base_currency)
        return Found(of=0, not_applicable=f"No bill or spend money above {limit} is dated in the last twelve months.")
    if not (_says(books.documents) or _says(books.bank_transactions)):
        return Found(not_synced="It was not read yet which documents have attachments.")
    bare = with_contact(candidates.filter(~pl.col("has_attachments")), books)
    return Found(
        findings=tuple(
            Finding(
                key=row["id"],
                fingerprint=fingerprint_of(row["id"], row["total_cents"], row["date"]),
                title=f"{'Bill' if row['kind'] == 'bill' else 'Spend money'} {row['number'] or 'of ' + day(row['date'])}",
                detail="Nothing is attached",
                amount_cents=row["total_cents"],
                currency=row["currency"],
                date=row["date"],
                contact=row["contact"],
                facts={"number": row["number"], "kind": row["kind"]},
                links=(
                    Link(row["kind"], row["id"], "Bill in Xero" if row["kind"] == "bill" else "Spend money in Xero"),
                ),
            )
            for row in bare.sort("date", "id").iter_rows(named=True)
        ),
        of=candidates.height,
    )


def _purchases(books: Books) -> pl.DataFrame:
    """Approved bills and spend money of the period, with their worth in the base currency."""
    in_period = pl.col("date").is_between(books.period_start, books.period_end)
    shown = ["id", "kind", "contact_id", "number", "date", "total_cents", "currency", "base_cents", "has_attachments"]
    bills = books.documents.lazy().filter(
        in_period,
        pl.col("kind") == "invoice",
        pl.col("side") == "purchases",
        pl.col("status").is_in(["AUTHORISED", "PAID"]),
    ).with_columns(kind=pl.lit("bill"), number=pl.coalesce("number", "reference"))
    spent = books.bank_transactions.lazy().filter(
        in_period, pl.col("type") == "SPEND", pl.col("status") == "AUTHORISED"
    ).with_columns(kind=pl.lit("bank_transaction"), number=pl.col("reference"))
    both = [one.with_columns(base_cents=in_base(books, "total_cents")).select(shown) for one in (bills, spent)]
    return in_one_go(pl.concat(both).with_columns(currency(books)))


def _says(frame: pl.DataFrame) -> bool:
    return frame["has_attachments"].null_count() < frame.height


CHECK = Check(
    code=CODE,
    title="Missing attachments",
    group="Documents",
    severity="low",
    why="Without a receipt or invoice on file a cost and its tax cannot be proved when the tax office asks.",
    fix="Attach the bill or receipt to the document in Xero, or ask the client for it.",
    definition=(
        "Approved bills and spend money in the twelve months to the end of the period above 75.00 in the organisation's "
        "currency, without any attachment. Measured against all of them above that amount."
    ),
    source="Bills and spend money",
    needs={
        "documents": (
            *("id", "kind", "side", "status", "contact_id", "number", "reference", "date"),
            *("total_cents", "currency", "rate", "has_attachments"),
        ),
        "bank_transactions": (
            *("id", "type", "status", "contact_id", "date", "total_cents", "currency", "reference", "rate"),
            "has_attachments",
        ),
        "contacts": ("id", "name"),
    },
    degree=share("0.30"),
    says="Without an attachment: {n} of {of} bills and payments large enough to need one.",
    look=look,
    threshold=THRESHOLD,
)
