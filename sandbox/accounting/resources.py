"""The table of resources: their names and aliases, scopes, what each takes, and which columns answer for which fields."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "id", "money", "date", "moment", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    sql: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Resource:
    name: str  # the key in the body, and the table
    element: str  # one of them, in XML
    scopes: tuple[str, ...]
    paged: bool = False
    since: bool = False
    lines: str = ""
    fields: dict[str, Column] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


def _text(sql: str) -> Column:
    return Column(sql, "text")


def _money(sql: str) -> Column:
    return Column(sql, "money")


_ID, _DATE, _DUE, _UPDATED = (
    Column("id", "id"),
    Column("date", "date"),
    Column("due", "date"),
    Column("updated", "moment"),
)
_STATUS, _TYPE, _TOTAL, _REFERENCE = _text("status"), _text("type"), _money("total"), _text("reference")
_CONTACT = {
    "contact.contactid": Column("contact", "id"),
    "contactid": Column("contact", "id"),
    "contact.name": _text("contact_name"),
}
_COMMON = {
    "status": _STATUS,
    "type": _TYPE,
    "date": _DATE,
    "updateddateutc": _UPDATED,
    "total": _TOTAL,
    "reference": _REFERENCE,
    **_CONTACT,
}
_CREDITS = {**_COMMON, "remainingcredit": _money("remaining")}


def _both(scope: str, *broad: str) -> tuple[str, ...]:
    return tuple(name for one in (scope, *broad) for name in (one, f"{one}.read"))


_SETTINGS = _both("accounting.settings")
_INVOICES = _both("accounting.invoices", "accounting.transactions")
_PAYMENTS = _both("accounting.payments", "accounting.transactions")
_BANK = _both("accounting.banktransactions", "accounting.transactions")

RESOURCES = (
    Resource("Organisations", "Organisation", _SETTINGS, aliases=("organisation", "organization", "organizations")),
    Resource(
        "Users",
        "User",
        _SETTINGS,
        since=True,
        fields={
            "userid": _ID,
            "emailaddress": _text("email"),
            "firstname": _text("name"),
            "lastname": _text("number"),
            "organisationrole": _TYPE,
            "updateddateutc": _UPDATED,
        },
    ),
    Resource(
        "Accounts",
        "Account",
        _SETTINGS,
        since=True,
        fields={
            "accountid": _ID,
            "code": _text("code"),
            "name": _text("name"),
            "type": _TYPE,
            "status": _STATUS,
            "class": _text("number"),
            "systemaccount": _REFERENCE,
            "updateddateutc": _UPDATED,
        },
    ),
    Resource("TaxRates", "TaxRate", _SETTINGS, fields={"name": _text("name"), "taxtype": _TYPE, "status": _STATUS}),
    Resource(
        "Contacts",
        "Contact",
        _both("accounting.contacts"),
        paged=True,
        since=True,
        fields={
            "contactid": _ID,
            "name": _text("name"),
            "emailaddress": _text("email"),
            "contactstatus": _STATUS,
            "taxnumber": _text("number"),
            "updateddateutc": _UPDATED,
        },
    ),
    Resource(
        "Invoices",
        "Invoice",
        _INVOICES,
        paged=True,
        since=True,
        lines="LineItems",
        fields={
            **_COMMON,
            "invoiceid": _ID,
            "invoicenumber": _text("number"),
            "duedate": _DUE,
            "amountdue": _money("amount_due"),
            "amountpaid": _money("amount_paid"),
            "amountcredited": _money("amount_credited"),
        },
    ),
    Resource(
        "CreditNotes",
        "CreditNote",
        _INVOICES,
        paged=True,
        since=True,
        lines="LineItems",
        fields={**_CREDITS, "creditnoteid": _ID, "creditnotenumber": _text("number")},
    ),
    Resource(
        "Payments",
        "Payment",
        _PAYMENTS,
        paged=True,
        since=True,
        fields={
            "paymentid": _ID,
            "status": _STATUS,
            "paymenttype": _TYPE,
            "date": _DATE,
            "reference": _REFERENCE,
            "amount": _TOTAL,
            "updateddateutc": _UPDATED,
            "invoice.invoiceid": Column("related", "id"),
            "account.accountid": Column("account", "id"),
            "isreconciled": Column("reconciled", "flag"),
            "invoice.contact.contactid": Column("contact", "id"),
        },
    ),
    Resource(
        "Prepayments",
        "Prepayment",
        _PAYMENTS,
        paged=True,
        since=True,
        lines="LineItems",
        fields={**_CREDITS, "prepaymentid": _ID},
    ),
    Resource(
        "Overpayments",
        "Overpayment",
        _PAYMENTS,
        paged=True,
        since=True,
        lines="LineItems",
        fields={**_CREDITS, "overpaymentid": _ID},
    ),
    Resource(
        "BankTransactions",
        "BankTransaction",
        _BANK,
        paged=True,
        since=True,
        lines="LineItems",
        fields={
            **_COMMON,
            "banktransactionid": _ID,
            "isreconciled": Column("reconciled", "flag"),
            "bankaccount.accountid": Column("account", "id"),
        },
    ),
    Resource(
        "BankTransfers",
        "BankTransfer",
        _BANK,
        since=True,
        fields={
            "banktransferid": _ID,
            "status": _STATUS,
            "date": _DATE,
            "amount": _TOTAL,
            "createddateutc": _UPDATED,
            "fromisreconciled": Column("reconciled", "flag"),
            "toisreconciled": Column("reconciled_to", "flag"),
            "frombankaccount.accountid": Column("account", "id"),
            "tobankaccount.accountid": Column("account_to", "id"),
        },
    ),
    Resource(
        "ManualJournals",
        "ManualJournal",
        _both("accounting.manualjournals", "accounting.transactions"),
        paged=True,
        since=True,
        lines="JournalLines",
        fields={
            "manualjournalid": _ID,
            "status": _STATUS,
            "date": _DATE,
            "narration": _text("name"),
            "updateddateutc": _UPDATED,
        },
    ),
)
BY_NAME = {alias: one for one in RESOURCES for alias in (one.name.lower(), one.element.lower(), *one.aliases)}
REPORTS = {
    "trialbalance": ("accounting.reports.trialbalance.read", "accounting.reports.read"),
    "banksummary": ("accounting.reports.banksummary.read", "accounting.reports.read"),
}
