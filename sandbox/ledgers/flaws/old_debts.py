"""Leaves approved documents unpaid for more than three months; both sides of the books share the recipe."""

from ..contacts import Maker
from ..invoices import Line, Settlement, invoice, total_of, untangled
from ..text import quoted


def plant(maker: Maker, check: str, sale: bool) -> None:
    books = maker.books
    rnd = books.stream(check)
    people = books.customers if sale else books.suppliers
    for at in range(min(books.many(check, 0.004), 150)):
        contact = people[(2 + at) % len(people)]
        account = contact.sells if sale else contact.buys
        assert account is not None
        due = books.old_debt - 5 - int(rnd.random() * 200)
        day = max(due - 30, books.start)
        lines = [Line(account, 1, (5 + rnd.randrange(300)) * 1000, quoted("Still to be paid"))]
        settlements = []
        if at % 4 == 3:
            lines = untangled(books, sale, contact, lines, (day,))
            settlements = [Settlement(due, total_of(lines) // 3000 * 1000 or 1000)]
        written = invoice(books, sale, contact, day, lines, due=due, settlements=settlements)
        books.plant(
            check,
            id=written.id,
            amount=written.due,
            currency=contact.currency,
            date=books.day_text(day),
            due=books.day_text(due),
        )
    if books.neglect > 0.1:
        contact = people[0]
        account = contact.sells if sale else contact.buys
        assert account is not None
        # Old by its date, but due only after the boundary.
        invoice(
            books,
            sale,
            contact,
            books.old_debt - 40,
            [Line(account, 1, 66_000, quoted("On long terms"))],
            due=books.old_debt + 4,
        )
