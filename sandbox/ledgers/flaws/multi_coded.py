"""Adds suppliers and customers now and then coded elsewhere; beside them a code used too often for a slip, and too few lines."""

from ..books import Account, Books, Contact
from ..contacts import Maker
from ..invoices import Line, Settlement, invoice
from ..text import quoted

CHECK = "DQ07"
USUAL, SLIP = ("453", "461"), ("429", "408")


def _document(books: Books, sale: bool, contact: Contact, day: int, accounts: list[Account]) -> None:
    lines = [Line(account, 1, 2_000 + 100 * int(books.random() * 300), quoted(account.name)) for account in accounts]
    invoice(books, sale, contact, day, lines, due=day + 14, settlements=[Settlement(min(day + 14, books.period_end))])


def _coded(books: Books, sale: bool, contact: Contact, usual: Account, slip: Account, often: int, seldom: int) -> None:
    """So many lines on either account, in documents of up to five lines, three weeks apart."""
    accounts = [slip] * seldom + [usual] * often
    day = books.period_end - 20
    while accounts:
        _document(books, sale, contact, day, accounts[:5])
        accounts = accounts[5:]
        day -= 21


def plant(maker: Maker) -> None:
    books = maker.books
    code = books.by_code
    for at in range(min(books.many(CHECK, 0.006), 80)):
        sale = at % 3 == 2
        contact = maker.business()
        usual, slip = (code["200"], code["260"]) if sale else (code[USUAL[at % 2]], code[SLIP[at % 2]])
        often, seldom = ((3, 1), (7, 3), (12, 2))[at % 3] if books.organisation.documents >= 100 else (3, 1)
        _coded(books, sale, contact, usual, slip, often, seldom)
        books.plant(CHECK, contact_id=contact.id, direction="sales" if sale else "purchases")
    if books.neglect > 0.1:
        _coded(books, False, maker.business(), code["453"], code["429"], 2, 1)
    if books.neglect > 0.1 and books.organisation.documents >= 100:
        _coded(books, False, maker.business(), code["461"], code["408"], 9, 4)  # 4 of 13 is 30.8 %
        both = maker.business()
        _coded(books, False, both, code["453"], code["453"], 4, 0)
        _coded(books, True, both, code["200"], code["200"], 4, 0)
        long_ago = maker.business()
        _document(books, False, long_ago, books.period_start - 30, [code["408"]])
        _coded(books, False, long_ago, code["461"], code["461"], 4, 0)
