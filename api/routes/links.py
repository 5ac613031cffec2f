"""Links to Xero Practice Manager across clients: conflicts that wait for somebody, and who wins where both sides differ."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import UnitDep
from api.idempotency import KeyedRoute
from api.pages import Page, a_moment, an_id, decode_cursor, encode_cursor
from api.problems import raises
from api.wire import In, Out
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.links import reads
from practice.links.problems import AlreadySettled
from practice.links.resolve_conflict import resolve_conflict as resolve
from practice.links.set_policy import set_policy
from practice.links.ties import policies_of, ties_trusts_by_name

router = APIRouter(prefix="/xpm", tags=["xpm"], route_class=KeyedRoute)

Policy = Literal["xpm_wins", "portal_wins", "ask", "mirror", "off"]


class ConflictClient(Out):
    id: UUID
    name: str


class XpmConflict(Out):
    """A field that differs on both sides: `base` is what both last agreed on, `local` what stands here now."""

    id: UUID
    client: ConflictClient
    practice: str
    field: str
    label: str
    base: str
    local: str
    remote: str
    found_at: dt.datetime


class ResolveConflict(In):
    take: Literal["local", "remote"]


class Resolved(Out):
    resolution: Literal["local", "remote"]


class XpmPolicy(Out):
    """Who wins, by group of fields. `ask`: a difference is a conflict; `mirror`: a blank there erases as well.

    `trusts_by_name`: a trust or fund without numbers is linked to the client of the same name without asking.
    """

    tenant_id: UUID
    name: Policy
    email: Policy
    phone: Policy
    address: Policy
    trusts_by_name: bool


class SetXpmPolicy(In):
    tenant_id: UUID
    name: Policy
    email: Policy
    phone: Policy
    address: Policy
    trusts_by_name: bool | None = Field(default=None, description="Left out, it stays as it is.")


@router.get("/conflicts")
async def list_conflicts(
    unit: UnitDep,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[XpmConflict]:
    """What nobody has decided yet, of the clients you may see, the oldest first."""
    after = decode_cursor(cursor, a_moment, an_id)
    found, total = await reads.open_conflicts(unit, after=(after[0], after[1]) if after else None, limit=limit)
    last = found[-1] if len(found) == limit else None
    return Page(
        items=[
            XpmConflict(
                id=one.id, client=ConflictClient(id=one.client_id, name=one.client_name), practice=one.practice,
                field=one.field, label=one.label, base=one.base, local=one.local, remote=one.remote, found_at=one.found_at,
            )
            for one in found
        ],
        next_cursor=encode_cursor(last.found_at.isoformat(), last.id) if last else None,
        total=total,
    )  # fmt: skip


@router.post("/conflicts/{conflict_id}/resolution", responses=raises(NotFound, AlreadySettled))
async def resolve_conflict(conflict_id: UUID, body: ResolveConflict, unit: UnitDep) -> Resolved:
    """Keeps what is here, or takes what is there. The same difference is not asked about again."""
    await resolve(unit, conflict_id=conflict_id, take=body.take)
    return Resolved(resolution=body.take)


@router.get("/policy", responses=raises(NotFound))
async def read_xpm_policy(
    unit: UnitDep, tenant_id: Annotated[UUID | None, Query(description="The practice, where there are several.")] = None
) -> XpmPolicy:
    """Who wins where both sides changed a field to different values."""
    known = [practice.id for practice in await reads.practices(unit)]
    if not known or (tenant_id is not None and tenant_id not in known):
        raise NotFound(detail=f"There is no tenant {tenant_id}." if tenant_id else "No practice has been connected yet.")
    return await _policy(unit, tenant_id or known[0])


@router.put("/policy", responses=raises(NotFound))
async def set_xpm_policy(body: SetXpmPolicy, unit: UnitDep) -> XpmPolicy:
    """Counts from the next import on. What did not change in XPM never overwrites what is here, whatever is set."""
    policies = body.model_dump(exclude={"tenant_id", "trusts_by_name"})
    await set_policy(unit, tenant_id=body.tenant_id, policies=policies, trusts_by_name=body.trusts_by_name)
    await unit.flush()
    return await _policy(unit, body.tenant_id)


async def _policy(unit: Unit, tenant_id: UUID) -> XpmPolicy:
    said = await policies_of(unit, tenant_id)
    groups = {group: said.get(group, "ask") for group in ("name", "email", "phone", "address")}
    trusts_by_name = await ties_trusts_by_name(unit, tenant_id)
    return XpmPolicy.model_validate({"tenant_id": tenant_id, **groups, "trusts_by_name": trusts_by_name})
