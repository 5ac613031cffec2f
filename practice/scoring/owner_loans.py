"""Which accounts are loans between a company and its directors or shareholders."""

import polars as pl

from practice.scoring.columns import named


def is_owner_loan() -> pl.Expr:
    """By class and name; "director's" has the word director in it."""
    return (
        pl.col("class_").is_in(["LIABILITY", "ASSET"])
        & pl.col("type").ne_missing("BANK")
        & named("directors?", "shareholders?")
        & named("loan")
    ).fill_null(value=False)
