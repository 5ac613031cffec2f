"""Voids and deletes documents long after their period was closed; beside them one on the last day allowed and one over a year ago."""

from ..bank import cash
from ..contacts import Maker
from ..invoices import Line, credit_note, invoice
from ..text import quoted
from .closing import after_the_close, long_ago, moment_on

CHECK = "DQ26"


def plant(maker: Maker) -> None:
    books = maker.books
    days = after_the_close(books)
    if not days:
        return
    rnd = books.stream(CHECK)
    customer, supplier = books.customers[0], books.suppliers[1]

    def write(kind: int, day: int, removed: int) -> str:
        assert customer.sells is not None
        assert supplier.buys is not None
        books.touched_at = moment_on(books, removed)
        try:
            cents = 3_700 + rnd.randrange(50_000)
            if kind == 1:
                text = quoted("Entered in error")
                return cash(books, False, supplier, day, supplier.buys, cents, text, status="DELETED")[0]
            if kind == 3:
                line = Line(supplier.buys, 1, cents, quoted("Returned goods"))
                return credit_note(books, False, supplier, day, [line], status="VOIDED")
            line = Line(customer.sells, 1, cents, quoted("Not delivered after all"))
            status = "VOIDED" if kind == 0 else "DELETED"
            return invoice(books, True, customer, day, [line], due=day + 14, status=status).id
        finally:
            books.touched_at = 0

    for at in range(min(books.many(CHECK, 0.0015), 30)):
        day = books.closed - int(rnd.random() * 50)
        removed = days[0] if at == 0 else days[int(rnd.random() * len(days))]
        books.plant(CHECK, key=write(at % 4, day, removed))
    if books.neglect > 0.1:
        books.spare(CHECK, write(0, books.closed - 9, books.closed + 14))
        books.spare(CHECK, write(1, books.closed - 8, books.closed + 14))
        if (ago := long_ago(books)) is not None:
            books.spare(CHECK, write(0, books.closed - 7, ago))
