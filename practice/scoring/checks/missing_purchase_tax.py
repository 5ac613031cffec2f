"""DQ37: costs without tax on accounts that usually have it."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found, Threshold
from practice.scoring.coded_lines import WITHOUT_TAX, document_findings, on_accounts, placed_lines, reading
from practice.scoring.columns import in_base
from practice.scoring.score import share
from practice.scoring.wording import amount

CODE = "DQ37"
THRESHOLD = Threshold(100, 0, 100_000, "money", "Purchase lines above this net amount are looked at.")


def look(books: Books) -> Found:
    if not books.organisation.pays_tax:
        return Found(of=0, not_applicable="The organisation is not registered for tax, as far as Xero says.")
    above = 100 * THRESHOLD.chosen(books, CODE)
    accounts = books.accounts.filter((pl.col("class_") == "EXPENSE") | pl.col("type").is_in(["FIXED", "PREPAYMENT"]))
    candidates = on_accounts(
        placed_lines(books).filter(
            pl.col("side") == "purchases",
            pl.col("source").is_in(["invoice", "bank_transaction"]),
            in_base(books, "amount_cents") > above,
        ),
        accounts,
    )
    if candidates.is_empty():
        limit = amount(above, books.organisation.base_currency)
        return Found(of=0, not_applicable=f"No purchase line above {limit} is dated in the last twelve months.")
    usually = accounts.filter(pl.col("tax_type").is_not_null(), ~pl.col("tax_type").is_in(WITHOUT_TAX))
    without = on_accounts(candidates, usually).filter(
        pl.col("tax_cents").fill_null(0) == 0,
        pl.col("tax_type").is_null() | pl.col("tax_type").is_in(WITHOUT_TAX),
    )
    return Found(
        findings=tuple(document_findings(without, books, what="{n} line{s} without tax", facts=["tax_type"])),
        of=candidates.height,
    )


CHECK = Check(
    code=CODE,
    title="Tax missing on purchases",
    group="Tax",
    severity="medium",
    why="Tax that was paid and not claimed is money given away; where there truly was none, the line should say so with the right rate.",
    fix="Look at the tax invoice. Where it shows tax, recode the line in Xero with the account's usual rate; else use the rate for purchases free of tax.",
    definition=(
        "Lines of approved bills and spend money in the twelve months to the end of the period above 100.00 net, on "
        "accounts for expenses, fixed assets or prepayments, without tax and outside the tax return, although the "
        "account's own rate is a different one, by document. Measured against all such lines above the amount. Only for "
        "organisations that are registered for tax."
    ),
    source="Lines of bills and spend money; chart of accounts; organisation settings",
    needs=reading(accounts=["type", "class_", "tax_type"], lines=["amount_cents", "tax_cents", "tax_type", "rate"]),
    degree=share("0.10"),
    says="Without tax where there usually is some: {n} of {of} purchase lines.",
    look=look,
    threshold=THRESHOLD,
)
