"""Leaves balances on accounts that ought to hold none; beside them a single cent, an archived account and a name that only sounds so."""

from ..accounts import extra_account
from ..books import Account
from ..contacts import Maker
from ..journals import journal

CHECK = "DQ18"


def plant(maker: Maker) -> None:
    books = maker.books
    # Before the period: what lies on a suspense account within it is another flaw.
    day = books.period_start - 20
    code = books.by_code
    moved: list[tuple[Account, int]] = []
    count = min(books.many(CHECK, 0.006), 5)
    large = 1_500_000 + 4_000 * books.organisation.documents
    chosen = (("860", -2), ("850", -4_500), ("840", -large), ("8551", 8_040), ("877", -9_990))[:count]
    for number, cents in chosen:
        if number == "8551":
            account = extra_account(books, number, "Till Clearing", kind="CURRENT", reporting="ASS.CUR")
        else:
            account = code[number]
        moved.append((account, cents))
        books.plant(CHECK, key=account.id, cents=cents)
    if books.neglect > 0.1:
        for number, name, kind, status, cents in (
            ("8552", "Voucher Clearing", "CURRENT", "ACTIVE", -1),
            ("8553", "Former Suspense", "CURRLIAB", "ARCHIVED", -50_000),
            ("8554", "Land Clearings", "EXPENSE", "ACTIVE", 31_000),
        ):
            near = extra_account(books, number, name, kind=kind, status=status)
            moved.append((near, cents))
            books.spare(CHECK, near.id)
    if moved:
        moved.append((code["881"], -sum(cents for _, cents in moved)))
        journal(books, day, "Opening entries by the accountant", moved)
