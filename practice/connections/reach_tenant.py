"""The one way to a tenant's ledger: a provider bound to it, with a grant that works, its token, and limits asked first."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from practice.connections.reach import Reached, look_up, remembering
from practice.connections.refresh_grant import LentToken
from practice.kernel.context import Context
from practice.providers.base import LedgerProvider, PulledPage, Resource, Sizes
from practice.providers.problems import ConsentRevoked, ScopeMissing, TenantGone, WritingNotAllowed

T = TypeVar("T")


class ReachedTenant(Reached[LedgerProvider]):
    """A ledger provider that keeps itself authorised."""

    @property
    def resources(self) -> Sequence[Resource]:
        """Those that some consent covers."""
        return [one for one in self._all if one.scope is None or self._covering(one)]

    @property
    def withheld(self) -> list[str]:
        """Those that no consent covers."""
        return [one.key for one in self._all if one.scope is not None and not self._covering(one)]

    @property
    def _all(self) -> Sequence[Resource]:
        return self._bound(LentToken("", 0, self._ctx.clock.now())).resources

    def _covering(self, resource: Resource) -> list[UUID]:
        return [id_ for id_ in self._grants if resource.scope in self._way.scopes[id_]]

    async def pull(
        self,
        resource: str,
        *,
        page: int | None = None,
        page_size: int = 1000,
        modified_since: datetime | None = None,
        on: date | None = None,
    ) -> PulledPage:
        def ask(ledger: LedgerProvider) -> Awaitable[PulledPage]:
            return ledger.pull(resource, page=page, page_size=page_size, modified_since=modified_since, on=on)

        optional = next((one for one in self._all if one.key == resource and one.scope is not None), None)
        return await (self._with_covering(ask, optional) if optional else self._with_a_grant(ask, resource))

    def ids_at_once(self, resource: str) -> int:
        return self._bound(LentToken("", 0, self._ctx.clock.now())).ids_at_once(resource)

    async def pull_some(self, resource: str, *, ids: Sequence[str]) -> PulledPage:
        return await self._with_a_grant(lambda ledger: ledger.pull_some(resource, ids=ids), resource)

    async def write(self, resource: str, *, id_: str, values: Mapping[str, str | None], key: str) -> None:
        """By the first consent that allows it: that one is for reading only breaks nothing. Raises WritingNotAllowed."""
        for grant_id in list(self._grants):
            try:
                await self._ask(grant_id, lambda ledger: ledger.write(resource, id_=id_, values=values, key=key))
            except WritingNotAllowed:
                continue
            return
        raise WritingNotAllowed

    async def size(self, *, page_size: int = 1000) -> Sizes:
        sizes = await self._with_a_grant(lambda ledger: ledger.size(page_size=page_size))
        return replace(sizes, calls=sizes.calls + sum(one.calls for one in self.resources if one.scope is not None))

    def _bound(self, token: LentToken) -> LedgerProvider:
        return self._provider.ledger(
            self._caller, self._ctx.settings, access_token=token.access, tenant_id=self._way.remote_id
        )

    async def _with_covering(self, ask: Callable[[LedgerProvider], Awaitable[T]], resource: Resource) -> T:
        """What not every consent covers: that one is refused it says nothing of the connection. Raises ScopeMissing."""
        for grant_id in self._covering(resource):
            try:
                return await self._ask(grant_id, ask)
            except ScopeMissing:
                continue
            except (ConsentRevoked, TenantGone) as problem:
                raise await self._verdict(grant_id, problem, None) from None
        raise ScopeMissing(resource=resource.label)


@asynccontextmanager
async def reach_tenant(ctx: Context, tenant_id: UUID, *, urgent: bool = False) -> AsyncIterator[ReachedTenant]:
    """Raises TenantGone or ConsentRevoked at once where nobody's consent reaches it.

    `urgent`: a person waits for it, so it goes first and may use the calls that are kept for people.
    """
    reached = ReachedTenant(ctx, await look_up(ctx, tenant_id), urgent=urgent)
    async with remembering(reached):
        yield reached
