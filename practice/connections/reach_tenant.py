"""The one way to a tenant's ledger: a provider bound to it, with a grant that works, its token, and limits asked first.

Answers to a refused token once, with one refresh; to a lost consent with the next grant that reaches the tenant.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import exists, select, true

from practice.connections.lend_token import lend_token
from practice.connections.models import MARGIN, Connection, ConnectionGrant, Grant, Tenant
from practice.connections.note_day import note_day, recall_day
from practice.connections.refresh_grant import LentToken
from practice.kernel.context import Context, system_context
from practice.kernel.jobs import JobRow
from practice.kernel.problems import Problem
from practice.kernel.unit import LeaseLost
from practice.providers.base import LedgerProvider, PulledPage, Resource, Sizes
from practice.providers.http import Caller
from practice.providers.limits import DayKnown
from practice.providers.problems import ConsentRevoked, ScopeMissing, TenantGone, TokenRefused
from practice.providers.registry import provider

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of a tenant before it is reached."""

    provider: str
    remote_id: str
    tenant_id: UUID
    connection_id: UUID
    grant_ids: list[UUID]
    day: DayKnown | None


class ReachedTenant:
    """A ledger provider that keeps itself authorised."""

    def __init__(self, ctx: Context, ledger: Ledger, *, urgent: bool = False) -> None:
        self._ctx = ctx
        self._ledger = ledger
        self._grants = list(ledger.grant_ids)
        self._provider = provider(ledger.provider)
        self._caller = Caller.of(ctx, provider=ledger.provider, people=urgent, day=ledger.day)
        self._caller.allowed = self._still_ours
        self._tokens: dict[UUID, LentToken] = {}

    @property
    def resources(self) -> Sequence[Resource]:
        return self._bound(LentToken("", 0, self._ctx.clock.now())).resources

    @property
    def calls(self) -> int:
        """Calls made through it so far."""
        return self._caller.calls

    @property
    def day_left(self) -> int | None:
        """What the last answer said is left of the day."""
        return self._caller.day_left

    async def pull(
        self, resource: str, *, page: int | None = None, page_size: int = 1000, modified_since: datetime | None = None
    ) -> PulledPage:
        return await self._with_a_grant(
            lambda ledger: ledger.pull(resource, page=page, page_size=page_size, modified_since=modified_since)
        )

    def ids_at_once(self, resource: str) -> int:
        return self._bound(LentToken("", 0, self._ctx.clock.now())).ids_at_once(resource)

    async def pull_some(self, resource: str, *, ids: Sequence[str]) -> PulledPage:
        return await self._with_a_grant(lambda ledger: ledger.pull_some(resource, ids=ids))

    async def size(self, *, page_size: int = 1000) -> Sizes:
        return await self._with_a_grant(lambda ledger: ledger.size(page_size=page_size))

    def _bound(self, token: LentToken) -> LedgerProvider:
        return self._provider.ledger(
            self._caller, self._ctx.settings, access_token=token.access, tenant_id=self._ledger.remote_id
        )

    async def _lend(self, grant_id: UUID, *, refused: int | None = None) -> LentToken:
        held = self._tokens.get(grant_id)
        if held is None or held.generation == refused or held.expires_at <= self._ctx.clock.now() + MARGIN:
            held = self._tokens[grant_id] = await lend_token(self._ctx, grant_id=grant_id, refused=refused)
        return held

    async def _still_ours(self) -> None:
        """Asked right before every call: whoever ended the connection, or the job, was promised that none follows."""
        job = self._ctx.claimed
        held = exists().where(
            JobRow.firm_id == job.firm_id, JobRow.id == job.id, JobRow.fence == job.fence, JobRow.state == "running"
        ) if job else true()  # fmt: skip
        async with self._ctx.unit(write=False) as unit:
            ended, held_still = (
                await unit.rows(
                    select(Connection.status == "disconnected", held).where(
                        Connection.firm_id == unit.firm_id, Connection.id == self._ledger.connection_id
                    )
                )
            )[0]
        if not held_still:
            raise LeaseLost
        if ended:
            raise TenantGone

    async def _with_a_grant(self, ask: Callable[[LedgerProvider], Awaitable[T]]) -> T:
        failed: Problem = ConsentRevoked()
        while self._grants:
            grant_id = self._grants[0]
            try:
                token = await self._lend(grant_id)
                try:
                    return await ask(self._bound(token))
                except TokenRefused:
                    token = await self._lend(grant_id, refused=token.generation)
                    return await ask(self._bound(token))
            except (ConsentRevoked, ScopeMissing, TenantGone) as problem:
                failed = problem
                # Several pages may be under way: only the first to fail moves on to the next grant.
                if self._grants and self._grants[0] == grant_id:
                    self._grants.pop(0)
        await self._tell(failed)
        raise failed

    async def _tell(self, problem: Problem) -> None:
        """Keeps on the connection why it cannot be read, so that its row offers what helps."""
        assert self._ctx.actor.firm_id is not None
        async with system_context(self._ctx, self._ctx.actor.firm_id).unit() as unit:
            connection = await unit.lock(Connection, self._ledger.connection_id)
            cause = str(problem.extensions["cause"])
            if isinstance(problem, ScopeMissing):
                # The rest of the ledger can still be read.
                connection.cause = cause
            elif connection.break_off(cause):
                unit.record("connection.broken", on=connection, cause=cause, organisations=1)
            unit.changed("connection", connection.id)

    async def remember(self) -> None:
        """Keeps the day's calls and what is left of them, where Redis cannot forget and people can see it."""
        if not self.calls and self.day_left is None:
            return
        assert self._ctx.actor.firm_id is not None
        async with system_context(self._ctx, self._ctx.actor.firm_id).unit() as unit:
            await note_day(
                unit, tenant_id=self._ledger.tenant_id, calls=self.calls, left=self.day_left,
                resets_at=self._caller.day_resets_at,
            )  # fmt: skip


@asynccontextmanager
async def reach_tenant(ctx: Context, tenant_id: UUID, *, urgent: bool = False) -> AsyncIterator[ReachedTenant]:
    """Raises TenantGone or ConsentRevoked at once where nobody's consent reaches it.

    `urgent`: a person waits for it, so it goes first and may use the calls that are kept for people.
    """
    reached = ReachedTenant(ctx, await _look_up(ctx, tenant_id), urgent=urgent)
    try:
        yield reached
    except Problem:
        # Most of all when the day is used up.
        await reached.remember()
        raise
    await reached.remember()


async def _look_up(ctx: Context, tenant_id: UUID) -> Ledger:
    async with ctx.unit(write=False) as unit:
        tenant = await unit.get(Tenant, tenant_id)
        connection: Connection | None = await unit.scalar(
            select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id == tenant_id)
        )
        if connection is None or connection.status == "disconnected":
            raise TenantGone
        grant_ids = await unit.scalars(
            select(Grant.id)
            .join(ConnectionGrant, (ConnectionGrant.firm_id == Grant.firm_id) & (ConnectionGrant.grant_id == Grant.id))
            .where(Grant.firm_id == unit.firm_id, Grant.status == "active", ConnectionGrant.connection_id == connection.id)
            .order_by(ConnectionGrant.priority, Grant.id)
        )
        if connection.status != "active" or not grant_ids:
            raise TenantGone if connection.cause == "tenant_gone" else ConsentRevoked
        day = await recall_day(unit, tenant_id)
        return Ledger(tenant.provider, tenant.remote_id, tenant_id, connection.id, grant_ids, day)
