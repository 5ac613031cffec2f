"""The one way to a practice's own records: bound to a grant that works, its token, and limits asked first."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar
from uuid import UUID

from practice.connections.models import Grant
from practice.connections.reach import Reached, Way, look_up, remembering
from practice.connections.refresh_grant import LentToken
from practice.kernel.context import Context
from practice.providers.base import PracticeProvider
from practice.providers.parties import RemoteGroup, RemoteParty, RemoteStaff, SetAside
from practice.providers.problems import PracticeClosed, ScopeMissing

T = TypeVar("T")

Begun = tuple[AsyncGenerator[list[RemoteParty], None], list[RemoteParty] | None]


class ReachedPractice(Reached[PracticeProvider]):
    """A practice provider that keeps itself authorised."""

    def __init__(self, ctx: Context, way: Way, *, urgent: bool = False) -> None:
        super().__init__(ctx, way, urgent=urgent)
        self._used: list[PracticeProvider] = []

    @property
    def set_aside(self) -> Sequence[SetAside]:
        return [one for each in self._used for one in each.set_aside]

    async def staff(self) -> list[RemoteStaff]:
        return await self._open(lambda practice: practice.staff(), "staff")

    async def groups(self) -> list[RemoteGroup]:
        return await self._open(lambda practice: practice.groups(), "groups")

    async def client(self, remote_id: str) -> RemoteParty | None:
        return await self._open(lambda practice: practice.client(remote_id), "clients")

    async def clients(self) -> AsyncGenerator[list[RemoteParty], None]:
        """Which consent it is read with is settled by the time the first arrive."""

        async def begin(practice: PracticeProvider) -> Begun:
            stream = practice.clients()
            try:
                return stream, await anext(stream, None)
            except BaseException:
                await stream.aclose()
                raise

        stream, first = await self._open(begin, "clients")
        async with aclosing(stream):
            if first is None:
                return
            yield first
            async for batch in stream:
                yield batch

    async def whose(self) -> str | None:
        """The person at the provider whose consent answered last: who sees less answers with less."""
        if self.answered_by is None:
            return None
        async with self._ctx.unit(write=False) as unit:
            return (await unit.get(Grant, self.answered_by)).xero_user_id

    def _bound(self, token: LentToken) -> PracticeProvider:
        bound = self._provider.practice(
            self._caller, self._ctx.settings, access_token=token.access, tenant_id=self._way.remote_id
        )
        self._used.append(bound)
        return bound

    async def _open(self, ask: Callable[[PracticeProvider], Awaitable[T]], resource: str) -> T:
        try:
            return await self._with_a_grant(ask, resource)
        except ScopeMissing:
            raise PracticeClosed(resource=resource) from None


@asynccontextmanager
async def reach_practice(ctx: Context, tenant_id: UUID, *, urgent: bool = False) -> AsyncIterator[ReachedPractice]:
    """Raises TenantGone or ConsentRevoked at once where nobody's consent reaches it. `urgent` as for a ledger."""
    reached = ReachedPractice(ctx, await look_up(ctx, tenant_id), urgent=urgent)
    async with remembering(reached):
        yield reached
