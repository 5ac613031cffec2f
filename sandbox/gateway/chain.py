"""The order of Xero's checks, in one function, and the sandbox object that every room is given.

A room enters like this, and answers inside:

    async with sandbox.gateway.enter(request, scopes=("accounting.settings.read",)) as passed:
        return answer(passed.tenant_id, …)

Whoever does not get through is answered by the app (`GatewayRefusal`). The headers in `passed.headers` are put on the
answer by the wire (`wire.py`) unless the room has set them itself, and the place among the five in flight is given
back when the last byte has been sent.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request

from ..clock import Clock
from ..settings import Settings
from ..state.calls import Call
from ..state.memory import Memory
from .errors import GatewayRefusal, no_tenant, too_many, unauthorised
from .faults import Faults
from .limits import Limits
from .tokens import Caller, caller, covered


def always() -> dict[str, str]:
    """The headers of every answer of api.xero.com."""
    return {
        "Xero-Correlation-Id": str(uuid.uuid4()),
        "Cache-Control": "max-age=0, no-cache, no-store",
        "x-client-tls-ver": "tls1.3",
    }


@dataclass(frozen=True)
class Passed:
    tenant_id: str
    user_id: str
    client_id: str
    headers: dict[str, str]


class Gateway:
    def __init__(self, settings: Settings, clock: Clock, memory: Memory) -> None:
        self.settings, self.clock, self.memory = settings, clock, memory
        self.limits = Limits(settings, clock, memory)
        self.faults = Faults()

    @asynccontextmanager
    async def enter(
        self, request: Request, scopes: Sequence[str] = (), *, family: str = "ORGANISATION"
    ) -> AsyncIterator[Passed]:
        """Token, tenant, scope (any of `scopes`), limit; then the latency, while a place in flight is held."""
        call: Call = request.scope["sandbox.call"]
        call.headers.update(always())
        who = self.caller(request)
        tenant_id = request.headers.get("xero-tenant-id", "").strip().lower()
        connection = self.memory.consents.find(who.client_id, who.user_id, tenant_id) if who.user_id else None
        if connection is None or connection.tenant_type != family:
            raise GatewayRefusal(no_tenant(self.limits.app_header(who.client_id)))
        if scopes and covered(who.scopes).isdisjoint(scopes):
            raise GatewayRefusal(unauthorised())
        stopped = self.limits.problem(who.client_id, tenant_id)
        if stopped is not None:
            problem, wait = stopped
            raise GatewayRefusal(too_many(problem, self.limits.headers(who.client_id, tenant_id), wait))
        self.limits.take(who.client_id, tenant_id, self.memory.calls)
        call.let_go = lambda: self.limits.let_go(who.client_id, tenant_id)
        call.headers.update(self.limits.headers(who.client_id, tenant_id))
        await self.latency()
        assert who.user_id is not None
        yield Passed(tenant_id, who.user_id, who.client_id, call.headers)

    def caller(self, request: Request) -> Caller:
        return caller(request, self.memory, self.clock)

    async def latency(self) -> None:
        if self.memory.switches.latency_ms > 0:
            await asyncio.sleep(self.memory.switches.latency_ms / 1000)

    def reset(self) -> None:
        self.faults.clear()
        self.limits.clear()


@dataclass(frozen=True)
class Sandbox:
    """Everything a room may ask for."""

    settings: Settings
    clock: Clock
    memory: Memory
    gateway: Gateway

    @classmethod
    def build(cls, settings: Settings, clock: Clock) -> Sandbox:
        memory = Memory(settings)
        return cls(settings, clock, memory, Gateway(settings, clock, memory))

    def reset(self) -> None:
        self.memory.reset()
        self.gateway.reset()
        self.clock.reset()
