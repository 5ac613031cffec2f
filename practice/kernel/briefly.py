"""Redis, asked only for as long as nobody has to wait for it: what it does here may be left out.

A Redis that hangs costs one caller a second; for the next few seconds nobody asks it (promises F14).
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from redis.asyncio import Redis

SECONDS = 1.0
LEFT_ALONE_SECONDS = 5.0

_hung: WeakKeyDictionary[Redis, float] = WeakKeyDictionary()


@asynccontextmanager
async def briefly(redis: Redis) -> AsyncIterator[None]:
    """Raises TimeoutError after a second, and at once for some seconds after that."""
    if time.monotonic() < _hung.get(redis, 0.0):
        raise TimeoutError
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        _hung[redis] = time.monotonic() + LEFT_ALONE_SECONDS
        raise
