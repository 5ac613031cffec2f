"""Looks at how each contact is coded, in each direction: what is usual, and what is found beside it now and then."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Finding, Link, fingerprint_of
from practice.scoring.columns import approved_lines, in_one_go, with_contact
from practice.scoring.once import once

LINES_FROM = 4
LARGEST_MINORITY = 3
"""Tenths of the lines, in whole numbers: three of ten is exactly three tenths."""

NEEDS = {
    "bank_transactions": ("id", "type"),
    "contacts": ("id", "name"),
    "lines": ("document_id", "source", "side", "contact_id", "status", "date"),
}


def coded_lines(books: Books, code: pl.Expr) -> pl.LazyFrame:
    """Approved lines of a contact in a direction, with what they are coded to; those without a code are left out."""
    return (
        approved_lines(books)
        .lazy()
        .select("document_id", "contact_id", "side", "date", code=code)
        .drop_nulls(["contact_id", "side", "code"])
    )


def filled(column: str) -> pl.Expr:
    """What the column says, null where it says nothing."""
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def codes_of(lines: pl.LazyFrame) -> pl.DataFrame:
    """Per contact and direction how many lines there are in `all`, and the `code`s with their `lines`, commonest first.

    `last` is the latest day of a line that is not on the commonest.
    """
    codes = lines.group_by("contact_id", "side", "code").agg(
        pl.len().alias("lines"), pl.col("date").max().alias("last")
    )
    return in_one_go(
        codes.sort("contact_id", "side", "lines", "code", descending=[False, False, True, False])
        .group_by("contact_id", "side", maintain_order=True)
        .agg(pl.col("lines").sum().alias("all"), "code", "lines", pl.col("last").slice(1).max().alias("last"))
    )


@once
def tax_codes(books: Books) -> pl.DataFrame:
    """`codes_of` the lines with a tax rate."""
    return codes_of(coded_lines(books, filled("tax_type")))


def mixed(codes: pl.DataFrame) -> pl.DataFrame:
    """Those of several codes, where all but the commonest are few."""
    beside = pl.col("all") - pl.col("lines").list.first()
    return codes.filter(
        pl.col("all") >= LINES_FROM, pl.col("code").list.len() >= 2, 10 * beside <= LARGEST_MINORITY * pl.col("all")
    )


def findings(
    directions: pl.DataFrame, books: Books, names: Mapping[str, str], label: Callable[[str], str], what: str
) -> Iterator[Finding]:
    """One per contact and direction; `what` is what the codes are called together."""
    for row in with_contact(directions, books).sort("contact_id", "side").iter_rows(named=True):
        usual = ("are not on " if what == "accounts" else "do not have ") + label(row["code"][0])
        yield Finding(
            key=f"{row['contact_id']}:{row['side']}",
            fingerprint=fingerprint_of(row["code"][0], *sorted(zip(row["code"][1:], row["lines"][1:], strict=True))),
            title=row["contact"] or "No contact name",
            detail=f"{row['all'] - row['lines'][0]} of {row['all']} {row['side']} lines {usual}",
            date=row["last"],
            contact=row["contact"],
            account=label(row["code"][0]) if what == "accounts" else None,
            facts={
                "direction": row["side"],
                "lines": row["all"],
                what: [
                    {"code": code, "name": names.get(code), "lines": count}
                    for code, count in zip(row["code"], row["lines"], strict=True)
                ],
            },
            links=(Link("contact", row["contact_id"], row["contact"] or "Contact in Xero"),),
            subject=row["contact_id"],
        )
