"""DQ34: tax rates on accounts of a kind they are not meant for."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.coded_lines import WITHOUT_TAX, document_findings, placed_lines, reading
from practice.scoring.score import share

ALLOWED = {
    "ASSET": "for_assets",
    "EQUITY": "for_equity",
    "EXPENSE": "for_expenses",
    "LIABILITY": "for_liabilities",
    "REVENUE": "for_revenue",
}


def look(books: Books) -> Found:
    lines = placed_lines(books)
    # There are few pairs of an account and a rate, however many lines.
    pairs = (
        lines.group_by("account", "tax_type")
        .len()
        .drop_nulls()
        .filter(~pl.col("tax_type").is_in(WITHOUT_TAX))
        .join(_classes(books), on="account")
        .join(_allowed(books), on=["tax_type", "class_"])
    )
    if pairs.is_empty():
        return Found(of=0, not_applicable="No line in the last twelve months has a tax rate.")
    wrong = lines.join(pairs.filter(~pl.col("allowed")), on=["account", "tax_type"], how="semi")
    return Found(
        findings=tuple(
            document_findings(
                wrong, books, what="{n} line{s} with a tax rate that is not meant for it,", facts=["tax_type"]
            )
        ),
        of=int(pairs["len"].sum()),
    )


def _classes(books: Books) -> pl.DataFrame:
    return books.accounts.select("class_", account="id").filter(pl.col("class_").is_in(list(ALLOWED))).unique("account")


def _allowed(books: Books) -> pl.DataFrame:
    """Each rate and class of accounts, and whether Xero lets one be used with the other; null where it does not say."""
    flags = books.tax_rates.drop_nulls("tax_type").group_by("tax_type").agg(pl.col(*ALLOWED.values()).max())
    return pl.concat(
        [
            flags.select("tax_type", class_=pl.lit(class_), allowed=pl.col(flag))
            for class_, flag in sorted(ALLOWED.items())
        ]
    )


CHECK = Check(
    code="DQ34",
    title="Tax rate that does not fit the account",
    group="Tax",
    severity="high",
    why="A sales rate on a cost, or a purchase rate on income, puts the tax into the wrong box of the return.",
    fix="Recode the line in Xero with a rate that fits the account, or with the right account. Find & Recode does many at once.",
    definition=(
        "Approved lines in the twelve months to the end of the period whose tax rate, by Xero's own settings, may not be "
        "used for accounts of that class, by document. Measured against all lines with a tax rate and an account; lines "
        "outside the tax return are left out."
    ),
    source="Lines of invoices, bills, credit notes, bank transactions and manual journals; tax rates; chart of accounts",
    needs=reading(accounts=["class_"], lines=["tax_type", "amount_cents"], tax_rates=["tax_type", *ALLOWED.values()]),
    degree=share("0.02"),
    says="With a tax rate that does not fit the account: {n} of {of} lines.",
    look=look,
)
