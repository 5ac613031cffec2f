"""Makes records of a practice with what a test says of them, and nothing else."""

from datetime import date
from decimal import Decimal
from typing import Any

from practice.clients.details import FIELDS, PRIVATE
from practice.providers.parties import RemoteContact, RemoteParty, RemoteRelation, RemoteStaff

AS_OF = date(2026, 11, 21)


def party(remote_id: str, name: str = "", structure: str = "Individual", **said: Any) -> RemoteParty:
    """`said`: fields and private ones by name, and the record's own."""
    fields = {field: said.pop(field, "") for field in FIELDS} | {"name": name}
    private = {field: said.pop(field, "") for field in PRIVATE}
    known: dict[str, Any] = {
        "archived": False, "deleted": False, "account_manager": None, "job_manager": None, "contacts": (), "relations": (),
        "groups": (), "web_url": "", "code": "", "digest": b"",
    }  # fmt: skip
    return RemoteParty(remote_id=remote_id, name=name, structure=structure, fields=fields, private=private, **(known | said))


def relation(
    type_: str, other: str, *, id_: str = "", shares: str | None = None, percentage: str | None = None,
    started_on: date | None = None, ended_on: date | None = None,
) -> RemoteRelation:  # fmt: skip
    return RemoteRelation(
        id_, type_, other, other, Decimal(shares) if shares else None, Decimal(percentage) if percentage else None,
        started_on, ended_on,
    )  # fmt: skip


def contact(name: str, *, id_: str = "k", email: str = "", phone: str = "", primary: bool = True) -> RemoteContact:
    return RemoteContact(id_, name, "", email, phone, "", "", primary)


def staff(remote_id: str, name: str, email: str = "") -> RemoteStaff:
    return RemoteStaff(remote_id, name, email, "", "", "")
