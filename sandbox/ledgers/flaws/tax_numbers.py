"""Gives contacts tax numbers whose check digit is wrong, and large suppliers none; beside them right ones written in every way."""

from ...world import numbers
from ..books import Contact
from ..contacts import Maker
from .papers import bill, is_roomy, recent

CHECK = "DQ33"
IS_RIGHT = {"AU": numbers.is_abn, "NZ": numbers.is_ird, "GB": numbers.is_vat}


def _wrong(maker: Maker) -> str:
    """A right number with its last digit one higher until it is right no more."""
    country = maker.books.organisation.country
    while True:
        right = maker.new_number(numbers.tax)
        for step in range(1, 10):
            number = right[:-1] + str((int(right[-1]) + step) % 10)
            if not IS_RIGHT[country](number) and maker.register.is_new(number):
                return number


def _written(country: str, number: str) -> tuple[str, ...]:
    """Ways in which people write a right number."""
    if country == "AU":
        return (f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}", f"{number[:2]}-{number[2:5]}.{number[5:]}")
    if country == "NZ":
        return (f"{number[:3]}-{number[3:6]}-{number[6:]}", number.removeprefix("0") if len(number) == 9 else number)
    digits = number.removeprefix("GB")
    return (f"GB {digits[:3]} {digits[3:7]} {digits[7:]}", digits, f"GB{digits}001")


def _numbered(maker: Maker, number: str) -> Contact:
    one = maker.business()
    one.tax_number = number
    return one


def plant(maker: Maker) -> None:
    books = maker.books
    country = books.organisation.country
    for at in range(min(books.many(CHECK, 0.0025), 40)):
        if at % 3 == 2 and country == "AU" and books.organisation.pays_tax:
            one = _numbered(maker, "")
            bill(books, one, recent(books, at), [(books.by_code["429"], 7_600)])
            books.plant(CHECK, key=f"{one.id}:missing")
        else:
            books.plant(CHECK, key=f"{_numbered(maker, _wrong(maker)).id}:invalid")
    if not is_roomy(books):
        return
    short = _numbered(maker, maker.new_number(numbers.tax)[:-2])
    books.plant(CHECK, key=f"{short.id}:invalid")
    gone = _numbered(maker, _wrong(maker))
    gone.status = "ARCHIVED"
    books.spare(CHECK, f"{gone.id}:invalid")
    for way in range(len(_written(country, "0" * 11))):
        books.spare(CHECK, f"{_numbered(maker, _written(country, maker.new_number(numbers.tax))[way]).id}:invalid")
    if country == "AU" and books.organisation.pays_tax:
        # 75.00 and a tenth of it is 82.50, and no more; the other buys much without tax.
        small, free = _numbered(maker, ""), _numbered(maker, "")
        bill(books, small, recent(books, 1), [(books.by_code["429"], 7_500)], exact=True)
        bill(books, free, recent(books, 2), [(books.by_code["404"], 90_000)])
        for one in (small, free):
            books.spare(CHECK, f"{one.id}:missing")
