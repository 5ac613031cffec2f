"""The gateway: its order, its bodies and headers, fixed windows with a phase of their own, five in flight. Time is moved, never slept."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..clock import Clock
from ..gateway.limits import Limits
from ..gateway.wire import AnswerLost, Wire
from .conftest import CLIENT, LEDGER, SECOND, Browser

ROOM = "/api.xro/2.0/Plain"
ROWS = {"Plain": [{"Id": "a", "When": "/Date(1795132800000+0000)/"}, {"Id": "b"}]}


@dataclass
class Caller:
    """One user's token and the tenants it reaches."""

    http: httpx.AsyncClient
    access: str
    refresh: str
    tenants: list[str]

    async def call(self, tenant: str | int = 0, path: str = ROOM, **headers: str) -> httpx.Response:
        chosen = self.tenants[tenant] if isinstance(tenant, int) else tenant
        sent = {"Authorization": f"Bearer {self.access}", "xero-tenant-id": chosen, "Accept": "application/json"}
        return await self.http.get(path, headers=sent | headers)


@pytest.fixture
def door(app: Wire) -> asyncio.Event:
    """A plain room behind the gateway: it answers at once, or (`?wait=1`) when the event is set."""
    event = asyncio.Event()

    async def room(request: Request) -> Response:
        async with app.sandbox.gateway.enter(request, scopes=("accounting.settings.read",)):
            if request.query_params.get("wait"):
                await event.wait()
            return JSONResponse(ROWS)

    async def journals(request: Request) -> Response:
        async with app.sandbox.gateway.enter(request, scopes=("accounting.journals.read",)):
            return JSONResponse({})

    assert isinstance(app.app, Starlette)
    app.app.router.routes[:0] = [Route(ROOM, room), Route("/api.xro/2.0/PlainJournals", journals)]
    return event


@pytest.fixture
async def caller(door: asyncio.Event, browser: Browser) -> Caller:
    body = await browser.tokens(3)
    found = await browser.connections(body["access_token"])
    return Caller(browser.http, body["access_token"], body["refresh_token"], sorted(c["tenantId"] for c in found))


async def until(true: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came true")


async def fault(http: httpx.AsyncClient, kind: str, **match: Any) -> None:
    answer = await http.post("/__control/faults", json={"kind": kind, **match})
    assert answer.status_code == 200, answer.text


def gateway_body(answer: httpx.Response, status: int, title: str, detail: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert list(body) == ["Type", "Title", "Status", "Detail", "Instance", "Extensions"]
    assert (body["Type"], body["Title"], body["Status"], body["Extensions"]) == (None, title, status, {})
    assert body["Detail"] == detail
    UUID(body["Instance"])


# Token, tenant, scope


async def test_every_success_says_what_is_left(caller: Caller) -> None:
    answer = await caller.call()
    assert answer.status_code == 200
    assert answer.headers["x-daylimit-remaining"] == "4999"
    assert answer.headers["x-minlimit-remaining"] == "59"
    assert answer.headers["x-appminlimit-remaining"] == "9999"
    assert answer.headers["cache-control"] == "max-age=0, no-cache, no-store"
    UUID(answer.headers["xero-correlation-id"])


async def test_a_bad_token_and_none(caller: Caller) -> None:
    for headers in ({"Authorization": "Bearer nonsense"}, {"Authorization": ""}, {"Authorization": caller.access}):
        answer = await caller.call(**headers)
        gateway_body(answer, 401, "Unauthorized", "AuthenticationUnsuccessful")
        assert answer.headers["www-authenticate"] == "Bearer error=invalid_token"


async def test_an_id_token_is_no_access_token(caller: Caller, browser: Browser) -> None:
    body = await browser.tokens(1)
    gateway_body(await caller.call(Authorization=f"Bearer {body['id_token']}"), 401, "Unauthorized", "AuthenticationUnsuccessful")


async def test_an_expired_token_says_when(caller: Caller, clock: Clock) -> None:
    clock.advance(30 * 60 - 1)
    assert (await caller.call()).status_code == 200
    clock.advance(1)
    gateway_body(await caller.call(), 401, "Unauthorized", "TokenExpired: token expired at 11/21/2026 12:30:00")


async def test_a_tenant_that_is_not_connected(caller: Caller, browser: Browser) -> None:
    for tenant in ("", "00000000-0000-4000-8000-000000000000"):
        answer = await caller.call(tenant)
        gateway_body(answer, 403, "Forbidden", "AuthenticationUnsuccessful")
        limits = {h for h in answer.headers if "limit" in h}
        assert limits == {"x-appminlimit-remaining"}
    browser.http.cookies.clear()
    other = await browser.tokens(20, who=SECOND)
    theirs = {c["tenantId"] for c in await browser.connections(other["access_token"])} - set(caller.tenants)
    gateway_body(await caller.call(min(theirs)), 403, "Forbidden", "AuthenticationUnsuccessful")


async def test_disconnected_and_revoked_through_the_control_page(caller: Caller) -> None:
    await caller.http.post("/__control/disconnect", json={"tenant_id": caller.tenants[0]})
    gateway_body(await caller.call(0), 403, "Forbidden", "AuthenticationUnsuccessful")
    assert (await caller.call(1)).status_code == 200
    await caller.http.post("/__control/revoke", data={"user": "margaret@ironbark.example"})
    gateway_body(await caller.call(1), 401, "Unauthorized", "AuthenticationUnsuccessful")


async def test_a_practice_is_no_organisation(caller: Caller, browser: Browser) -> None:
    everything = (await browser.http.get("/__control/users")).json()["users"][0]
    practice = everything["practice_ids"]
    body = await browser.tokens(practice, scope=LEDGER + " practicemanager.client.read")
    answer = await caller.call(practice[0], Authorization=f"Bearer {body['access_token']}")
    gateway_body(answer, 403, "Forbidden", "AuthenticationUnsuccessful")


async def test_a_missing_scope_comes_after_the_tenant(caller: Caller) -> None:
    answer = await caller.call(path="/api.xro/2.0/PlainJournals")
    gateway_body(answer, 401, "Unauthorized", "AuthorizationUnsuccessful")
    answer = await caller.call("nowhere", path="/api.xro/2.0/PlainJournals")
    assert answer.status_code == 403


# Limits


def refused(answer: httpx.Response, problem: str, retry_after: int | None) -> None:
    assert answer.status_code == 429
    assert answer.content == b""
    assert answer.headers["content-length"] == "0"
    assert answer.headers["x-rate-limit-problem"] == problem
    assert answer.headers.get("retry-after") == (None if retry_after is None else str(retry_after))


async def spend(caller: Caller, calls: int, tenant: int = 0) -> list[int]:
    return [(await caller.call(tenant)).status_code for _ in range(calls)]


async def test_sixty_a_minute_in_a_fixed_window(caller: Caller, app: Wire, clock: Clock) -> None:
    window = app.sandbox.gateway.limits.counters(CLIENT[0], caller.tenants[0]).minute
    clock.advance(window.left(clock.now()) - 10)  # ten seconds before this tenant's window closes
    assert set(await spend(caller, 60)) == {200}
    answer = await caller.call()
    refused(answer, "minute", 10)
    assert answer.headers["x-minlimit-remaining"] == "0"
    assert answer.headers["x-daylimit-remaining"] == "4940"  # a refused call is not counted
    clock.advance(9)
    refused(await caller.call(), "minute", 1)
    clock.advance(1)
    assert set(await spend(caller, 60)) == {200}  # fixed, not rolling: 120 calls in ten seconds
    refused(await caller.call(), "minute", 60)


async def test_each_tenant_has_a_phase_and_a_count_of_its_own(caller: Caller, app: Wire, clock: Clock) -> None:
    limits = app.sandbox.gateway.limits
    left = [limits.counters(CLIENT[0], t).minute.left(clock.now()) for t in caller.tenants]
    assert len(set(left)) > 1
    days = [limits.counters(CLIENT[0], t).day.left(clock.now()) for t in caller.tenants]
    assert len(set(days)) == 3
    await spend(caller, 60, 0)
    assert (await caller.call(0)).status_code == 429
    assert (await caller.call(1)).headers["x-minlimit-remaining"] == "59"


async def test_the_day(caller: Caller, app: Wire, clock: Clock) -> None:
    await caller.http.post("/__control/limits", json={"daily": 3})
    assert await spend(caller, 3) == [200] * 3
    window = app.sandbox.gateway.limits.counters(CLIENT[0], caller.tenants[0]).day
    answer = await caller.call()
    refused(answer, "day", round(window.left(clock.now())))
    assert answer.headers["x-daylimit-remaining"] == "0"
    clock.advance(window.left(clock.now()))
    body = {"grant_type": "refresh_token", "refresh_token": caller.refresh}
    renewed = (await caller.http.post("/connect/token", data=body, auth=CLIENT)).json()
    answer = await caller.call(Authorization=f"Bearer {renewed['access_token']}")
    assert answer.headers["x-daylimit-remaining"] == "2"


async def test_the_app_over_all_tenants(caller: Caller, app: Wire) -> None:
    limits = app.sandbox.gateway.limits
    assert isinstance(limits, Limits)
    await caller.call()
    limits._apps[CLIENT[0]].count = 10_000
    answer = await caller.call(1)
    assert answer.headers["x-rate-limit-problem"] == "appminute"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["x-appminlimit-remaining"] == "0"


async def test_five_in_flight_until_the_last_byte(caller: Caller, app: Wire, door: asyncio.Event) -> None:
    waiting = [asyncio.create_task(caller.call(path=ROOM + "?wait=1")) for _ in range(5)]
    counters = app.sandbox.gateway.limits.counters(CLIENT[0], caller.tenants[0])
    await until(lambda: counters.in_flight == 5)
    refused(await caller.call(), "concurrent", None)
    assert (await caller.call(1)).status_code == 200
    door.set()
    assert [(await task).status_code for task in waiting] == [200] * 5
    assert counters.in_flight == 0
    assert (await caller.call()).status_code == 200
    stats = (await caller.http.get("/__control/stats")).json()
    assert stats["max_in_flight"] == 5
    assert stats["refused"] == {"concurrent": 1}
    assert stats["tenants"][caller.tenants[0]]["refused"] == {"concurrent": 1}


async def test_limits_off_never_refuses_and_says_all_is_left(caller: Caller) -> None:
    await caller.http.post("/__control/limits", json={"on": False})
    assert set(await spend(caller, 70)) == {200}
    assert (await caller.call()).headers["x-minlimit-remaining"] == "60"


async def test_a_faster_clock_shortens_the_wait_it_names(caller: Caller, app: Wire) -> None:
    limits, clock = app.sandbox.gateway.limits, app.sandbox.clock
    window = limits.counters(CLIENT[0], caller.tenants[0]).minute
    clock.advance(window.left(clock.now()) - 40)
    clock.set_scale(1e-9)
    assert limits.wait(window) > 1000
    clock.set_scale(20)
    assert limits.wait(window) == 2
    clock.set_scale(0)


# The log


async def test_calls_are_logged_with_tenant_page_and_window(caller: Caller) -> None:
    await caller.call(path=ROOM + "?page=3&pageSize=100")
    await caller.call(1)
    found = (await caller.http.get("/__control/calls", params={"tenant": caller.tenants[0], "path": ".xro"})).json()
    assert [(c["page"], c["status"], c["query"]["pageSize"]) for c in found["calls"]] == [(3, 200, "100")]
    stats = (await caller.http.get("/__control/stats")).json()
    [(opened, calls)] = stats["tenants"][caller.tenants[0]]["calls_per_window"].items()
    assert calls == 1
    assert datetime.fromisoformat(opened).tzinfo == UTC
    assert stats["tokens"] == {"codes": 1}


# Faults


@pytest.mark.parametrize(
    ("kind", "problem", "retry"),
    [("minute429", "minute", 7), ("day429", "day", 7), ("appminute429", "appminute", 7), ("concurrent429", "concurrent", None)],
)
async def test_a_429_on_demand(caller: Caller, kind: str, problem: str, retry: int | None) -> None:
    await fault(caller.http, kind, retry_after=7)
    refused(await caller.call(), problem, retry)
    assert (await caller.call()).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("503maintenance", 503, "The Xero API is currently offline for maintenance"),
        ("503unavailable", 503, "The Xero API is temporarily unavailable"),
        ("503offline", 503, "The Organisation is offline"),
        ("http500", 500, "An error occurred"),
        ("empty", 200, ""),
    ],
)
async def test_a_fault_that_answers(caller: Caller, kind: str, status: int, text: str) -> None:
    await fault(caller.http, kind)
    answer = await caller.call()
    assert (answer.status_code, answer.text) == (status, text)
    assert (await caller.call()).json() == ROWS


async def test_faults_match_tenant_path_and_page_and_wait_their_turn(caller: Caller) -> None:
    await fault(caller.http, "http500", tenant=caller.tenants[1], path="plain", page=2, after=1, times=2)
    assert (await caller.call(0, ROOM + "?page=2")).status_code == 200
    assert (await caller.call(1, ROOM + "?page=1")).status_code == 200
    seen = [(await caller.call(1, ROOM + "?page=2")).status_code for _ in range(4)]
    assert seen == [200, 500, 500, 200]
    unknown = await caller.http.post("/__control/faults", json={"kind": "earthquake"})
    assert unknown.status_code == 400


async def test_rubbish_with_status_200(caller: Caller) -> None:
    await fault(caller.http, "wrong_type")
    answer = await caller.call()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    await fault(caller.http, "bad_json")
    answer = await caller.call()
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError):
        answer.json()
    await fault(caller.http, "duplicate_row")
    assert [r["Id"] for r in (await caller.call()).json()["Plain"]] == ["a", "b", "a"]


async def test_broken_connections(caller: Caller, app: Wire) -> None:
    for kind in ("reset", "half_body", "lost_answer"):
        await fault(caller.http, kind)
        with pytest.raises(AnswerLost):
            await caller.call()
    counters = app.sandbox.gateway.limits.counters(CLIENT[0], caller.tenants[0])
    assert counters.minute.count == 2  # a reset comes before anything, a lost answer after everything
    assert counters.in_flight == 0


async def test_a_slow_answer_holds_its_place(caller: Caller, app: Wire) -> None:
    await fault(caller.http, "slow", delay=0.05)
    task = asyncio.create_task(caller.call())
    counters = app.sandbox.gateway.limits.counters(CLIENT[0], caller.tenants[0])
    await until(lambda: counters.in_flight == 1)
    assert not task.done()
    assert (await task).status_code == 200


async def test_a_token_that_expires_in_the_middle(caller: Caller) -> None:
    await fault(caller.http, "expire_token", after=1)
    assert [(await caller.call()).status_code for _ in range(3)] == [200, 401, 401]
    body = {"grant_type": "refresh_token", "refresh_token": caller.refresh}
    renewed = (await caller.http.post("/connect/token", data=body, auth=CLIENT)).json()
    assert (await caller.call(Authorization=f"Bearer {renewed['access_token']}")).status_code == 200


async def test_a_refresh_whose_answer_is_lost_is_mended_by_the_grace(caller: Caller) -> None:
    await fault(caller.http, "token_lost")
    body = {"grant_type": "refresh_token", "refresh_token": caller.refresh}
    with pytest.raises(AnswerLost):
        await caller.http.post("/connect/token", data=body, auth=CLIENT)
    assert (await caller.http.post("/connect/token", data=body, auth=CLIENT)).status_code == 200
    stats = (await caller.http.get("/__control/stats")).json()
    assert stats["tokens"] == {"codes": 1, "refreshes": 2, "within_grace": 1, "lost": 1}


async def test_rotation_by_the_harshest_reading(caller: Caller) -> None:
    """Only the newest token's own parent is taken again, and then the newest dies."""

    async def turned(token: str) -> str | None:
        body = {"grant_type": "refresh_token", "refresh_token": token}
        answer = await caller.http.post("/connect/token", data=body, auth=CLIENT)
        found: str | None = answer.json().get("refresh_token")
        return found

    await caller.http.post("/__control/rotation", json={"harsh": True})
    first = caller.refresh
    second = await turned(first)
    third = await turned(first)
    assert second
    assert third
    assert third != second
    assert await turned(second) is None
    fourth = await turned(third)
    assert fourth
    assert await turned(first) is None
    stats = (await caller.http.get("/__control/stats")).json()
    assert [one["sha256"] for one in stats["live_tokens"].values()] == [hashlib.sha256(fourth.encode()).hexdigest()]
    assert stats["tokens"] == {"codes": 1, "refreshes": 3, "within_grace": 1, "refused": 2, "invalid_grant": 2}


async def test_held_answers_wait_until_they_are_released(caller: Caller, app: Wire) -> None:
    await caller.http.post("/__control/hold", json={"path": "Plain"})
    task = asyncio.create_task(caller.call())
    counters = app.sandbox.gateway.limits.counters(CLIENT[0], caller.tenants[0])
    await until(lambda: counters.in_flight == 1)
    assert not task.done()
    assert (await caller.http.post("/__control/release")).json() == {"released": 1}
    assert (await task).json() == ROWS


@pytest.mark.parametrize(
    ("value", "written"),
    [("NaN", "NaN"), ("1e400", "1e400"), ('"12.50"', '"12.50"'), ("[]", "[]")],
)
async def test_any_value_in_any_field_of_the_first_row(caller: Caller, value: str, written: str) -> None:
    await fault(caller.http, "drift", field="Id", value=value)
    text = (await caller.call()).text
    assert f'"Id": {written}' in text
    assert text.count('"Id"') == 2
    await fault(caller.http, "drift", field="Id")
    assert (await caller.call()).json()["Plain"][0] == {"When": ROWS["Plain"][0]["When"]}


async def test_bodies_that_are_no_answer(caller: Caller) -> None:
    for kind in ("null", "bad_utf8", "reordered"):
        await fault(caller.http, kind)
    assert (await caller.call()).content == b"null"
    with pytest.raises(UnicodeDecodeError):
        (await caller.call()).content.decode()
    assert (await caller.call()).json()["Plain"] == ROWS["Plain"][::-1]


async def test_a_share_of_the_calls_is_spoiled(caller: Caller) -> None:
    await fault(caller.http, "http500", times=0, chance=0.3)
    failed = [(await caller.call()).status_code == 500 for _ in range(40)]
    assert 4 < sum(failed) < 24


# The control page


async def test_reset_forgets_everything(caller: Caller) -> None:
    await fault(caller.http, "http500", times=0)
    await caller.http.post("/__control/latency", data={"ms": "5"})
    state = (await caller.http.post("/__control/reset")).json()
    assert (state["faults"], state["connections"], state["switches"]["latency_ms"]) == ([], [], 0)
    gateway_body(await caller.call(), 401, "Unauthorized", "AuthenticationUnsuccessful")


async def test_the_control_page_takes_forms_of_its_own_only(caller: Caller) -> None:
    browser = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    answer = await caller.http.post("/__control/latency", data={"ms": "40"}, headers=browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = (await caller.http.get("/")).text
    assert 'name="ms" value="40"' in page
    answer = await caller.http.post("/__control/reset", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
