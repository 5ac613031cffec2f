"""A firm with people of several roles, clients of several kinds, and short words for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from practice.clients import reads
from practice.clients.configure_clients import Configuration, configure_clients
from practice.clients.models import Client
from practice.kernel.actor import Actor, Role
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from tests import make


@dataclass
class Practice:
    """A firm at work."""

    runtime: Runtime
    ada: Actor

    def unit(self, actor: Actor | None = None, *, write: bool = True) -> Any:
        return self.runtime.context(actor or self.ada).unit(write=write)

    async def member(self, name: str, role: Role = "staff", **more: Any) -> Actor:
        return await make.member(self.runtime, self.ada, name, role, **more)

    async def tenants(self, *names: str, kind: str = "organisation") -> list[UUID]:
        async with self.unit() as unit:
            rows = [make.tenant(unit, name) for name in names]
            for row in rows:
                row.kind = kind
            return [row.id for row in rows]

    async def clients(self, *names: str, **more: Any) -> list[UUID]:
        async with self.unit() as unit:
            return [(await make.client(unit, name, **more)).id for name in names]

    async def client(self, id_: UUID) -> Client:
        async with self.unit(write=False) as unit:
            client: Client = await unit.get(Client, id_)
            return client

    async def configure(self, *changes: Configuration, by: Actor | None = None, ready: bool = False) -> int:
        async with self.unit(by) as unit:
            return await configure_clients(unit, changes=changes, ready=ready)

    async def sees(self, actor: Actor, view: str = "all") -> list[str]:
        """The names in somebody's list."""
        async with self.unit(actor, write=False) as unit:
            listed, total = await reads.list_clients(unit, reads.Wanted(view=view), limit=100, offset=0)
        assert total == len(listed)
        return [one.client.name for one in listed]

    async def verbs(self) -> Sequence[str]:
        async with self.unit(write=False) as unit:
            entries = await unit.scalars(EntryRow.__table__.select().with_only_columns(EntryRow.verb).order_by(EntryRow.seq))
        return [verb for verb in entries if verb.startswith("client.")]


@pytest.fixture
async def practice(runtime: Runtime, bright: Actor) -> Practice:
    return Practice(runtime, bright)
