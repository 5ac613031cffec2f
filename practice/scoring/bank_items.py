"""Bank items: all that the books say went through a bank account, and that a statement line may be matched to.

A plan and no frame, so that who asks for a few columns reads no others.
"""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.columns import currency, standing

_COLUMNS = (
    *("id", "key", "what", "date", "cents", "currency", "reconciled", "account_id"),
    *("contact_id", "reference", "document_id"),
)


def bank_items(books: Books, *, every_type: bool = False) -> pl.LazyFrame:
    """Authorised spend and receive money, payments on bank accounts and each side of bank transfers.

    `every_type` has the bank transactions, too, that are the sides of transfers: they say that an account is used.
    """
    banks = books.accounts.lazy().filter(pl.col("type") == "BANK").select("id", "currency").unique("id", keep="first")
    return pl.concat(
        [_transactions(books, every_type=every_type), _payments(books, banks), *_transfer_sides(books, banks)]
    ).with_columns(pl.col("reconciled").fill_null(value=False))


def to_reconcile(books: Books) -> pl.LazyFrame:
    """The items dated in the period, and older ones that are still not reconciled."""
    return bank_items(books).filter(
        pl.col("date") <= books.period_end, (pl.col("date") >= books.period_start) | ~pl.col("reconciled")
    )


def active_banks(books: Books) -> pl.DataFrame:
    return books.accounts.filter(pl.col("type") == "BANK", pl.col("status") == "ACTIVE")


def _transactions(books: Books, *, every_type: bool) -> pl.LazyFrame:
    counted = pl.lit(value=True) if every_type else ~pl.col("type").str.ends_with("-TRANSFER")
    return (
        books.bank_transactions.lazy()
        .filter(pl.col("status") == "AUTHORISED", counted)
        .with_columns(
            currency(books),
            key=pl.col("id"),
            what=pl.when(pl.col("type").str.starts_with("SPEND")).then(pl.lit("spend")).otherwise(pl.lit("receive")),
            cents=pl.col("total_cents"),
            document_id=pl.lit(None, pl.String),
        )
        .select(_COLUMNS)
    )


def _payments(books: Books, banks: pl.LazyFrame) -> pl.LazyFrame:
    """A payment is shown in Xero on its invoice, so that is the id to open; the key stays the payment's own."""
    return (
        books.payments.lazy()
        .filter(pl.col("status") == "AUTHORISED")
        .join(banks, left_on="account_id", right_on="id", how="semi")
        .with_columns(
            currency(books),
            key=pl.col("id"),
            id=pl.coalesce("document_id", "id"),
            what=pl.lit("payment"),
            cents=pl.col("amount_cents"),
            contact_id=pl.lit(None, pl.String),
            reference=pl.lit(None, pl.String),
        )
        .select(_COLUMNS)
    )


def _transfer_sides(books: Books, banks: pl.LazyFrame) -> list[pl.LazyFrame]:
    return [
        books.transfers.lazy()
        .filter(standing())
        .with_columns(
            key=pl.col("id") + f":{side}",
            what=pl.lit(side),
            cents=pl.col("amount_cents"),
            reconciled=pl.col(f"{side}_reconciled"),
            account_id=pl.col(f"{side}_account_id"),
            contact_id=pl.lit(None, pl.String),
            reference=pl.lit(None, pl.String),
            document_id=pl.lit(None, pl.String),
        )
        .join(banks, left_on="account_id", right_on="id", how="left")
        .with_columns(currency(books))
        .select(_COLUMNS)
        for side in ("from", "to")
    ]
