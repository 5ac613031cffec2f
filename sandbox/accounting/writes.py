"""Changes contacts and accounts that exist already: what Xero lets an app write, with the refusals it answers.

A body is `{"Contacts": [{…}]}` or one bare object. All of its elements are written, or none; `summarizeErrors=false`
writes those that are right and marks the others. Contacts and accounts cannot be made here, only changed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..ledgers.ledger import Ledger, Query
from .errors import (
    InvalidElementsError,
    NoDataProcessedError,
    NotImplementedMethodError,
    PostDataInvalidError,
)

Fields = dict[str, Any]
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Writable:
    """What of a resource an app may write: text fields with their greatest length, and its status."""

    resource: str
    identity: str
    status: str
    scope: str
    texts: Mapping[str, int]
    flags: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


CONTACTS = Writable(
    "Contacts",
    "ContactID",
    "ContactStatus",
    "accounting.contacts",
    {
        "Name": 255,
        "FirstName": 255,
        "LastName": 255,
        "EmailAddress": 255,
        "ContactNumber": 50,
        "AccountNumber": 50,
        "CompanyNumber": 50,
        "TaxNumber": 50,
        "BankAccountDetails": 60,
        "DefaultCurrency": 3,
    },
    taxes=("AccountsReceivableTaxType", "AccountsPayableTaxType"),
    accounts=("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"),
)
ACCOUNTS = Writable(
    "Accounts",
    "AccountID",
    "Status",
    "accounting.settings",
    {"Name": 150, "Code": 10, "Description": 4000, "ReportingCode": 50},
    flags=("EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist"),
    taxes=("TaxType",),
)
WRITABLE = {
    alias: one for one, aliases in ((CONTACTS, ("contacts", "contact")), (ACCOUNTS, ("accounts", "account"))) for alias in aliases
}


def elements(one: Writable, body: bytes, key: str | None) -> list[Fields]:
    """What the body asks for; the id in the path stands for the first element's own."""
    try:
        sent = json.loads(body)
    except ValueError:
        raise PostDataInvalidError("The body could not be read as JSON") from None
    some = sent.get(one.resource, sent) if isinstance(sent, dict) else sent
    some = some if isinstance(some, list) else [some]
    if not some or not all(isinstance(each, dict) and each for each in some):
        raise NoDataProcessedError(f"No {one.resource.lower()} to process")
    if one is ACCOUNTS:
        some = some[:1]  # as at Xero: the rest of a list of accounts is passed over
    if key is not None:
        some = [{**some[0], one.identity: key}]
    return some


@dataclass(slots=True)
class Write:
    """One element, its document, what it changes, and what is wrong with it."""

    sent: Fields
    key: str
    fields: Fields
    wrong: list[str]

    @property
    def is_due(self) -> bool:
        return bool(self.fields) and not self.wrong


class Writer:
    def __init__(self, one: Writable, ledger: Ledger) -> None:
        self.one, self.ledger = one, ledger

    def read(self, sent: Fields) -> Write:
        one = self.one
        document = self._document(sent)
        if document is None:
            return Write(sent, "", {}, [f"{one.identity} {sent.get(one.identity)} does not exist"])
        write = Write(sent, str(document[one.identity]), self._fields(sent), [])
        self._check(write, document)
        return write

    def _document(self, sent: Fields) -> Fields | None:
        key = sent.get(self.one.identity)
        if key is None and self.one is CONTACTS and sent.get("Name"):
            # Xero finds a contact by its name, and makes one where there is none.
            key = self._named(str(sent["Name"]))
            if key is None:
                raise NotImplementedMethodError
        if key is None:
            raise NotImplementedMethodError
        if not isinstance(key, str) or not _UUID.fullmatch(key):
            raise PostDataInvalidError(f"{self.one.identity} is not a valid identifier")
        return self.ledger.document(self.one.resource, key)

    def _named(self, name: str) -> str | None:
        found = self.ledger.page("Contacts", Query("lower(name) = lower(?) AND status = 'ACTIVE'", (name,)), limit=1)
        return json.loads(found[0].body)["ContactID"] if found else None

    def _fields(self, sent: Fields) -> Fields:
        one = self.one
        known = (*one.texts, *one.flags, *one.taxes, *one.accounts, one.status)
        return {name: value for name, value in sent.items() if name in known and value is not None}

    def _check(self, write: Write, document: Fields) -> None:
        one, fields, wrong = self.one, write.fields, write.wrong
        for name, value in fields.items():
            kind = bool if name in one.flags else str
            if not isinstance(value, kind):
                raise PostDataInvalidError(f"{name} cannot be read")
        for name, longest in one.texts.items():
            if len(fields.get(name, "")) > longest:
                wrong.append(f"The length of the {name} field must not be greater than {longest} characters.")
        self._check_status(write, document)
        for name in one.taxes:
            if fields.get(name) and self.ledger.count("TaxRates", Query("type = ?", (fields[name],))) == 0:
                wrong.append(f"The TaxType code '{fields[name]}' does not exist or cannot be used for this type of transaction.")
        for name in one.accounts:
            if fields.get(name) and self.ledger.count("Accounts", Query("code = ? AND status = 'ACTIVE'", (fields[name],))) == 0:
                wrong.append(f"Account code '{fields[name]}' is not a valid code for this document.")
        if fields.get("EmailAddress") and not _EMAIL.fullmatch(fields["EmailAddress"]):
            wrong.append("Email address must be valid.")
        if "Name" in fields and not fields["Name"].strip():
            wrong.append(f"The {one.resource.removesuffix('s')} Name must be specified.")
        self._check_name(write, document)

    def _check_status(self, write: Write, document: Fields) -> None:
        one, fields, wrong = self.one, write.fields, write.wrong
        status = fields.get(one.status)
        if status is None:
            return
        if status not in ("ACTIVE", "ARCHIVED"):
            raise PostDataInvalidError(f"{one.status} cannot be {status!r}")
        if one is ACCOUNTS:
            if len(fields) > 1:
                wrong.append("Cannot update account details and STATUS on the same request")
            if status == "ARCHIVED" and document.get("SystemAccount"):
                wrong.append("The account is a system account and cannot be archived")

    def _check_name(self, write: Write, document: Fields) -> None:
        name = write.fields.get("Name", "").strip()
        if not name or name == document["Name"]:
            return
        taken = self.ledger.count(
            self.one.resource,
            Query("lower(name) = lower(?) AND status = 'ACTIVE' AND id <> ?", (name, write.key.lower())),
        )
        if taken:
            kind = self.one.resource.removesuffix("s").lower()
            write.wrong.append(
                f"The {kind} name {name} is already assigned to another {kind}. The {kind} name must be unique across all active {kind}s."
            )


def checked(one: Writable, ledger: Ledger, sent: list[Fields], *, mark: bool) -> list[Write]:
    """What is to be written, element by element; unless wrong ones are only to be marked, one of them refuses all."""
    writer = Writer(one, ledger)
    writes = [writer.read(each) for each in sent]
    if not mark and any(write.wrong for write in writes):
        raise InvalidElementsError([_refused(one, write) for write in writes if write.wrong])
    return writes


def told(one: Writable, ledger: Ledger, writes: list[Write], *, mark: bool) -> list[bytes]:
    """The documents as they stand now."""
    return [_told(one, ledger, write, mark=mark) for write in writes]


def _errors(write: Write) -> list[dict[str, str]]:
    return [{"Message": text} for text in write.wrong]


def _refused(one: Writable, write: Write) -> Fields:
    nobody = "00000000-0000-0000-0000-000000000000"
    return {one.identity: write.key or nobody, **write.fields, "ValidationErrors": _errors(write)}


def _told(one: Writable, ledger: Ledger, write: Write, *, mark: bool) -> bytes:
    document = (ledger.document(one.resource, write.key) if write.key else None) or dict(write.sent)
    if mark:
        document["StatusAttributeString"] = "ERROR" if write.wrong else "OK"
        if write.wrong:
            document["HasValidationErrors"] = True
            document["ValidationErrors"] = _errors(write)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()

