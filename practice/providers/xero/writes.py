"""Xero's Accounting API, the writing side: a few fields of one contact or account, sent so that sending twice is once."""

from collections.abc import Iterator, Mapping
from typing import Any

from practice.providers.http import Caller
from practice.providers.problems import BadAnswer, ScopeMissing, WriteRefused, WritingNotAllowed

# Our column and Xero's field, by resource. What is not here is never written.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "contacts": {
        "sales_account": "SalesDefaultAccountCode",
        "purchases_account": "PurchasesDefaultAccountCode",
        "sales_tax": "AccountsReceivableTaxType",
        "purchases_tax": "AccountsPayableTaxType",
        "tax_number": "TaxNumber",
        "status": "ContactStatus",
    },
    "accounts": {"status": "Status"},
}
IDS = {"contacts": "ContactID", "accounts": "AccountID"}


async def write(
    caller: Caller,
    address: str,
    *,
    tenant: str,
    headers: Mapping[str, str],
    resource: str,
    id_: str,
    values: Mapping[str, str | None],
) -> None:
    """Raises WritingNotAllowed where the consent is for reading only, WriteRefused where Xero says no."""
    fields = FIELDS[resource]
    body: dict[str, Any] = {IDS[resource]: id_, **{fields[name]: value or "" for name, value in values.items()}}
    try:
        answer = await caller.call("POST", address, tenant=tenant, headers=headers, json=body, expect=(200, 400, 404))
    except ScopeMissing:
        raise WritingNotAllowed from None
    if answer.status == 404:
        raise WriteRefused(["It is not there any more."])
    said = answer.json()
    if answer.status == 400:
        raise WriteRefused(list(_reasons(said)))
    if not isinstance(said, dict) or said.get("Status", "OK") != "OK":
        raise BadAnswer(reason="the answer to a change is not in its envelope")


def _reasons(said: Any) -> Iterator[str]:
    """Every Message of every ValidationErrors, else the envelope's own."""
    if not isinstance(said, dict):
        return
    found = False
    for element in said.get("Elements") or []:
        for error in (element.get("ValidationErrors") or []) if isinstance(element, dict) else []:
            if isinstance(error, dict) and isinstance(error.get("Message"), str):
                found = True
                yield error["Message"]
    if not found and isinstance(said.get("Message"), str):
        yield said["Message"]
