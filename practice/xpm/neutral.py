"""A provider's record as a snapshot row keeps it, and back. Pure.

What is private (details.PRIVATE) is not in here: it is sealed in a column of its own.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from practice.clients.details import FIELDS, PRIVATE
from practice.providers.parties import RemoteContact, RemoteParty, RemoteRelation, RemoteStaff

BLANK: Mapping[str, Any] = {
    "structure": "", "fields": {}, "contacts": [], "relations": [], "groups": [], "account_manager": None,
    "job_manager": None, "web_url": "", "code": "", "deleted": False,
}  # fmt: skip
"""A record of which nothing is known."""


def to_json(party: RemoteParty) -> dict[str, Any]:
    """Blank fields are left out: most are."""
    return {
        "structure": party.structure,
        "fields": {name: value for name, value in party.fields.items() if value},
        "contacts": [
            {
                "remote_id": contact.remote_id, "name": contact.name, "salutation": contact.salutation, "email": contact.email,
                "phone": contact.phone, "mobile": contact.mobile, "position": contact.position, "primary": contact.primary,
            }
            for contact in party.contacts
        ],
        "relations": [
            {
                "remote_id": one.remote_id, "type": one.type, "other_remote_id": one.other_remote_id, "other_name": one.other_name,
                "shares": _written(one.shares), "percentage": _written(one.percentage),
                "started_on": one.started_on.isoformat() if one.started_on else None,
                "ended_on": one.ended_on.isoformat() if one.ended_on else None,
            }
            for one in party.relations
        ],
        "groups": [list(group) for group in party.groups],
        "account_manager": list(party.account_manager) if party.account_manager else None,
        "job_manager": list(party.job_manager) if party.job_manager else None,
        "web_url": party.web_url,
        "code": party.code,
        "deleted": party.deleted,
    }  # fmt: skip


def from_json(
    neutral: Mapping[str, Any], *, remote_id: str, name: str, archived: bool, private: Mapping[str, str], digest: bytes
) -> RemoteParty:
    """The record that `to_json` was given."""
    return RemoteParty(
        remote_id=remote_id,
        name=name,
        structure=neutral["structure"],
        fields={field: neutral["fields"].get(field, "") for field in FIELDS},
        private={field: private.get(field, "") for field in PRIVATE},
        archived=archived,
        deleted=neutral["deleted"],
        account_manager=_named(neutral["account_manager"]),
        job_manager=_named(neutral["job_manager"]),
        contacts=tuple(
            RemoteContact(
                remote_id=one["remote_id"], name=one["name"], salutation=one["salutation"], email=one["email"],
                phone=one["phone"], mobile=one["mobile"], position=one["position"], primary=one["primary"],
            )
            for one in neutral["contacts"]
        ),
        relations=tuple(
            RemoteRelation(
                remote_id=one["remote_id"], type=one["type"], other_remote_id=one["other_remote_id"], other_name=one["other_name"],
                shares=_read(one["shares"]), percentage=_read(one["percentage"]),
                started_on=date.fromisoformat(one["started_on"]) if one["started_on"] else None,
                ended_on=date.fromisoformat(one["ended_on"]) if one["ended_on"] else None,
            )
            for one in neutral["relations"]
        ),
        groups=tuple((id_, called) for id_, called in neutral["groups"]),
        web_url=neutral["web_url"],
        code=neutral["code"],
        digest=digest,
    )  # fmt: skip


def staff_to_json(staff: RemoteStaff) -> dict[str, str]:
    return {"email": staff.email, "phone": staff.phone, "mobile": staff.mobile, "address": staff.address}


def staff_from_json(neutral: Mapping[str, str], *, remote_id: str, name: str) -> RemoteStaff:
    return RemoteStaff(
        remote_id=remote_id, name=name, email=neutral["email"], phone=neutral["phone"], mobile=neutral["mobile"],
        address=neutral["address"],
    )  # fmt: skip


def _written(value: Decimal | None) -> str | None:
    return format(value, "f") if value is not None else None


def _read(value: str | None) -> Decimal | None:
    return Decimal(value) if value is not None else None


def _named(pair: list[str] | None) -> tuple[str, str] | None:
    return (pair[0], pair[1]) if pair else None
