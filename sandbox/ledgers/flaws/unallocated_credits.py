"""Leaves credit notes that nobody has set against an invoice; beside them young ones, used ones and voided ones."""

from ..contacts import Maker
from ..invoices import Line, credit_note
from ..text import quoted
from .papers import is_roomy

CHECK = "DQ23"


def plant(maker: Maker) -> None:
    books = maker.books
    line = Line(books.by_code["453"], 1, 12_000, quoted("Goods sent back"))
    sold = Line(books.by_code["200"], 1, 9_000, quoted("Goods taken back"))
    for at in range(min(books.many(CHECK, 0.001), 25)):
        day = books.period_end - 40 - (at * 13) % 300
        sale = at % 2 == 1
        contact = maker.business()
        books.plant(CHECK, key=credit_note(books, sale, contact, day, [sold if sale else line]))
    if not is_roomy(books):
        return
    one = maker.business()
    books.plant(CHECK, key=credit_note(books, False, one, books.period_end - 31, [line]))
    books.spare(CHECK, credit_note(books, False, one, books.period_end - 30, [line]))
    books.spare(CHECK, credit_note(books, False, maker.business(), books.period_end - 60, [line], status="VOIDED"))
    books.spare(CHECK, credit_note(books, True, maker.business(), books.period_end - 2, [sold]))
