"""Approves somebody outside the practice for one client's books, or takes that back; the client is scored again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from practice.clients.models import Client
from practice.kernel.problems import FieldError, Invalid, NotFound
from practice.kernel.unit import Unit
from practice.scoring.jobs import ask_for_score
from practice.scoring.models import ApprovedPerson


async def approve_person(unit: Unit, *, client_id: UUID, email: str) -> ApprovedPerson:
    """Somebody who is approved already stays as they are. Raises NotFound, Invalid."""
    client = await unit.get(Client, client_id)
    address = email.strip().casefold()
    local, _, host = address.rpartition("@")
    if not local or "." not in host or any(letter.isspace() for letter in address):
        raise Invalid([FieldError("/email", "This is not an e-mail address.")])
    new = await unit.scalar(
        insert(ApprovedPerson)
        .values(
            firm_id=unit.firm_id, id=unit.ids.new(), created_at=unit.now, client_id=client.id, email=address,
            made_by=unit.actor.member_id, made_at=unit.now,
        )
        .on_conflict_do_nothing(index_elements=["firm_id", "client_id", "email"])
        .returning(ApprovedPerson.id)
    )  # fmt: skip
    approved: ApprovedPerson = await unit.scalar(
        select(ApprovedPerson).where(
            ApprovedPerson.firm_id == unit.firm_id,
            ApprovedPerson.client_id == client.id,
            ApprovedPerson.email == address,
        )
    )
    if new:
        unit.record("access.approved", on=approved, client_id=client.id)
        await ask_for_score(unit, client.id)
    return approved


async def withdraw_approval(unit: Unit, *, client_id: UUID, approval_id: UUID) -> None:
    """Raises NotFound."""
    approved = await unit.get(ApprovedPerson, approval_id)
    if approved.client_id != client_id:
        raise NotFound(detail=f"There is no approval {approval_id}.")
    unit.record("access.withdrawn", on=approved, client_id=client_id)
    await unit.remove(approved)
    await ask_for_score(unit, client_id)


async def approved_people(unit: Unit, client_id: UUID) -> Sequence[ApprovedPerson]:
    """By address. Raises NotFound."""
    await unit.get(Client, client_id)
    people: Sequence[ApprovedPerson] = await unit.scalars(
        select(ApprovedPerson)
        .where(ApprovedPerson.firm_id == unit.firm_id, ApprovedPerson.client_id == client_id)
        .order_by(ApprovedPerson.email)
    )
    return people
