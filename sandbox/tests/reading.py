"""Reads an organisation's whole books through the API, the way an importer does, for the tests that check them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from ..app import create_app
from ..clock import Clock
from ..settings import Settings
from ..world.organisations import Organisation, organisations
from .conftest import LEDGER, NOON, Browser

TODAY = date(2026, 11, 21)
Document = dict[str, Any]
PAGED = (
    "Invoices",
    "CreditNotes",
    "Payments",
    "Prepayments",
    "Overpayments",
    "BankTransactions",
    "ManualJournals",
    "Contacts",
)
WHOLE = ("Organisation", "Users", "Accounts", "TaxRates", "BankTransfers")


def day(value: str) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(value[6:].split("+", maxsplit=1)[0]))).date()


def cents(value: float) -> int:
    return round(value * 100)


@dataclass
class Api:
    http: httpx.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, accept: str = "application/json", **query: Any) -> httpx.Response:
        extra = {"Accept": accept, **query.pop("headers", {})}
        return await self.http.get(f"/api.xro/2.0/{path}", params=query, headers={**self.headers, **extra})

    async def whole(self, name: str, **query: Any) -> list[Document]:
        answer = await self.get(name, **query)
        assert answer.status_code == 200, answer.text
        found: list[Document] = answer.json()[{"Organisation": "Organisations"}.get(name, name)]
        return found

    async def every(self, name: str, **query: Any) -> list[Document]:
        found: list[Document] = []
        page = 1
        while True:
            answer = (await self.get(name, page=page, pageSize=1000, **query)).json()
            found += answer[name]
            if page >= answer["pagination"]["pageCount"]:
                return found
            page += 1


@dataclass
class Everything:
    organisation: Organisation
    by_name: dict[str, list[Document]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> list[Document]:
        return self.by_name[name]


@asynccontextmanager
async def api(folder: Path, organisation: Organisation, seed: int = 1, *, scope: str = "") -> AsyncIterator[Api]:
    app = create_app(
        Settings(seed=seed, today=TODAY, directory=folder / f"seed{seed}", limits=False), Clock(NOON, scale=0)
    )
    app.sandbox.reset()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8010", timeout=60
    ) as http:
        tokens = await Browser(http).tokens([organisation.tenant_id], scope=f"{LEDGER} {scope}".strip())
        yield Api(http, {"Authorization": f"Bearer {tokens['access_token']}", "xero-tenant-id": organisation.tenant_id})


async def everything(folder: Path, organisation: Organisation, seed: int = 1) -> Everything:
    found = Everything(organisation)
    async with api(folder, organisation, seed) as reader:
        for name in PAGED:
            found.by_name[name] = await reader.every(
                name, **({"includeArchived": "true"} if name == "Contacts" else {})
            )
        for name in WHOLE:
            found.by_name[name] = await reader.whole(name)
    return found


def sized(seed: int, wanted: int, at: int = 0) -> Organisation:
    """One of the sixty, near that many documents."""
    return sorted(organisations(seed)[:60], key=lambda one: abs(one.documents - wanted))[at]
