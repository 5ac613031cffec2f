"""Who outside the practice may use a client's books: nobody else should be among its Xero users (DQ46)."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import UnitDep
from api.pages import Page, whole
from api.problems import raises
from api.wire import In, Out
from practice.firms.reads import names_of
from practice.kernel.problems import Invalid, NotFound
from practice.kernel.unit import Unit
from practice.scoring import approve_person as approving
from practice.scoring.models import ApprovedPerson

router = APIRouter(prefix="/clients/{client_id}/approvals", tags=["checks"])


class Approval(Out):
    """Somebody known by their e-mail address, as Xero lists its users. `by` is who approved them."""

    id: UUID
    email: str
    by: str | None
    at: dt.datetime


class NewApproval(In):
    email: str = Field(max_length=320)


@router.get("", response_model=Page[Approval], responses=raises(NotFound))
async def list_approvals(client_id: UUID, unit: UnitDep) -> object:
    """Those approved for this client only, by address; the team needs no approval."""
    return whole(await _shown(unit, await approving.approved_people(unit, client_id)))


@router.post("", status_code=201, response_model=Approval, responses=raises(NotFound, Invalid))
async def approve_person(client_id: UUID, body: NewApproval, unit: UnitDep) -> object:
    """Approves an address; one that is approved already stays. The score is taken again."""
    approved = await approving.approve_person(unit, client_id=client_id, email=body.email)
    return (await _shown(unit, [approved]))[0]


@router.delete("/{approval_id}", status_code=204, responses=raises(NotFound))
async def withdraw_approval(client_id: UUID, approval_id: UUID, unit: UnitDep) -> None:
    """Takes an approval back. The score is taken again."""
    await approving.withdraw_approval(unit, client_id=client_id, approval_id=approval_id)


async def _shown(unit: Unit, people: Sequence[ApprovedPerson]) -> list[Approval]:
    names = await names_of(unit, [one.made_by for one in people if one.made_by])
    return [
        Approval(id=one.id, email=one.email, by=names.get(one.made_by) if one.made_by else None, at=one.made_at)
        for one in people
    ]
