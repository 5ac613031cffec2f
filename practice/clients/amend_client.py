"""Changes what is known of a client by hand: such a value is ours from then on, and no import overwrites it unasked."""

from collections.abc import Mapping
from uuid import UUID

from practice.clients.details import FIELDS
from practice.clients.models import Client, ClientDetail
from practice.clients.write_details import detail_of, write_details
from practice.kernel.problems import FieldError, Invalid, Stale
from practice.kernel.unit import Unit

LONGEST = 200


async def amend_client(unit: Unit, *, client_id: UUID, version: int, fields: Mapping[str, str]) -> ClientDetail:
    """`version`: of the details, 0 where there were none. Raises Stale, and Invalid naming each wrong field."""
    client = await unit.lock(Client, client_id)
    detail = await detail_of(unit, client)
    if detail.version != version:
        raise Stale(
            detail=f"The details of {client.name} were changed since you opened them. Nothing was saved.",
            extensions={"current_version": detail.version},
        )
    wanted = {field: " ".join(value.split()) for field, value in fields.items()}
    errors = [error for field, value in wanted.items() if (error := _wrong(client, field, value))]
    if errors:
        raise Invalid(errors)
    write_details(unit, client, detail, wanted, source="here")
    await unit.flush()
    return detail


def _wrong(client: Client, field: str, value: str) -> FieldError | None:
    said = None
    if field not in FIELDS:
        said = f"One of {', '.join(FIELDS)}."
    elif len(value) > LONGEST:
        said = f"At most {LONGEST} characters."
    elif field == "name" and not value:
        said = "A client has a name."
    elif field == "name" and client.tenant_id is not None and value != client.name:
        said = "This is the organisation's name in Xero. Change it there; the next refresh brings it."
    elif field == "email" and value and ("@" not in value.strip("@") or " " in value):
        said = "This is not an e-mail address."
    return FieldError(f"/fields/{field}", said) if said else None
