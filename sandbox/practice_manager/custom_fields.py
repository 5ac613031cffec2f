"""Custom fields: their definitions, and their values at clients and contacts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..state.people import new_id
from ..world.records import CustomField
from . import shapes
from .answer import Refused, Reply, Rows, Shape
from .asked import Asked, day, on

_ELEMENTS: Final = {"Date": "Date", "Number": "Number", "Decimal": "Decimal", "Checkbox": "Boolean"}
TYPES: Final = ("Text", "Multi-line Text", "Date", "Number", "Decimal", "Checkbox", "Dropdown List", "Link", "Value Link")
_USES: Final = ("useClient", "useContact", "useJob", "useLead", "useSupplier", "useJobTask", "useJobCost", "useJobTime")


def definitions(asked: Asked) -> Rows:
    some = list(asked.records.custom_fields.values())
    return Rows("customFieldDefinitions", (Shape(shapes.custom_field(one)) for one in some))


def definition(asked: Asked) -> Reply:
    return Reply({"customFieldDefinition": shapes.custom_field(asked.found("custom_field", asked.ids["id"]))})


def _said(sent: dict[str, Any], one: CustomField) -> CustomField:
    name = str(sent.get("name", one.name)).strip()
    type_ = str(sent.get("type", one.type)).strip() or "Text"
    if not name or type_ not in TYPES:
        raise Refused("Invalid custom field")
    options = sent.get("options", one.options)
    told = options if isinstance(options, (list, tuple)) else [part.strip() for part in str(options).split(";") if part.strip()]
    uses = frozenset(use for use in _USES if (on(sent[use]) if use in sent else use in one.uses))
    link = str(sent.get("linkUrl", one.link_url))
    return CustomField(one.uuid, name, type_, _ELEMENTS.get(type_, "Text"), tuple(map(str, told)), link, uses)


def add(asked: Asked) -> Reply:
    one = _said(asked.read(), CustomField(new_id(), "", "Text", "Text", uses=frozenset()))
    asked.people.put_custom_field(one, asked.now)
    return Reply({"uuid": one.uuid})


def update(asked: Asked) -> Reply:
    sent = asked.read()
    one = _said(sent, asked.found("custom_field", sent.get("uuid", "")))
    asked.people.put_custom_field(one, asked.now)
    return Reply({"uuid": one.uuid})


def delete(asked: Asked) -> Reply:
    asked.people.drop_custom_field(asked.found("custom_field", asked.read().get("uuid", "")).uuid, asked.now)
    return Reply({})


# Values


def of_client(asked: Asked) -> Rows:
    return _values(asked, asked.client(asked.ids["id"]).uuid)


def of_contact(asked: Asked) -> Rows:
    return _values(asked, asked.found("contact", asked.ids["id"]).uuid)


def set_of_client(asked: Asked) -> Reply:
    return _set(asked, asked.client(asked.ids["id"]).uuid, "useClient")


def set_of_contact(asked: Asked) -> Reply:
    return _set(asked, asked.found("contact", asked.ids["id"]).uuid, "useContact")


def _values(asked: Asked, owner: str) -> Rows:
    """Only those that hold something."""
    fields, values = asked.records.custom_fields, asked.records.values.get(owner, {})
    some = [shapes.custom_value(fields[uuid], value) for uuid, value in values.items() if uuid in fields]
    return Rows("customFields", [Shape(one) for one in some])


def _set(asked: Asked, owner: str, use: str) -> Reply:
    sent = asked.read().get("customFields", [])
    values: dict[str, str] = {}
    for row in [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []:
        one: CustomField = asked.found("custom_field", row.get("uuid", ""))
        if use not in one.uses:
            raise Refused("Invalid custom field identifier", 404)
        values[one.uuid] = _checked(one, row.get(one.value_element.lower(), ""))
    asked.people.set_values(owner, values, asked.now)
    return Reply({})


def _checked(one: CustomField, value: Any) -> str:
    text = "" if value is None else str(value).strip()
    if not text:
        return ""
    try:
        match one.value_element:
            case "Date":
                return day(text, "date")
            case "Number":
                return str(int(text))
            case "Decimal":
                return str(Decimal(text))
            case "Boolean":
                return "true" if on(text) else ""
    except (ValueError, InvalidOperation):
        raise Refused("Invalid custom field value") from None
    if one.options and text not in one.options:
        raise Refused("Invalid custom field value")
    return text
