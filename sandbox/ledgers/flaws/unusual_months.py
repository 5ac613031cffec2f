"""Buys from somebody for much more than usual in a late month; beside it exactly 100.00 more, an early month, and seven months only."""

from collections.abc import Sequence

from ..books import Contact
from ..calendar import months_before
from ..contacts import Maker
from .papers import bill, is_roomy

CHECK = "DQ43"
USUAL = 20_000


def _bought(maker: Maker, months: Sequence[int], cents: Sequence[int]) -> Contact:
    """One bill in the middle of each of these months, counted back from the period's last."""
    books = maker.books
    one = maker.business()
    one.buys = books.by_code["404"]
    first = books.calendar.period_end.replace(day=1)
    for back, amount in zip(months, cents, strict=True):
        day = months_before(first, back).toordinal() + 13
        bill(books, one, day, [(books.by_code["404"], amount)], exact=True)
    return one


def _key(maker: Maker, one: Contact, back: int) -> str:
    month = months_before(maker.books.calendar.period_end.replace(day=1), back)
    return f"{one.id}:{month.isoformat()[:7]}"


def plant(maker: Maker) -> None:
    books = maker.books
    if books.organisation.documents < 250:
        return
    for at in range(min(books.many(CHECK, 0.0008), 15)):
        back = at % 3
        months = range((12, 8)[at % 2])
        cents = [USUAL + 100 * (month % 4) for month in months]
        cents[back] = (USUAL + 60_000, 2_000)[at // 2 % 2]
        one = _bought(maker, months, cents)
        books.plant(CHECK, key=_key(maker, one, back))
    if not is_roomy(books):
        return
    for how_many, back, odd, is_unusual in (
        (12, 0, USUAL + 10_000, False),
        (12, 0, USUAL + 10_001, True),
        (12, 3, USUAL * 9, False),
        (7, 0, USUAL * 9, False),
        (8, 1, USUAL * 9, True),
    ):
        amounts = [USUAL] * how_many
        amounts[back] = odd
        one = _bought(maker, range(how_many), amounts)
        if is_unusual:
            books.plant(CHECK, key=_key(maker, one, back))
        else:
            books.spare(CHECK, _key(maker, one, back))
    # The amounts vary much anyway: three times the usual lies inside.
    wild = [10_000 + 9_000 * (month * 5 % 12) for month in range(12)]
    wild[0] = 130_000
    books.spare(CHECK, _key(maker, _bought(maker, range(12), wild), 0))
