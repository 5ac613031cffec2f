"""DQ36: tax claimed on costs for which it is often not allowed."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.coded_lines import document_findings, on_accounts, placed_lines, reading
from practice.scoring.columns import named
from practice.scoring.score import share

REPORT_CODE = "EXP.ADM.ENT"
WORDS = (
    *("entertainment", "entertaining", "postage"),
    *(r"international\s+travel", r"overseas\s+travel", r"travel\s+[-\u2010-\u2015]\s+international"),
)


def look(books: Books) -> Found:
    claimed = placed_lines(books).filter(pl.col("side") == "purchases", pl.col("tax_cents") != 0)
    if claimed.is_empty():
        return Found(of=0, not_applicable="No purchase in the last twelve months has tax on it.")
    accounts = books.accounts.filter(
        pl.col("reporting_code").fill_null("").str.starts_with(REPORT_CODE) | named(*WORDS)
    )
    return Found(
        findings=tuple(
            document_findings(
                on_accounts(claimed, accounts), books, what="Tax claimed with {n} line{s}", cents="tax_cents"
            )
        ),
        of=claimed.height,
    )


CHECK = Check(
    code="DQ36",
    title="Tax claimed on entertainment, postage and travel abroad",
    group="Tax",
    severity="medium",
    why="On these costs there is often no tax, or none that may be claimed; claims on them are among the first to be looked at.",
    fix="Look at the tax invoice. Where tax may not be claimed, recode the line in Xero to a rate without it; else set it aside.",
    definition=(
        "Approved purchase lines with tax in the twelve months to the end of the period on accounts for entertainment, "
        "postage or travel abroad, known by report code EXP.ADM.ENT or by name, by document. Measured against all "
        "purchase lines with tax."
    ),
    source="Lines of bills, supplier credit notes and spend money; chart of accounts",
    needs=reading(accounts=["reporting_code"], lines=["tax_cents"]),
    degree=share("0.05"),
    says="Claimed where it is often not allowed: {n} of {of} purchase lines with tax.",
    look=look,
)
