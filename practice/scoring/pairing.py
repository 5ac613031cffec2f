"""Finds documents that look like the same thing entered twice: one side, contact, currency and total, a few days apart."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Finding, Found, Link, LinkKind, fingerprint_of, key_of
from practice.scoring.columns import currency, in_one_go, with_contact
from practice.scoring.wording import day

APPROVED_OR_SUBMITTED = ("SUBMITTED", "AUTHORISED", "PAID")
DAYS_APART = 5

NEEDS = {
    "documents": (
        *("id", "kind", "side", "status", "contact_id", "number", "reference", "date"),
        *("total_cents", "currency"),
    ),
    "bank_transactions": ("id", "type", "status", "contact_id", "date", "total_cents", "currency", "reference"),
    "contacts": ("id", "name"),
}


def duplicates(books: Books, *, side: Literal["sales", "purchases"], money: Literal["SPEND", "RECEIVE"]) -> Found:
    """Groups of documents dated in the period that are paired; a group counts its size less one."""
    candidates = _candidates(books, side=side, money=money)
    if candidates.is_empty():
        return Found(of=0, not_applicable="Nothing of this kind was entered in the last twelve months.")
    same = ["contact_id", "currency", "total_cents"]
    chained = in_one_go(
        candidates.lazy()
        .drop_nulls(["contact_id", "total_cents"])
        .sort(*same, "date", "id")
        .with_columns(
            starts=pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in same)
            | (pl.col("date") - pl.col("date").shift() > timedelta(days=DAYS_APART)).fill_null(value=True)
        )
        .with_columns(group=pl.col("starts").cum_sum())
        .filter(pl.len().over("group") > 1)
    )
    grouped = with_contact(chained, books).partition_by("group", maintain_order=True)
    return Found(findings=tuple(_findings(grouped)), of=candidates.height)


def _candidates(books: Books, *, side: str, money: str) -> pl.DataFrame:
    shown = ["id", "kind", "contact_id", "currency", "total_cents", "date", "number"]
    in_period = pl.col("date").is_between(books.period_start, books.period_end)
    invoices = books.documents.lazy().filter(
        in_period, pl.col("kind") == "invoice", pl.col("side") == side, pl.col("status").is_in(APPROVED_OR_SUBMITTED)
    ).with_columns(
        currency(books),
        kind=pl.lit("bill" if side == "purchases" else "invoice"),
        number=pl.coalesce("number", "reference"),
    )
    direct = books.bank_transactions.lazy().filter(
        in_period, pl.col("type") == money, pl.col("status") == "AUTHORISED"
    ).with_columns(currency(books), kind=pl.lit("bank_transaction"), number=pl.col("reference"))
    return in_one_go(pl.concat([invoices.select(shown), direct.select(shown)]))


def _findings(groups: list[pl.DataFrame]) -> Iterator[Finding]:
    for group in groups:
        rows = list(group.iter_rows(named=True))
        first = rows[0]
        yield Finding(
            key=key_of(row["id"] for row in rows),
            fingerprint=fingerprint_of(
                first["contact_id"], first["currency"], *sorted((row["id"], row["total_cents"]) for row in rows)
            ),
            title=first["contact"] or "No contact name",
            detail=f"{len(rows)} with the same contact and total, no more than {DAYS_APART} days apart",
            amount_cents=first["total_cents"] * (len(rows) - 1),
            currency=first["currency"],
            date=first["date"],
            contact=first["contact"],
            facts={
                "documents": [_document(row) for row in rows],
                "same_number": len({row["number"] for row in rows}) == 1 and first["number"] is not None,
            },
            links=tuple(_link(row) for row in rows),
            count=len(rows) - 1,
        )


def _document(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "kind": row["kind"], "number": row["number"], "date": row["date"].isoformat()}


def _link(row: dict[str, Any]) -> Link:
    words: dict[str, str] = {"bill": "Bill", "invoice": "Invoice", "bank_transaction": "Bank transaction"}
    kind: LinkKind = row["kind"]
    which = row["number"] or f"of {day(row['date'])}"
    return Link(kind, row["id"], f"{words[kind]} {which}")
