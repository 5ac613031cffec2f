"""Says what was filed for the period that disagrees with the tax account; beside it a figure that is a single cent off.

Nobody can read this from Xero: it is the figure a person copies from the return.
"""

from ..contacts import Maker

CHECK = "DQ39"


def plant(maker: Maker) -> None:
    """By how much the figure differs; the balance it differs from is known only when all is written."""
    books = maker.books
    if not books.organisation.pays_tax:
        return
    rnd = books.stream(CHECK)
    end = books.calendar.period_end.isoformat()
    if rnd.random() < books.neglect * 0.7:
        books.facts["filed"] = rnd.choice((2, -2, 4_321, -(20_000 + 500 * books.organisation.documents)))
        books.plant(CHECK, key=end, cents=abs(books.facts["filed"]))
    else:
        books.facts["filed"] = rnd.choice((0, 1, -1))
        books.spare(CHECK, end)
