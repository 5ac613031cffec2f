"""DQ09: contacts that are always coded alike, and have no default that would do it."""

from typing import Any

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of
from practice.scoring.columns import active_contacts, in_one_go
from practice.scoring.multi_coding import NEEDS, coded_lines, codes_of, filled, tax_codes
from practice.scoring.score import share

DOCUMENTS_FROM = 3
KINDS = {"account": "account_code", "tax": "tax_type"}


def look(books: Books) -> Found:
    usual = pl.concat([_consistent(books, kind, column) for kind, column in KINDS.items()])
    if usual.is_empty():
        return Found(of=0, not_applicable="No active contact is coded alike often enough to have a default.")
    missing = usual.filter(pl.col("default").fill_null("").str.strip_chars() == "")
    names = _names(books)
    return Found(
        findings=tuple(_finding(row, names) for row in missing.sort("id", "side", "kind").iter_rows(named=True)),
        of=usual.height,
    )


def _consistent(books: Books, kind: str, column: str) -> pl.DataFrame:
    """Active contacts and directions with nearly all lines on one code, that code, and the default there is."""
    default = pl.when(pl.col("side") == "sales").then(pl.col(f"sales_{kind}")).otherwise(pl.col(f"purchases_{kind}"))
    contacts = active_contacts(books).lazy()
    lines = coded_lines(books, filled(column))
    every = tax_codes(books) if kind == "tax" else codes_of(lines)
    # Nine tenths in whole numbers, so that nine of ten is exactly that.
    alike = every.lazy().filter(
        10 * pl.col("lines").list.first() >= 9 * pl.col("all"), pl.col("all") >= DOCUMENTS_FROM
    )
    documents = (
        lines.join(alike, on=["contact_id", "side"], how="semi")
        .group_by("contact_id", "side")
        .agg(documents=pl.col("document_id").n_unique())
        .filter(pl.col("documents") >= DOCUMENTS_FROM)
    )
    return in_one_go(
        alike.join(documents, on=["contact_id", "side"])
        .join(contacts, left_on="contact_id", right_on="id")
        .select(
            "name", "side", "documents", "all",
            id="contact_id", kind=pl.lit(kind), default=default,
            value=pl.col("code").list.first(), lines=pl.col("lines").list.first(),
        )
    )  # fmt: skip


def _finding(row: dict[str, Any], names: dict[str, str]) -> Finding:
    name = names.get(row["value"])
    # A tax rate is known by its name, an account by its code and its name.
    value = (name or row["value"]) if row["kind"] == "tax" else " ".join(filter(None, (row["value"], name)))
    what = "tax rate" if row["kind"] == "tax" else "account"
    return Finding(
        key=f"{row['id']}:{row['side']}:{row['kind']}",
        fingerprint=fingerprint_of(row["id"], row["side"], row["kind"], row["value"]),
        title=row["name"] or "Contact without a name",
        detail=f"No default {what} for {row['side']}; {row['lines']} of {row['all']} lines have {value}",
        contact=row["name"],
        account=value if row["kind"] == "account" else None,
        facts={
            "contact_id": row["id"],
            "side": row["side"],
            "kind": row["kind"],
            "value": row["value"],
            "documents": row["documents"],
            "fix": {
                "kind": "contact_default",
                "contact_id": row["id"],
                "side": row["side"],
                "what": row["kind"],
                "value": row["value"],
            },
        },
        links=(Link("contact", row["id"], row["name"] or "Contact in Xero"),),
    )


def _names(books: Books) -> dict[str, str]:
    rates = dict(books.tax_rates.select("tax_type", "name").drop_nulls().sort("tax_type", "name").iter_rows())
    return rates | dict(books.accounts.select("code", "name").drop_nulls().sort("code", "name").iter_rows())


CHECK = Check(
    code="DQ09",
    title="Missing contact defaults",
    group="Contacts",
    severity="low",
    why="A default codes the next bill by itself; without it somebody chooses each time, and once chooses wrongly.",
    fix="Set the default account or tax rate of the contact to what it always has.",
    definition=(
        "Active contacts with at least three approved documents in one direction (sales or purchases) in the twelve "
        "months to the end of the period and at least 90 % of the lines on one account, without a default account for "
        "that direction; likewise for tax rates. Measured against all that are coded so consistently."
    ),
    source="Contacts; lines of invoices, bills, credit notes and bank transactions",
    needs={
        **NEEDS,
        "accounts": ("code", "name"),
        "contacts": (
            *("id", "name", "status"),
            *("sales_account", "purchases_account", "sales_tax", "purchases_tax"),
        ),
        "lines": (*NEEDS["lines"], "account_code", "tax_type"),
        "tax_rates": ("tax_type", "name"),
    },
    degree=share("0.40"),
    says="Always coded alike and without a default for it: {n} of {of}.",
    look=look,
    fixes=("contact_default",),
)
