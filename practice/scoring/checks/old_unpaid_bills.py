"""DQ22: bills that are owed to suppliers for more than three months after they were due."""

from practice.scoring.ageing import NEEDS, old_unpaid
from practice.scoring.check import Check
from practice.scoring.score import rest_of_money

CHECK = Check(
    code="DQ22",
    title="Old unpaid bills",
    group="Payables and receivables",
    severity="medium",
    why="A bill that old was usually paid and not matched, entered twice, or credited; payables look worse than they are.",
    fix="Match the payment or the credit note if there is one; pay it, or void it if it is not owed.",
    definition=(
        "Authorised bills with an amount due whose due date (or date, where none is set) lies more than three calendar "
        "months before the end of the period, as a share of all that was owed to suppliers then."
    ),
    source="Bills",
    needs=NEEDS,
    degree=rest_of_money(),
    says="More than three months overdue: {part} of {whole} owed to suppliers.",
    look=lambda books: old_unpaid(books, side="purchases"),
)
