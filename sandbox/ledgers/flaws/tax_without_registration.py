"""Charges tax although the business is not registered; beside it sales without tax and purchases that bear some."""

from ..contacts import Maker
from .papers import bill, is_roomy, spent

CHECK = "DQ38"


def plant(maker: Maker) -> None:
    books = maker.books
    if books.organisation.pays_tax:
        return
    taxed = books.taxed(books.by_code["200"], "sale")
    for at in range(max(1, min(books.many(CHECK, 0.004), 20))):
        one = maker.business()
        day = books.period_end - 10 - (at * 37) % 340
        if at % 3 == 2:
            spent(books, one, day, taxed, 8_000 + 100 * at, received=True)
        else:
            bill(books, one, day, [(taxed, 8_000 + 100 * at)], sale=True)
            bill(books, one, day - 1, [(books.by_code["200"], 8_000)], sale=True)
        books.plant(CHECK, key=one.id)
    if not is_roomy(books):
        return
    plain, buys, earlier, voided = (maker.business() for _ in range(4))
    bill(books, plain, books.period_end - 20, [(books.by_code["200"], 8_100)], sale=True)
    bill(books, buys, books.period_end - 20, [(books.taxed(books.by_code["429"], "buy"), 8_200)])
    bill(books, earlier, books.period_start - 5, [(taxed, 8_300)], sale=True)
    bill(books, voided, books.period_end - 20, [(taxed, 8_400)], sale=True, status="VOIDED")
    for one in (plain, buys, earlier, voided):
        books.spare(CHECK, one.id)
