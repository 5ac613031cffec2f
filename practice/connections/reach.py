"""What reaching a tenant takes, whatever is read there: a grant that works, its token, and limits asked first.

Answers to a refused token once, with one refresh; to a lost consent with the next grant that reaches the tenant.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import exists, select, true, update

from practice.connections.check_grant import check_grant
from practice.connections.lend_token import lend_token
from practice.connections.models import MARGIN, Connection, ConnectionGrant, Grant, Tenant
from practice.connections.note_day import note_day, recall_day
from practice.connections.refresh_grant import LentToken
from practice.connections.settle_connections import settle_connections
from practice.kernel.context import Context, system_context
from practice.kernel.jobs import JobRow
from practice.kernel.problems import Problem
from practice.kernel.unit import LeaseLost, Unit
from practice.providers.http import Caller
from practice.providers.limits import DayKnown
from practice.providers.problems import ConsentRevoked, ScopeMissing, TenantGone, TokenRefused
from practice.providers.registry import provider

T = TypeVar("T")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Way:
    """What is known of a tenant before it is reached."""

    provider: str
    remote_id: str
    tenant_id: UUID
    connection_id: UUID
    grant_ids: list[UUID]
    refused: dict[UUID, str]
    """What a grant was refused earlier, by grant."""
    scopes: dict[UUID, frozenset[str]]
    """What each grant allows."""
    day: DayKnown | None


class Reached(Generic[B]):
    """A tenant that keeps itself authorised; B is what a token binds to it."""

    def __init__(self, ctx: Context, way: Way, *, urgent: bool = False) -> None:
        self._ctx = ctx
        self._way = way
        self._grants = list(way.grant_ids)
        self._provider = provider(way.provider)
        self._caller = Caller.of(ctx, provider=way.provider, people=urgent, day=way.day)
        self._caller.allowed = self._still_ours
        self._tokens: dict[UUID, LentToken] = {}
        self._lending = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._next_look: asyncio.Future[None] | None = None
        self._noting = asyncio.Lock()
        # By grant, and for a permission by what it was refused for.
        self._verdicts: dict[tuple[UUID, str | None], Problem] = {}
        self._ended: Problem = ConsentRevoked()
        self.answered_by: UUID | None = None
        """The grant that answered last."""
        self._allowed_again: set[UUID] = set()

    def _bound(self, token: LentToken) -> B:
        raise NotImplementedError

    @property
    def calls(self) -> int:
        """Calls made through it so far."""
        return self._caller.calls

    @property
    def day_left(self) -> int | None:
        """What the last answer said is left of the day."""
        return self._caller.day_left

    async def _lend(self, grant_id: UUID, *, refused: int | None = None) -> LentToken:
        # Five calls begin at once: the first borrows for all of them.
        async with self._lending:
            held = self._tokens.get(grant_id)
            if held is None or held.generation == refused or held.expires_at <= self._ctx.clock.now() + MARGIN:
                held = self._tokens[grant_id] = await lend_token(self._ctx, grant_id=grant_id, refused=refused)
            return held

    async def _still_ours(self) -> None:
        """Asked right before every call: whoever ended the connection, or the job, was promised that none follows.

        One look serves every call whose turn had come before it began.
        """
        if self._next_look is None:
            self._next_look = asyncio.ensure_future(self._look())
            # Where all that waited for it were cancelled, nobody hears what it found.
            self._next_look.add_done_callback(lambda look: look.cancelled() or look.exception())
        await asyncio.shield(self._next_look)

    async def _look(self) -> None:
        async with self._looking:
            self._next_look = None
            await self._look_now()

    async def _look_now(self) -> None:
        job = self._ctx.claimed
        held = exists().where(
            JobRow.firm_id == job.firm_id, JobRow.id == job.id, JobRow.fence == job.fence, JobRow.state == "running"
        ) if job else true()  # fmt: skip
        async with self._ctx.unit(write=False) as unit:
            ended, held_still = (
                await unit.rows(
                    select(Connection.status == "disconnected", held).where(
                        Connection.firm_id == unit.firm_id, Connection.id == self._way.connection_id
                    )
                )
            )[0]
        if not held_still:
            raise LeaseLost
        if ended:
            raise TenantGone

    async def _with_a_grant(self, ask: Callable[[B], Awaitable[T]], resource: str | None = None) -> T:
        tried: set[UUID] = set()
        failed = self._ended
        while (grant_id := next((each for each in self._grants if each not in tried), None)) is not None:
            tried.add(grant_id)
            try:
                answer = await self._ask(grant_id, ask)
            except (ConsentRevoked, ScopeMissing, TenantGone) as problem:
                failed = await self._verdict(grant_id, problem, resource)
                if isinstance(failed, ScopeMissing):
                    continue  # the rest of the ledger can still be read
                self._ended = failed
                if grant_id in self._grants:
                    self._grants.remove(grant_id)
            else:
                self.answered_by = grant_id
                if resource is not None and self._way.refused.get(grant_id) == resource:
                    self._allowed_again.add(grant_id)
                return answer
        raise failed

    async def _ask(self, grant_id: UUID, ask: Callable[[B], Awaitable[T]]) -> T:
        token = await self._lend(grant_id)
        try:
            return await ask(self._bound(token))
        except TokenRefused:
            token = await self._lend(grant_id, refused=token.generation)
            return await ask(self._bound(token))

    async def _verdict(self, grant_id: UUID, problem: Problem, resource: str | None) -> Problem:
        """What it means, found out and noted once, however many pages met it."""
        key = (grant_id, resource if isinstance(problem, ScopeMissing) else None)
        async with self._noting:
            if key not in self._verdicts:
                self._verdicts[key] = await self._note(grant_id, problem, resource)
            return self._verdicts[key]

    async def _note(self, grant_id: UUID, problem: Problem, resource: str | None) -> Problem:
        """Keeps on the link why the grant cannot read it, so that the connection's row says so and offers what helps."""
        if isinstance(problem, ConsentRevoked):
            return problem  # kept by the refresh that failed
        assert self._ctx.actor.firm_id is not None
        ctx = system_context(self._ctx, self._ctx.actor.firm_id)
        if isinstance(problem, TenantGone):
            async with ctx.unit(write=False) as unit:
                if (await unit.get(Connection, self._way.connection_id)).status == "disconnected":
                    return problem
            try:
                # One call tells whether it is this organisation, all of them, or the consent itself.
                await check_grant(ctx, grant_id=grant_id)
            except ConsentRevoked as revoked:
                return revoked
            except Problem:
                pass  # then only this organisation is known to be gone
        async with ctx.unit() as unit:
            values = {"gone_at": unit.now} if isinstance(problem, TenantGone) else {"refused": resource or "organisation"}
            await self._write_link(unit, [grant_id], values)
        return problem

    async def _write_link(self, unit: Unit, grant_ids: Sequence[UUID], values: dict[str, Any]) -> None:
        await unit.execute(
            update(ConnectionGrant)
            .where(
                ConnectionGrant.firm_id == unit.firm_id,
                ConnectionGrant.connection_id == self._way.connection_id,
                ConnectionGrant.grant_id.in_(grant_ids),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        await settle_connections(unit, connection_ids=[self._way.connection_id])

    async def remember(self) -> None:
        """Keeps the day's calls and what is left of them, where Redis cannot forget and people can see it."""
        if not self.calls and self.day_left is None:
            return
        assert self._ctx.actor.firm_id is not None
        async with system_context(self._ctx, self._ctx.actor.firm_id).unit() as unit:
            await note_day(
                unit, tenant_id=self._way.tenant_id, calls=self.calls, left=self.day_left,
                resets_at=self._caller.day_resets_at,
            )  # fmt: skip
            if self.answered_by:
                await unit.execute(
                    update(Connection)
                    .where(Connection.firm_id == unit.firm_id, Connection.id == self._way.connection_id)
                    .values(checked_at=unit.now)
                    .execution_options(synchronize_session=False)
                )
            if self._allowed_again:
                await self._write_link(unit, list(self._allowed_again), {"refused": None})


@asynccontextmanager
async def remembering(reached: Reached[B]) -> AsyncIterator[None]:
    """What was learnt of the day is kept, most of all when it is used up."""
    try:
        yield
    except Problem:
        await reached.remember()
        raise
    await reached.remember()


async def look_up(ctx: Context, tenant_id: UUID) -> Way:
    """Raises TenantGone or ConsentRevoked where nobody's consent reaches it."""
    async with ctx.unit(write=False) as unit:
        tenant = await unit.get(Tenant, tenant_id)
        connection: Connection | None = await unit.scalar(
            select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id == tenant_id)
        )
        if connection is None or connection.status == "disconnected":
            raise TenantGone
        links: Sequence[Any] = await unit.rows(
            select(ConnectionGrant.grant_id, ConnectionGrant.refused, Grant.scopes)
            .join(Grant, (Grant.firm_id == ConnectionGrant.firm_id) & (Grant.id == ConnectionGrant.grant_id))
            .where(
                ConnectionGrant.firm_id == unit.firm_id,
                ConnectionGrant.connection_id == connection.id,
                ConnectionGrant.gone_at.is_(None),
                Grant.status == "active",
            )
            .order_by(ConnectionGrant.priority, Grant.id)
        )
        if connection.needs_consent or not links:
            raise TenantGone if connection.cause == "tenant_gone" else ConsentRevoked
        refused = {grant_id: resource for grant_id, resource, _ in links if resource}
        scopes = {grant_id: frozenset(allowed) for grant_id, _, allowed in links}
        day = await recall_day(unit, tenant_id)
        return Way(
            tenant.provider, tenant.remote_id, tenant_id, connection.id, list(scopes), refused, scopes, day
        )
