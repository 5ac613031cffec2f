"""DQ13: sales invoices and receive money that look like the same sale entered twice."""

from practice.scoring.check import Check
from practice.scoring.pairing import NEEDS, duplicates
from practice.scoring.score import share

CHECK = Check(
    code="DQ13",
    title="Duplicate sales",
    group="Payables and receivables",
    severity="high",
    why="A sale entered twice overstates income and tax, and leaves an invoice that nobody will ever pay.",
    fix="Open both in Xero. Void the invoice that should not be there, or match the money received to the open invoice.",
    definition=(
        "Submitted, authorised and paid sales invoices and authorised receive money of the twelve months to the end of "
        "the period with the same contact, currency and total, no more than five days apart. A group counts its size "
        "less one."
    ),
    source="Sales invoices and receive money",
    needs=NEEDS,
    degree=share("0.02"),
    says="Perhaps entered twice: {n} of {of} sales.",
    look=lambda books: duplicates(books, side="sales", money="RECEIVE"),
)
