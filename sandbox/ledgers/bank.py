"""Writes what touches the bank directly: spent and received money, transfers between own accounts, prepayments and overpayments."""

from fractions import Fraction

from .books import Account, Books, Contact
from .invoices import Line, lines_json
from .text import money, quoted


def _tax_inside(gross: int, rate: Fraction) -> int:
    top, bottom = rate.numerator, rate.denominator + rate.numerator
    return (2 * gross * top + bottom) // (2 * bottom) if top else 0


def cash(
    books: Books,
    received: bool,
    contact: Contact,
    day: int,
    account: Account,
    gross: int,
    text: str,
    *,
    bank: Account | None = None,
    reconciled: bool = True,
    status: str = "AUTHORISED",
    planted: bool = False,
    reference: str = "",
    attached: bool | None = None,
) -> tuple[str, int]:
    """Spend or receive money with one line; unless planted, its total is kept apart from the contact's others."""
    if not planted:
        while not books.is_free(received, contact, gross, day):
            gross += 300
    books.take(received, contact, gross, day)
    bank = bank or books.banks[0]
    tax = _tax_inside(gross, account.rate)
    net = gross - tax
    kind = "RECEIVE" if received else "SPEND"
    document_id = books.fresh()
    updated = books.stamp(day, 15)
    days = books.days
    live = status == "AUTHORISED"
    reconciled = reconciled and live
    if attached is None:
        attached = updated & 7 == 0 if received else (updated >> 4) % 100 >= 70 * books.careless
    # A deleted transaction of Xero keeps its lines; they post nothing.
    head = (
        f'{{"BankTransactionID":"{document_id}","BankAccount":{bank.stub},"Type":"{kind}","Reference":{quoted(reference)},'
        f'"IsReconciled":{"true" if reconciled else "false"},"HasAttachments":{"true" if attached else "false"},"Contact":{contact.stub},'
        f'"DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},"Status":"{status}","LineAmountTypes":"Inclusive","LineItems":'
    ).encode()
    lines = (
        f'[{{"Description":{text},"UnitAmount":{money(gross)},{account.line},"TaxAmount":{money(tax)},"LineAmount":{money(gross)},"Tracking":[],'
        f'"Quantity":1.0000,"LineItemID":"{books.fresh()}"}}]'
    ).encode()
    body = (
        head
        + lines
        + (
            f',"SubTotal":{money(net)},"TotalTax":{money(tax)},"Total":{money(gross)},"UpdatedDateUTC":"\\/Date({updated}+0000)\\/",'
            f'"CurrencyCode":"{books.organisation.currency}","CurrencyRate":1.0}}'
        ).encode()
    )
    books.file(
        "BankTransactions",
        (
            document_id,
            updated,
            days.text(day),
            None,
            status,
            kind,
            contact.id,
            contact.name,
            None,
            reference,
            gross,
            None,
            None,
            None,
            None,
            int(reconciled),
            None,
            bank.id,
            None,
            None,
            None,
            None,
            None,
            None,
            len(head),
            len(head) + len(lines),
            body,
        ),
    )
    if live:
        sign = 1 if received else -1
        books.bank(bank, day, sign * gross)
        books.post(account, day, -sign * net)
        books.touch(account, day)
        if tax:
            books.post(books.by_code["820"], day, -sign * tax)
        if books.is_in_period(day):
            books.coded.add(contact.id)
        if received:
            contact.is_customer = True
            if books.is_in_period(day):
                books.turnover += gross
        else:
            contact.is_supplier = True
    return document_id, gross


def transfer(
    books: Books,
    source: Account,
    target: Account,
    day: int,
    cents: int,
    *,
    from_reconciled: bool = True,
    to_reconciled: bool = True,
) -> str:
    """A bank transfer and the two bank transactions that are its sides."""
    transfer_id = books.fresh()
    side_ids = []
    days = books.days
    for account, kind, reconciled in (
        (source, "SPEND-TRANSFER", from_reconciled),
        (target, "RECEIVE-TRANSFER", to_reconciled),
    ):
        side_id = books.fresh()
        side_ids.append(side_id)
        updated = books.stamp(day, 8)
        body = (
            f'{{"BankTransactionID":"{side_id}","BankAccount":{account.stub},"Type":"{kind}","Reference":"","IsReconciled":{"true" if reconciled else "false"},'
            f'"HasAttachments":false,"DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},"Status":"AUTHORISED","LineAmountTypes":"NoTax",'
            f'"LineItems":[],"SubTotal":{money(cents)},"TotalTax":0.00,"Total":{money(cents)},"UpdatedDateUTC":"\\/Date({updated}+0000)\\/",'
            f'"CurrencyCode":"{books.organisation.currency}"}}'
        ).encode()
        books.file(
            "BankTransactions",
            (
                side_id,
                updated,
                days.text(day),
                None,
                "AUTHORISED",
                kind,
                None,
                None,
                None,
                "",
                cents,
                None,
                None,
                None,
                None,
                int(reconciled),
                None,
                account.id,
                None,
                transfer_id,
                None,
                None,
                None,
                None,
                len(body),
                len(body),
                body,
            ),
        )
    created = books.stamp(day, 8)
    body = (
        f'{{"BankTransferID":"{transfer_id}","CreatedDateUTC":"\\/Date({created}+0000)\\/","DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},'
        f'"FromBankAccount":{source.stub},"ToBankAccount":{target.stub},"Amount":{money(cents)},"FromBankTransactionID":"{side_ids[0]}",'
        f'"ToBankTransactionID":"{side_ids[1]}","FromIsReconciled":{"true" if from_reconciled else "false"},'
        f'"ToIsReconciled":{"true" if to_reconciled else "false"},"CurrencyRate":1.0,"Reference":"","HasAttachments":false,"Status":"AUTHORISED"}}'
    ).encode()
    books.file(
        "BankTransfers",
        (
            transfer_id,
            created,
            days.text(day),
            None,
            "AUTHORISED",
            None,
            None,
            None,
            None,
            "",
            cents,
            None,
            None,
            None,
            None,
            int(from_reconciled),
            int(to_reconciled),
            source.id,
            target.id,
            None,
            None,
            None,
            None,
            None,
            len(body),
            len(body),
            body,
        ),
    )
    books.bank(source, day, -cents)
    books.bank(target, day, cents)
    return transfer_id


def advance(books: Books, received: bool, contact: Contact, day: int, cents: int, *, overpayment: bool) -> None:
    """A prepayment or overpayment with nothing allocated yet, and the bank transaction it came by.

    These stay out of the last twelve months: it is open whether a check counts them as spent and received money.
    """
    word = "Overpayment" if overpayment else "Prepayment"
    control = books.by_code["610" if received else "800"]
    document_id, side_id = books.fresh(), books.fresh()
    days = books.days
    bank = books.banks[0]
    updated = books.stamp(day, 30)
    kind = f"{'RECEIVE' if received else 'SPEND'}-{word.upper()}"
    lines, _, _ = lines_json(books, [Line(control, 1, cents, quoted(f"{word} by bank"))])
    shared = f'"Contact":{contact.stub},"DateString":"{days.text(day)}T00:00:00","Date":{days.xero(day)},"Status":"AUTHORISED","LineAmountTypes":"NoTax","LineItems":'
    sums = (
        f',"SubTotal":{money(cents)},"TotalTax":0.00,"Total":{money(cents)},"UpdatedDateUTC":"\\/Date({updated}+0000)\\/",'
        f'"CurrencyCode":"{books.organisation.currency}"'
    )
    books.row(
        "BankTransactions",
        (
            (
                f'{{"BankTransactionID":"{side_id}","{word}ID":"{document_id}","BankAccount":{bank.stub},"Type":"{kind}","Reference":"","IsReconciled":true,'
                f'"HasAttachments":false,{shared}'
            ),
            lines,
            f"{sums}}}",
        ),
        id=side_id,
        updated=updated,
        date=days.text(day),
        status="AUTHORISED",
        type=kind,
        contact=contact.id,
        contact_name=contact.name,
        reference="",
        total=cents,
        reconciled=1,
        account=bank.id,
        related=document_id,
    )
    books.row(
        f"{word}s",
        (
            (
                f'{{"{word}ID":"{document_id}","ID":"{document_id}","Type":"{kind}","Reference":"","CurrencyRate":1.0,"RemainingCredit":{money(cents)},'
                f'"Allocations":[],"Payments":[],"HasAttachments":false,{shared}'
            ),
            lines,
            f'{sums},"UpdatedDateUTCString":"{days.iso_moment(updated)}"}}',
        ),
        id=document_id,
        updated=updated,
        date=days.text(day),
        status="AUTHORISED",
        type=kind,
        contact=contact.id,
        contact_name=contact.name,
        reference="",
        total=cents,
        remaining=cents,
    )
    books.documents += 2
    sign = 1 if received else -1
    books.bank(bank, day, sign * cents)
    books.post(control, day, -sign * cents)
