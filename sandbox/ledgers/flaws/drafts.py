"""Leaves invoices and bills of closed months as drafts or waiting for approval; deleted drafts and this month's are none."""

from ..contacts import Maker
from ..invoices import Line, invoice
from ..text import quoted

CHECK = "DQ15"


def plant(maker: Maker) -> None:
    books = maker.books
    rnd = books.stream(CHECK)
    reach = int(4 + books.neglect * 90)
    for at in range(min(books.many(CHECK, 0.004), 120)):
        sale = at % 2 == 0
        contact = (books.customers if sale else books.suppliers)[at % 3]
        account = contact.sells if sale else contact.buys
        assert account is not None
        day = books.period_end - (reach if at == 0 else int(rnd.random() * reach))
        status = "SUBMITTED" if at % 3 == 1 else "DRAFT"
        line = Line(account, 1, (12 + rnd.randrange(400)) * 1000, quoted("To be checked"))
        written = invoice(books, sale, contact, day, [line], due=day + 30, status=status)
        books.plant(CHECK, id=written.id, status=status, amount=written.total, date=books.day_text(day))
    if books.neglect > 0.1:
        supplier = books.suppliers[0]
        assert supplier.buys is not None
        line = Line(supplier.buys, 1, 15_000, quoted("Thought better of"))
        invoice(books, False, supplier, books.period_end - 5, [line], due=books.period_end, status="DELETED")
        invoice(books, False, supplier, books.period_end + 1, [line], due=books.period_end + 20, status="DRAFT")
