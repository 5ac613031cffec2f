"""DQ43: suppliers that cost far more or far less than usual in one of the last months."""

from typing import Any

import polars as pl

from practice.ledgers.books import Books, start_of_months
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import in_base, in_one_go, with_contact
from practice.scoring.score import share
from practice.scoring.wording import amount

MONTHS_FROM = 8
MONTHS_JUDGED = 3
LEAST_CENTS = 100_00
"""How far from the median a month has to be to be worth a look."""


def look(books: Books) -> Found:
    months = _months(books)
    regular = in_one_go(
        months.lazy()
        .sort("contact_id", "cents")
        .group_by("contact_id", maintain_order=True)
        .agg(sorted="cents")
        .filter(pl.col("sorted").list.len() >= MONTHS_FROM)
    )
    if regular.is_empty():
        return Found(of=0, not_applicable="No supplier was bought from in at least eight of the last twelve months.")
    since = start_of_months(books.period_end, MONTHS_JUDGED)
    fences = (
        regular.lazy()
        .select("contact_id", low=_quarter(1), middle=_quarter(2), high=_quarter(3))
        .with_columns(reach=pl.col("high") - pl.col("low"))
    )
    # Everything is in quarter cents, and the fences in eighths, so that no fraction is ever rounded.
    cents = 4 * pl.col("cents")
    unusual = in_one_go(
        months.lazy()
        .filter(pl.col("month") >= since)
        .join(fences, on="contact_id")
        .filter(
            (2 * cents < 2 * pl.col("low") - 3 * pl.col("reach"))
            | (2 * cents > 2 * pl.col("high") + 3 * pl.col("reach")),
            (cents - pl.col("middle")).abs() > 4 * LEAST_CENTS,
        )
    )
    base = books.organisation.base_currency
    return Found(
        findings=tuple(
            _finding(row, base)
            for row in with_contact(unusual, books).sort("contact_id", "month").iter_rows(named=True)
        ),
        of=regular.height,
    )


def _months(books: Books) -> pl.DataFrame:
    """What each contact cost in each calendar month of the period, in the base currency; months of nothing left out."""
    in_period = pl.col("date").is_between(books.period_start, books.period_end)
    bills = books.documents.lazy().filter(
        in_period,
        pl.col("kind") == "invoice",
        pl.col("side") == "purchases",
        pl.col("status").is_in(["AUTHORISED", "PAID"]),
    )
    spent = books.bank_transactions.lazy().filter(
        in_period, pl.col("type") == "SPEND", pl.col("status") == "AUTHORISED"
    )
    each = [one.select("contact_id", "date", cents=in_base(books, "total_cents")) for one in (bills, spent)]
    return in_one_go(
        pl.concat(each)
        .drop_nulls()
        .group_by("contact_id", month=pl.col("date").dt.month_start())
        .agg(pl.col("cents").sum())
        .filter(pl.col("cents") != 0)
    )


def _quarter(nth: int) -> pl.Expr:
    """Four times a quartile of the sorted amounts, between two of them in proportion."""
    amounts = pl.col("sorted")
    steps = (amounts.list.len().cast(pl.Int64) - 1) * nth
    below = amounts.list.get(steps // 4)
    above = amounts.list.get(steps // 4 + 1, null_on_oob=True).fill_null(below)
    return 4 * below + (steps % 4) * (above - below)


def _finding(row: dict[str, Any], base: str) -> Finding:
    usual = row["middle"] // 4
    return Finding(
        key=f"{row['contact_id']}:{row['month']:%Y-%m}",
        fingerprint=fingerprint_of(row["contact_id"], row["month"], row["cents"]),
        title=row["contact"] or "No contact name",
        detail=(
            f"{amount(row['cents'], base)} in {row['month']:%B %Y}, "
            f"{'more' if row['cents'] > usual else 'less'} than usual: the median month is {amount(usual, base)}"
        ),
        amount_cents=row["cents"],
        currency=base,
        date=row["month"],
        contact=row["contact"],
        facts={"month": f"{row['month']:%Y-%m}", "cents": row["cents"], "median_cents": usual},
        links=(Link("contact", row["contact_id"], row["contact"] or "Contact in Xero"),),
        subject=row["contact_id"],
    )


CHECK = Check(
    code="DQ43",
    title="Unusual supplier costs",
    group="Payables and receivables",
    severity="low",
    why="A month far off the usual is often a bill entered twice, one with a digit too many, or one that is missing.",
    fix="Compare the month's bills with the supplier's statement. Correct what is wrong, set aside what is explained.",
    definition=(
        "Suppliers with purchases in at least eight of the twelve months to the end of the period, whose total in one of "
        "the last three lies more than one and a half interquartile ranges outside the quartiles of their months, and "
        "more than 100.00 from the median. Measured against all such suppliers."
    ),
    source="Bills and spend money",
    needs={
        "bank_transactions": ("type", "status", "contact_id", "date", "total_cents", "currency", "rate"),
        "contacts": ("id", "name"),
        "documents": ("kind", "side", "status", "contact_id", "date", "total_cents", "currency", "rate"),
    },
    degree=share("0.20"),
    says="Far from usual in one of the last three months: {n} of {of} regular suppliers.",
    look=look,
)
