"""What others may ask of us: requests a minute for each session or key, told in RateLimit headers.

Counted in Redis. Without Redis nothing is counted: a quota protects a neighbour's speed and nobody's data.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from practice.kernel.briefly import briefly
from practice.kernel.problems import Kind, Problem, Remedy

A_MINUTE = {"staff": 3_000, "key": 1_200}


class QuotaUsedUp(Problem):
    """More requests in a minute than one session or key has."""

    kind, title = Kind.BUSY, "Too many requests"

    def __init__(self, until: datetime, limit: int) -> None:
        super().__init__(
            detail=f"{limit} requests a minute are possible. It continues by itself.",
            remedy=Remedy("Wait", "wait", until=until),
            extensions={"limit": limit},
        )


async def take_one(redis: Redis, principal: UUID, kind: str, now: datetime) -> dict[str, str]:
    """Counts one request and answers the RateLimit headers. Raises QuotaUsedUp."""
    limit = A_MINUTE.get(kind, 600)
    minute = now.replace(second=0, microsecond=0)
    until = minute + timedelta(minutes=1)
    counter = f"quota:{principal}:{int(minute.timestamp())}"
    try:
        async with briefly(redis), redis.pipeline(transaction=False) as pipe:
            pipe.incr(counter)
            pipe.expire(counter, 120)
            taken = int((await pipe.execute())[0])
    except (RedisError, OSError, TimeoutError) as error:
        structlog.get_logger().warning("quota.not_counted", kind=type(error).__name__)
        return {}
    if taken > limit:
        raise QuotaUsedUp(until, limit)
    seconds = max(1, round((until - now).total_seconds()))
    return {
        "RateLimit-Policy": f'"minute";q={limit};w=60',
        "RateLimit": f'"minute";r={limit - taken};t={seconds}',
    }
