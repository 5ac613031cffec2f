"""The way back from consent, brought more than once (promises F50). What dies on the way is in test_processes.py (F10)."""

import asyncio
from collections import Counter

import pytest

from practice.connections import complete_authorization as completing
from practice.connections.models import Connection, Grant, Tenant
from sandbox.world.organisations import organisations
from tests.api.conftest import Person
from tests.practice.imports.conftest import SEED, Desk
from tests.world import consented


@pytest.fixture(autouse=True)
def slow_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second callback waits for the first for as long as a slow machine takes over an exchange."""
    monkeypatch.setattr(completing, "_PATIENCE_SECONDS", 100.0)


async def on_the_way_back(desk: Desk) -> tuple[Person, str, str]:
    """Somebody who has consented to one more organisation, and where Xero sends the browser."""
    known = {*desk.remote.values()}
    another = next(one.tenant_id for one in organisations(SEED)[:60] if one.tenant_id not in known)
    ada = await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)
    asked = await ada.post("/connections", {"provider": "xero"})
    return ada, another, await consented(desk.house.xero, asked.json()["authorize_url"], [another])


async def exchanges(desk: Desk) -> int:
    counted: int = (await desk.control("GET", "stats"))["tokens"]["codes"]
    return counted


async def test_f50_the_same_callback_twice_at_once_and_again_later_is_one_exchange(desk: Desk) -> None:
    ada, another, back = await on_the_way_back(desk)
    before = await exchanges(desk)
    answers = await asyncio.gather(*(ada.http.get(back) for _ in range(5)))
    assert Counter(answer.headers["location"] for answer in answers) == {"/connect/tenants": 5}
    assert await exchanges(desk) == before + 1
    later = await ada.http.get(back)
    assert (later.status_code, later.headers["location"]) == (303, "/connect/tenants")
    assert await exchanges(desk) == before + 1
    assert (await desk.control("GET", "stats"))["tokens"].get("refused", 0) == 0
    (tenant,) = await desk.all(Tenant, Tenant.remote_id == another)
    assert len(await desk.all(Connection, Connection.tenant_id == tenant.id)) == 1
    assert len(await desk.all(Grant)) == 1
    verbs = await desk.verbs()
    assert verbs["connection.made"] == 2  # the desk's own, and this one


@pytest.mark.parametrize("thief", ["no cookie", "another browser"])
async def test_f50_somebody_else_with_the_same_address_gets_nothing(desk: Desk, thief: str) -> None:
    ada, _, back = await on_the_way_back(desk)
    assert (await ada.http.get(back)).headers["location"] == "/connect/tenants"
    other = desk.house.browser()
    if thief == "another browser":
        other.cookies.set("xflow", "made up")
    answer = await other.get(back)
    assert answer.headers["location"] == "/oauth-failed?problem=consent-spent"


async def test_f50_a_callback_that_failed_says_so_at_once_the_second_time(desk: Desk) -> None:
    ada, _, back = await on_the_way_back(desk)
    before = await exchanges(desk)
    await desk.fault("http500", "/connections", times=0)
    assert (await ada.http.get(back)).headers["location"] == "/oauth-failed?problem=unavailable"
    await desk.control("POST", "faults/drop")
    async with asyncio.timeout(50):
        assert (await ada.http.get(back)).headers["location"] == "/oauth-failed?problem=consent-spent"
    assert await exchanges(desk) == before + 1
