"""DQ08: contacts that nearly always have one tax rate, and a few times another."""

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.multi_coding import NEEDS, findings, mixed, tax_codes
from practice.scoring.score import share


def look(books: Books) -> Found:
    codes = tax_codes(books)
    if codes.is_empty():
        return Found(of=0, not_applicable="No contact had a line with a tax rate in the last twelve months.")
    names = dict(books.tax_rates.select("tax_type", "name").drop_nulls().sort("tax_type", "name").iter_rows())
    return Found(
        findings=tuple(findings(mixed(codes), books, names, lambda code: names.get(code) or code, "tax_rates")),
        of=codes["contact_id"].n_unique(),
    )


CHECK = Check(
    code="DQ08",
    title="Contacts with several tax rates",
    group="Contacts",
    severity="medium",
    why="When a supplier that always charges tax turns up without it, or the other way round, the tax return is wrong by it.",
    fix="Look at the few lines with the other rates and at the paper. Where they are wrong, recode them with Find & Recode in Xero; where they are right, set it aside.",
    definition=(
        "Contacts with at least four lines with a tax rate in one direction (sales or purchases) in the twelve months to "
        "the end of the period, with two rates or more, where all but the commonest hold at most 30 % of the lines. "
        "Measured against the contacts with such a line in that time."
    ),
    source="Lines of invoices, bills, credit notes and bank transactions; tax rates",
    needs={
        **NEEDS,
        "lines": (*NEEDS["lines"], "tax_type"),
        "tax_rates": ("tax_type", "name"),
    },
    degree=share("0.25"),
    says="Now and then with an unusual tax rate: {n} of {of} active contacts.",
    look=look,
)
