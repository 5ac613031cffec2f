"""Writes the same body as XML, which is what Xero sends unless JSON is asked for."""

import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from .resources import RESOURCES

# Lists whose elements are not simply named without the final s.
ELEMENTS = {one.name: one.element for one in RESOURCES} | {
    "Addresses": "Address",
    "JournalLines": "JournalLine",
    "LineItems": "LineItem",
    "Tracking": "TrackingCategory",
    "TaxComponents": "TaxComponent",
    "ReportTitles": "ReportTitle",
    "Rows": "Row",
    "Cells": "Cell",
    "Attributes": "Attribute",
    "Fields": "Field",
    "Elements": "DataContractBase",
    "InvoiceAddresses": "InvoiceAddress",
    "ContactPersons": "ContactPerson",
    "ValidationErrors": "ValidationError",
}
_MOMENT = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DAYS = frozenset(("Date", "DueDate", "FullyPaidOnDate", "PeriodLockDate", "EndOfYearLockDate"))
_LEFT_OUT = frozenset(("DateString", "DueDateString", "UpdatedDateUTCString"))


def _moment(name: str, milliseconds: int) -> str:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)
    return (
        at.isoformat(timespec="seconds")
        if name in _DAYS or not at.microsecond
        else at.isoformat(timespec="milliseconds")
    )


def _element(name: str, value: object) -> str:
    if isinstance(value, dict):
        return (
            f"<{name}>{''.join(_element(key, inner) for key, inner in value.items() if key not in _LEFT_OUT)}</{name}>"
        )
    if isinstance(value, list):
        if not value:
            return f"<{name} />"
        child = ELEMENTS.get(name, name.removesuffix("s"))
        return f"<{name}>{''.join(_element(child, inner) for inner in value)}</{name}>"
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float):
        text = (
            f"{value:.4f}"
            if name in ("CurrencyRate", "Quantity", "Rate", "DisplayTaxRate", "EffectiveRate")
            else f"{value:.2f}"
        )
    elif isinstance(value, str) and (found := _MOMENT.match(value)):
        text = _moment(name, int(found[1]))
    else:
        text = escape(_CONTROL.sub("", str(value)))
    return f"<{name}>{text}</{name}>" if text else f"<{name} />"


def document(root: str, body: dict[str, object]) -> bytes:
    inner = "".join(_element(name, value) for name, value in body.items())
    return (
        f'<{root} xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inner}</{root}>'
    ).encode()
