"""Writes sales invoices and bills with their payments and credit notes, and posts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .books import Account, Books, Contact
from .text import money, quoted

APPROVED = frozenset(("AUTHORISED", "PAID"))


class Line(NamedTuple):
    account: Account
    quantity: int
    unit: int  # cents
    text: str  # already quoted


@dataclass(slots=True)
class Settlement:
    day: int
    cents: int | None = None  # None: all that is still due
    account: Account | None = None  # None: the first bank account
    reconciled: bool = True
    status: str = "AUTHORISED"


@dataclass(slots=True)
class Written:
    id: str
    total: int
    due: int
    payment_ids: list[str]


def tax_on(net: int, account: Account) -> int:
    rate = account.rate
    return (2 * net * rate.numerator + rate.denominator) // (2 * rate.denominator) if rate.numerator else 0


def total_of(lines: Sequence[Line]) -> int:
    return sum(line.quantity * line.unit + tax_on(line.quantity * line.unit, line.account) for line in lines)


def untangled(books: Books, sale: bool, contact: Contact, lines: list[Line], days: Sequence[int]) -> list[Line]:
    """The lines with the first price raised until no other document of the contact within days has the same total."""
    while True:
        total = total_of(lines)
        if all(books.is_free(sale, contact, total, day) for day in days):
            return lines
        lines = [lines[0]._replace(unit=lines[0].unit + (300 if contact.worth == 1 else 1000)), *lines[1:]]


def lines_json(books: Books, lines: Sequence[Line]) -> tuple[str, int, int]:
    parts = []
    subtotal = taxes = 0
    fresh = books.fresh
    for account, quantity, unit, text in lines:
        net = quantity * unit
        tax = tax_on(net, account)
        subtotal += net
        taxes += tax
        parts.append(
            f'{{"Description":{text},"UnitAmount":{money(unit)},{account.line},"TaxAmount":{money(tax)},"LineAmount":{money(net)},"Tracking":[],'
            f'"Quantity":{quantity}.0000,"LineItemID":"{fresh()}"}}'
        )
    return f"[{','.join(parts)}]", subtotal, taxes


def _payment(
    books: Books,
    sale: bool,
    contact: Contact,
    invoice: str,
    invoice_id: str,
    cents: int,
    settlement: Settlement,
    reference: str,
    payment_id: str,
) -> None:
    account = settlement.account or books.banks[0]
    day, worth = settlement.day, contact.worth
    base = cents if worth == 1 else cents * worth.numerator // worth.denominator
    updated = books.stamp(day, 12)
    reconciled = settlement.reconciled and settlement.status == "AUTHORISED"
    days = books.days
    kind = "ACCRECPAYMENT" if sale else "ACCPAYPAYMENT"
    body = (
        f'{{"PaymentID":"{payment_id}","Date":{days.xero(day)},"BankAmount":{money(base)},"Amount":{money(cents)},"Reference":{reference},'
        f'"CurrencyRate":{float(1 / worth)},"PaymentType":"{kind}","Status":"{settlement.status}","UpdatedDateUTC":"\\/Date({updated}+0000)\\/",'
        f'"UpdatedDateUTCString":"{days.iso_moment(updated)}","HasAccount":true,"IsReconciled":{"true" if reconciled else "false"},'
        f'"Account":{account.stub},"Invoice":{invoice},"HasValidationErrors":false}}'
    ).encode()
    books.file(
        "Payments",
        (
            payment_id,
            updated,
            days.text(day),
            None,
            settlement.status,
            kind,
            contact.id,
            contact.name,
            None,
            reference[1:-1],
            cents,
            None,
            None,
            None,
            None,
            int(reconciled),
            None,
            account.id,
            None,
            invoice_id,
            None,
            None,
            None,
            base,
            len(body),
            len(body),
            body,
        ),
    )
    if settlement.status == "AUTHORISED":
        books.touch(account, day)
        if sale:
            books.bank(account, day, base)
            books.post(books.by_code["610"], day, -base)
        else:
            books.bank(account, day, -base)
            books.post(books.by_code["800"], day, base)


def invoice(
    books: Books,
    sale: bool,
    contact: Contact,
    day: int,
    lines: list[Line],
    *,
    due: int,
    status: str = "AUTHORISED",
    settlements: Sequence[Settlement] = (),
    credit: int = 0,
    planted: bool = False,
    number: str | None = None,
    reference: str = "",
    attached: bool | None = None,
) -> Written:
    """Writes an invoice or a bill. Unless planted, its total is kept apart from the contact's others.

    With settlements that leave nothing due an approved document is PAID. A credit is a share of the first line in
    thousandths: its credit note is allocated to this document on the day after.
    """
    if not planted:
        lines = untangled(books, sale, contact, lines, (day,))
    body_lines, subtotal, taxes = lines_json(books, lines)
    total = subtotal + taxes
    books.take(sale, contact, total, day)
    invoice_id = books.fresh()
    kind = "ACCREC" if sale else "ACCPAY"
    number = number or (books.number("INV-") if sale else f"{books.bits(20):06d}")
    number_json = quoted(number)
    days = books.days
    approved = status in APPROVED
    stub = (
        f'{{"Type":"{kind}","InvoiceID":"{invoice_id}","InvoiceNumber":{number_json},"Payments":[],"CreditNotes":[],"Prepayments":[],"Overpayments":[],'
        f'"IsDiscounted":false,"InvoiceAddresses":[],"HasErrors":false,"LineItems":[],"CurrencyCode":"{contact.currency}","Contact":{contact.stub}}}'
    )
    last = day
    notes = ""
    credited = 0
    if credit and approved:
        credited, notes = _credit_note(books, sale, contact, min(day + 1, books.today), lines[0], credit, stub)
    paid = 0
    payments = []
    payment_ids = []
    worth = contact.worth
    for settlement in settlements:
        cents = total - credited - paid if settlement.cents is None else settlement.cents
        payment_id = books.fresh()
        payment_ids.append(payment_id)
        _payment(books, sale, contact, stub, invoice_id, cents, settlement, number_json if sale else '""', payment_id)
        last = max(last, settlement.day)
        if settlement.status == "AUTHORISED":
            paid += cents
            payments.append(
                f'{{"PaymentID":"{payment_id}","Date":{days.xero(settlement.day)},"Amount":{money(cents)},"CurrencyRate":{float(1 / worth)},'
                f'"HasAccount":true,"HasValidationErrors":false}}'
            )
    open_amount = total - paid - credited if approved else total if status in ("DRAFT", "SUBMITTED") else 0
    fully = ""
    if approved and open_amount == 0:
        status = "PAID"
        fully = f',"FullyPaidOnDate":{days.xero(last)}'
    updated = books.stamp(last, 20 if last == day else 3)
    if attached is None:
        attached = updated & 3 != 0 if sale else (updated >> 4) % 100 >= 50 * books.careless
    head = (
        f'{{"Type":"{kind}","InvoiceID":"{invoice_id}","InvoiceNumber":{number_json},"Reference":{quoted(reference)},"Payments":[{",".join(payments)}],'
        f'"CreditNotes":[{notes}],"Prepayments":[],"Overpayments":[],"AmountDue":{money(open_amount)},"AmountPaid":{money(paid)},'
        f'"AmountCredited":{money(credited)},"CurrencyRate":{float(1 / worth)},"IsDiscounted":false,"HasAttachments":{"true" if attached else "false"},'
        f'"HasErrors":false,"InvoiceAddresses":[],"Contact":{contact.stub},"DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},'
        f'"DueDateString":"{days.text(due)}T00:00:00","DueDate":{days.xero(due)},"Status":"{status}","LineAmountTypes":"Exclusive","LineItems":'
    ).encode()
    lines_bytes = body_lines.encode()
    body = (
        head
        + lines_bytes
        + (
            f',"SubTotal":{money(subtotal)},"TotalTax":{money(taxes)},"Total":{money(total)},"UpdatedDateUTC":"\\/Date({updated}+0000)\\/",'
            f'"UpdatedDateUTCString":"{days.iso_moment(updated)}","CurrencyCode":"{contact.currency}"{fully}}}'
        ).encode()
    )
    base_due = open_amount if worth == 1 else open_amount * worth.numerator // worth.denominator
    books.file(
        "Invoices",
        (
            invoice_id,
            updated,
            days.text(day),
            days.text(due),
            status,
            kind,
            contact.id,
            contact.name,
            number,
            reference,
            total,
            open_amount,
            paid,
            credited,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            base_due,
            len(head),
            len(head) + len(lines_bytes),
            body,
        ),
    )
    if approved:
        _posted(books, sale, contact, day, lines, 1)
        _balance(books, sale, contact, base_due, due)
        if sale and day <= books.period_end:
            books.owed += base_due if status == "AUTHORISED" else 0
            if books.is_in_period(day):
                books.turnover += total if worth == 1 else total * worth.numerator // worth.denominator
    return Written(invoice_id, total, open_amount, payment_ids)


def _balance(books: Books, sale: bool, contact: Contact, base_due: int, due: int) -> None:
    overdue = base_due if due < books.today else 0
    if sale:
        contact.is_customer = True
        contact.receivable += base_due
        contact.receivable_overdue += overdue
    else:
        contact.is_supplier = True
        contact.payable += base_due
        contact.payable_overdue += overdue


def _posted(books: Books, sale: bool, contact: Contact, day: int, lines: Sequence[Line], sign: int) -> None:
    """Debtors against income and tax, or costs and tax against creditors; a credit note the other way round."""
    worth = contact.worth
    side = -sign if sale else sign
    whole = taxes = 0
    if books.is_in_period(day):
        books.coded.add(contact.id)
    for account, quantity, unit, _ in lines:
        net = quantity * unit
        tax = tax_on(net, account)
        if worth != 1:
            net = net * worth.numerator // worth.denominator
        whole += net + tax
        taxes += tax
        books.post(account, day, side * net)
        books.touch(account, day)
    if taxes:
        books.post(books.by_code["820"], day, side * taxes)
    books.post(books.by_code["610" if sale else "800"], day, -side * whole)


def _credit_note(
    books: Books, sale: bool, contact: Contact, day: int, line: Line, share: int, invoice_stub: str
) -> tuple[int, str]:
    """A credit note for a share of a line, allocated whole; answers the amount and how the invoice shows it."""
    unit = max(line.quantity * line.unit * share // 1000, 100)
    if contact.worth != 1:
        unit = max(unit // 1000, 1) * 1000
    lines = [Line(line.account, 1, unit, '"Credit for returned goods"')]
    note_id, number, total = _note(books, sale, contact, day, lines, "PAID", invoice_stub)
    days = books.days
    shown = (
        f'{{"CreditNoteID":"{note_id}","CreditNoteNumber":{number},"ID":"{note_id}","AppliedAmount":{money(total)},"HasErrors":false,'
        f'"DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},"LineItems":[],"Total":{money(total)}}}'
    )
    return total, shown


def credit_note(
    books: Books, sale: bool, contact: Contact, day: int, lines: Sequence[Line], *, status: str = "AUTHORISED"
) -> str:
    """A credit note that nobody has set against an invoice."""
    return _note(books, sale, contact, day, lines, status)[0]


def _note(
    books: Books, sale: bool, contact: Contact, day: int, lines: Sequence[Line], status: str, invoice_stub: str = ""
) -> tuple[str, str, int]:
    """Its id, its number as JSON, its total; allocated whole to the invoice, if there is one."""
    body_lines, subtotal, taxes = lines_json(books, lines)
    total = subtotal + taxes
    note_id = books.fresh()
    number = quoted(books.number("CN-")) if sale else f'"C{books.bits(16):05d}"'
    days = books.days
    updated = books.stamp(day, 10)
    kind = "ACCRECCREDIT" if sale else "ACCPAYCREDIT"
    remaining, allocations, fully = (total if status == "AUTHORISED" else 0), "", ""
    if invoice_stub:
        remaining = 0
        fully = f',"FullyPaidOnDate":{days.xero(day)}'
        allocations = f'{{"AllocationID":"{books.fresh()}","Amount":{money(total)},"Date":{days.xero(day)},"Invoice":{invoice_stub}}}'
    head = (
        f'{{"CreditNoteID":"{note_id}","CreditNoteNumber":{number},"Payments":[],"ID":"{note_id}","CurrencyRate":{float(1 / contact.worth)},'
        f'"HasErrors":false,"Allocations":[{allocations}],'
        f'"InvoiceAddresses":[],"Type":"{kind}","Reference":"","SentToContact":false,"RemainingCredit":{money(remaining)},"HasAttachments":false,'
        f'"Contact":{contact.stub},"DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},"Status":"{status}","LineAmountTypes":"Exclusive","LineItems":'
    ).encode()
    lines_bytes = body_lines.encode()
    body = (
        head
        + lines_bytes
        + (
            f',"SubTotal":{money(subtotal)},"TotalTax":{money(taxes)},"Total":{money(total)},"UpdatedDateUTC":"\\/Date({updated}+0000)\\/",'
            f'"UpdatedDateUTCString":"{days.iso_moment(updated)}","CurrencyCode":"{contact.currency}"{fully}}}'
        ).encode()
    )
    books.file(
        "CreditNotes",
        (
            note_id,
            updated,
            days.text(day),
            None,
            status,
            kind,
            contact.id,
            contact.name,
            number[1:-1],
            "",
            total,
            None,
            None,
            None,
            remaining,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            0,
            len(head),
            len(head) + len(lines_bytes),
            body,
        ),
    )
    if status in APPROVED:
        _posted(books, sale, contact, day, lines, -1)
        if sale and books.is_in_period(day):
            worth = contact.worth
            books.turnover -= total if worth == 1 else total * worth.numerator // worth.denominator
    return note_id, number, total
