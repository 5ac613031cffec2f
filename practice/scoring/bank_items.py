"""Bank items: all that the books say went through a bank account, and that a statement line may be matched to.

Who asks for a few columns reads no others, so that a check need not wait for, or look again at, what it does not need.
"""

from collections.abc import Mapping

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.columns import currency, in_one_go, standing
from practice.scoring.once import once

Columns = Mapping[str, pl.Expr]


def bank_items(books: Books, *columns: str, every_type: bool = False) -> pl.LazyFrame:
    """Authorised spend and receive money, payments on bank accounts and each side of bank transfers, for `in_one_go`.

    `every_type` has the bank transactions, too, that are the sides of transfers: they say that an account is used.
    """
    return pl.concat(
        [
            _transactions(books, every_type=every_type).select(_chosen(_of_transactions(books), columns)),
            _payments(books).select(_chosen(_of_payments(books), columns)),
            *_transfer_sides(books, columns),
        ]
    )


def to_reconcile(books: Books, *columns: str) -> pl.DataFrame:
    """The items dated in the period, and older ones that are still not reconciled."""
    return in_one_go(
        bank_items(books, *dict.fromkeys([*columns, "date", "reconciled"])).filter(
            pl.col("date") <= books.period_end, (pl.col("date") >= books.period_start) | ~pl.col("reconciled")
        )
    )


@once
def banks(books: Books) -> pl.DataFrame:
    return books.accounts.filter(pl.col("type") == "BANK")


@once
def active_banks(books: Books) -> pl.DataFrame:
    return banks(books).filter(pl.col("status") == "ACTIVE")


def _chosen(known: Columns, columns: tuple[str, ...]) -> list[pl.Expr]:
    return [known[name].alias(name) for name in columns]


def _nothing() -> pl.Expr:
    return pl.lit(None, pl.String)


def _flag(column: str) -> pl.Expr:
    return pl.col(column).fill_null(value=False)


def _transactions(books: Books, *, every_type: bool) -> pl.LazyFrame:
    approved = books.bank_transactions.lazy().filter(pl.col("status") == "AUTHORISED")
    return approved if every_type else approved.filter(~pl.col("type").str.ends_with("-TRANSFER"))


def _of_transactions(books: Books) -> Columns:
    spent = pl.col("type").str.starts_with("SPEND")
    return {
        "id": pl.col("id"),
        "key": pl.col("id"),
        "what": pl.when(spent).then(pl.lit("spend")).otherwise(pl.lit("receive")),
        "date": pl.col("date"),
        "cents": pl.col("total_cents"),
        "currency": currency(books),
        "reconciled": _flag("reconciled"),
        "account_id": pl.col("account_id"),
        "contact_id": pl.col("contact_id"),
        "reference": pl.col("reference"),
        "document_id": _nothing(),
    }


def _payments(books: Books) -> pl.LazyFrame:
    on_banks = pl.col("account_id").is_in(banks(books)["id"].drop_nulls().to_list())
    return books.payments.lazy().filter(pl.col("status") == "AUTHORISED", on_banks)


def _of_payments(books: Books) -> Columns:
    """A payment is shown in Xero on its invoice, so that is the id to open; the key stays the payment's own."""
    return {
        "id": pl.coalesce("document_id", "id"),
        "key": pl.col("id"),
        "what": pl.lit("payment"),
        "date": pl.col("date"),
        "cents": pl.col("amount_cents"),
        "currency": currency(books),
        "reconciled": _flag("reconciled"),
        "account_id": pl.col("account_id"),
        "contact_id": _nothing(),
        "reference": _nothing(),
        "document_id": pl.col("document_id"),
    }


def _transfer_sides(books: Books, columns: tuple[str, ...]) -> list[pl.LazyFrame]:
    transfers = books.transfers.lazy().filter(standing())
    return [_side(books, transfers, side, columns) for side in ("from", "to")]


def _side(books: Books, transfers: pl.LazyFrame, side: str, columns: tuple[str, ...]) -> pl.LazyFrame:
    """One side of each transfer, in the currency of the account that it is on."""
    account = f"{side}_account_id"
    if "currency" in columns:
        of_bank = banks(books).lazy().select("currency", **{account: "id"}).unique(account, keep="first")
        transfers = transfers.join(of_bank, on=account, how="left")
    known = {
        "id": pl.col("id"),
        "key": pl.col("id") + f":{side}",
        "what": pl.lit(side),
        "date": pl.col("date"),
        "cents": pl.col("amount_cents"),
        "currency": currency(books),
        "reconciled": _flag(f"{side}_reconciled"),
        "account_id": pl.col(account),
        "contact_id": _nothing(),
        "reference": _nothing(),
        "document_id": _nothing(),
    }
    return transfers.select(_chosen(known, columns))
