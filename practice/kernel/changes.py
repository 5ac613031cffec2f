"""Hints to browsers: "look again at this", after the commit, through a Redis stream for each firm.

Losing one costs a refetch, never a wrong screen: the truth is always the GET.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from practice.kernel.briefly import briefly

STREAM_LENGTH = 5_000


@dataclass(frozen=True, slots=True)
class Changed:
    """One hint. `client_id` says who may be told; a patch holds numbers and states, never names or amounts."""

    resource: str
    id: UUID
    client_id: UUID | None = None
    patch: dict[str, Any] | None = None


def stream_key(firm_id: UUID) -> str:
    """The firm's stream."""
    return f"firm:{firm_id}:events"


async def publish(redis: Redis, firm_id: UUID, changes: list[Changed]) -> None:
    """Sends the hints; a Redis that is away is logged and otherwise ignored."""
    try:
        async with briefly(redis), redis.pipeline(transaction=False) as pipe:
            for change in changes:
                pipe.xadd(
                    stream_key(firm_id),
                    {
                        "resource": change.resource,
                        "id": str(change.id),
                        "client_id": str(change.client_id) if change.client_id else "",
                        "patch": orjson.dumps(change.patch) if change.patch is not None else b"",
                    },
                    maxlen=STREAM_LENGTH,
                    approximate=True,
                )
            await pipe.execute()
    except (RedisError, OSError, TimeoutError) as error:
        structlog.get_logger().warning("changes.not_published", kind=type(error).__name__)
