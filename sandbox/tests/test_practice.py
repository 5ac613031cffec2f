"""The practice manager API as Xero describes it: XML by default, JSON behind its header, envelopes, paging, who sees what."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from ..world.practice import practices
from .conftest import Browser

BASE = "/practicemanager/3.1"
XPM = "openid offline_access practicemanager.client practicemanager.staff.read"
STRICT = {"Xero-Features": "practice-strict-content-type", "Accept": "application/json"}
NARROW = 4


class Xpm:
    def __init__(self, http: httpx.AsyncClient, access: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {access}", "xero-tenant-id": practices(1)[0].tenant_id}

    async def get(self, path: str, *, strict: bool = False, **query: Any) -> httpx.Response:
        return await self.http.get(f"{BASE}/{path}", params=query, headers=self.headers | (STRICT if strict else {}))

    async def xml(self, path: str, **query: Any) -> ET.Element:
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        return ET.fromstring(answer.content)

    async def send(self, verb: str, path: str, body: str, **query: Any) -> ET.Element:
        headers = self.headers | {"Content-Type": "application/xml"}
        answer = await self.http.request(verb, f"{BASE}/{path}", params=query, content=body.encode(), headers=headers)
        assert answer.status_code == 200, answer.text
        return ET.fromstring(answer.content)


async def signed_in(browser: Browser, *, who: int = 0, scope: str = XPM) -> Xpm:
    tokens = await browser.tokens([practices(1)[0].tenant_id], who=who, scope=scope)
    return Xpm(browser.http, tokens["access_token"])


@pytest.fixture
async def xpm(browser: Browser) -> Xpm:
    return await signed_in(browser)


async def test_the_list_has_everyone_and_says_who_is_archived_and_deleted(xpm: Xpm) -> None:
    root = await xpm.xml("client.api/list")
    assert (root.get("api-method"), root.findtext("Status")) == ("List", "OK")
    assert len(root.findall("Clients/Client")) == 2000
