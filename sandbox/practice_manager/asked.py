"""What a request asks: its query in any letter case, its body from XML or JSON, who asks and what they may see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from xml.parsers import expat

from starlette.requests import Request

from ..gateway.chain import Sandbox
from ..state.people import NotThere, People
from ..world.records import Client, Records
from .answer import Refused, has_feature

_LISTS: Final = ("contacts", "customfields")
_ATTRIBUTED: Final = ("add", "remove")


class _Node:
    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.children: list[_Node] = []
        self.text = ""

    def value(self) -> Any:
        if self.name in _ATTRIBUTED and "uuid" in self.attributes:
            return {"uuid": self.attributes["uuid"]}
        if self.name.lower() in _LISTS:
            return [child.value() for child in self.children]
        if not self.children:
            return self.text.strip()
        found: dict[str, Any] = {}
        for child in self.children:
            if child.name in _ATTRIBUTED:
                found.setdefault(child.name, []).append(child.value())
            else:
                found[_json_name(child.name)] = child.value()
        return found


def _json_name(element: str) -> str:
    special = {"UUID": "uuid", "URL": "url", "PrepareGST": "prepareGst", "GSTRegistered": "gstRegistered"}
    special |= {"GSTPeriod": "gstPeriod", "GSTBasis": "gstBasis"}
    if element in special:
        return special[element]
    name = element[:1].lower() + element[1:]
    return name[:-4] + "Uuid" if name.endswith("UUID") else name


def _no_entities(*_: Any) -> None:
    raise Refused("The request body could not be read")


def read_xml(body: bytes) -> Any:
    """What stands in the document's root as JSON would say it; entities are not taken from anybody."""
    stack = [_Node("", {})]

    def opened(name: str, attributes: dict[str, str]) -> None:
        node = _Node(name, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def said(text: str) -> None:
        stack[-1].text += text

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _no_entities
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise Refused("The request body could not be read") from None
    root = stack[0].children[0]
    found = root.value()
    return {_json_name(root.name): found} if isinstance(found, list) else found


@dataclass(frozen=True)
class Asked:
    sandbox: Sandbox
    request: Request
    ids: Mapping[str, str]
    user: str
    body: bytes
    own_staff: frozenset[str] | None = None
    """Who the caller is among the staff, if they see only their own clients; None: they see all."""

    @property
    def people(self) -> People:
        return self.sandbox.memory.people

    @property
    def records(self) -> Records:
        return self.people.records

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    @property
    def origin(self) -> str:
        return self.sandbox.settings.origin or str(self.request.base_url).rstrip("/")

    @property
    def here(self) -> str:
        """The address that was asked, without its query."""
        return f"{self.origin}{self.request.url.path}"

    def query(self, name: str) -> str | None:
        return next((value for key, value in self.request.query_params.items() if key.lower() == name.lower()), None)

    @property
    def detailed(self) -> bool:
        return (self.query("detailed") or "").lower() == "true"

    @property
    def only(self) -> frozenset[str] | None:
        names = self.query("fields")
        return frozenset(one.strip().lower() for one in names.split(",") if one.strip()) if names else None

    def read(self) -> dict[str, Any]:
        """The body by JSON names; what stands there empty is an empty text."""
        kind = self.request.headers.get("content-type", "").lower()
        if "json" in kind and has_feature(self.request):
            try:
                found = json.loads(self.body)
            except ValueError:
                raise Refused("The request body could not be read") from None
        else:
            found = read_xml(self.body)
        if not isinstance(found, dict):
            raise Refused("The request body could not be read")
        return {name: "" if value is None else value for name, value in found.items()}

    # Who sees what

    def sees(self, client: Client) -> bool:
        if self.own_staff is None:
            return True
        fields = client.fields
        return fields.get("accountManagerUuid") in self.own_staff or fields.get("jobManagerUuid") in self.own_staff

    def client(self, key: Any) -> Client:
        found = self.records.clients.get(str(key).lower())
        if found is None or not self.sees(found):
            raise Refused("Invalid client identifier", 404)
        return found

    def found(self, what: str, key: Any) -> Any:
        """A contact, relationship, group, staff or custom field by its id."""
        try:
            return getattr(self.people, what)(str(key).lower())
        except NotThere:
            raise Refused(f"Invalid {what.replace('_', ' ')} identifier", 404) from None


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        raise Refused("Invalid modifiedsince date") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str, what: str) -> str:
    """`yyyy-MM-dd` or `yyyyMMdd`, kept as the first; nothing stays nothing."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat() if text.strip() else ""
    except ValueError:
        raise Refused(f"Invalid {what}") from None


def on(text: Any) -> bool:
    return str(text).strip().lower() in ("yes", "true")
