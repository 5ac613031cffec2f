"""A Context: what a function with network may use, and where it opens short units. A Run can be stopped and resumed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx
from redis.asyncio import Redis
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from practice.kernel.actor import Actor
from practice.kernel.bell import Bell
from practice.kernel.changes import publish
from practice.kernel.clock import Clock
from practice.kernel.crypto import KeyRing
from practice.kernel.ids import Ids
from practice.kernel.jobs import Claimed, JobRow
from practice.kernel.settings import Settings
from practice.kernel.unit import Unit

# A PostgreSQL that takes a connection and says nothing is as good as away.
OPENING_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Lent:
    """What a Runtime lends to every context."""

    settings: Settings
    sessions: async_sessionmaker[AsyncSession]
    redis: Redis
    http: httpx.AsyncClient
    keys: KeyRing
    clock: Clock
    ids: Ids
    bell: Bell


@dataclass
class Context:
    """Network, and short units of its own, for one actor."""

    lent: Lent
    actor: Actor
    claimed: Claimed | None = field(default=None, kw_only=True)

    @property
    def settings(self) -> Settings:
        return self.lent.settings

    @property
    def redis(self) -> Redis:
        return self.lent.redis

    @property
    def http(self) -> httpx.AsyncClient:
        return self.lent.http

    @property
    def clock(self) -> Clock:
        return self.lent.clock

    @property
    def ids(self) -> Ids:
        return self.lent.ids

    def acting_as(self, actor: Actor) -> "Context":
        """The same means for another actor."""
        return Context(self.lent, actor)

    @asynccontextmanager
    async def unit(self, *, write: bool = True) -> AsyncIterator[Unit]:
        """One transaction: committed at the end, undone by an exception; bell and hints go out after the commit."""
        async with self.lent.sessions() as session:
            unit = Unit(
                session,
                actor=self.actor,
                clock=self.clock,
                ids=self.ids,
                settings=self.settings,
                keys=self.lent.keys,
                claimed=self.claimed,
            )
            async with asyncio.timeout(OPENING_SECONDS):
                await unit.open(write=write)
            yield unit
            if write:
                await unit.commit()
        await self.after(unit)

    async def after(self, unit: Unit) -> None:
        """What leaves after a commit; neither may fail the caller."""
        if unit.changes:
            await publish(self.redis, unit.firm_id, unit.changes)
        if unit.rung:
            await self.lent.bell.ring(unit.rung, min(unit.rings, 5))


class SliceOver(Exception):
    """The slice is used up; the job takes its turn again, from its cursor."""


@dataclass
class Run(Context):
    """A job at work: a Context that checks its fence in every unit and can be stopped between two steps."""

    cursor: dict[str, Any] = field(default_factory=dict, kw_only=True)
    deadline: float = field(default=float("inf"), kw_only=True)
    calls_left: int = field(default=1_000_000, kw_only=True)
    handed_back: bool = field(default=False, kw_only=True)

    def spend(self, calls: int = 1) -> None:
        """Counts calls towards the slice."""
        self.calls_left -= calls

    @property
    def interrupted(self) -> bool:
        """Whether time is up or the process is going down."""
        return self.handed_back or time.monotonic() >= self.deadline

    @property
    def stopping(self) -> bool:
        """Whether the slice is used up or the process is going down."""
        return self.interrupted or self.calls_left <= 0

    def pause_if_over(self) -> None:
        """Ends the slice here where it is used up. Call it between two checkpoints."""
        if self.stopping:
            raise SliceOver

    async def checkpoint(self, unit: Unit, cursor: dict[str, Any], *, cost: int | None = None) -> None:
        """Saves how far the work has come, in the unit that writes the work itself; `cost`: calls still to make."""
        if self.claimed is None:
            return
        values: dict[str, Any] = {"cursor": cursor, "attempt": 0, "crashes": 0}
        if cost is not None:
            values["cost"] = cost
        await unit.execute(
            update(JobRow)
            .where(JobRow.firm_id == self.claimed.firm_id, JobRow.id == self.claimed.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        self.cursor = cursor


def system_context(ctx: Context, firm_id: UUID) -> Context:
    """The same means, acting as the system for a firm."""
    return replace(ctx, actor=Actor.system(firm_id)) if type(ctx) is Context else ctx.acting_as(Actor.system(firm_id))
