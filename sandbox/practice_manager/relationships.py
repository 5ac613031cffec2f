"""Relationships between clients: add, update, delete; neither its type nor its clients can change."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..state.people import new_id
from ..world.records import Relationship
from . import shapes
from .answer import Refused, Reply
from .asked import Asked, day

TYPES: Final = (
    *("Director", "Shareholder", "Trustee", "Beneficiary", "Partner", "Settlor", "Associate", "Secretary"),
    *("Public Officer", "Husband", "Wife", "Spouse", "Parent Of", "Child Of", "Appointer", "Member", "Auditor", "Owner"),
)
_INVERSE: Final = {"Husband": "Wife", "Wife": "Husband", "Spouse": "Spouse", "Parent Of": "Child Of", "Child Of": "Parent Of"}
_WITH_SHARES: Final = ("Shareholder", "Owner")


def _amounts(sent: dict[str, Any], type_: str, before: Relationship | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if sent.get("numberOfShares", "") != "" and type_ in _WITH_SHARES:
        text = str(sent["numberOfShares"])
        if not text.isdigit():
            raise Refused("Invalid number of shares")
        found["shares"] = int(text)
    if sent.get("percentage", "") != "" and type_ == "Partner":
        try:
            share = Decimal(str(sent["percentage"]))
        except InvalidOperation:
            raise Refused("Invalid percentage") from None
        if not 0 <= share <= 100:
            raise Refused("Invalid percentage")
        found["percentage"] = str(share)
    for name, key in (("startDate", "start"), ("endDate", "end")):
        if name in sent and (before is None or sent[name] != ""):
            found[key] = day(str(sent[name]), name)
    return found


def add(asked: Asked) -> Reply:
    sent = asked.read()
    client, related = asked.client(sent.get("clientUuid", "")), asked.client(sent.get("relatedClientUuid", ""))
    type_ = next((one for one in TYPES if one.lower() == str(sent.get("type", "")).strip().lower()), None)
    if type_ is None:
        raise Refused("Invalid relationship type")
    if not client.fields.get("businessStructure"):
        raise Refused("Client has no business structure")
    one = Relationship(new_id(), client.uuid, related.uuid, type_, **_amounts(sent, type_))
    asked.people.put_relationship(one, asked.now)
    if asked.sandbox.memory.switches.inverse_relationships and type_ in _INVERSE:
        other = replace(one, uuid=new_id(), client=related.uuid, related=client.uuid, type=_INVERSE[type_])
        asked.people.put_relationship(other, asked.now)
    return _told(asked, one)


def update(asked: Asked) -> Reply:
    sent = asked.read()
    before: Relationship = asked.found("relationship", sent.get("uuid", ""))
    one = replace(before, **_amounts(sent, before.type, before))
    asked.people.put_relationship(one, asked.now)
    return _told(asked, one)


def delete(asked: Asked) -> Reply:
    one: Relationship = asked.found("relationship", asked.read().get("uuid", ""))
    told = _told(asked, one)
    asked.people.drop_relationship(one.uuid, asked.now)
    return told


def _told(asked: Asked, one: Relationship) -> Reply:
    return Reply({"clientRelationship": shapes.relationship_detail(asked.records, one)})
