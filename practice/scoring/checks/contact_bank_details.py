"""DQ44: contacts whose bank details changed lately, or are those of another contact."""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, fingerprint_of, key_of
from practice.scoring.coded_lines import listed
from practice.scoring.columns import active_contacts
from practice.scoring.score import status
from practice.scoring.wording import day

DIGITS_FROM = 6
DAYS = 30


def look(books: Books) -> Found:
    accounts = (
        active_contacts(books)
        .select("id", "name", digits=pl.col("bank_account").fill_null("").str.replace_all(r"[^0-9]", ""))
        .filter(pl.col("digits").str.len_chars() >= DIGITS_FROM)
    )
    changes = books.bank_history.drop_nulls()
    if accounts.is_empty() and changes.is_empty():
        return Found(not_applicable="No active contact has a bank account.")
    return Found(findings=(*_changed(changes, books), *_shared(accounts)))


def _changed(changes: pl.DataFrame, books: Books) -> Iterator[Finding]:
    recent = changes.filter(pl.col("seen_on").is_between(books.as_of - timedelta(days=DAYS), books.as_of)).unique()
    names = books.contacts.select(contact_id="id", name="name").unique("contact_id")
    for row in recent.join(names, on="contact_id", how="left").sort("seen_on", "contact_id").iter_rows(named=True):
        yield Finding(
            key=f"changed:{row['contact_id']}:{row['seen_on'].isoformat()}",
            fingerprint=fingerprint_of(row["contact_id"], row["seen_on"]),
            title=row["name"] or "Contact without a name",
            detail=f"Other bank details since {day(row['seen_on'])}",
            date=row["seen_on"],
            contact=row["name"],
            facts={"kind": "changed", "seen_on": row["seen_on"].isoformat()},
            links=(Link("contact", row["contact_id"], row["name"] or "Contact in Xero"),),
            fails=True,
        )


def _shared(accounts: pl.DataFrame) -> Iterator[Finding]:
    """The number is in no text and no fact: who may see issues need not be one who may see bank accounts."""
    groups = (
        accounts.sort("id")
        .group_by("digits", maintain_order=True)
        .agg("id", "name")
        .filter(pl.col("id").list.len() > 1)
    )
    for digits, ids, held in groups.iter_rows():
        names = [name or "Contact without a name" for name in held]
        yield Finding(
            key=f"shared:{key_of(ids)}",
            fingerprint=fingerprint_of(digits, *ids),
            title=listed(names),
            detail=f"{len(ids)} contacts have the same bank account",
            contact=names[0],
            facts={"kind": "shared", "contacts": [{"id": id_, "name": n} for id_, n in zip(ids, names, strict=True)]},
            links=tuple(Link("contact", id_, name) for id_, name in zip(ids, names, strict=True)),
        )


CHECK = Check(
    code="DQ44",
    title="Bank details changed or shared",
    group="Contacts",
    severity="high",
    why="Changed bank details are how invoices are diverted; two suppliers with one account may be one, or one of them an employee.",
    fix="Call the contact on a number you know and confirm the account before anything is paid. Merge the contacts if they are one.",
    definition=(
        "Failed where the bank account of a contact was seen to change within the last 30 days; a warning where active "
        "contacts have the same bank account (of at least six digits)."
    ),
    source="Contacts, and what was seen of them before",
    needs={
        "bank_history": ("contact_id", "seen_on"),
        "contacts": ("id", "name", "status", "bank_account"),
    },
    degree=status(),
    says="Changed or shared: {n}.",
    look=look,
    by="day",
)
