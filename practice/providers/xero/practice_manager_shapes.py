"""Turns Practice Manager's elements into neutral records, by name, and sets aside what cannot be believed.

An element that is missing is the same as an empty one (xero-facts 6.3): ''. The tax number is not read: it comes masked.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

import orjson
from lxml.etree import _Element

from practice.providers.parties import RemoteContact, RemoteGroup, RemoteParty, RemoteRelation, RemoteStaff

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_LONGEST = 4_000
"""Letters of one text; the longest address is far shorter."""
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"", "no", "false", "0"})
# Our field and their element, where a client has one of its own.
_FIELDS = (
    ("name", "Name"), ("title", "Title"), ("first_name", "FirstName"), ("last_name", "LastName"), ("other_name", "OtherName"),
    ("email", "Email"), ("phone", "Phone"), ("mobile", "Mobile"),
    ("address", "Address"), ("city", "City"), ("region", "Region"), ("postcode", "PostCode"), ("country", "Country"),
    ("postal_address", "PostalAddress"), ("postal_city", "PostalCity"), ("postal_region", "PostalRegion"),
    ("postal_postcode", "PostalPostCode"), ("postal_country", "PostalCountry"),
)  # fmt: skip

Aside = Callable[[str, _Element, str], None]
"""(resource, the element, why): one record's part that cannot be read; the rest of the record stands."""


class Malformed(ValueError):
    """A record says something that cannot be true; the message becomes the reason it is set aside."""


def staff(element: _Element) -> RemoteStaff:
    said = _texts(element)
    return RemoteStaff(
        remote_id=_uid(said), name=said("Name"), email=said("Email"), phone=said("Phone"), mobile=said("Mobile"),
        address=said("Address"),
    )  # fmt: skip


def group(element: _Element) -> RemoteGroup:
    said = _texts(element)
    return RemoteGroup(remote_id=_uid(said), name=said("Name"))


def party(element: _Element, aside: Aside) -> RemoteParty:
    """A contact or relationship that cannot be read goes `aside`; the client stands without it."""
    said = _texts(element)
    remote_id = _uid(said)
    contacts = tuple(_some(element, "Contacts", "Contact", _contact, aside))
    fields = {ours: said(theirs) for ours, theirs in _FIELDS}
    # XPM keeps a mobile, and often the only address to write to, with the contact who comes first.
    first = next((one for one in contacts if one.primary), contacts[0] if len(contacts) == 1 else None)
    if first is not None:
        fields["email"] = fields["email"] or first.email
        fields["mobile"] = fields["mobile"] or first.mobile
    read = RemoteParty(
        remote_id=remote_id,
        name=fields["name"],
        structure=said("BusinessStructure"),
        fields=fields,
        private={
            "date_of_birth": _birth(said("DateOfBirth")),
            "business_number": said("BusinessNumber"),
            "company_number": said("CompanyNumber"),
        },
        archived=_yes(said("IsArchived"), "IsArchived"),
        deleted=_yes(said("IsDeleted"), "IsDeleted"),
        account_manager=_named(element.find("AccountManager")),
        job_manager=_named(element.find("JobManager")),
        contacts=contacts,
        relations=tuple(_some(element, "Relationships", "Relationship", _relation, aside)),
        groups=tuple((one.remote_id, one.name) for one in _some(element, "Groups", "Group", lambda each: [group(each)], aside)),
        web_url="",
        code=said("ClientCode") or said("ExportCode"),
        digest=b"",
    )
    # The address of its screen comes with a single client only, and says nothing of what the client is.
    digest = blake2b(orjson.dumps(read, default=str, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
    return replace(read, digest=digest, web_url=said("WebUrl"))


def _some(
    element: _Element, container: str, tag: str, read: Callable[[_Element], Iterable[Any]], aside: Aside
) -> Iterable[Any]:
    """Each once, by its id: the last one said wins."""
    found: dict[str, Any] = {}
    for each in element.iterfind(f"{container}/{tag}"):
        try:
            for one in read(each):
                found[one.remote_id] = one
        except Malformed as wrong:
            aside(container.lower(), element, str(wrong))
    return found.values()


def _contact(element: _Element) -> Iterable[RemoteContact]:
    said = _texts(element)
    if _yes(said("IsDeleted"), "IsDeleted"):
        return
    yield RemoteContact(
        remote_id=_uid(said), name=said("Name"), salutation=said("Salutation"), email=said("Email"),
        phone=said("Phone"), mobile=said("Mobile"), position=said("Position"),
        primary=_yes(said("IsPrimary"), "IsPrimary"),
    )  # fmt: skip


def _relation(element: _Element) -> Iterable[RemoteRelation]:
    said = _texts(element)
    other = _named(element.find("RelatedClient"))
    if other is None or not said("Type"):
        raise Malformed("a relationship has no type or leads nowhere")
    yield RemoteRelation(
        remote_id=_uid(said), type=said("Type"), other_remote_id=other[0], other_name=other[1],
        shares=_amount(said("NumberOfShares"), "NumberOfShares"), percentage=_amount(said("Percentage"), "Percentage"),
        started_on=_day(said("StartDate"), "StartDate"), ended_on=_day(said("EndDate"), "EndDate"),
    )  # fmt: skip


def _named(element: _Element | None) -> tuple[str, str] | None:
    if element is None:
        return None
    said = _texts(element)
    return (_uid(said), said("Name")) if said("UUID") else None


def _texts(element: _Element) -> Callable[[str], str]:
    """Its own children's texts, by name; of two with one name the first."""
    found: dict[str, str] = {}
    for child in element:
        if child.text and child.tag not in found:
            found[child.tag] = child.text.strip()

    def said(name: str) -> str:
        text = found.get(name, "")
        if len(text) > _LONGEST:
            raise Malformed(f"{name} is too long")
        return text

    return said


def _uid(said: Callable[[str], str]) -> str:
    text = said("UUID").lower()
    if not _UUID.fullmatch(text):
        raise Malformed("UUID is missing or is none")
    return text


def _yes(text: str, name: str) -> bool:
    said = text.lower()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise Malformed(f"{name} is neither Yes nor No")


def _birth(text: str) -> str:
    """As it was written where it is no date, so that the check of the practice's own data can say so."""
    day = text[:10]
    # What the other side's language makes of no date at all.
    return "" if day == "0001-01-01" else day


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise Malformed(f"{name} is no date") from None


def _amount(text: str, name: str) -> Decimal | None:
    """Nought is what stands there for every relationship that has no such number."""
    try:
        amount = Decimal(text or 0)
    except InvalidOperation:
        raise Malformed(f"{name} is no number") from None
    if not amount.is_finite() or abs(amount) >= 10**15:
        raise Malformed(f"{name} is out of range")
    return amount or None
