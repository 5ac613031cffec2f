"""A sandbox in this process with a clock that stands still until a test moves it, and one on a socket of its own."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn

from ..app import create_app
from ..clock import Clock
from ..gateway.wire import Wire
from ..settings import Settings

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
BACK = "http://localhost:8000/back"
LEDGER = (
    "openid profile email offline_access accounting.settings.read accounting.contacts.read accounting.invoices.read "
    "accounting.payments.read accounting.banktransactions.read accounting.manualjournals.read "
    "accounting.reports.trialbalance.read accounting.reports.banksummary.read"
)
CLIENT = ("sandbox-client", "sandbox-secret")
PARTNER, SECOND, JUNIOR, OUTSIDER = range(4)


@dataclass
class Browser:
    """Goes through sign-in and consent as `identity/authorize.py` describes it for scripts."""

    http: httpx.AsyncClient
    people: list[Any] = field(default_factory=list)

    async def ask(self, scope: str = LEDGER, **more: str) -> httpx.Response:
        wanted = {"response_type": "code", "client_id": CLIENT[0], "redirect_uri": BACK, "scope": scope, "state": "s1"}
        return await self.http.get("/identity/connect/authorize", params=wanted | more)

    async def sign_in(self, where: str, who: int = PARTNER) -> str:
        """The consent page's address."""
        if urlsplit(where).path == "/identity/consent":
            return where
        self.people = self.people or (await self.http.get("/__control/users")).json()["users"]
        back = parse_qs(urlsplit(where).query)["return"][0]
        answer = await self.http.post("/identity/login", data={"user": self.people[who]["email"], "return": back})
        return answer.headers["location"]

    async def consent(self, page: str, tenants: list[str], action: str = "allow") -> httpx.Response:
        txn = parse_qs(urlsplit(page).query)["txn"][0]
        return await self.http.post("/identity/consent", data={"txn": txn, "tenant": tenants, "action": action})

    async def code(self, tenants: list[str] | int = 2, *, who: int = PARTNER, scope: str = LEDGER, **more: str) -> str:
        page = await self.sign_in((await self.ask(scope, **more)).headers["location"], who)
        if isinstance(tenants, int):
            tenants = (await self.offered(page))[:tenants]
        answer = await self.consent(page, tenants)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    async def offered(self, page: str) -> list[str]:
        return re.findall(r'name="tenant" value="([^"]+)"', (await self.http.get(page)).text)

    async def token(self, **form: str) -> httpx.Response:
        return await self.http.post("/connect/token", data=form, auth=CLIENT)

    async def tokens(self, tenants: list[str] | int = 2, *, who: int = PARTNER, scope: str = LEDGER) -> dict[str, Any]:
        code = await self.code(tenants, who=who, scope=scope)
        answer = await self.token(grant_type="authorization_code", code=code, redirect_uri=BACK)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def connections(self, access: str, **query: str) -> list[dict[str, Any]]:
        answer = await self.http.get("/connections", params=query, headers={"Authorization": f"Bearer {access}"})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this session's ledgers are made once."""
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON, scale=0)


def settings_in(folder: Path, **more: Any) -> Settings:
    return Settings(today=date(2026, 11, 21), **{"directory": folder, **more})


@pytest.fixture
def app(clock: Clock, folder: Path) -> Iterator[Wire]:
    made = create_app(settings_in(folder), clock)
    made.sandbox.reset()
    yield made
    made.sandbox.reset()


@pytest.fixture
async def http(app: Wire) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8010") as client:
        yield client


@pytest.fixture
async def browser(http: httpx.AsyncClient) -> Browser:
    return Browser(http)


@dataclass(frozen=True)
class Served:
    """The same program on a real socket."""

    url: str
    app: Wire


@pytest.fixture(scope="session")
def served(folder: Path) -> Iterator[Served]:
    # Whoever calls before the server is at work waits in the queue of its socket.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = create_app(settings_in(folder, port=port, limits=False))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", server_header=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Served(f"http://127.0.0.1:{port}", app)
        server.should_exit = True
        thread.join(10)
