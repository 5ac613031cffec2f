"""DQ35: tax on accounts of the balance sheet, where there is none to claim or to pay."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.coded_lines import document_findings, on_accounts, placed_lines, reading
from practice.scoring.columns import named
from practice.scoring.score import share

WITH_TAX = ("FIXED", "PREPAYMENT", "BANK")
"""Types of account on which there may be tax."""
PAID_BEFORE = ("in advance", "prepaid", "prepayments?")


def look(books: Books) -> Found:
    taxed = placed_lines(books).filter(pl.col("tax_cents") != 0)
    if taxed.is_empty():
        return Found(of=0, not_applicable="No line in the last twelve months has tax on it.")
    accounts = books.accounts.filter(
        pl.col("class_").is_in(["ASSET", "LIABILITY", "EQUITY"]),
        ~pl.col("type").fill_null("").is_in(WITH_TAX),
        ~named(*PAID_BEFORE),
    )
    return Found(
        findings=tuple(
            document_findings(on_accounts(taxed, accounts), books, what="{n} line{s} with tax", cents="tax_cents")
        ),
        of=taxed.height,
    )


CHECK = Check(
    code="DQ35",
    title="Tax on balance-sheet accounts",
    group="Tax",
    severity="medium",
    why="Loans, deposits, wages owed or drawings carry no tax: what is claimed or paid on them comes back as a correction.",
    fix="Recode the line in Xero: to a rate without tax where the account is right, or to the cost or asset it was for.",
    definition=(
        "Approved lines with tax in the twelve months to the end of the period on asset, liability or equity accounts, by "
        "document. Fixed assets, prepayments, income in advance and bank accounts are left out. Measured against all "
        "lines with tax."
    ),
    source="Lines of invoices, bills, credit notes and bank transactions; chart of accounts",
    needs=reading(accounts=["type", "class_"], lines=["tax_cents"]),
    degree=share("0.02"),
    says="With tax on a balance-sheet account: {n} of {of} lines with tax.",
    look=look,
)
