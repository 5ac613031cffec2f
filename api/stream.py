"""The event stream: a firm's hints from Redis to one browser, as server-sent events.

`hello` first, then what was missed since Last-Event-ID as far as the stream still has it, then live. It ends after ten
minutes, with the session, or when the caller's role changes; a browser comes back by itself. Nothing is held open in the
database meanwhile, and the stream does not count as a person at work.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import orjson
from redis.exceptions import RedisError
from sqlalchemy import text

from api.callers import Caller
from practice.kernel.actor import Actor
from practice.kernel.changes import stream_key
from practice.kernel.context import Context
from practice.kernel.problems import Kind, Problem, Remedy
from practice.kernel.runtime import Runtime

ENDS_AFTER = timedelta(minutes=10)
BLOCK_MS = 5_000
HEARTBEAT = timedelta(seconds=15)
SIGHT_EVERY = timedelta(seconds=30)
AT_ONCE = 100
OPEN_AT_MOST = 150
_ID = re.compile(r"\d{1,16}-\d{1,16}")


class TooManyStreams(Problem):
    """One process serves so many event streams and no more."""

    kind, title = Kind.BUSY, "Too many open pages"

    def __init__(self) -> None:
        super().__init__(detail="Close a few tabs; progress is still right after a reload.", remedy=Remedy("Try again", "retry"))


class Streams:
    """Counts the open streams of this process: each holds a Redis connection."""

    def __init__(self) -> None:
        self.open = 0

    def must_have_room(self) -> None:
        """Raises TooManyStreams."""
        if self.open >= OPEN_AT_MOST:
            raise TooManyStreams

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Counted from the first frame on: a browser that left before it takes no place."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


def frame(event: str, data: object, id_: str | None = None) -> bytes:
    """One event on the wire."""
    head = f"id: {id_}\n" if id_ else ""
    return f"{head}event: {event}\n".encode() + b"data: " + orjson.dumps(data) + b"\n\n"


async def events(
    rt: Runtime, caller: Caller, streams: Streams, *, last_event_id: str | None
) -> AsyncIterator[bytes]:
    """The frames of one stream."""
    with streams.one_more():
        try:
            async for each in _events(rt, caller, last_event_id):
                yield each
        except (RedisError, OSError, TimeoutError):
            # Without Redis there are no hints; the browser comes back, and its GETs are right meanwhile.
            yield frame("end", {})


async def _events(rt: Runtime, caller: Caller, last_event_id: str | None) -> AsyncIterator[bytes]:
    actor, redis, clock = caller.actor, rt.lent.redis, rt.lent.clock
    assert actor.firm_id is not None
    assert caller.again is not None
    key = stream_key(actor.firm_id)
    started = heard = looked = clock.now()
    sight = await _sight(rt.context(actor))
    last = await redis.xrevrange(key, count=1)
    newest = last[0][0].decode() if last else "0-0"
    at = newest
    resumed = False
    if last_event_id and _ID.fullmatch(last_event_id):
        oldest = await redis.xrange(key, count=1)
        resumed = bool(oldest) and _order(last_event_id) >= _order(oldest[0][0].decode())
        if resumed:
            at = last_event_id
    yield frame("hello", {"resumed": resumed}, at)
    while clock.now() - started < ENDS_AFTER:
        found = await redis.xread({key: at}, count=AT_ONCE, block=BLOCK_MS)
        now = await caller.again()
        if now is None or now.role != actor.role or now.firm_id != actor.firm_id:
            break
        if clock.now() - looked >= SIGHT_EVERY:
            sight, looked = await _sight(rt.context(actor)), clock.now()
        for id_, fields in found[0][1] if found else []:
            at = id_.decode()
            client = fields[b"client_id"].decode()
            if client and not _sees(actor, sight, UUID(client)):
                continue
            patch = fields[b"patch"]
            yield frame(
                "changed",
                {
                    "resource": fields[b"resource"].decode(),
                    "id": fields[b"id"].decode(),
                    "patch": orjson.loads(patch) if patch else None,
                },
                at,
            )
            heard = clock.now()
        if clock.now() - heard >= HEARTBEAT:
            yield b": still here\n\n"
            heard = clock.now()
    yield frame("end", {})


def _order(id_: str) -> tuple[int, int]:
    head, _, tail = id_.partition("-")
    return int(head), int(tail)


def _sees(actor: Actor, sight: frozenset[UUID], client_id: UUID) -> bool:
    return actor.sees_all or client_id in sight


async def _sight(ctx: Context) -> frozenset[UUID]:
    """The clients that the actor may see now; empty for one who sees all."""
    if ctx.actor.sees_all:
        return frozenset()
    async with ctx.unit(write=False) as unit:
        rows = await unit.rows(
            text("SELECT client_id FROM sight WHERE firm_id = :firm AND member_id = :member"),
            {"firm": ctx.actor.firm_id, "member": ctx.actor.member_id},
        )
    return frozenset(row.client_id for row in rows)
