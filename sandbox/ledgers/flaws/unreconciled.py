"""Leaves bank items of closed months unreconciled; beside them deleted ones, ones of this month, and a payment from no bank account."""

from ..bank import cash, transfer
from ..contacts import Maker
from ..invoices import Line, Settlement, invoice, total_of, untangled
from ..text import quoted

CHECK = "DQ01"


def plant(maker: Maker) -> None:
    books = maker.books
    rnd = books.stream(CHECK)
    code = books.by_code
    supplier, customer = books.suppliers[1], books.customers[0]
    assert supplier.buys is not None
    assert customer.sells is not None
    # How far back the oldest lies: a fortnight in careful books, over a year in neglected ones.
    reach = int(12 + books.neglect**2 * 420)
    for at in range(min(books.many(CHECK, 0.012), 400)):
        day = books.period_end - (reach if at == 0 else int(rnd.random() * reach))
        kind = at % 4
        if kind == 0:
            item, cents = cash(
                books,
                False,
                supplier,
                day,
                supplier.buys,
                2_500 + rnd.randrange(90_000),
                quoted("Card purchase"),
                reconciled=False,
            )
            books.plant(CHECK, id=item, kind="BankTransaction", amount=cents, date=books.day_text(day))
        elif kind == 1:
            lines = untangled(
                books,
                False,
                supplier,
                [Line(supplier.buys, 1, 5_000 + rnd.randrange(80_000), quoted("Supplies"))],
                (day,),
            )
            bill = invoice(
                books,
                False,
                supplier,
                day,
                lines,
                due=day,
                settlements=[Settlement(day, reconciled=False)],
                planted=True,
            )
            books.plant(CHECK, id=bill.payment_ids[0], kind="Payment", amount=bill.total, date=books.day_text(day))
        elif kind == 2 and books.organisation.documents >= 100:
            cents = 10_000 + rnd.randrange(500) * 100
            item = transfer(books, books.banks[0], books.banks[1], day, cents, to_reconciled=False)
            books.plant(CHECK, id=item, kind="BankTransfer", side="to", amount=cents, date=books.day_text(day))
        else:
            item, cents = cash(
                books,
                True,
                customer,
                day,
                customer.sells,
                3_000 + rnd.randrange(70_000),
                quoted("Card takings"),
                reconciled=False,
            )
            books.plant(CHECK, id=item, kind="BankTransaction", amount=cents, date=books.day_text(day))
    if books.neglect > 0.1:
        cash(
            books,
            False,
            supplier,
            books.period_end - 40,
            supplier.buys,
            7_700,
            quoted("Entered by mistake"),
            reconciled=False,
            status="DELETED",
        )
        cash(
            books,
            False,
            supplier,
            books.today,
            supplier.buys,
            8_800,
            quoted("Not yet on the statement"),
            reconciled=False,
        )
        line = [Line(supplier.buys, 1, 9_900, quoted("Paid by the owner"))]
        day = books.period_end - 50
        invoice(
            books,
            False,
            supplier,
            day,
            line,
            due=day + 7,
            settlements=[
                Settlement(day + 2, total_of(line) // 2, reconciled=False, status="DELETED"),
                Settlement(day + 3, account=code["881"], reconciled=False),
            ],
        )
