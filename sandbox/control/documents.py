"""What the control page asks of the ledgers: a document's own page, a change to one, the truth about what was planted.

A document's page stands where Xero's own screens stand: the address is the deep link that Xero documents, and whoever
follows it sees the document an app has been talking about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from starlette.responses import Response

from ..gateway.chain import Sandbox
from ..gateway.shelf import ledger_of
from ..identity.pages import page
from ..ledgers.calendar import milliseconds
from ..ledgers.ledger import Ledger, Query
from ..world.organisations import organisations

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOMENT: Final = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")

# What a deep link's parameter, or its path, names.
_RESOURCES: Final = {
    "invoiceid": "Invoices",
    "creditnoteid": "CreditNotes",
    "banktransactionid": "BankTransactions",
    "banktransferid": "BankTransfers",
    "paymentid": "Payments",
    "prepaymentid": "Prepayments",
    "overpaymentid": "Overpayments",
    "manualjournalid": "ManualJournals",
    "contactid": "Contacts",
    "accountid": "Accounts",
}
_KINDS: Final = tuple(dict.fromkeys(_RESOURCES.values()))

# What to change when nobody says what: something an incremental read finds and that keeps the books balanced.
_CHANGES: Final = {
    "Invoices": "Reference",
    "CreditNotes": "Reference",
    "BankTransactions": "Reference",
    "Prepayments": "Reference",
    "Overpayments": "Reference",
    "Payments": "Reference",
    "ManualJournals": "Narration",
    "Contacts": "ContactNumber",
    "Accounts": "Description",
}


class NoSuchDocument(LookupError):
    pass


async def change(
    sandbox: Sandbox,
    tenant_id: str,
    resource: str,
    document_id: str | None,
    fields: Mapping[str, Any] | None,
    *,
    silent: bool = False,
    gone: bool | None = None,
) -> dict[str, Any]:
    """Changes one document (the newest if none is named) and gives it a new UpdatedDateUTC, or `silent` none.

    `gone` takes it away without a trace, or undoes all that was done to it.
    """
    known = next((kind for kind in _KINDS if kind.lower() == resource.lower()), None)
    if known is None:
        raise NoSuchDocument(f"unknown resource {resource!r}; known: {', '.join(_KINDS)}")
    ledger = await ledger_of(sandbox, tenant_id)
    now = sandbox.clock.now()
    key = document_id or _newest(ledger, known)
    if gone is False and key is not None:
        sandbox.memory.edits.undo(tenant_id, known, key.lower())
        ledger = await ledger_of(sandbox, tenant_id)
        return {"resource": known, "id": key, "document": ledger.document(known, key)}
    if key is None or ledger.document(known, key) is None:
        raise NoSuchDocument(f"no such document in {known}")
    if gone:
        sandbox.memory.edits.remove(tenant_id, known, key.lower())
        return {"resource": known, "id": key, "document": None}
    if not fields:
        if known not in _CHANGES:
            raise NoSuchDocument(f"say which fields of {known} to change")
        fields = {_CHANGES[known]: f"Changed at {now:%H:%M:%S} on {now:%d %b %Y}"}
    sandbox.memory.edits.change(tenant_id, known, key.lower(), dict(fields), None if silent else now)
    ledger = await ledger_of(sandbox, tenant_id)  # as it reads with the change laid over it
    return {"resource": known, "id": key, "document": ledger.document(known, key)}


async def lock(sandbox: Sandbox, tenant_id: str, dates: Mapping[str, date | None]) -> dict[str, Any]:
    """Moves an organisation's lock dates, forwards or back; None takes one away."""
    fields = {name: None if day is None else f"/Date({milliseconds(day)}+0000)/" for name, day in dates.items()}
    sandbox.memory.edits.change(tenant_id, "Organisations", tenant_id, fields, sandbox.clock.now())
    found = (await ledger_of(sandbox, tenant_id)).document("Organisations", tenant_id) or {}
    return {name: found.get(name) for name in ("PeriodLockDate", "EndOfYearLockDate")}


def _newest(ledger: Ledger, resource: str) -> str | None:
    found = ledger.page(resource, Query(order="updated DESC, id DESC"), limit=1)
    named = next(name for name, kind in _RESOURCES.items() if kind == resource)
    document: dict[str, Any] = json.loads(found[0].body) if found else {}
    return next((str(value) for field, value in document.items() if field.lower() == named), None)


async def truth(sandbox: Sandbox, tenant_id: str) -> dict[str, Any]:
    return (await ledger_of(sandbox, tenant_id)).truth()


# A document's own page


async def shown(sandbox: Sandbox, short_code: str, link: str) -> Response:
    organisation = next((o for o in organisations(sandbox.settings.seed) if o.short_code == short_code), None)
    if organisation is None:
        return page("Not found", "<h1>No such organisation</h1><p>No organisation has this short code.</p>", status=404)
    ledger = await ledger_of(sandbox, organisation.tenant_id)
    found = _linked(ledger, link)
    if found is None:
        text = f"<h1>No such document</h1><p>{escape(organisation.name)} has nothing at <code>{escape(link)}</code>.</p>"
        return page("Not found", text, status=404)
    resource, document = found
    title = _title(resource, document)
    body = f"""<h1>{escape(title)}</h1><p class="soft">{escape(organisation.name)} · {escape(resource)}</p>
{_facts(document)}{_tables(document)}
<p class="soft">In Xero itself this would be the document's own screen, where it can be put right.</p>"""
    return page(title, body, wide=True)


def _linked(ledger: Ledger, link: str) -> tuple[str, dict[str, Any]] | None:
    parts = urlsplit(link)
    named = [(_RESOURCES.get(name.lower()), value) for name, value in parse_qsl(parts.query)]
    named += [(None, value) for value in _UUID.findall(link)]
    for resource, value in named:
        for kind in (resource,) if resource else _KINDS:
            document = ledger.document(kind, value.strip()) if _UUID.fullmatch(value.strip()) else None
            if document is not None:
                return kind, document
    return None


def _title(resource: str, document: Mapping[str, Any]) -> str:
    names = {"ACCREC": "Invoice", "ACCPAY": "Bill", "SPEND": "Spend money", "RECEIVE": "Receive money"}
    kind = names.get(str(document.get("Type", "")), resource.removesuffix("s"))
    told = (document.get(field) for field in ("InvoiceNumber", "CreditNoteNumber", "Name", "Narration", "Reference"))
    said = next((str(value) for value in told if value), "")
    return f"{kind} {said}".strip()


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}"
    match = _MOMENT.fullmatch(str(value))
    if match:
        at = datetime.fromtimestamp(int(match.group(1)) / 1000, UTC)
        return f"{at:%d %b %Y}" if at.time().isoformat() == "00:00:00" else f"{at:%d %b %Y %H:%M:%S} UTC"
    if isinstance(value, dict):
        told = (value.get(field) for field in ("Name", "InvoiceNumber", "CreditNoteNumber", "Code"))
        return next((str(one) for one in told if one), ", ".join(str(one) for one in value.values()))
    return str(value)


def _words(field: str) -> str:
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field)
    return text[:1].upper() + text[1:]


def _facts(document: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<dt>{escape(_words(field))}</dt><dd>{escape(_spoken(value))}</dd>"
        for field, value in document.items()
        if not isinstance(value, list) and value not in (None, "") and not field.endswith("String")
    )
    return f'<dl class="facts">{rows}</dl>'


def _tables(document: Mapping[str, Any]) -> str:
    lists = {k: v for k, v in document.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    return "".join(_table(_words(field), rows) for field, rows in lists.items())


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    fields = [f for f in dict.fromkeys(f for row in rows for f in row) if any(row.get(f) not in (None, "", []) for row in rows)]
    fields = [f for f in fields if not f.endswith(("ID", "String"))] or fields
    head = "".join(f'<th scope="col">{escape(_words(field))}</th>' for field in fields)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_spoken(row.get(field, '')))}</td>" for field in fields) + "</tr>" for row in rows
    )
    return f"""<section><h2>{escape(title)}</h2><div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table>
<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></section>"""
