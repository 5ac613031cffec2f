"""DQ12: bills and spend money that look like the same purchase entered twice."""

from practice.scoring.check import Check
from practice.scoring.pairing import NEEDS, duplicates
from practice.scoring.score import share

CHECK = Check(
    code="DQ12",
    title="Duplicate purchases",
    group="Payables and receivables",
    severity="high",
    why="A bill entered twice is easily paid twice, and its cost and tax are claimed twice.",
    fix="Open both in Xero. Void the one that should not be there; set it aside where the supplier really charged twice.",
    definition=(
        "Submitted, authorised and paid bills and authorised spend money of the twelve months to the end of the period "
        "with the same contact, currency and total, no more than five days apart. A group counts its size less one."
    ),
    source="Bills and spend money",
    needs=NEEDS,
    degree=share("0.02"),
    says="Perhaps entered twice: {n} of {of} purchases.",
    look=lambda books: duplicates(books, side="purchases", money="SPEND"),
)
