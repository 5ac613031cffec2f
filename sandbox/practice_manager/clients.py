"""Clients: list, paged-list, search, get, add, update, archive, delete."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from ..world.families import STRUCTURES
from ..world.records import Client
from . import shapes
from .answer import Refused, Reply, Rows, Shape
from .asked import Asked, day, moment, on
from .contacts import made, placed

_PLAIN: Final = (
    *("name", "firstName", "lastName", "otherName", "middleName", "title", "gender", "email", "placeOfBirthCity"),
    *("placeOfBirthCountryCode", "address", "city", "region", "postCode", "country", "postalAddress", "postalCity"),
    *("postalRegion", "postalPostCode", "postalCountry", "phone", "fax", "webSite", "referralSource", "exportCode"),
    *("taxNumber", "companyNumber", "businessNumber", "branchNumber", "gstBasis", "provisionalTaxBasis"),
    *("provisionalTaxRatio", "agencyStatus", "returnType", "clientCode"),
)
_ANSWERED: Final = (
    *("gstRegistered", "prepareGst", "signedTaxAuthority", "taxAgent", "prepareActivityStatement", "prepareTaxReturn"),
    "activeAtoClient",
)
_PERIODS: Final = {"1": "Monthly", "2": "2 Monthly", "6": "6 Monthly"}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEARCHED: Final = ("name", "email", "exportCode", "clientCode", "businessNumber", "companyNumber", "phone")
LARGEST, DEFAULT_SIZE = 500, 50


# Reading


def list_(asked: Asked) -> Rows:
    since = asked.query("modifiedSince")
    after = moment(since) if since else None
    some = [one for one in asked.records.clients.values() if asked.sees(one) and (after is None or one.modified >= after)]
    return _rows(asked, some)


def search(asked: Asked) -> Rows:
    wanted = (asked.query("query") or "").strip().casefold()
    some = [
        one
        for one in asked.records.clients.values()
        if asked.sees(one) and not one.deleted and any(wanted in one.fields.get(name, "").casefold() for name in _SEARCHED)
    ]
    return _rows(asked, some if wanted else [])


def _rows(asked: Asked, some: list[Client]) -> Rows:
    records, origin, detailed, only = asked.records, asked.origin, asked.detailed, asked.only

    def shaped() -> Iterator[Shape]:
        for one in some:
            yield shapes.client(records, one, detailed=detailed, origin=origin, only=only)

    return Rows("clients", shaped())


def paged_list(asked: Asked) -> Rows:
    """Neither archived nor deleted ones; the token names a place among all clients, so what is archived later moves nothing."""
    size = min(max(_number(asked.query("pageSize"), DEFAULT_SIZE), 1), LARGEST)
    everyone = list(asked.records.clients.values())
    token = asked.query("pageToken")
    at = start = _place(token) if token else 0
    fault = asked.request.scope["sandbox.call"].fault
    page: list[Client] = []
    if fault == "page_overlap":
        start = at = next((back for back in range(at - 1, -1, -1) if _is_listed(asked, everyone[back])), at)
    while at < len(everyone) and len(page) < size:
        if _is_listed(asked, everyone[at]):
            page.append(everyone[at])
        at += 1
    more = any(_is_listed(asked, one) for one in everyone[at:])
    address = f"{asked.here}?"
    links: dict[str, Any] = {"first": address + urlencode({"pageSize": size}), "next": None}
    if more:
        links["next"] = address + urlencode({"pageToken": _token(start if fault == "page_token_repeated" else at), "pageSize": size})
    missing: frozenset[str] = frozenset({"next"})
    last = asked.sandbox.memory.switches.last_page
    if not more and last == "repeat":
        links["next"] = address + urlencode({"pageToken": token or _token(start), "pageSize": size})
    elif not more and last == "empty":
        missing = frozenset()
    records, origin, only = asked.records, asked.origin, asked.only
    rows = [shapes.client(records, one, contacts=False, origin=origin, only=only) for one in page]
    return Rows("clients", rows, {"pagination": {"links": Shape(links, missing)}})


def _is_listed(asked: Asked, one: Client) -> bool:
    return not one.archived and not one.deleted and asked.sees(one)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else default


def _token(at: int) -> str:
    return base64.urlsafe_b64encode(f"after:{at}".encode()).decode().rstrip("=")


def _place(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        return int(text.removeprefix("after:"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Refused("Invalid page token") from None


def get(asked: Asked) -> Reply:
    return _told(asked, asked.client(asked.ids["id"]), declared=True)


def _told(asked: Asked, one: Client, *, declared: bool = False) -> Reply:
    shape = shapes.client(asked.records, one, detailed=True, single=True, origin=asked.origin, only=asked.only)
    return Reply({"client": shape}, shapes.screen(asked.origin, one), declared)


# Writing


def _fields(asked: Asked, sent: dict[str, Any]) -> dict[str, str]:
    """What a request sets, by the names of records; what it leaves out is not there."""
    found: dict[str, str] = {name: str(sent[name]).strip() for name in _PLAIN if name in sent}
    found |= {name: shapes.yes(on(sent[name])) if sent[name] != "" else "" for name in _ANSWERED if name in sent}
    for name, what in (("dateOfBirth", "date of birth"), ("dateOfDeath", "date of death")):
        if name in sent:
            found[name] = day(str(sent[name]), what)
    for name in ("accountManagerUuid", "jobManagerUuid"):
        if name in sent:
            found[name] = asked.found("staff", sent[name]).uuid if sent[name] else ""
    if "billingClientUuid" in sent:
        found["billingClientUuid"] = asked.client(sent["billingClientUuid"]).uuid if sent["billingClientUuid"] else ""
    if "businessStructure" in sent:
        structure = str(sent["businessStructure"])
        if structure and structure not in STRUCTURES:
            raise Refused("Invalid business structure")
        found["businessStructure"] = structure
    if "gstPeriod" in sent:
        found["gstPeriod"] = _PERIODS.get(str(sent["gstPeriod"]), "") if sent["gstPeriod"] != "" else ""
        if sent["gstPeriod"] != "" and not found["gstPeriod"]:
            raise Refused("Invalid GST period")
    if found.get("provisionalTaxRatio") and not found["provisionalTaxRatio"].replace(".", "", 1).isdigit():
        raise Refused("Invalid provisional tax ratio")
    if "balanceMonth" in sent:
        found["balanceMonth"] = _month(str(sent["balanceMonth"]))
    return found


def _month(text: str) -> str:
    if text[:3].lower() in _MONTHS:
        return str(_MONTHS.index(text[:3].lower()) + 1)
    if text and not (text.isdigit() and 1 <= int(text) <= 12):
        raise Refused("Invalid balance month")
    return text


def add(asked: Asked) -> Reply:
    """As often as it is asked: neither the name nor a number is compared with what is there."""
    sent = asked.read()
    if not str(sent.get("name", "")).strip():
        raise Refused("Client name is required")
    fields = _fields(asked, sent)
    contacts = [one for one in sent.get("contacts") or [] if isinstance(one, dict)]
    made_ = [(made(one), placed(one)) for one in contacts]
    one = asked.people.add_client(fields, asked.now)
    for contact, link in made_:
        asked.people.add_contact(one.uuid, contact, link(contact.uuid), asked.now)
    return _told(asked, asked.people.client(one.uuid))


def update(asked: Asked) -> Reply:
    sent = asked.read()
    one = asked.client(sent.get("uuid", ""))
    if "name" in sent and not str(sent["name"]).strip():
        raise Refused("Client name is required")
    fields = _fields(asked, sent)
    if not asked.sandbox.memory.switches.empty_clears:
        fields = {name: value for name, value in fields.items() if value}
    return _told(asked, asked.people.change_client(one.uuid, fields, asked.now))


def archive(asked: Asked) -> Reply:
    one = asked.client(asked.read().get("uuid", ""))
    return _told(asked, asked.people.mark_client(one.uuid, asked.now, archived=True))


def delete(asked: Asked) -> Reply:
    one = asked.client(asked.read().get("uuid", ""))
    asked.people.mark_client(one.uuid, asked.now, deleted=True)
    return Reply({})
