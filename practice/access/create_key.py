"""Makes an API key: it acts as the member who makes it, and no further."""

from datetime import timedelta

from practice.access.models import ApiKey
from practice.kernel.tickets import new_secret
from practice.kernel.unit import Unit

PREFIX = "bh_live"


async def create_key(unit: Unit, *, label: str, days: int) -> tuple[ApiKey, str]:
    """The key and its secret, which is shown once and stored nowhere."""
    if unit.actor.member_id is None:
        msg = "a key belongs to a member"
        raise RuntimeError(msg)
    secret = new_secret()
    key = unit.add(
        ApiKey(
            member_id=unit.actor.member_id,
            label=label,
            hint=secret[-4:],
            secret_hash=unit.keys.hash_token(secret),
            scopes=["all"],
            expires_at=unit.now + timedelta(days=days),
        )
    )
    await unit.flush()
    unit.record("key.created", on=key, days=days)
    return key, f"{PREFIX}_{key.id.hex}_{secret}"
