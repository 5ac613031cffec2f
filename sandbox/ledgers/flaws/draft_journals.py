"""Leaves manual journals of closed months as drafts; beside them this month's draft, a posted one and a voided one."""

from ..contacts import Maker
from ..journals import journal
from .papers import is_roomy

CHECK = "DQ16"


def plant(maker: Maker) -> None:
    books = maker.books
    lines = [(books.by_code["429"], 31_000), (books.by_code["620"], -31_000)]
    reach = int(2 + books.neglect * 60)
    for at in range(min(books.many(CHECK, 0.001), 12)):
        day = books.period_end - (reach if at == 0 else at * 5 % reach)
        books.plant(CHECK, key=journal(books, day, "Accrual to be checked", lines, status="DRAFT"))
    if is_roomy(books):
        books.spare(CHECK, journal(books, books.period_end + 1, "Accrual of this month", lines, status="DRAFT"))
        books.spare(CHECK, journal(books, books.period_end - 8, "Accrual", lines))
        books.spare(CHECK, journal(books, books.period_end - 9, "Accrual, thought better of", lines, status="VOIDED"))
        if books.issues.get(CHECK):
            last = journal(books, books.period_end, "Accrual of the last day", lines, status="DRAFT")
            books.plant(CHECK, key=last)
