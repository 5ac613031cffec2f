"""Leaves bills and spent money of more than 75.00 without the paper; beside them one of exactly 75.00 and one with its paper."""

from ..contacts import Maker
from .papers import abroad, bill, is_roomy, spent

CHECK = "DQ25"


def plant(maker: Maker) -> None:
    books = maker.books
    fees = books.by_code["404"]
    for at in range(min(books.many(CHECK, 0.002), 60)):
        day = books.period_end - 4 - (at * 11) % 330
        if at % 2 == 0:
            key = bill(books, maker.business(), day, [(fees, 7_501 + at * 300)], attached=False).id
        else:
            key = spent(books, maker.business(), day, fees, 7_501 + at * 300, attached=False)
        books.plant(CHECK, key=key)
    if books.organisation.has_foreign_customers:
        day = books.period_end - 14
        # 37.51 francs are 75.02 of ours, 37.50 exactly 75.00.
        books.plant(CHECK, key=bill(books, abroad(maker), day, [(fees, 3_751)], exact=True, attached=False).id)
        books.spare(CHECK, bill(books, abroad(maker), day, [(fees, 3_750)], exact=True, attached=False).id)
    if not is_roomy(books):
        return
    one = maker.business()
    day = books.period_end - 12
    books.plant(CHECK, key=bill(books, one, day, [(fees, 7_501)], exact=True, attached=False).id)
    books.spare(CHECK, bill(books, one, day - 20, [(fees, 7_500)], exact=True, attached=False).id)
    books.spare(CHECK, spent(books, one, day - 30, fees, 7_500, exact=True, attached=False))
    books.spare(CHECK, bill(books, one, day - 40, [(fees, 44_000)], attached=True).id)
    books.spare(CHECK, bill(books, one, books.period_start - 1, [(fees, 44_000)], attached=False).id)
    books.spare(CHECK, bill(books, one, day - 50, [(fees, 44_000)], status="VOIDED", attached=False).id)
    books.spare(CHECK, spent(books, one, day - 60, fees, 44_000, status="DELETED", attached=False))
    sale = bill(books, maker.business(), day, [(books.by_code["205"], 44_000)], sale=True, attached=False)
    books.spare(CHECK, sale.id)
