"""What Xero still allows is shown: on a client, and on the list of connections."""

from typing import Any
from uuid import UUID

import pytest

from practice.clients.models import Client
from practice.connections.models import Connection, Tenant
from practice.connections.note_day import note_day
from practice.kernel.actor import Actor
from practice.kernel.ids import TimeOrderedIds
from practice.providers.limits import Limiter, Limits
from practice.providers.problems import Throttled
from tests.api.conftest import House, Person


@pytest.fixture
async def client(house: House) -> tuple[Person, str, str]:
    """Ada, her client's id, and its organisation's id at Xero."""
    ada = await house.founder()
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        tenant = unit.add(Tenant(provider="xero", remote_id=str(unit.ids.new()), name="Wattle", kind="organisation", seen_at=unit.now))
        await unit.flush()
        unit.add(Connection(tenant_id=tenant.id, status="active", connected_at=unit.now))
        client = unit.add(
            Client(
                tenant_id=tenant.id, name="Wattle", state="active", visibility="whole_team", tags=[], version=1,
                import_failed=False, band="unscored", provisional=False, trend=[], issues=0,
            )
        )  # fmt: skip
        await unit.flush()
        return ada, str(client.id), tenant.remote_id


def limiter(house: House) -> Limiter:
    lent = house.rt.lent
    return Limiter(lent.redis, lent.clock, TimeOrderedIds(), provider="xero", limits=Limits.of(lent.settings.xero))


async def quota(person: Person, client_id: str) -> dict[str, Any]:
    answer = await person.get(f"/clients/{client_id}/quota")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_nothing_is_known_of_a_day_before_the_first_call(house: House, client: tuple[Person, str, str]) -> None:
    ada, client_id, _ = client
    assert await quota(ada, client_id) == {
        "day_limit": 5000, "day_left": None, "day_resets_at": None, "minute_limit": 60, "minute_left": 60,
        "reserved_for_people": 500, "waiting_until": None,
    }  # fmt: skip


async def test_calls_and_refusals_show(house: House, client: tuple[Person, str, str]) -> None:
    ada, client_id, remote_id = client
    asked = limiter(house)
    async with asked.permit(remote_id) as permit:
        permit.minute_left, permit.day_left = 58, 4321
    seen = await quota(ada, client_id)
    assert (seen["day_left"], seen["minute_left"], seen["waiting_until"]) == (4321, 58, None)
    listed = (await ada.get("/connections")).json()["items"][0]
    assert (listed["day_calls_left"], listed["day_limit"], listed["minute_calls_left"]) == (4321, 5000, 58)

    await asked.pause(remote_id, "minute", seconds=40)
    assert (await quota(ada, client_id))["waiting_until"] is not None


async def test_the_day_is_known_without_redis(house: House, client: tuple[Person, str, str]) -> None:
    ada, client_id, _ = client
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        tenant = await unit.get(Client, UUID(client_id))
        assert tenant.tenant_id is not None
        await note_day(unit, tenant_id=tenant.tenant_id, calls=60, left=480)
    assert (await quota(ada, client_id))["day_left"] == 480
    listed = (await ada.get("/connections")).json()["items"][0]
    assert listed["day_calls_left"] == 480


async def test_an_open_page_keeps_room_for_what_its_person_asks(house: House, client: tuple[Person, str, str]) -> None:
    ada, client_id, remote_id = client
    assert (await ada.post(f"/clients/{client_id}/seen")).status_code == 204
    assert 0 < await house.rt.lent.redis.pttl(f"rl:xero:{remote_id}:open") <= 60_000
    lent = house.rt.lent
    one_at_a_time = Limits(in_flight=2, patience_in_flight_ms=0)
    asked = Limiter(lent.redis, lent.clock, TimeOrderedIds(), provider="xero", limits=one_at_a_time)
    async with asked.permit(remote_id):
        with pytest.raises(Throttled):
            async with asked.permit(remote_id):
                pass
        async with asked.permit(remote_id, people=True):
            pass
