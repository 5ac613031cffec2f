"""What a sealed period says, and how it differs from the same period now. Pure: columns in, columns out.

A document counts with its date, number, contact, status, total, and its lines by account and tax type; that it was paid or
reconciled later is no change of the period.
"""

import datetime as dt
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import polars as pl

from practice.ledgers.books import Books

NEEDS = {
    "documents": ("id", "kind", "side", "status", "contact_id", "number", "reference", "date", "total_cents", "currency", "updated_on"),
    "bank_transactions": ("id", "type", "status", "contact_id", "date", "total_cents", "currency", "reference", "updated_on"),
    "journals": ("id", "status", "date", "narration", "updated_on"),
    "lines": ("document_id", "source", "date", "account_code", "account_id", "tax_type", "amount_cents"),
    "contacts": ("id", "name"),
    "removed": ("id", "status", "updated_on"),
}  # fmt: skip
COMPARED = {
    "date": "Date",
    "number": "Number",
    "contact_id": "Contact",
    "status": "Status",
    "total_cents": "Total",
    "currency": "Currency",
    "lines": "Accounts and tax",
}
# Being paid changes nothing of what was earned or spent.
SAME = {"PAID": "AUTHORISED"}


@dataclass(frozen=True, slots=True)
class Differs:
    """One column of one document: as sealed, and as it is."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class SealChange:
    """A document that is not as it was sealed."""

    kind: Literal["added", "changed", "removed"]
    resource: str
    id: str
    number: str | None
    contact: str | None
    date: dt.date | None
    fields: tuple[Differs, ...]
    updated_on: dt.date | None


def sealed_frame(books: Books, start: dt.date, end: dt.date) -> pl.DataFrame:
    """Approved documents dated in the period, one row each."""
    within = pl.col("date").is_between(start, end)
    documents = books.documents.filter(within, pl.col("status").is_in(["AUTHORISED", "PAID"])).select(
        "id",
        pl.when(pl.col("kind") == "invoice")
        .then(pl.when(pl.col("side") == "sales").then(pl.lit("invoice")).otherwise(pl.lit("bill")))
        .otherwise(pl.col("kind"))
        .alias("resource"),
        "date",
        pl.coalesce("number", "reference").alias("number"),
        "contact_id",
        pl.col("status").replace(SAME),
        "total_cents",
        "currency",
    )
    money = books.bank_transactions.filter(within, pl.col("status") == "AUTHORISED").select(
        "id",
        pl.lit("bank_transaction").alias("resource"),
        "date",
        pl.col("reference").alias("number"),
        "contact_id",
        "status",
        "total_cents",
        "currency",
    )
    journals = books.journals.filter(within, pl.col("status") == "POSTED").select(
        "id",
        pl.lit("manual_journal").alias("resource"),
        "date",
        pl.col("narration").alias("number"),
        pl.lit(None, pl.String).alias("contact_id"),
        "status",
        pl.lit(0, pl.Int64).alias("total_cents"),
        pl.lit(None, pl.String).alias("currency"),
    )
    lines = (
        books.lines.filter(within)
        .select(
            "document_id",
            said=pl.concat_str(
                pl.coalesce("account_code", "account_id").fill_null("no account"),
                pl.lit(" "),
                pl.col("tax_type").fill_null("no tax"),
                pl.lit(" "),
                pl.col("amount_cents").cast(pl.String),
            ),
        )
        .group_by("document_id")
        .agg(pl.col("said").sort().str.join("; ").alias("lines"))
    )
    names = books.contacts.select("id", "name").unique("id", keep="first")
    return (
        pl.concat([documents, money, journals])
        .unique("id", keep="first")
        .join(lines, left_on="id", right_on="document_id", how="left")
        .join(names, left_on="contact_id", right_on="id", how="left")
        .rename({"name": "contact"})
        .sort("id")
    )


def packed(frame: pl.DataFrame) -> bytes:
    """Small enough for a column of a row: a hundred thousand documents are a few megabytes."""
    out = BytesIO()
    frame.write_parquet(out, compression="zstd")
    return out.getvalue()


def unpacked(content: bytes) -> pl.DataFrame:
    return pl.read_parquet(BytesIO(content))


def compare(sealed: pl.DataFrame, now: pl.DataFrame, books: Books) -> list[SealChange]:
    """What was added to the period, changed in it, or is gone from it, the latest change first."""
    updated = _updated(books)
    gone = dict(books.removed.select("id", "status").iter_rows())
    both = sealed.join(now, on="id", how="inner", suffix="_now")
    moved = both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_now")) for name in COMPARED))
    changes = [_changed(row, updated) for row in moved.iter_rows(named=True)]
    changes += [_added(row, updated) for row in now.join(sealed, on="id", how="anti").iter_rows(named=True)]
    changes += [_removed(row, gone, updated) for row in sealed.join(now, on="id", how="anti").iter_rows(named=True)]
    return sorted(changes, key=lambda one: (-(one.updated_on or dt.date.min).toordinal(), one.id))


def _updated(books: Books) -> dict[str, dt.date | None]:
    frames = (books.documents, books.bank_transactions, books.journals, books.removed)
    return dict(pl.concat([frame.select("id", "updated_on") for frame in frames]).iter_rows())


def _changed(row: dict[str, Any], updated: dict[str, dt.date | None]) -> SealChange:
    fields = []
    for name, label in COMPARED.items():
        before, after = row[name], row[f"{name}_now"]
        if before == after:
            continue
        if name == "contact_id":
            before, after = row["contact"], row["contact_now"]
        fields.append(Differs(label, _said(name, before), _said(name, after)))
    return SealChange(
        "changed", row["resource"], row["id"], row["number_now"], row["contact_now"], row["date_now"], tuple(fields),
        updated.get(row["id"]),
    )  # fmt: skip


def _added(row: dict[str, Any], updated: dict[str, dt.date | None]) -> SealChange:
    fields = (Differs("Total", None, _said("total_cents", row["total_cents"])),)
    return SealChange(
        "added", row["resource"], row["id"], row["number"], row["contact"], row["date"], fields, updated.get(row["id"])
    )


def _removed(row: dict[str, Any], gone: dict[str, str], updated: dict[str, dt.date | None]) -> SealChange:
    after = gone.get(row["id"])
    fields = (
        Differs("Status", row["status"], after or "no longer in the period"),
        Differs("Total", _said("total_cents", row["total_cents"]), None),
    )
    return SealChange(
        "removed",
        row["resource"],
        row["id"],
        row["number"],
        row["contact"],
        row["date"],
        fields,
        updated.get(row["id"]),
    )


def _said(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "total_cents":
        sign, cents = ("-" if value < 0 else ""), abs(value)
        return f"{sign}{cents // 100}.{cents % 100:02d}"
    return str(value)
