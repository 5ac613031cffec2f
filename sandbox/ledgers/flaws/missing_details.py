"""Leaves out the e-mail of those who owe money and the bank account of those who are owed it; beside them who owes nothing."""

from ...world import numbers
from ..contacts import Maker
from .papers import bill, is_roomy, recent

CHECK = "DQ11"


def plant(maker: Maker) -> None:
    books = maker.books
    code = books.by_code
    for at in range(min(books.many(CHECK, 0.002), 30)):
        one = maker.business()
        sale = at % 2 == 0
        if sale:
            one.email = ""
        else:
            one.bank = ""
        bill(books, one, recent(books, at), [(code["200" if sale else "453"], 8_000 + at * 100)], sale=sale, paid=False)
        books.plant(CHECK, key=f"{one.id}:{'email' if sale else 'bank_account'}")
    if not is_roomy(books):
        return
    settled = maker.business()
    settled.email = settled.bank = ""
    bill(books, settled, books.period_end - 30, [(code["200"], 9_100)], sale=True)
    bill(books, settled, books.period_end - 30, [(code["453"], 9_200)])
    gone = maker.business()
    gone.email, gone.status = "", "ARCHIVED"
    bill(books, gone, books.period_end - 20, [(code["200"], 9_300)], sale=True, paid=False)
    other_way = maker.business()
    other_way.email = ""
    other_way.bank = other_way.bank or maker.new_number(numbers.bank_account)
    bill(books, other_way, books.period_end - 20, [(code["453"], 9_400)], paid=False)
    for one, name in ((settled, "email"), (settled, "bank_account"), (gone, "email"), (other_way, "email")):
        books.spare(CHECK, f"{one.id}:{name}")
    books.spare(CHECK, f"{other_way.id}:bank_account")
