"""Finds the account of each approved line, and says which document a line is on, so that a person can go there."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Finding, Link, LinkKind, fingerprint_of
from practice.scoring.columns import approved_lines, currency, in_one_go, with_contact
from practice.scoring.once import once
from practice.scoring.wording import day

LINES = (
    *("document_id", "source", "side", "contact_id", "status", "date"),
    *("account_code", "account_id", "currency"),
)
NEEDS = {
    "accounts": ("id", "code", "name"),
    "bank_transactions": ("id", "type", "reference"),
    "contacts": ("id", "name"),
    "documents": ("id", "number", "reference"),
    "journals": ("id", "narration"),
    "lines": LINES,
}
"""What finding the account and naming the document reads; a check adds what it looks at itself."""

CLASSES = ("ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE")
WITHOUT_TAX = ("NONE", "BASEXCLUDED")
"""The tax types that keep a line out of the tax return altogether."""


def reading(**more: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """`NEEDS` with further columns."""
    frames = sorted(NEEDS.keys() | more.keys())
    return {frame: tuple(dict.fromkeys([*NEEDS.get(frame, ()), *more.get(frame, ())])) for frame in frames}


@once
def placed_lines(books: Books) -> pl.DataFrame:
    """Approved lines with `account`, the id of the account they are on: the one with their id, else with their code."""
    return with_place(approved_lines(books), books)


def with_place(lines: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `account`; null where there is no such account."""
    ids, by_code = _places(books)
    by_id = pl.when(pl.col("account_id").is_in(ids)).then(pl.col("account_id"))
    of_code = pl.col("account_code").replace_strict(
        by_code["code"], by_code["id"], default=None, return_dtype=pl.String
    )
    # A new column beside the others, which are not copied, as a join would.
    return lines.with_columns(account=pl.coalesce(by_id, of_code) if by_code.height else by_id)


@once
def _places(books: Books) -> tuple[list[str], pl.DataFrame]:
    """The accounts' ids, and the one account of each code."""
    ids = books.accounts["id"].drop_nulls().unique()
    return ids.to_list(), books.accounts.select("code", "id").drop_nulls().sort("id").unique("code", keep="first")


@once
def _labels(books: Books) -> dict[str, str]:
    """How each account is called, by its id."""
    return {row["id"]: account_label(row) for row in books.accounts.select("id", "code", "name").iter_rows(named=True)}


def on_accounts(lines: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Those of the placed lines that are on one of these accounts."""
    return lines.filter(pl.col("account").is_in(accounts["id"].drop_nulls().to_list()))


def document_findings(
    lines: pl.DataFrame, books: Books, *, what: str, cents: str = "amount_cents", facts: Iterable[str] = ()
) -> Iterator[Finding]:
    """One finding per document that these lines are on. `what` says of how many lines: `{n}` and `{s}` are filled in.

    `cents` is the column whose sum is the finding's amount. `facts` names columns whose values are part of what was
    found: a finding changes when they do.
    """
    if lines.is_empty():
        return
    facts = tuple(facts)
    found = lines.group_by("document_id").agg(
        pl.len().alias("count"),
        pl.col("source", "side", "contact_id", "date", "currency").min(),
        pl.col(cents).sum().alias("cents"),
        pl.col("account").drop_nulls().unique().sort(),
        *(pl.col(name).cast(pl.String).fill_null("").unique().sort().alias(f"fact_{name}") for name in facts),
    )
    labels = _labels(books)
    for row in named(found, books).sort("date", "document_id").iter_rows(named=True):
        accounts = [labels[id_] for id_ in row["account"]]
        said = what.format(n=row["count"], s="" if row["count"] == 1 else "s")
        yield Finding(
            key=row["document_id"],
            fingerprint=fingerprint_of(
                row["document_id"],
                row["count"],
                row["cents"],
                row["account"],
                *(row[f"fact_{f}"] for f in facts),
            ),
            title=title_of(row),
            detail=f"{said} on {listed(accounts)}" if accounts else said,
            amount_cents=row["cents"],
            currency=row["currency"],
            date=row["date"],
            contact=row["contact"],
            account=accounts[0] if len(accounts) == 1 else None,
            facts={"lines": row["count"], "accounts": accounts, **{name: row[f"fact_{name}"] for name in facts}},
            links=(link_to(row),),
            count=row["count"],
        )


def named(found: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Adds `number` (what a document is called), `contact` and the base currency where none is said."""
    ids = pl.col("id").is_in(found["document_id"].to_list())
    numbers = pl.concat(
        [
            books.documents.lazy().filter(ids).select(document_id="id", number=pl.coalesce("number", "reference")),
            books.bank_transactions.lazy().filter(ids).select(document_id="id", number="reference"),
            books.journals.lazy().filter(ids).select(document_id="id", number="narration"),
        ]
    ).unique("document_id")
    said = found.lazy().with_columns(currency(books)).join(numbers, on="document_id", how="left")
    return with_contact(in_one_go(said), books)


_WORDS: dict[tuple[str, str | None], str] = {
    ("invoice", "sales"): "Invoice",
    ("invoice", "purchases"): "Bill",
    ("credit_note", "sales"): "Credit note",
    ("credit_note", "purchases"): "Supplier credit note",
    ("bank_transaction", "sales"): "Receive money",
    ("bank_transaction", "purchases"): "Spend money",
    ("manual_journal", None): "Manual journal",
}


def word_for(source: str, side: str | None) -> str:
    return _WORDS.get((source, side), "Document")


def title_of(row: dict[str, Any]) -> str:
    """What the document is and its number, or its day where it has none."""
    number = row["number"] or (f"of {day(row['date'])}" if row["date"] else "without a number")
    return f"{word_for(row['source'], row['side'])} {number}"


def link_to(row: dict[str, Any]) -> Link:
    kinds: dict[str, LinkKind] = {
        "credit_note": "credit_note",
        "bank_transaction": "bank_transaction",
        "manual_journal": "journal",
    }
    kind = kinds.get(row["source"]) or ("bill" if row["side"] == "purchases" else "invoice")
    return Link(kind, row["document_id"], f"{word_for(row['source'], row['side'])} in Xero")


def account_label(account: dict[str, Any]) -> str:
    return " ".join(part for part in (account["code"], account["name"]) if part) or "an account without a name"


def listed(names: list[str]) -> str:
    """At most three names, and how many more."""
    if len(names) > 3:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
