"""Plants pairs and chains of the same total for one contact within five days; both sides of the books share the recipe."""

from ..bank import cash
from ..books import Account, Books, Contact
from ..contacts import Maker
from ..invoices import Line, Settlement, invoice, total_of, untangled
from ..text import quoted


def plant(maker: Maker, check: str, sale: bool) -> None:
    books = maker.books
    rnd = books.stream(check)
    people = [one for one in (books.customers if sale else books.suppliers) if one.worth == 1]
    wanted = min(books.many(check, 0.0025), 300)
    for at in range(wanted):
        contact = people[at % len(people)]
        chain = at % 5 == 4
        gap = (3, 5, 0, 1, 5)[at % 5]
        room = books.period_end - books.period_start - 40
        day = books.period_start + 10 + int(rnd.random() * room)
        days = [day, day + gap] + ([day + 2 * gap] if chain else [])
        lines = _lines(books, sale, contact, 4_000 + rnd.randrange(200_000), days)
        # Every third time the last of them is paid straight from the bank, without a document of its own.
        direct = at % 3 == 1
        ids = [_write(books, sale, contact, one, lines) for one in (days[:-1] if direct else days)]
        if direct:
            ids.append(_direct(books, sale, contact, days[-1], total_of(lines)))
        books.plant(check, ids=ids, amount=total_of(lines), date=books.day_text(day))
    if books.neglect > 0.1:
        _near_misses(books, sale, people[0], people[1 % len(people)])


def _account(sale: bool, contact: Contact) -> Account:
    account = contact.sells if sale else contact.buys
    assert account is not None
    return account


def _lines(books: Books, sale: bool, contact: Contact, unit: int, days: list[int]) -> list[Line]:
    return untangled(books, sale, contact, [Line(_account(sale, contact), 1, unit, quoted("As ordered"))], days)


def _write(books: Books, sale: bool, contact: Contact, day: int, lines: list[Line], status: str = "AUTHORISED") -> str:
    settlements = [Settlement(min(day + 9, books.period_end))] if status == "AUTHORISED" else []
    return invoice(
        books, sale, contact, day, lines, due=day + 14, status=status, settlements=settlements, planted=True
    ).id


def _direct(books: Books, sale: bool, contact: Contact, day: int, total: int, status: str = "AUTHORISED") -> str:
    return cash(
        books, sale, contact, day, _account(sale, contact), total, quoted("By card"), planted=True, status=status
    )[0]


def _near_misses(books: Books, sale: bool, contact: Contact, other: Contact) -> None:
    day = books.period_end - 90
    lines = _lines(books, sale, contact, 31_300, [day, day + 6])
    _write(books, sale, contact, day, lines)
    _write(books, sale, contact, day + 6, lines)
    if books.organisation.documents < 60:
        return
    lines = _lines(books, sale, contact, 47_100, [day + 20])
    _write(books, sale, contact, day + 20, lines)
    _write(books, sale, contact, day + 20, lines, "VOIDED")
    _direct(books, sale, contact, day + 21, total_of(lines), "DELETED")
    if other is not contact:
        twin = [lines[0]._replace(account=_account(sale, other))]
        if books.is_free(sale, other, total_of(twin), day + 20):
            _write(books, sale, other, day + 20, twin)
    cent = [lines[0]._replace(unit=lines[0].unit + 10)]
    if books.is_free(sale, contact, total_of(cent), day + 20):
        _write(books, sale, contact, day + 20, cent)
