"""Column work that several checks share: whose name, which currency, what may be counted."""

import polars as pl

from practice.ledgers.books import Books

GONE = ("DELETED", "VOIDED")


def currency(books: Books, column: str = "currency") -> pl.Expr:
    """The currency, with the organisation's own where none was said."""
    return pl.col(column).fill_null(books.organisation.base_currency).alias("currency")


def standing() -> pl.Expr:
    """Neither deleted nor voided; a row without a status stands."""
    return ~pl.col("status").fill_null("").is_in(GONE)


def with_contact(frame: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `contact`, the name; null where there is no contact or it is not known."""
    names = books.contacts.select(contact_id="id", contact="name").unique("contact_id", keep="first")
    return frame.join(names, on="contact_id", how="left")


def with_account(frame: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `account`, the name."""
    names = books.accounts.select(account_id="id", account="name").unique("account_id", keep="first")
    return frame.join(names, on="account_id", how="left")
