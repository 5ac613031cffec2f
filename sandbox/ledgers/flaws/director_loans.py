"""Leaves loans that a director or shareholder owes; beside them a single cent, one that is only called alike and an archived one."""

from ..accounts import extra_account
from ..contacts import Maker
from ..journals import journal

CHECK = "DQ41"
NAMES = (
    ("8571", "Director's Loan Account", "TERMLIAB"),
    ("6571", "Shareholder Loan", "CURRENT"),
    ("8572", "Directors Current Loan", "CURRLIAB"),
)
NEAR = (
    ("8573", "Shareholders Bridging Loan", "TERMLIAB", "ACTIVE", 1),
    ("6572", "Loans to Directors", "CURRENT", "ACTIVE", 1_200_000),
    ("6573", "Former Director Loan", "CURRENT", "ARCHIVED", 90_000),
)


def plant(maker: Maker) -> None:
    books = maker.books
    end = books.calendar.period_end.isoformat()
    # Britain's limit to the cent and one cent beyond it; elsewhere a trifle, and more than half a percent of any turnover.
    large = 1_000_000 + 3_000 * books.organisation.documents
    amounts = (1_000_000, 1_000_001, 2) if books.organisation.country == "GB" else (8_400, large, 2)
    moved = []
    for at in range(min(books.many(CHECK, 0.004), len(NAMES))):
        number, name, kind = NAMES[at]
        account = extra_account(books, number, name, kind=kind)
        moved.append((account, amounts[at]))
        books.plant(CHECK, key=f"{account.id}:{end}", cents=amounts[at])
    if books.neglect > 0.1:
        for number, name, kind, status, cents in NEAR:
            account = extra_account(books, number, name, kind=kind, status=status)
            moved.append((account, cents))
            books.spare(CHECK, f"{account.id}:{end}")
    if moved:
        moved.append((books.by_code["881"], -sum(cents for _, cents in moved)))
        journal(books, books.period_start - 19, "Loans, as agreed with the owner", moved)
