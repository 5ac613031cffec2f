"""The API in this process, on a real database and Redis, with the sandbox behind it; and people to call it."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from api.main import create_app
from practice.access.create_key import create_key
from practice.access.models import Identity
from practice.access.sessions import begin_session
from practice.firms.found_firm import found_firm
from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.kernel.unit import Unit
from sandbox.app import create_app as create_sandbox
from sandbox.settings import Settings as SandboxSettings

OURS = "http://localhost:8000"
XERO = "http://xero.sandbox"
OF_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Person:
    """Somebody signed in, with the browser they use."""

    http: httpx.AsyncClient
    firm_id: UUID | None
    member_id: UUID | None
    identity_id: UUID
    csrf: str

    async def post(self, path: str, json: Any = None, **headers: str) -> httpx.Response:
        return await self.send("POST", path, json, content=None, **headers)

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", params=query)

    async def send(
        self, method: str, path: str, json: Any = None, *, content: bytes | None = None, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.request(
            method, f"/api/v1{path}", json=json, content=content, headers={**OF_OUR_PAGE, "X-CSRF-Token": self.csrf, **named}
        )


@dataclass
class House:
    """The app and what stands behind it."""

    app: FastAPI
    rt: Runtime
    xero: httpx.AsyncClient
    open: list[httpx.AsyncClient] = field(default_factory=list)
    known: int = 0

    def browser(self) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=OURS)
        self.open.append(client)
        return client

    def unit(self, actor: Actor) -> Any:
        return self.rt.context(actor).unit()

    async def identity(self, name: str) -> UUID:
        self.known += 1
        id_ = self.rt.lent.ids.new()
        async with self.unit(Actor.door()) as unit:
            unit.session.add(
                Identity(
                    id=id_,
                    issuer=XERO,
                    subject=f"subject-{self.known}",
                    email=f"{name.lower()}@bright.example",
                    email_verified=True,
                    name=name,
                    xero_user_id=None,
                    created_at=unit.now,
                )
            )
        return id_

    async def founder(self, firm: str = "Bright", name: str = "Ada") -> Person:
        """An owner in a firm of their own, signed in."""
        identity_id = await self.identity(name)
        firm_id = self.rt.lent.ids.new()
        async with self.unit(Actor.system(firm_id)) as unit:
            await found_firm(
                unit, name=firm, identity_id=identity_id, owner=name, email=f"{name.lower()}@bright.example"
            )
        return await self.signed_in(identity_id, firm_id)

    async def colleague(self, of: Person, role: str, name: str = "Ben") -> Person:
        """A member with a role in somebody's firm, signed in."""
        assert of.firm_id is not None
        identity_id = await self.identity(name)
        async with self.unit(Actor.system(of.firm_id)) as unit:
            unit.add(
                Member(
                    identity_id=identity_id,
                    name=name,
                    email=f"{name.lower()}{self.known}@bright.example",
                    role=role,
                    state="active",
                    version=1,
                )
            )
        return await self.signed_in(identity_id, of.firm_id)

    async def newcomer(self, name: str = "Nia", *, may_found: bool = True) -> Person:
        return await self.signed_in(await self.identity(name), None, may_found=may_found)

    async def signed_in(self, identity_id: UUID, firm_id: UUID | None, *, may_found: bool = False) -> Person:
        async with self.unit(Actor.door()) as unit:
            secret = await begin_session(unit, identity_id=identity_id, firm_id=firm_id, may_found=may_found)
        http = self.browser()
        http.cookies.set("sid", secret)
        me = (await http.get("/api/v1/me")).json()
        return Person(http, firm_id, UUID(me["user"]["id"]) if firm_id else None, identity_id, me["csrf_token"])

    async def key(self, of: Person) -> str:
        assert of.firm_id is not None
        async with self.unit(Actor("staff", of.firm_id, of.member_id, "owner")) as unit:
            _, secret = await create_key(unit, label="script", days=1)
        return secret


async def rows(unit: Unit, table: str) -> int:
    from sqlalchemy import text

    count: int = await unit.scalar(text(f"SELECT count(*) FROM {table}"))
    return count


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    keys = tmp_path / "keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    return Settings.model_validate(
        {
            "environment": "test",
            "signup": "open",
            "base_url": OURS,
            "keys_file": keys,
            "frontend_dist": tmp_path / "dist",
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "xero": {
                "client_id": "sandbox-client",
                "client_secret": "sandbox-secret",
                **dict.fromkeys(("login_url", "identity_url", "api_url", "app_url"), XERO),
                "sandbox": True,
            },
        }
    )


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    sandbox = create_sandbox(SandboxSettings(origin=XERO))
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=XERO) as to_xero,
        httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=XERO) as xero,
        Runtime.open(settings, http=to_xero) as rt,
    ):
        house = House(create_app(settings, rt), rt, xero)
        yield house
        for client in house.open:
            await client.aclose()
