"""DQ33: tax numbers that cannot be right, and suppliers whose tax is claimed without one."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Finding, Found, Link, Threshold, fingerprint_of
from practice.scoring.columns import active_contacts, approved_lines, in_base, in_one_go
from practice.scoring.score import share
from practice.scoring.tax_numbers import KNOWN, is_valid

CODE = "DQ33"
THRESHOLD = Threshold(
    82, 0, 100_000, "money", "Suppliers above this amount, tax included, need a tax number; 82 stands for AUD 82.50."
)
LIMIT_CENTS = 82_50
"""Australia: a tax invoice is needed from AUD 82.50 with GST on."""


def look(books: Books) -> Found:
    country = books.organisation.country or ""
    if country not in KNOWN:
        return Found(of=0, not_applicable="Tax numbers are checked for Australia, New Zealand and the United Kingdom.")
    suppliers = _suppliers_with_tax(books) if country == "AU" else []
    subjects = (
        active_contacts(books)
        .select("id", "name", number=pl.col("tax_number").fill_null("").str.strip_chars())
        .filter((pl.col("number") != "") | pl.col("id").is_in(suppliers))
    )
    if subjects.is_empty():
        return Found(of=0, not_applicable="No active contact has a tax number or needs one.")
    known = KNOWN[country]
    findings = []
    for id_, name, number in subjects.sort("id").iter_rows():
        if number and is_valid(number, country):
            continue
        kind = "invalid" if number else "missing"
        detail = (
            f"{number} is not {'an' if known.name[0] in 'AI' else 'a'} {known.name}: it has {known.looks_like}, and the check digits must fit"
            if number
            else f"Tax is claimed on purchases from this supplier, and there is no {known.name}"
        )
        findings.append(
            Finding(
                key=f"{id_}:{kind}",
                fingerprint=fingerprint_of(id_, kind, number),
                title=name or "Contact without a name",
                detail=detail,
                contact=name,
                facts={"kind": kind, "number": number or None, "fix": {"kind": "tax_number", "contact_id": id_}},
                links=(Link("contact", id_, name or "Contact in Xero"),),
            )
        )
    return Found(findings=tuple(findings), of=subjects.height)


def _suppliers_with_tax(books: Books) -> list[str]:
    """Contacts with an approved purchase with tax on it, large enough to need a tax invoice."""
    above = 100 * books.thresholds[CODE] if CODE in books.thresholds else LIMIT_CENTS
    in_period = pl.col("date").is_between(books.period_start, books.period_end)
    large = in_base(books, "total_cents") > above
    bills = books.documents.lazy().filter(
        in_period,
        large,
        pl.col("kind") == "invoice",
        pl.col("side") == "purchases",
        pl.col("status").is_in(["AUTHORISED", "PAID"]),
        pl.col("tax_cents") > 0,
    )
    taxed = (
        approved_lines(books)
        .lazy()
        .filter(pl.col("source") == "bank_transaction", pl.col("side") == "purchases", pl.col("tax_cents") != 0)
        .group_by(id="document_id")
        .agg(pl.col("tax_cents").sum())
        .filter(pl.col("tax_cents") > 0)
    )
    spent = books.bank_transactions.lazy().filter(
        in_period, large, pl.col("type") == "SPEND", pl.col("status") == "AUTHORISED"
    ).join(taxed, on="id", how="semi")
    both = pl.concat([bills.select("contact_id"), spent.select("contact_id")])
    return in_one_go(both.drop_nulls().unique())["contact_id"].to_list()


CHECK = Check(
    code=CODE,
    title="Invalid and missing tax numbers",
    group="Tax",
    severity="high",
    why="Tax claimed from a supplier without a right number can be refused, and a wrong number on an invoice makes it worthless to the customer.",
    fix="Look the number up in the public register or ask the contact, and put it into the contact's record.",
    definition=(
        "Active contacts whose tax number fails its check digits (ABN, IRD number or VAT number, by the organisation's "
        "country); in Australia also suppliers without a number from whom there is an approved purchase with tax above "
        "82.50 in the twelve months to the end of the period. Measured against the contacts with a number and those "
        "suppliers."
    ),
    source="Contacts; bills and spend money",
    needs={
        "bank_transactions": (*("id", "type", "status", "contact_id", "date", "total_cents", "currency", "rate"),),
        "contacts": ("id", "name", "status", "tax_number"),
        "documents": (
            *("kind", "side", "status", "contact_id", "date", "total_cents", "tax_cents", "currency", "rate"),
        ),
        "lines": ("document_id", "source", "side", "status", "date", "tax_cents"),
    },
    degree=share("0.10"),
    says="With an invalid or missing tax number: {n} of {of} contacts.",
    look=look,
    fixes=("tax_number",),
    threshold=THRESHOLD,
)
