"""Keeps contacts that nobody has dealt with for two years; beside them some dealt with or looked at since, and one that still owes."""

from ..books import Contact
from ..calendar import DAY_MS, EPOCH
from ..contacts import Maker
from .papers import bill, is_roomy

CHECK = "DQ10"


def _touched(one: Contact, day: int) -> Contact:
    one.stamp = (day - EPOCH) * DAY_MS + 43_200_000
    return one


def plant(maker: Maker) -> None:
    books = maker.books
    office = books.by_code["453"]
    boundary = books.two_years_back
    long_ago = books.start + 12
    for at in range(min(books.many(CHECK, 0.004), 80)):
        one = _touched(maker.business(), boundary - 20 - at % 200)
        if at % 3 == 1 and books.organisation.documents >= 100:
            bill(books, one, long_ago, [(office, 6_000)])
        elif at % 3 == 2 and books.organisation.documents >= 250:
            bill(books, one, long_ago, [(office, 6_000)])
            bill(books, one, boundary + 90, [(office, 6_500)], status="VOIDED")
        books.plant(CHECK, key=one.id)
    if not is_roomy(books):
        return
    lately = _touched(maker.business(), boundary - 50)
    bill(books, lately, boundary + 3, [(office, 7_000)])
    looked_at = _touched(maker.business(), boundary + 4)
    gone = _touched(maker.business(), boundary - 60)
    gone.status = "ARCHIVED"
    owing = _touched(maker.business(), boundary - 70)
    old = bill(books, owing, long_ago, [(books.by_code["200"], 8_000)], sale=True, paid=False)
    # Whoever still owes an invoice that old is another check's business.
    books.plant(
        "DQ21",
        id=old.id,
        amount=old.due,
        currency=owing.currency,
        date=books.day_text(long_ago),
        due=books.day_text(long_ago + 30),
    )
    for one in (lately, looked_at, gone, owing):
        books.spare(CHECK, one.id)
