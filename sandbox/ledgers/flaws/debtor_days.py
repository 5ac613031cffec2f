"""Lets customers owe for longer than they should; in some books to the very edge of a limit, and no cent further."""

from ..contacts import Maker
from .papers import bill

CHECK = "DQ24"


def plant(maker: Maker) -> None:
    """Nothing yet: what is owed is known only when all else has been sold."""
    maker.books.issues.setdefault(CHECK, [])


def plant_after(maker: Maker) -> None:
    books = maker.books
    if books.neglect < 0.25:
        return
    limit, over = books.stream(CHECK).choice(((45, 0), (45, 1), (60, 0), (60, 1), (75, 0)))
    # One more invoice of x is owed, and is turnover: 365 (owed + x) = limit (turnover + x).
    more = (limit * books.turnover - 365 * books.owed) // (365 - limit) + over
    if more <= 0:
        return
    day = books.period_end - 6
    bill(books, maker.business(), day, [(books.by_code["205"], more)], sale=True, paid=False, exact=True)
    if (limit, over) == (45, 0):
        books.spare(CHECK, "organisation")
    else:
        books.plant(CHECK, key="organisation")
