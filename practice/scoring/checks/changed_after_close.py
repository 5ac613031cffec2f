"""DQ29: documents of a closed time that were changed afterwards."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.after_close import COUNTED, OPEN, changed_after, closed_until, count_of_year
from practice.scoring.check import Check, Finding, Found, fingerprint_of
from practice.scoring.coded_lines import link_to, title_of
from practice.scoring.columns import count, currency, in_one_go, standing, with_contact
from practice.scoring.score import share
from practice.scoring.wording import day

SHOWN = (
    *("document_id", "source", "side", "contact_id", "number", "date"),
    *("total_cents", "currency", "updated_on"),
)


def look(books: Books) -> Found:
    closed = closed_until(books)
    if closed is None:
        return Found(not_applicable=OPEN)
    paid_since = books.payments.lazy().filter(standing(), pl.col("date") > closed).select("document_id")
    unexplained = _documents(books, changed_after(books, closed)).join(paid_since, on="document_id", how="anti")
    others = [found(books, changed_after(books, closed)) for found in (_money, _journals)]
    changed = in_one_go(pl.concat([one.select(SHOWN) for one in (unexplained, *others)]).with_columns(currency(books)))
    posted = pl.col("date").is_between(books.period_start, books.period_end) & (pl.col("status") == "POSTED")
    of = count_of_year(books) + count(books.journals, posted)
    if not of and changed.is_empty():
        return Found(of=0, not_applicable="There are no documents and no journals in the period.")
    shown = with_contact(changed, books)
    return Found(
        findings=tuple(
            Finding(
                key=row["document_id"],
                fingerprint=fingerprint_of(row["document_id"], row["updated_on"], row["total_cents"]),
                title=title_of(row),
                detail=(
                    f"Changed on {day(row['updated_on'])}; dated {day(row['date'])}, and the books are closed until "
                    f"{day(closed)}"
                ),
                amount_cents=row["total_cents"],
                currency=row["currency"],
                date=row["date"],
                contact=row["contact"],
                facts={
                    "number": row["number"],
                    "updated_on": row["updated_on"].isoformat(),
                    "closed_until": closed.isoformat(),
                },
                links=(link_to(row),),
            )
            for row in shown.sort("updated_on", "document_id").iter_rows(named=True)
        ),
        of=of,
    )


def _documents(books: Books, changed: pl.Expr) -> pl.LazyFrame:
    return books.documents.lazy().filter(
        changed, pl.col("kind").is_in(["invoice", "credit_note"]), pl.col("status").is_in(["AUTHORISED", "PAID"])
    ).with_columns(document_id=pl.col("id"), source=pl.col("kind"), number=pl.coalesce("number", "reference"))


def _money(books: Books, changed: pl.Expr) -> pl.LazyFrame:
    received = pl.col("type").str.starts_with("RECEIVE")
    return books.bank_transactions.lazy().filter(changed, pl.col("status") == "AUTHORISED").with_columns(
        document_id=pl.col("id"),
        source=pl.lit("bank_transaction"),
        side=pl.when(received).then(pl.lit("sales")).otherwise(pl.lit("purchases")),
        number=pl.col("reference"),
    )


def _journals(books: Books, changed: pl.Expr) -> pl.LazyFrame:
    return books.journals.lazy().filter(changed, pl.col("status") == "POSTED").with_columns(
        document_id=pl.col("id"),
        source=pl.lit("manual_journal"),
        side=pl.lit(None, pl.String),
        contact_id=pl.lit(None, pl.String),
        number=pl.col("narration"),
        total_cents=pl.lit(None, pl.Int64),
        currency=pl.lit(None, pl.String),
    )


CHECK = Check(
    code="DQ29",
    title="Changed after the close",
    group="Period and locks",
    severity="high",
    why="A change in a closed time moves figures that were reported or filed, and nobody is told.",
    fix=(
        "Open the document's history in Xero and see who changed what. Put it back, or correct the return or report it "
        "was part of; then lock the period again."
    ),
    definition=(
        "Approved invoices, bills and credit notes, bank transactions and posted manual journals dated up to the later "
        "lock date and changed more than 14 days after it, in the twelve months to today. An invoice or credit note that "
        "was paid after the lock date is left out, as the payment alone changes it."
    ),
    source="Documents, bank transactions and manual journals with the day of their last change, lock dates",
    needs={
        "bank_transactions": (
            *("id", "type", "status", "contact_id", "date", "total_cents", "currency", "reference", "updated_on"),
        ),
        "contacts": ("id", "name"),
        "documents": (
            *("id", "kind", "side", "status", "contact_id", "number", "reference", "date"),
            *("total_cents", "currency", "updated_on"),
        ),
        "journals": ("id", "status", "date", "narration", "updated_on"),
        "payments": ("document_id", "date", "status"),
        "removed": COUNTED["removed"],
    },
    degree=share("0.01"),
    says="Changed after the close: {n}, against {of} documents of the year.",
    look=look,
    by="day",
)
