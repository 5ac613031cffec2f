"""Where Xero shows a record: the address of its page, through the right organisation."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

# Where Xero shows each kind of record. Its links for sales credit notes, journals and accounts are not documented: the first
# opens through the same page as a credit of a supplier, the second as the browser shows it, the third leads to the list.
PATHS: dict[str, str] = {
    "invoice": "/AccountsReceivable/View.aspx?InvoiceID={id}",
    "bill": "/AccountsPayable/Edit.aspx?InvoiceID={id}",
    "credit_note": "/AccountsPayable/ViewCreditNote.aspx?creditNoteID={id}",
    "contact": "/Contacts/View/{id}",
    "bank_transaction": "/Bank/ViewTransaction.aspx?bankTransactionID={id}",
    "journal": "/Journal/View.aspx?invoiceID={id}",
    "account": "/GeneralLedger/ChartOfAccounts.aspx",
}


def xero_address(link: Mapping[str, Any], *, app_url: str, short_code: str | None) -> str:
    """Through the organisation's own entrance, so that the right one is open whoever was open before."""
    path = PATHS.get(link["kind"], "").format(id=quote(link["id"] or "", safe="-"))
    if short_code is None:
        return app_url + path
    asked = {"shortcode": short_code} | ({"redirecturl": path} if path else {})
    return f"{app_url}/organisationlogin/default.aspx?{urlencode(asked, safe='/!')}"
