"""Opens what contexts lend: the pool, Redis, HTTP, keys. The same for the API, the worker and the tests."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from practice.kernel.actor import Actor
from practice.kernel.bell import Bell
from practice.kernel.clock import Clock, SystemClock
from practice.kernel.context import Context, Lent
from practice.kernel.crypto import KeyRing
from practice.kernel.database import connect
from practice.kernel.ids import Ids, TimeOrderedIds
from practice.kernel.settings import Settings


def as_json(value: dict[str, Any]) -> bytes:
    """Arq's messages as JSON: its default, pickle, would let a writer of Redis run code in the worker (promises 0.5)."""
    return json.dumps(value, default=repr).encode()


class Runtime:
    """Everything opened, until closed."""

    def __init__(self, lent: Lent, engine: AsyncEngine) -> None:
        self.lent = lent
        self.engine = engine

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        http: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
    ) -> AsyncIterator["Runtime"]:
        """Opens lazily connecting pools; nothing is asked of a server yet. Raises KeysUnusable."""
        keys = KeyRing.from_file(settings.keys_file)
        engine = connect(settings.database)
        redis = Redis.from_url(
            settings.redis.url,
            socket_timeout=20,
            socket_connect_timeout=1,
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 2),
            retry_on_error=[RedisConnectionError],
            max_connections=200,
        )
        client = http or httpx.AsyncClient(
            timeout=httpx.Timeout(30, connect=5, pool=10),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=50),
            follow_redirects=False,
            trust_env=False,
        )
        lent = Lent(
            settings=settings,
            sessions=async_sessionmaker(engine, expire_on_commit=False, autoflush=False),
            redis=redis,
            http=client,
            keys=keys,
            clock=clock or SystemClock(),
            ids=ids or TimeOrderedIds(),
            bell=Bell(redis, as_json),
        )
        try:
            yield cls(lent, engine)
        finally:
            if http is None:
                await client.aclose()
            await redis.aclose()
            await engine.dispose()

    @property
    def settings(self) -> Settings:
        return self.lent.settings

    def context(self, actor: Actor) -> Context:
        """A context for this actor."""
        return Context(self.lent, actor)
