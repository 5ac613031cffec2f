"""Records → Xero's bodies: names and their order, Yes and No, masked tax numbers, days with a time in lists and without in a single answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..world.families import BILLING_TYPES
from ..world.records import Client, Contact, CustomField, Group, Link, Records, Relationship, Staff
from .answer import MISSING, Shape, trimmed

_PERSONAL: Final = ("title", "gender", "firstName", "middleName", "lastName", "otherName")
_OF_AN_ENTITY: Final = MISSING | frozenset(_PERSONAL)
_PEOPLE: Final = ("individual", "sole trader")
# JSON name → the name under which a request sets it.
_CONTACT_DETAILS: Final = tuple(
    (name, "webSite" if name == "website" else name)
    for name in (
        *("address", "city", "region", "postCode", "country"),
        *("postalAddress", "postalCity", "postalRegion", "postalPostCode", "postalCountry"),
        *("phone", "fax", "website", "referralSource", "exportCode", "industry"),
    )
)
_TAX: Final = ("gstRegistered", "prepareGst", "gstPeriod", "gstBasis", "provisionalTaxBasis")
_LATER: Final = (
    *("signedTaxAuthority", "taxAgent", "agencyStatus", "returnType", "prepareActivityStatement", "prepareTaxReturn"),
    *("branchNumber", "bankBsb", "bankAccountName", "bankAccountNumber", "bankName", "activeAtoClient", "clientCode"),
)


def yes(value: bool) -> str:
    return "Yes" if value else "No"


def masked(number: str) -> str:
    """A tax number as it is read: stars and its last three digits."""
    return f"******{number[-3:]}" if number else ""


def screen(origin: str, client: Client) -> str:
    """The client's own screen, which Practice Manager numbers."""
    return f"{origin}/Client/{number_of(client)}/Detail"


def number_of(client: Client) -> int:
    return int(client.uuid[:8], 16)


def is_person(client: Client) -> bool:
    fields = client.fields
    return fields.get("businessStructure", "").lower() in _PEOPLE or "firstName" in fields or "lastName" in fields


def _named(uuid: str, name: str) -> dict[str, str]:
    return {"uuid": uuid, "name": name}


def _staff_named(records: Records, uuid: str | None) -> dict[str, str] | None:
    found = records.staff.get(uuid) if uuid else None
    return _named(found.uuid, found.name) if found else None


def _client_named(records: Records, uuid: str | None) -> dict[str, str] | None:
    found = records.clients.get(uuid) if uuid else None
    return _named(found.uuid, found.name) if found else None


def _type(name: str | None) -> dict[str, Any] | None:
    if name not in BILLING_TYPES:
        return None
    term, day, markup = BILLING_TYPES[name]
    return {"name": name, "costMarkup": float(markup), "paymentTerm": term, "paymentDay": day}


def client(
    records: Records,
    one: Client,
    *,
    contacts: bool = True,
    detailed: bool = False,
    single: bool = False,
    origin: str = "",
    only: frozenset[str] | None = None,
) -> Shape:
    """`single`: as one client's own answer says it, with days without a time."""
    fields = one.fields
    said = fields.get
    born = said("dateOfBirth", "")
    values: dict[str, Any] = {"uuid": one.uuid, "name": one.name}
    values.update((name, said(name, "")) for name in _PERSONAL)
    values |= {
        "email": said("email", ""),
        "dateOfBirth": born if single or not born else f"{born}T00:00:00",
        "dateOfDeath": said("dateOfDeath", ""),
        "placeOfBirthCity": said("placeOfBirthCity", ""),
        "placeOfBirthCountryCode": said("placeOfBirthCountryCode", ""),
    }
    values.update((name, said(asked, "")) for name, asked in _CONTACT_DETAILS)
    values |= {
        "isProspect": "No",
        "isArchived": yes(one.archived),
        "isDeleted": yes(one.deleted),
        "accountManager": _staff_named(records, said("accountManagerUuid")),
        "jobManager": _staff_named(records, said("jobManagerUuid")),
        "type": _type(said("clientType")),
        "billingClient": _client_named(records, said("billingClientUuid")),
        "taxNumber": masked(said("taxNumber", "")),
        "companyNumber": said("companyNumber", ""),
        "businessNumber": said("businessNumber", ""),
        "businessStructure": said("businessStructure", ""),
        "balanceMonth": int(fields["balanceMonth"]) if "balanceMonth" in fields else None,
    }
    values.update((name, said(name, "")) for name in _TAX)
    values["provisionalTaxRatio"] = float(fields["provisionalTaxRatio"]) if "provisionalTaxRatio" in fields else None
    values.update((name, said(name, "")) for name in _LATER)
    values["autoBasOptInCriteria"] = None
    values["webUrl"] = screen(origin, one)
    if contacts:
        values["contacts"] = [contact(records.contacts[link.contact], link) for link in records.links.get(one.uuid, ())]
    if detailed:
        values["notes"] = [
            {"title": n.title, "text": n.text, "folder": n.folder, "date": n.date, "createdBy": n.created_by, "tags": ""}
            for n in one.notes
        ]
        values["groups"] = [_named(group.uuid, group.name) for group in records.groups_of(one.uuid)]
        values["relationships"] = [_relationship(records, row) for row in records.relationships_of(one.uuid)]
    return Shape(trimmed(values, only), MISSING if is_person(one) else _OF_AN_ENTITY)


def contact(one: Contact, link: Link | None = None) -> dict[str, Any]:
    values = {
        "uuid": one.uuid,
        "name": one.name,
        "salutation": one.salutation,
        "addressee": one.addressee,
        "mobile": one.mobile,
        "email": one.email,
        "phone": one.phone,
        "isDeleted": yes(one.deleted),
    }
    if link is not None:
        values |= {"isPrimary": yes(link.primary), "position": link.position}
    return values


def _relationship(records: Records, row: Relationship) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "type": row.type,
        "relatedClient": _client_named(records, row.related),
        "numberOfShares": row.shares,
        "percentage": float(row.percentage or 0),
        "startDate": row.start,
        "endDate": row.end,
    }


def relationship_detail(records: Records, row: Relationship) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "client": _client_named(records, row.client),
        "relatedClient": _client_named(records, row.related),
        "relationshipType": {"name": row.type},
        "numberOfShares": row.shares,
        "percentage": float(row.percentage or 0),
        "startDate": row.start,
        "endDate": row.end,
    }


def group(one: Group, origin: str) -> dict[str, Any]:
    return {
        "uuid": one.uuid,
        "name": one.name,
        "taxable": yes(one.taxable),
        "webUrl": f"{origin}/ClientGroup/{int(one.uuid[:8], 16)}/Detail",
    }


def group_detail(records: Records, one: Group, members: Iterable[str], origin: str) -> dict[str, Any]:
    return {**group(one, origin), "clients": [_named(uuid, records.clients[uuid].name) for uuid in members]}


def staff(one: Staff, origin: str) -> dict[str, Any]:
    return {
        "uuid": one.uuid,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "mobile": one.mobile,
        "address": one.address,
        "payrollCode": one.payroll_code,
        "webUrl": f"{origin}/Staff/{int(one.uuid[:8], 16)}/Detail",
    }


def custom_field(one: CustomField) -> dict[str, Any]:
    uses = ("useClient", "useContact", "useJob", "useLead", "useSupplier", "useJobTask", "useJobCost", "useJobTime")
    return {
        "uuid": one.uuid,
        "name": one.name,
        "type": one.type,
        "linkUrl": one.link_url,
        "options": ";".join(one.options),
        **{use: use in one.uses for use in uses},
        "valueElement": one.value_element,
    }


def custom_value(one: CustomField, value: str) -> dict[str, Any]:
    values: dict[str, Any] = {"uuid": one.uuid, "name": one.name, "text": "", "date": "", "number": None, "decimal": None, "boolean": None}
    match one.value_element:
        case "Date":
            values["date"] = f"{value}T00:00:00"
        case "Number":
            values["number"] = int(value)
        case "Decimal":
            values["decimal"] = float(value)
        case "Boolean":
            values["boolean"] = value == "true"
        case _:
            values["text"] = value
    return values
