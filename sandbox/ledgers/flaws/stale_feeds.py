"""Leaves bank accounts behind that had items lately but have none now; beside them one whose last item is seven days old."""

from ..accounts import extra_bank
from ..contacts import Maker
from .bank_items import receive_lately

CHECK = "DQ04"
STALE = (("Merchant Account", 8), ("Online Payments", 15), ("Deposit Account", 14))


def plant(maker: Maker) -> None:
    books = maker.books

    def quiet(name: str, gap: int) -> str:
        bank = extra_bank(books, name)
        last = books.today - gap
        if last > books.period_end:
            receive_lately(books, bank, books.period_end - 2, 6_600 + gap)
        receive_lately(books, bank, last, 7_100 + gap)
        return bank.id

    for name, gap in STALE[: min(books.many(CHECK, 0.003), len(STALE))]:
        books.plant(CHECK, key=quiet(name, gap), gap=gap)
    if books.neglect > 0.1 and books.organisation.documents >= 60:
        books.spare(CHECK, quiet("Float Account", 7))
