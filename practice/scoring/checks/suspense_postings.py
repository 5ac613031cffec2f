"""DQ17: amounts that were put somewhere for want of knowing where they belong."""

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.coded_lines import document_findings, on_accounts, placed_lines, reading
from practice.scoring.columns import named
from practice.scoring.score import share

WORDS = ("suspense", "uncategorised", "uncategorized", "ask")


def look(books: Books) -> Found:
    lines = placed_lines(books)
    of = lines.height - lines["account"].null_count()
    if not of:
        return Found(of=0, not_applicable="Nothing was coded in the last twelve months.")
    parked = on_accounts(lines, books.accounts.filter(named(*WORDS)))
    return Found(findings=tuple(document_findings(parked, books, what="{n} line{s}")), of=of)


CHECK = Check(
    code="DQ17",
    title="Postings to suspense and uncategorised",
    group="Chart of accounts",
    severity="high",
    why="What sits in suspense is neither income nor cost nor tax: every report of the period is wrong by it.",
    fix="Find out what it was for, ask the client if need be, and recode the line in Xero.",
    definition=(
        "Lines of approved documents, bank transactions and posted journals in the twelve months to the end of the period "
        "on accounts with suspense, uncategorised or ask (as in Ask my accountant) in their name, by document. Measured "
        "against all lines with an account."
    ),
    source="Lines of invoices, bills, credit notes, bank transactions and manual journals; chart of accounts",
    needs=reading(lines=["amount_cents"]),
    degree=share("0.02"),
    says="In suspense or uncategorised: {n} of {of} lines.",
    look=look,
)
