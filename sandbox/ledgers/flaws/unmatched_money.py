"""Enters money straight to income or costs though an open document waits for just that sum; beside it sums that only resemble one."""

from ..books import Contact
from ..contacts import Maker
from ..invoices import Line, Settlement, Written, invoice
from ..text import quoted
from .papers import bill, is_roomy, spent

CHECK = "DQ14"


def _pair(maker: Maker, one: Contact, sale: bool, day: int, apart: int) -> str:
    """An open document and money of the same sum so many days later."""
    books = maker.books
    account = books.by_code["200" if sale else "429"]
    document = bill(books, one, day, [(account, 11_000)], sale=sale, paid=False)
    return f"{spent(books, one, day + apart, account, document.total, received=sale, exact=True)}:{document.id}"


def _part_paid(maker: Maker, one: Contact, day: int) -> Written:
    books = maker.books
    line = Line(books.by_code["429"], 1, 11_000, quoted("In two parts"))
    return invoice(books, False, one, day, [line], due=day + 30, settlements=[Settlement(day + 1, 2_000)], attached=True)


def plant(maker: Maker) -> None:
    books = maker.books
    # What is open must not be so old that it is another check's business.
    first = books.old_debt + 2
    for at in range(min(books.many(CHECK, 0.0015), 40)):
        key = _pair(maker, maker.business(), at % 2 == 0, first + at % 12, (7, 60, 19, 33)[at % 4])
        books.plant(CHECK, key=key)
    if not is_roomy(books):
        return
    books.spare(CHECK, _pair(maker, maker.business(), False, first, 61))
    one, other = maker.business(), maker.business()
    cost = books.by_code["429"]
    part = _part_paid(maker, one, first)
    books.spare(CHECK, f"{spent(books, one, first + 12, cost, part.total, exact=True)}:{part.id}")
    rest = spent(books, one, first + 22, cost, part.due, exact=True)
    books.spare(CHECK, f"{rest}:{part.id}")
    due = bill(books, other, first, [(cost, 12_000)], paid=False)
    books.spare(CHECK, f"{spent(books, other, first + 10, cost, due.total + 1, exact=True)}:{due.id}")
    books.spare(CHECK, f"{spent(books, one, first + 10, cost, due.total, exact=True)}:{due.id}")
    books.spare(CHECK, f"{spent(books, other, first + 20, books.by_code['710'], due.total, exact=True)}:{due.id}")
    books.spare(CHECK, f"{spent(books, other, first + 30, cost, due.total, exact=True, status='DELETED')}:{due.id}")
    sale = spent(books, other, first + 40, books.by_code["200"], due.total, received=True, exact=True)
    books.spare(CHECK, f"{sale}:{due.id}")
    # Two bills of the same sum: the nearer one is meant.
    both = maker.business()
    far = bill(books, both, first, [(cost, 13_000)], paid=False, exact=True)
    near = bill(books, both, first + 20, [(cost, 13_000)], paid=False, exact=True)
    money = spent(books, both, first + 27, cost, near.total, exact=True)
    books.plant(CHECK, key=f"{money}:{near.id}")
    books.spare(CHECK, f"{money}:{far.id}")
