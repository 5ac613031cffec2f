"""Recognises an API key and hands back who acts with it."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import and_, select

from practice.access.create_key import PREFIX
from practice.access.models import ApiKey
from practice.firms.models import Member
from practice.kernel.actor import Actor, Role
from practice.kernel.unit import Unit

NOTED_EVERY = timedelta(minutes=1)


async def recognise_key(unit: Unit, *, presented: str) -> tuple[Actor, UUID] | None:
    """The actor and the key's id, or None for one that is wrong, revoked, expired, or whose member left."""
    if not presented.startswith(PREFIX + "_"):
        return None
    id_, _, secret = presented.removeprefix(PREFIX + "_").partition("_")
    try:
        key_id = UUID(hex=id_)
    except ValueError:
        return None
    found = await unit.rows(
        select(ApiKey, Member)
        .join(Member, and_(Member.firm_id == ApiKey.firm_id, Member.id == ApiKey.member_id))
        .where(
            ApiKey.id == key_id,
            ApiKey.secret_hash == unit.keys.hash_token(secret),
            ApiKey.revoked_at.is_(None),
            ApiKey.expires_at > unit.now,
            Member.state == "active",
        )
    )
    if not found:
        return None
    key, member = found[0]
    if key.last_used_at is None or unit.now - key.last_used_at > NOTED_EVERY:
        key.last_used_at = unit.now
    actor = Actor(
        kind="key",
        firm_id=key.firm_id,
        member_id=member.id,
        role=cast("Role", member.role),
        name=member.name,
        scopes=frozenset(key.scopes),
    )
    return actor, key.id
