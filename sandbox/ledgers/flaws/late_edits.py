"""Changes approved documents long after their period was closed; beside them one changed on the last day allowed and one over a year ago."""

from ..bank import cash
from ..contacts import Maker
from ..invoices import Line, Settlement, invoice
from ..journals import journal
from ..text import quoted
from .closing import after_the_close, long_ago, moment_on

CHECK = "DQ29"


def plant(maker: Maker) -> None:
    books = maker.books
    days = after_the_close(books)
    if not days:
        return
    rnd = books.stream(CHECK)
    supplier = books.suppliers[2]
    assert supplier.buys is not None

    def write(kind: int, day: int, edited: int) -> str:
        assert supplier.buys is not None
        books.touched_at = moment_on(books, edited)
        try:
            cents = 4_100 + rnd.randrange(60_000)
            if kind == 1:
                return cash(books, False, supplier, day, supplier.buys, cents, quoted("Card purchase"))[0]
            if kind == 2:
                lines = [(books.by_code["429"], cents), (books.by_code["881"], -cents)]
                return journal(books, day, "Paid by the owner", lines)
            line = [Line(supplier.buys, 1, cents, quoted("As delivered"))]
            settled = [Settlement(min(day + 5, books.closed))]
            return invoice(books, False, supplier, day, line, due=day + 5, settlements=settled).id
        finally:
            books.touched_at = 0

    for at in range(min(books.many(CHECK, 0.002), 40)):
        day = books.closed - int(rnd.random() * 60)
        # The first of them on the first day that counts.
        edited = days[0] if at == 0 else days[int(rnd.random() * len(days))]
        books.plant(CHECK, key=write(at % 3, day, edited))
    if books.neglect > 0.1:
        books.spare(CHECK, write(1, books.closed - 9, books.closed + 14))
        books.spare(CHECK, write(2, books.closed - 8, books.closed + 14))
        if (ago := long_ago(books)) is not None:
            books.spare(CHECK, write(1, books.closed - 7, ago))
