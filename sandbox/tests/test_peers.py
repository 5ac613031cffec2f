"""Ten things that independent clients were seen to need on the wire, whatever the documents say."""

from __future__ import annotations

import asyncio
import email.utils
import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from ..clock import Clock
from .conftest import CLIENT, LEDGER, Browser, Served

ACCOUNTING = "/api.xro/2.0"


@dataclass
class Peer:
    browser: Browser
    tenant: str
    tokens: dict[str, Any]

    async def get(self, resource: str, *, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "Xero-tenant-id": self.tenant,
            "Accept": "application/json",
        } | (headers or {})
        return await self.browser.http.get(f"{ACCOUNTING}/{resource}", params=query, headers=sent)

    async def rows(self, resource: str, key: str = "", **query: str) -> list[dict[str, Any]]:
        answer = await self.get(resource, headers=None, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()[key or resource]
        return found


@pytest.fixture
async def peer(browser: Browser) -> Peer:
    firm = (await browser.http.get("/__control/organisations")).json()["organisations"]
    sizes = {o["tenant_id"]: o["documents"] for o in firm}
    page = await browser.sign_in((await browser.ask()).headers["location"])
    offered = await browser.offered(page)
    chosen = min(offered, key=lambda tenant: abs(sizes[tenant] - 3_000))
    return Peer(browser, chosen, await browser.tokens([chosen]))


async def test_1_names_in_any_case_and_by_their_aliases(peer: Peer) -> None:
    bearer = {"Authorization": f"Bearer {peer.tokens['access_token']}"}
    for path in ("/connections", "/Connections", "/CONNECTIONS"):
        assert len((await peer.browser.http.get(path, headers=bearer)).json()) == 1
    one, many = await peer.rows("Organisation", "Organisations"), await peer.rows("Organisations")
    assert one == many
    upper, lower = await peer.get("BankTransactions", page="1"), await peer.get("banktransactions", page="1")
    assert upper.json()["BankTransactions"] == lower.json()["BankTransactions"]


async def test_2_the_token_reply_has_six_keys_and_the_scope_that_was_asked_for(peer: Peer) -> None:
    answer = await peer.browser.token(grant_type="refresh_token", refresh_token=peer.tokens["refresh_token"])
    assert set(answer.json()) == {"access_token", "refresh_token", "expires_in", "token_type", "scope", "id_token"}
    assert answer.json()["scope"] == LEDGER


@pytest.mark.parametrize("scope", [{}, {"scope": LEDGER}])
@pytest.mark.parametrize("by", ["basic", "form"])
async def test_3_the_secret_in_either_place_with_and_without_scope(peer: Peer, by: str, scope: dict[str, str]) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": peer.tokens["refresh_token"]} | scope
    if by == "basic":
        answer = await peer.browser.http.post("/connect/token", data=form, auth=CLIENT)
    else:
        secret = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
        answer = await peer.browser.http.post("/connect/token", data=form | secret)
    assert answer.status_code == 200


async def test_4_a_get_may_carry_a_body(peer: Peer) -> None:
    headers = {
        "Authorization": f"Bearer {peer.tokens['access_token']}",
        "xero-tenant-id": peer.tenant,
        "Accept": "application/json",
    }
    for path in ("/connections", f"{ACCOUNTING}/Accounts"):
        assert (await peer.browser.http.request("GET", path, json={}, headers=headers)).status_code == 200


async def test_5_without_a_page_everything_comes_and_without_lines(peer: Peer) -> None:
    answer = (await peer.get("Invoices")).json()
    first = (await peer.get("Invoices", page="1")).json()
    assert "pagination" not in answer
    assert len(answer["Invoices"]) == first["pagination"]["itemCount"] > first["pagination"]["pageSize"]
    assert not any(row.get("LineItems") for row in answer["Invoices"])
    assert all(row["LineItems"] for row in first["Invoices"])


async def test_6_if_modified_since_in_every_spelling_and_page_size_only_by_its_name(peer: Peer) -> None:
    everything = await peer.rows("Invoices", page="1", pageSize="1000")
    times = sorted(int(re.findall(r"-?\d+", row["UpdatedDateUTC"])[0]) for row in everything)
    since = datetime.fromtimestamp(times[len(times) // 2] // 1000, tz=UTC)
    spellings = [
        f"{since:%Y-%m-%dT%H:%M:%SZ}",
        f"{since:%Y-%m-%dT%H:%M:%S}",
        email.utils.format_datetime(since, usegmt=True),
        f'"{since:%Y-%m-%dT%H:%M:%S}"',
    ]
    counts = set()
    for spelling in spellings:
        answer = await peer.get("Invoices", headers={"If-Modified-Since": spelling}, page="1", pageSize="1000")
        counts.add(answer.json()["pagination"]["itemCount"])
    assert len(counts) == 1
    assert 0 < counts.pop() < len(everything)
    answer = await peer.get("Invoices", page="1", page_size="7")
    assert answer.json()["pagination"]["pageSize"] == 100


async def test_7_accounts_say_when_they_changed_and_contacts_have_groups(peer: Peer) -> None:
    assert all("UpdatedDateUTC" in row for row in await peer.rows("Accounts"))
    assert all(row["ContactGroups"] == [] or row["ContactGroups"] for row in await peer.rows("Contacts", page="1"))


async def test_8_dates_slashes_line_ends_and_strict_types(peer: Peer) -> None:
    answer = await peer.get("Payments", page="1")
    text = answer.content.decode()
    assert "\r\n" in text
    assert "\\/Date(" in text
    assert not re.search(r'"/Date\(', text)
    for row in answer.json()["Payments"]:
        assert re.fullmatch(r"/Date\(-?\d+\+0000\)/", row["Date"])
        assert isinstance(row["IsReconciled"], bool)
        assert isinstance(row["Amount"], int | float)


async def test_9_a_429_is_empty_and_says_which_and_when_not_for_how_many_at_once(peer: Peer) -> None:
    for problem, retry in (("minute", True), ("day", True), ("appminute", True), ("concurrent", False)):
        await peer.browser.http.post("/__control/faults", json={"kind": f"{problem}429"})
        answer = await peer.get("Accounts")
        assert (answer.status_code, answer.content) == (429, b"")
        assert answer.headers["x-rate-limit-problem"] == problem
        assert ("retry-after" in answer.headers) is retry
    for answer in (await peer.get("Accounts"), await peer.get("Nonsense"), await peer.get("Invoices/nonsense")):
        for header in ("x-minlimit-remaining", "x-daylimit-remaining", "x-appminlimit-remaining"):
            assert answer.headers[header].isdigit()


async def test_10_errors_are_json_with_six_keys(peer: Peer, clock: Clock) -> None:
    peer.tenant, right = "00000000-0000-4000-8000-000000000000", peer.tenant
    wrong = (await peer.get("Accounts")).json()
    assert set(wrong) == {"Type", "Title", "Status", "Detail", "Instance", "Extensions"}
    assert (wrong["Type"], wrong["Title"], wrong["Status"], wrong["Detail"]) == (
        None, "Forbidden", 403, "AuthenticationUnsuccessful",
    )  # fmt: skip
    peer.tenant = right
    clock.advance(timedelta(minutes=30).total_seconds())
    expired = await peer.get("Accounts")
    assert expired.status_code == 401
    assert expired.json()["Detail"] == "TokenExpired: token expired at 11/21/2026 12:30:00"


# On a real socket a broken connection is a broken connection


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("reset", (httpx.ReadError, httpx.RemoteProtocolError)),
        ("lost_answer", (httpx.ReadError, httpx.RemoteProtocolError)),
        ("half_body", (httpx.ReadError, httpx.RemoteProtocolError)),
        ("token_lost", (httpx.ReadError, httpx.RemoteProtocolError)),
    ],
)
async def test_connections_break_on_the_wire(served: Served, kind: str, seen: tuple[type[Exception], ...]) -> None:
    served.app.sandbox.reset()
    async with httpx.AsyncClient(base_url=served.url) as http:
        await http.post("/__control/faults", json={"kind": kind, "path": "/connect/token"})
        form = {"grant_type": "client_credentials", "scope": "app.connections"}
        with pytest.raises(seen):
            await http.post("/connect/token", data=form, auth=CLIENT)
        assert (await http.post("/connect/token", data=form, auth=CLIENT)).status_code == 200


async def test_the_server_gives_no_name_and_keeps_connections_open(served: Served) -> None:
    host, port = urlsplit(served.url).hostname, urlsplit(served.url).port
    reader, writer = await asyncio.open_connection(host, port, family=socket.AF_INET)
    for _ in range(2):
        writer.write(b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert b"server:" not in head
        length = int(re.findall(rb"content-length: (\d+)", head)[0])
        assert b'"issuer":"http://sandbox"' in await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()
