"""Decides to take a correction back: Xero gets what was there before."""

from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client
from practice.fixes.jobs import WriteFix
from practice.fixes.models import UNDER_WAY, Fix
from practice.fixes.problems import BeingFixed, CannotUndo
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def undo_fix(unit: Unit, *, client_id: UUID, fix_id: UUID) -> Fix:
    """Raises NotFound, CannotUndo, BeingFixed."""
    await unit.get(Client, client_id)
    fix = await unit.lock(Fix, fix_id)
    if fix.client_id != client_id:
        raise NotFound(detail=f"There is no fix {fix_id}.")
    if fix.state in UNDER_WAY:
        raise BeingFixed
    if fix.state != "written" or not fix.can_undo:
        raise CannotUndo(detail="It was never written, or has been undone already." if fix.state != "written" else None)
    other = await unit.scalar(
        select(Fix.id).where(Fix.firm_id == unit.firm_id, Fix.issue_id == fix.issue_id, Fix.state.in_(UNDER_WAY))
    )
    if other:
        raise BeingFixed
    fix.state, fix.problem = "undoing", None
    await unit.enqueue(WriteFix(fix_id=fix.id))
    unit.record("fix.undoing", on=fix, client_id=client_id, kind=fix.kind)
    unit.changed("fix", fix.id, client_id=client_id)
    return fix
