"""Corrections for screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from practice.clients.models import Client
from practice.firms.models import Member
from practice.fixes.models import Fix
from practice.kernel.unit import Unit


@dataclass(frozen=True, slots=True)
class SeenFix:
    """A correction and who made it."""

    fix: Fix
    by: str


async def list_fixes(unit: Unit, client_id: UUID, *, fix_ids: Sequence[UUID] | None = None) -> list[SeenFix]:
    """A client's corrections, the newest first; the last 200. Raises NotFound."""
    await unit.get(Client, client_id)
    query = (
        select(Fix, Member.name)
        .outerjoin(Member, and_(Member.firm_id == Fix.firm_id, Member.id == Fix.made_by))
        .where(Fix.firm_id == unit.firm_id, Fix.client_id == client_id)
        .order_by(Fix.created_at.desc(), Fix.id.desc())
        .limit(200)
    )
    if fix_ids is not None:
        query = query.where(Fix.id.in_(fix_ids))
    return [SeenFix(fix, name or "Bulkhead") for fix, name in await unit.rows(query)]
