"""Sets whom to talk to at clients, as a practice's own system has them: a contact at many clients is one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select

from practice.clients.models import ClientPerson, Person
from practice.kernel.unit import Unit

SAID = ("remote_id", "name", "salutation", "email", "phone", "mobile")
"""What a contact says of a person."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to talk to; what was not brought across is ''."""

    remote_id: str
    name: str
    salutation: str
    email: str
    phone: str
    mobile: str
    position: str
    primary: bool


async def set_people(
    unit: Unit, *, tenant_id: UUID, people: Mapping[UUID, Sequence[Contact]], only_add: bool = False
) -> dict[UUID, list[dict[str, Any]]]:
    """By client; answers by client which people are not as they were, how they were, and the version they have now.

    Whoever is not named any more is no contact of that client; `only_add`: nobody is taken away.

    One is known by the id of their record there; where it has none, by address and name. A blank erases nothing.
    """
    contacts = {contact.remote_id or _known_as(contact.email, contact.name): contact for of in people.values() for contact in of}
    known = await _known(unit, tenant_id, list(contacts.values()))
    persons: dict[str, Person] = {}
    changed: dict[str, dict[str, Any]] = {}
    for key, contact in contacts.items():
        person = known.get(contact.remote_id) if contact.remote_id else known.get(key)
        if person is None and contact.remote_id and contact.email:
            # The same person as one that stood there without a record of their own.
            person = known.get(_known_as(contact.email, contact.name))
            if person is not None and person.remote_id is not None:
                person = None
        if person is None:
            person = unit.add(
                Person(
                    id=unit.ids.new(), tenant_id=tenant_id, remote_id=contact.remote_id or None, name=contact.name,
                    salutation=contact.salutation or None, email=contact.email or None, phone=contact.phone or None,
                    mobile=contact.mobile or None, version=1,
                )
            )  # fmt: skip
        else:
            was = {field: getattr(person, field) for field in SAID}
            if _refresh(person, contact):
                changed[key] = {"id": str(person.id), "before": was, "left": person.version}
        persons[key] = person
    await unit.flush()

    standing: dict[tuple[UUID, UUID], ClientPerson] = {
        (row.client_id, row.person_id): row
        for row in await unit.scalars(
            select(ClientPerson).where(ClientPerson.firm_id == unit.firm_id, ClientPerson.client_id.in_(people))
        )
    }
    theirs = set(
        await unit.scalars(
            select(Person.id).where(
                Person.firm_id == unit.firm_id,
                Person.tenant_id == tenant_id,
                Person.id.in_({person_id for _, person_id in standing}),
            )
        )
    ) if standing else set()  # fmt: skip
    for client_id, of in people.items():
        named = {persons[one.remote_id or _known_as(one.email, one.name)].id: one for one in of}
        for person_id, contact in named.items():
            row = standing.get((client_id, person_id))
            if row is None:
                unit.add(
                    ClientPerson(
                        client_id=client_id, person_id=person_id, position=contact.position or None,
                        is_primary=contact.primary,
                    )
                )  # fmt: skip
            else:
                row.position, row.is_primary = contact.position or row.position, contact.primary
        if not only_add:
            for (at, person_id), row in standing.items():
                if at == client_id and person_id in theirs and person_id not in named:
                    await unit.remove(row)
    await unit.flush()
    # Somebody who is a contact of several clients is told of once.
    return {
        client_id: [changed.pop(key) for one in of if (key := one.remote_id or _known_as(one.email, one.name)) in changed]
        for client_id, of in people.items()
    }


async def forget_people_of_nobody(unit: Unit, *, tenant_id: UUID) -> None:
    """Somebody who is a contact of no client any more is not kept."""
    await unit.execute(
        delete(Person)
        .where(
            Person.firm_id == unit.firm_id,
            Person.tenant_id == tenant_id,
            ~exists().where(ClientPerson.firm_id == Person.firm_id, ClientPerson.person_id == Person.id),
        )
        .execution_options(synchronize_session=False)
    )


async def _known(unit: Unit, tenant_id: UUID, contacts: Sequence[Contact]) -> dict[str, Person]:
    by_id = {contact.remote_id for contact in contacts if contact.remote_id}
    emails = {contact.email.casefold() for contact in contacts if contact.email}
    if not by_id and not emails:
        return {}
    found: list[Person] = await unit.scalars(
        select(Person)
        .where(
            Person.firm_id == unit.firm_id,
            Person.tenant_id == tenant_id,
            Person.remote_id.in_(by_id) | func.lower(Person.email).in_(emails),
        )
        .with_for_update()
    )
    known = {_known_as(person.email or "", person.name): person for person in found if person.email}
    return known | {person.remote_id: person for person in found if person.remote_id}


def _known_as(email: str, name: str) -> str:
    return f"{email.casefold()}|{' '.join(name.casefold().split())}"


def _refresh(person: Person, contact: Contact) -> bool:
    changed = False
    for field in SAID:
        value = getattr(contact, field)
        if value and getattr(person, field) != value:
            setattr(person, field, value)
            changed = True
    person.version += changed
    return changed
