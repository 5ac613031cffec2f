"""Revokes an API key: its next request is refused."""

from uuid import UUID

from practice.access.models import ApiKey
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit


async def revoke_key(unit: Unit, *, key_id: UUID) -> None:
    """Owners and administrators revoke anybody's key, others their own."""
    key = await unit.lock(ApiKey, key_id)
    if key.revoked_at is not None or (key.member_id != unit.actor.member_id and not unit.actor.sees_all):
        raise NotFound
    key.revoked_at = unit.now
    unit.record("key.revoked", on=key)
