"""Queries about keys for screens."""

from collections.abc import Sequence

from sqlalchemy import select

from practice.access.models import ApiKey
from practice.kernel.unit import Unit


async def keys_of(unit: Unit) -> Sequence[ApiKey]:
    """Keys that work, the newest first: the actor's own, or everybody's for who manages them."""
    query = (
        select(ApiKey)
        .where(ApiKey.firm_id == unit.firm_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > unit.now)
        .order_by(ApiKey.id.desc())
    )
    if not unit.actor.sees_all:
        query = query.where(ApiKey.member_id == unit.actor.member_id)
    return await unit.scalars(query)
