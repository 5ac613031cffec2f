"""DQ07: contacts that nearly always go to one account, and a few times to others."""

import polars as pl

from practice.ledgers.books import Books
from practice.scoring.check import Check, Found
from practice.scoring.multi_coding import NEEDS, coded_lines, codes_of, filled, findings, mixed
from practice.scoring.score import share


def look(books: Books) -> Found:
    # The account's code, or its id where it has none.
    codes = codes_of(coded_lines(books, pl.coalesce(filled("account_code"), "account_id")))
    if codes.is_empty():
        return Found(of=0, not_applicable="No contact was active in the last twelve months.")
    names = _account_names(books)
    return Found(
        findings=tuple(findings(mixed(codes), books, names, lambda code: _named(code, names), "accounts")),
        of=codes["contact_id"].n_unique(),
    )


def _account_names(books: Books) -> dict[str, str]:
    by_id = dict(books.accounts.select("id", "name").iter_rows())
    return by_id | dict(books.accounts.drop_nulls("code").select("code", "name").iter_rows())


def _named(code: str, names: dict[str, str]) -> str:
    name = names.get(code)
    return f"{code} {name}" if name else code


CHECK = Check(
    code="DQ07",
    title="Contacts coded to several accounts",
    group="Contacts",
    severity="medium",
    why="When a supplier that is always on one account turns up on another, it is usually a slip, and it moves profit or tax.",
    fix="Look at the few lines on the other accounts. Where they are wrong, recode them with Find & Recode in Xero; where they are right, set it aside.",
    definition=(
        "Contacts with at least four coded lines in one direction (sales or purchases) in the twelve months to the end "
        "of the period, on two accounts or more, where all but the commonest account hold at most 30 % of the lines. "
        "Measured against the contacts with a coded line in that time."
    ),
    source="Lines of invoices, bills, credit notes and bank transactions",
    needs={
        **NEEDS,
        "accounts": ("id", "code", "name"),
        "lines": (*NEEDS["lines"], "account_code", "account_id"),
    },
    degree=share("0.25"),
    says="Now and then on an unusual account: {n} of {of} active contacts.",
    look=look,
)
