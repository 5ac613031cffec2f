"""A firm with an owner, on real servers, before an identity server that is as strict as Xero may be."""

import base64
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.firms.found_firm import found_firm
from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.ids import TimeOrderedIds
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.providers.xero.oauth import SCOPES
from sandbox.app import create_app
from sandbox.clock import Clock
from sandbox.settings import Settings as SandboxSettings
from tests.practice.connections.at_xero import NOON, XERO, AtXero, Wire

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ORGANISATION = "7a7a7a7a-0000-4000-8000-00000000000a"


@dataclass
class StrictXero:
    """Turns a refresh token once and forgets the parent at once, with no grace: the harshest reading of Xero's rule."""

    valid: str = "R1"
    turned: int = 1
    grace: bool = False
    refreshed: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    deleted: list[str] = field(default_factory=list)
    # Answers to give instead, the first first.
    instead: list[Callable[[], httpx.Response]] = field(default_factory=list)
    # Answers lost on their way back: the token was turned all the same.
    lose: int = 0
    parents: set[str] = field(default_factory=set)
    good: set[str] = field(default_factory=lambda: {"A1"})
    api: Callable[[httpx.Request], httpx.Response] | None = None
    before_answer: Callable[[], object] | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls[request.url.path] += 1
        if request.url.path == "/connect/token":
            return self.token(parse_qs(request.content.decode()))
        if request.url.path.startswith("/connections"):
            if request.headers["authorization"].removeprefix("Bearer ") not in self.good:
                return expired()
            if request.method == "DELETE":
                self.deleted.append(request.url.path.rsplit("/", 1)[1])
                return httpx.Response(204)
            return httpx.Response(200, json=[])
        if request.headers["authorization"].removeprefix("Bearer ") not in self.good:
            return expired()
        assert self.api is not None
        return self.api(request)

    def token(self, form: dict[str, list[str]]) -> httpx.Response:
        asked = form["refresh_token"][0]
        self.refreshed[asked] += 1
        if self.instead:
            return self.instead.pop(0)()
        if asked != self.valid and not (self.grace and asked in self.parents):
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.parents.add(self.valid)
        self.turned += 1
        self.valid = f"R{self.turned}"
        self.good = {f"A{self.turned}"}
        if self.before_answer:
            self.before_answer()
        if self.lose:
            self.lose -= 1
            raise httpx.ReadError("lost")
        body = {"access_token": f"A{self.turned}", "refresh_token": self.valid, "expires_in": 1800, "scope": " ".join(SCOPES)}
        return httpx.Response(200, json=body)


def expired() -> httpx.Response:
    return httpx.Response(401, json={"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired"})


@dataclass
class World:
    """What a test holds in its hands."""

    ctx: Context
    xero: StrictXero
    clock: FrozenClock
    another_process: Callable[[], Awaitable[Context]]
    tenant_id: UUID
    connection_id: UUID
    grant_id: UUID

    async def grant(self) -> Grant:
        async with self.ctx.unit(write=False) as unit:
            return await unit.get(Grant, self.grant_id)

    async def connection(self) -> Connection:
        async with self.ctx.unit(write=False) as unit:
            return await unit.get(Connection, self.connection_id)


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    keys = tmp_path / "keys"
    keys.write_text("k1:" + base64.b64encode(bytes(range(32))).decode() + "\n")
    return Settings.model_validate(
        {
            "environment": "test", "keys_file": keys, "database": {"url": database_url}, "redis": {"url": redis_url},
            "xero": {"client_id": "app", "client_secret": "CANARY_client_secret"},
        }
    )  # fmt: skip


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    xero, clock = StrictXero(), FrozenClock(NOW)
    async with AsyncExitStack() as open_:

        async def process() -> Runtime:
            http = await open_.enter_async_context(httpx.AsyncClient(transport=httpx.MockTransport(xero)))
            return await open_.enter_async_context(Runtime.open(settings, http=http, clock=clock))

        rt = await process()
        firm_id = TimeOrderedIds().new()
        async with rt.context(Actor.system(firm_id)).unit() as unit:
            await found_firm(unit, name="Bright", identity_id=UUID(int=1), owner="Ada", email="ada@bright.test")
        async with rt.context(Actor.system(firm_id)).unit() as unit:
            member: Member = await unit.scalar(select(Member).where(Member.firm_id == firm_id))
        actor = Actor(kind="staff", firm_id=firm_id, member_id=member.id, role="owner", name="Ada")
        ctx = rt.context(actor)
        tenant_id, connection_id, grant_id = await connected(ctx)

        async def another() -> Context:
            return (await process()).context(actor)

        yield World(ctx, xero, clock, another, tenant_id, connection_id, grant_id)


async def connected(
    ctx: Context, *, user: str = "user-1", access: str = "A1", refresh: str = "R1", tenant_id: UUID | None = None, lasts: int = 30
) -> tuple[UUID, UUID, UUID]:
    """A grant with the organisation it reaches; with a tenant, one more grant for the same."""
    async with ctx.unit() as unit:
        grant = Grant(
            provider="xero", xero_user_id=user, name=f"Xero {user}", email=None, generation=1, status="active",
            expires_at=ctx.clock.now() + timedelta(minutes=lasts), scopes=list(SCOPES), consented_at=unit.now,
            connected_by=unit.actor.member_id, access=b"", refresh=b"", auth_event_id="event-1",
        )  # fmt: skip
        unit.add(grant)
        grant.access, grant.refresh = unit.seal(grant, "access", access), unit.seal(grant, "refresh", refresh)
        if tenant_id is None:
            tenant = unit.add(Tenant(provider="xero", remote_id=ORGANISATION, name="Wattle", kind="organisation", seen_at=unit.now))
            await unit.flush()
            connection = unit.add(Connection(tenant_id=tenant.id, status="active", connected_at=unit.now))
            tenant_id = tenant.id
        else:
            connection = await unit.scalar(
                select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id == tenant_id)
            )
        await unit.flush()
        count = len(await unit.scalars(select(ConnectionGrant.id).where(ConnectionGrant.firm_id == unit.firm_id)))
        unit.add(
            ConnectionGrant(connection_id=connection.id, grant_id=grant.id, remote_id=f"link-{user}", auth_event_id=None, priority=count + 1)
        )
    return tenant_id, connection.id, grant.id


@pytest.fixture(scope="session")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture
async def xero(settings: Settings, ledgers: Path) -> AsyncIterator[AtXero]:
    ours = Settings.model_validate(
        settings.model_dump()
        | {"xero": {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "login_url": XERO, "identity_url": XERO, "api_url": XERO}}
    )
    sandbox_clock = Clock(NOON, scale=0)
    app = create_app(SandboxSettings(today=date(2026, 11, 21), directory=ledgers), sandbox_clock)
    app.sandbox.reset()
    clock = FrozenClock(NOON)
    async with (
        httpx.AsyncClient(transport=Wire(app=app)) as http,
        Runtime.open(ours, http=http, clock=clock) as rt,
    ):
        firm_id = TimeOrderedIds().new()
        async with rt.context(Actor.system(firm_id)).unit() as unit:
            await found_firm(unit, name="Bright", identity_id=UUID(int=1), owner="Ada", email="ada@bright.test")
            await unit.flush()
            member: Member = await unit.scalar(select(Member).where(Member.firm_id == firm_id))
        listed = (await http.get(f"{XERO}/__control/organisations")).json()["organisations"]
        small = sorted((o for o in listed if not o["is_demo"]), key=lambda o: o["documents"])
        ada = Actor(kind="staff", firm_id=firm_id, member_id=member.id, role="owner", name="Ada")
        yield AtXero(rt, rt.context(ada), clock, sandbox_clock, small, http)
    app.sandbox.reset()
