"""Our side and the sandbox in one process, and people at Xero's own pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import select

from practice.connections.begin_authorization import begin_authorization
from practice.connections.complete_authorization import Completed, complete_authorization
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from sandbox.clock import Clock
from sandbox.gateway.wire import AnswerLost

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
XERO = "http://127.0.0.1:8010"
MARGARET, TANE = "margaret@ironbark.example", "tane@ironbark.example"
BROWSER = "a secret of this browser"


class Wire(httpx.ASGITransport):
    """In one process a connection cannot break; it breaks here as it would on a socket."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except AnswerLost as broken:
            raise httpx.ReadError("the connection broke") from broken


@dataclass
class AtXero:
    """Our side and the sandbox in one process, both with a clock that stands until it is moved."""

    rt: Runtime
    ctx: Context
    clock: FrozenClock
    sandbox_clock: Clock
    organisations: list[dict[str, Any]]
    http: httpx.AsyncClient

    @property
    def door(self) -> Context:
        return self.rt.context(Actor.door())

    def pass_time(self, by: timedelta) -> None:
        self.clock.move(by)
        self.sandbox_clock.advance(by.total_seconds())

    async def control(self, verb: str, **fields: Any) -> dict[str, Any]:
        answer = await self.http.post(f"{XERO}/__control/{verb}", json=fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def consent(self, url: str, tenants: list[str], *, who: str = MARGARET, action: str = "allow") -> dict[str, str]:
        """A person at Xero's pages; what Xero sends the browser back with."""
        async with httpx.AsyncClient(transport=self.http._transport, base_url=XERO) as browser:
            where = (await browser.get(url)).headers["location"]
            if urlsplit(where).path == "/identity/login":
                back = parse_qs(urlsplit(where).query)["return"][0]
                where = (await browser.post("/identity/login", data={"user": who, "return": back})).headers["location"]
            txn = parse_qs(urlsplit(where).query)["txn"][0]
            answer = await browser.post("/identity/consent", data={"txn": txn, "tenant": tenants, "action": action})
        back_to = urlsplit(answer.headers["location"])
        assert f"{back_to.scheme}://{back_to.netloc}{back_to.path}" == "http://localhost:8000/api/v1/connections/xero/callback"
        return {name: values[0] for name, values in parse_qs(back_to.query).items()}

    async def begin(self, return_to: str = "tenants") -> str:
        begun = await begin_authorization(self.ctx, provider_key="xero", return_to=return_to, browser=BROWSER)
        return begun.authorize_url

    async def finish(self, said: dict[str, str], *, browser: str | None = BROWSER, key: str = "xero") -> Completed:
        return await complete_authorization(
            self.door, provider_key=key, state=said.get("state"), code=said.get("code"), error=said.get("error"), browser=browser
        )

    async def connect(self, count: int | list[str] = 2, *, who: str = MARGARET) -> Completed:
        ids = count if isinstance(count, list) else [o["tenant_id"] for o in self.organisations[:count]]
        return await self.finish(await self.consent(await self.begin(), ids, who=who))

    async def all(self, model: Any) -> list[Any]:
        async with self.ctx.unit(write=False) as unit:
            return await unit.scalars(select(model).where(model.firm_id == unit.firm_id).order_by(model.id))

    async def verbs(self) -> list[str]:
        async with self.ctx.unit(write=False) as unit:
            said: list[str] = await unit.scalars(
                select(EntryRow.verb).where(EntryRow.firm_id == unit.firm_id, EntryRow.verb.like("connection.%")).order_by(EntryRow.seq)
            )
            return said
