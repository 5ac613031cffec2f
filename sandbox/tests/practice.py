"""A signed-in caller of the practice manager API, for tests."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import httpx

from ..world.practice import practices
from .conftest import Browser

BASE = "/practicemanager/3.1"
XPM = "openid offline_access practicemanager.client practicemanager.staff.read"
ALL = "openid offline_access practicemanager practicemanager.client practicemanager.staff"
STRICT = {"Xero-Features": "practice-strict-content-type", "Accept": "application/json"}
TENANT = practices(1)[0].tenant_id
NARROW = 4


class Xpm:
    def __init__(self, http: httpx.AsyncClient, access: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {access}", "xero-tenant-id": TENANT}

    async def get(self, path: str, *, strict: bool = False, **query: Any) -> httpx.Response:
        return await self.http.get(f"{BASE}/{path}", params=query, headers=self.headers | (STRICT if strict else {}))

    async def xml(self, path: str, **query: Any) -> ET.Element:
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        return ET.fromstring(answer.content)

    async def json(self, path: str, **query: Any) -> Any:
        answer = await self.get(path, strict=True, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, verb: str, path: str, body: str = "", **query: Any) -> ET.Element:
        headers = self.headers | {"Content-Type": "application/xml"}
        answer = await self.http.request(verb, f"{BASE}/{path}", params=query, content=body.encode(), headers=headers)
        assert answer.status_code == 200, answer.text
        return ET.fromstring(answer.content)

    async def send_json(self, verb: str, path: str, body: Any, **query: Any) -> httpx.Response:
        return await self.http.request(verb, f"{BASE}/{path}", params=query, json=body, headers=self.headers | STRICT)

    async def control(self, name: str, /, **fields: Any) -> Any:
        answer = await self.http.post(f"/__control/{name}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def truth(self) -> Any:
        return (await self.http.get("/__control/practice/truth")).json()


async def signed_in(browser: Browser, *, who: int = 0, scope: str = XPM) -> Xpm:
    tokens = await browser.tokens([TENANT], who=who, scope=scope)
    return Xpm(browser.http, tokens["access_token"])
