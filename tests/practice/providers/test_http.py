"""Every answer that Xero can give has a name, and nothing of a request leaks into it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx
from redis.asyncio import Redis

from practice.kernel.clock import FrozenClock
from practice.kernel.ids import CountingIds
from practice.kernel.problems import Kind, Problem
from practice.kernel.settings import Settings
from practice.providers.http import Caller, retry_after
from practice.providers.problems import (
    BadAnswer,
    DayLimitReached,
    ScopeMissing,
    TenantGone,
    Throttled,
    TokenRefused,
    Unavailable,
)
from practice.providers.xero.accounting import RESOURCES, XeroLedger

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
API = "https://api.xero.com/api.xro/2.0"
TOKEN = "CANARY_token"
PAGE = {"page": 1, "pageSize": 1000, "pageCount": 0, "itemCount": 0}


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def caller(redis: Redis) -> AsyncIterator[Caller]:
    async with httpx.AsyncClient() as http:
        yield Caller(http, redis, FrozenClock(NOW), CountingIds(), provider="xero")


@pytest.fixture
def ledger(caller: Caller) -> XeroLedger:
    return XeroLedger(caller, Settings(), access_token=TOKEN, tenant_id="7a7a7a7a-0000-4000-8000-00000000000a")


def gateway(status: int, detail: str, **keys: Any) -> httpx.Response:
    return httpx.Response(status, json={"Type": None, "Title": "T", "Status": status, "Detail": detail, "Extensions": {}} | keys)


def limited(which: str | None, **headers: str) -> httpx.Response:
    said = {"x-rate-limit-problem": which} if which else {}
    return httpx.Response(429, headers=said | headers, content=b"")


TROUBLE: list[tuple[str, Callable[[], httpx.Response], type[Problem], timedelta | None]] = [
    ("expired token", lambda: gateway(401, "TokenExpired: token expired at 11/21/2026 01:32:03"), TokenRefused, None),
    ("garbage token", lambda: gateway(401, "AuthenticationUnsuccessful"), TokenRefused, None),
    ("scope", lambda: gateway(401, "AuthorizationUnsuccessful"), ScopeMissing, None),
    ("small letters", lambda: httpx.Response(401, json={"detail": "AuthorizationUnsuccessful"}), ScopeMissing, None),
    ("tenant gone", lambda: gateway(403, "AuthenticationUnsuccessful"), TenantGone, None),
    ("role too low", lambda: gateway(403, "Forbidden for this user"), ScopeMissing, None),
    ("a wall before Xero", lambda: httpx.Response(403, html="<h1>Access Denied</h1>"), Unavailable, None),
    ("minute", lambda: limited("minute", **{"retry-after": "22"}), Throttled, timedelta(seconds=22)),
    ("concurrent", lambda: limited("concurrent"), Throttled, timedelta(seconds=1)),
    ("app", lambda: limited("appminute", **{"retry-after": "7"}), Throttled, timedelta(seconds=7)),
    ("day", lambda: limited("day", **{"retry-after": "3600"}), DayLimitReached, timedelta(hours=1)),
    ("day, other words", lambda: limited("DailyLimit", **{"retry-after": "3600"}), DayLimitReached, timedelta(hours=1)),
    ("unsaid", lambda: limited(None), Throttled, timedelta(seconds=60)),
    ("maintenance", lambda: httpx.Response(503, text="The Xero API is currently offline for maintenance"), Unavailable, None),
    ("organisation offline", lambda: httpx.Response(503, text="The Organisation is offline"), Unavailable, None),
    ("server error", lambda: httpx.Response(500, text="oops"), Unavailable, None),
    ("not found", lambda: httpx.Response(404, text="The resource you're looking for cannot be found"), BadAnswer, None),
    ("validation", lambda: httpx.Response(400, json={"ErrorNumber": 16, "Type": "QueryParseException"}), BadAnswer, None),
    ("redirect", lambda: httpx.Response(302, headers={"location": "https://elsewhere.test"}), BadAnswer, None),
    ("html", lambda: httpx.Response(200, html="<html>Sign in</html>"), BadAnswer, None),
    ("xml", lambda: httpx.Response(200, text="<Response/>", headers={"content-type": "text/xml"}), BadAnswer, None),
    ("empty", lambda: httpx.Response(200, headers={"content-type": "application/json"}), BadAnswer, None),
    ("cut short", lambda: httpx.Response(200, text='{"Invoices": [', headers={"content-type": "application/json"}), BadAnswer, None),
    ("a list", lambda: httpx.Response(200, json=[]), BadAnswer, None),
    ("no collection", lambda: httpx.Response(200, json={"Status": "OK", "pagination": PAGE}), BadAnswer, None),
    ("no pages", lambda: httpx.Response(200, json={"Status": "OK", "Invoices": []}), BadAnswer, None),
    ("an error with 200", lambda: httpx.Response(200, json={"Status": "ERROR", "Invoices": [], "pagination": PAGE}), BadAnswer, None),
    ("a hole", lambda: httpx.Response(200, json={"Invoices": [], "pagination": PAGE | {"pageCount": 3, "itemCount": 2500}}), BadAnswer, None),
    ("too large", lambda: httpx.Response(200, content=b" " * (20 * 1024 * 1024 + 1)), BadAnswer, None),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "named", "waits"), [row[1:] for row in TROUBLE], ids=[row[0] for row in TROUBLE])
@respx.mock
async def test_trouble_has_a_name(
    ledger: XeroLedger, answer: Callable[[], httpx.Response], named: type[Problem], waits: timedelta | None
) -> None:
    respx.get(f"{API}/Invoices").mock(return_value=answer())
    with pytest.raises(named) as raised:
        await ledger.pull("invoices", page=1, page_size=1000)
    problem = raised.value
    assert type(problem) is named
    assert problem.until == (NOW + waits if waits else None)
    assert (problem.kind is Kind.BUSY) == (waits is not None)
    assert TOKEN not in f"{problem.as_dict()}{problem!r}{problem.__cause__!r}{problem.__context__!r}"


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError])
@respx.mock
async def test_no_answer_is_unavailable(ledger: XeroLedger, error: type[httpx.TransportError]) -> None:
    respx.get(f"{API}/Invoices").mock(side_effect=error("CANARY_token"))
    with pytest.raises(Unavailable) as raised:
        await ledger.pull("invoices", page=1, page_size=1000)
    assert "CANARY" not in str(raised.value.as_dict())


async def test_a_slow_body_ends_at_the_deadline(redis: Redis) -> None:
    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.Event().wait()

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Trickle()))
    async with httpx.AsyncClient(transport=transport) as http:
        caller = Caller(http, redis, FrozenClock(NOW), CountingIds(), provider="xero")
        with pytest.raises(Unavailable) as raised:
            await caller.call("GET", "https://api.xero.com/x", tenant="t", deadline=0.05)
    assert raised.value.extensions["reason"] == "timeout"


@respx.mock
async def test_a_429_pauses_everybody_for_that_tenant(ledger: XeroLedger) -> None:
    route = respx.get(f"{API}/Invoices").mock(return_value=limited("minute", **{"retry-after": "22"}))
    for _ in range(2):
        with pytest.raises(Throttled):
            await ledger.pull("invoices", page=1, page_size=1000)
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("22", 22), ("0", 1), ("-1", 1), ("1000000000", 86_400), ("1e400", 86_400), ("1.5", 1.5), ("", 60), (None, 60), ("soon", 60), ("nan", 60),
        ("Sat, 21 Nov 2026 09:00:30 GMT", 30), ("Sat, 21 Nov 2020 09:00:30 GMT", 1), ("Sat, 21 Nov 2099 09:00:30 GMT", 86_400),
    ],
)  # fmt: skip
def test_retry_after_in_every_spelling(said: str | None, seconds: float) -> None:
    assert retry_after(said, now=NOW, unsaid=60) == seconds


@respx.mock
async def test_a_page_is_asked_for_as_xero_wants_it(ledger: XeroLedger, caller: Caller) -> None:
    route = respx.get(f"{API}/Contacts").mock(
        return_value=httpx.Response(
            200, headers={"x-daylimit-remaining": "4321", "x-minlimit-remaining": "59"},
            json={"Status": "OK", "pagination": PAGE | {"pageCount": 3, "itemCount": 2500},
                  "Contacts": [{"ContactID": "d1d1d1d1-0000-4000-8000-000000000001", "Name": "City Power"}, {"Name": "no id"}]},
        )
    )  # fmt: skip
    page = await ledger.pull("contacts", page=2, page_size=1000, modified_since=datetime(2026, 11, 20, 22, tzinfo=UTC))
    asked = route.calls.last.request
    assert dict(asked.url.params) == {"page": "2", "pageSize": "1000", "includeArchived": "true"}
    assert asked.headers["if-modified-since"] == "2026-11-20T22:00:00"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["xero-tenant-id"] == "7a7a7a7a-0000-4000-8000-00000000000a"
    assert (len(page.rows), page.page_count, page.item_count, page.last) == (1, 3, 2500, False)
    assert [entry["reason"] for entry in page.quarantined] == ["ContactID is missing or not an id"]
    assert caller.day_left == 4321


@respx.mock
async def test_sizes_come_from_one_short_call_for_each_paged_resource(ledger: XeroLedger) -> None:
    counts = {"Contacts": 300, "Invoices": 2500, "CreditNotes": 0, "Prepayments": 1, "Overpayments": 0,
              "BankTransactions": 1000, "Payments": 1200, "ManualJournals": 12}  # fmt: skip
    for name, count in counts.items():
        respx.get(f"{API}/{name}", params={"page": "1", "pageSize": "1"}).mock(
            return_value=httpx.Response(
                200, json={name: [{}] if count else [], "pagination": {"page": 1, "pageSize": 1, "pageCount": count, "itemCount": count}}
            )
        )
    sizes = await ledger.size(page_size=1000)
    assert sizes.documents == 2500 + 1 + 1000 + 1200 + 12
    assert sizes.by_resource["invoices"] == 2500
    unpaged = sum(not resource.paged for resource in RESOURCES)
    assert sizes.calls == (1 + 3 + 1 + 1 + 1 + 1 + 2 + 1) + unpaged


@respx.mock
async def test_an_empty_organisation_is_never_an_answer(ledger: XeroLedger) -> None:
    respx.get(f"{API}/Organisation").mock(return_value=httpx.Response(200, json={"Status": "OK", "Organisations": []}))
    with pytest.raises(BadAnswer):
        await ledger.pull("organisation")
