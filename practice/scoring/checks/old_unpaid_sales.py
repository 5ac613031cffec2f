"""DQ21: sales invoices that customers owe for more than three months after they were due."""

from practice.scoring.ageing import NEEDS, old_unpaid
from practice.scoring.check import Check
from practice.scoring.score import rest_of_money

CHECK = Check(
    code="DQ21",
    title="Old unpaid sales invoices",
    group="Payables and receivables",
    severity="medium",
    why="An invoice that old is either paid and not matched, or will not be paid; both make receivables look better than they are.",
    fix="Match the payment if it came in; otherwise remind the customer, or credit the invoice or write it off.",
    definition=(
        "Authorised sales invoices with an amount due whose due date (or date, where none is set) lies more than three "
        "calendar months before the end of the period, as a share of all that customers owed then."
    ),
    source="Sales invoices",
    needs=NEEDS,
    degree=rest_of_money(),
    says="More than three months overdue: {part} of {whole} owed by customers.",
    look=lambda books: old_unpaid(books, side="sales"),
)
