"""Rings arq after a commit so that a worker looks for work at once. A lost ring costs a second, no more."""

import structlog
from arq.connections import ArqRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from practice.kernel.briefly import briefly


def arq_queue(queue: str) -> str:
    """The arq queue on which the workers of `quick` or `slow` listen."""
    return f"arq:bulkhead:{queue}"


class Bell:
    """Enqueues empty `drain` calls; they carry nothing, so nothing can be lost or leak."""

    def __init__(self, redis: Redis, serializer: object) -> None:
        self._redis = redis
        self._arq = ArqRedis(
            connection_pool=redis.connection_pool,
            job_serializer=serializer,  # type: ignore[arg-type]  # arq types it as a callable of its own alias
        )

    async def ring(self, queues: set[str], times: int = 1) -> None:
        """Best effort: each worker's alarm looks once a second."""
        try:
            async with briefly(self._redis):
                for queue in queues:
                    for _ in range(times):
                        await self._arq.enqueue_job("drain", _queue_name=arq_queue(queue))
        except (RedisError, OSError, TimeoutError) as error:
            structlog.get_logger().warning("bell.not_heard", kind=type(error).__name__)
