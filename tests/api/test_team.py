"""The firm and its people, through the API."""

import asyncio

import pytest
from sqlalchemy import text

from practice.firms.invitations import invited_to, issue_link
from practice.firms.models import Invitation
from practice.kernel.actor import Actor
from tests.api.conftest import House


async def test_a_newcomer_founds_a_firm_and_owns_it(house: House) -> None:
    nia = await house.newcomer()
    answer = await nia.post("/firms", {"name": "New & Co", "time_zone": "Europe/London"})
    assert answer.status_code == 201
    assert answer.json()["client_bundle"] == 50
    assert answer.json()["default_visibility"] == "xero_users"
    me = (await nia.get("/me")).json()
    assert (me["firm"]["name"], me["role"]) == ("New & Co", "owner")
    assert (await nia.post("/firms", {"name": "Second"})).status_code == 403
    activity = (await nia.get("/activity")).json()
    assert [entry["verb"] for entry in activity["items"]] == ["member.joined", "firm.founded"]


async def test_two_clicks_found_one_firm(house: House) -> None:
    nia = await house.newcomer()
    answers = await asyncio.gather(*(nia.post("/firms", {"name": "Mine"}) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403]
    assert len((await nia.get("/me")).json()["memberships"]) == 1


async def test_a_founding_that_fails_can_be_tried_again(house: House) -> None:
    nia = await house.newcomer()
    assert (await nia.post("/firms", {"name": "Mine", "time_zone": "Nowhere"})).status_code == 422
    assert (await nia.post("/firms", {"name": "Mine"})).status_code == 201


async def test_an_address_invited_twice_at_once(house: House) -> None:
    ada = await house.founder()
    eve = {"email": "eve@bright.example", "role": "staff"}
    answers = await asyncio.gather(*(ada.post("/invitations", eve) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_who_may_not_found_is_told(house: House) -> None:
    nia = await house.newcomer(may_found=False)
    answer = await nia.post("/firms", {"name": "New"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/signup-closed")


async def test_a_time_zone_must_exist(house: House) -> None:
    ada = await house.founder()
    answer = await ada.send("PATCH", "/firm", {"time_zone": "Europe/Atlantis"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/time_zone"


async def test_settings_change_and_are_recorded(house: House) -> None:
    ada = await house.founder()
    changed = (await ada.send("PATCH", "/firm", {"client_bundle": 60, "default_visibility": "whole_team"})).json()
    assert (changed["client_bundle"], changed["version"]) == (60, 2)
    assert (await ada.get("/bundle")).json() == {"limit": 60, "used": 0, "drafts": 0, "left": 60}
    entry = (await ada.get("/activity")).json()["items"][0]
    assert entry["verb"] == "firm.changed"
    assert entry["facts"]["before"] == {"client_bundle": 50, "default_visibility": "xero_users"}


async def test_the_last_owner_stays(house: House) -> None:
    ada = await house.founder()
    for answer in (
        await ada.send("PATCH", f"/members/{ada.member_id}", {"role": "staff"}),
        await ada.send("DELETE", f"/members/{ada.member_id}"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-owner")


async def test_two_owners_who_remove_each_other_at_once(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "owner")
    answers = await asyncio.gather(
        ada.send("DELETE", f"/members/{ben.member_id}"), ben.send("DELETE", f"/members/{ada.member_id}")
    )
    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 404], [204, 409])
    async with house.unit(Actor.door()) as unit:
        assert await unit.scalar(text("SELECT count(*) FROM member WHERE role = 'owner' AND state = 'active'")) == 1


async def test_an_administrator_does_not_touch_owners(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "admin")
    for answer in (
        await ben.send("PATCH", f"/members/{ada.member_id}", {"role": "staff"}),
        await ben.send("PATCH", f"/members/{ben.member_id}", {"role": "owner"}),
        await ben.send("DELETE", f"/members/{ada.member_id}"),
        await ben.post("/invitations", {"email": "eve@bright.example", "role": "owner"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/owners-only")


async def test_a_role_holds_from_the_next_request_on(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "admin")
    assert (await ben.get("/keys")).status_code == 200
    changed = await ada.send("PATCH", f"/members/{ben.member_id}", {"role": "staff"})
    assert (changed.json()["role"], changed.json()["version"]) == ("staff", 2)
    assert (await ben.get("/keys")).status_code == 403


async def test_a_removed_member_is_out_at_once_with_their_keys(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "admin")
    key = await house.key(ben)
    assert (await ada.send("DELETE", f"/members/{ben.member_id}")).status_code == 204
    assert (await ben.get("/me")).status_code == 401
    assert (await house.browser().get("/api/v1/firm", headers={"Authorization": f"Bearer {key}"})).status_code == 401
    assert [each["name"] for each in (await ada.get("/members")).json()["items"]] == ["Ada"]


async def test_an_address_is_invited_once(house: House) -> None:
    ada = await house.founder()
    first = await ada.post("/invitations", {"email": "Eve@bright.example", "role": "manager"})
    assert (first.status_code, first.json()["invited_by"]) == (201, "Ada")
    assert (await ada.post("/invitations", {"email": "eve@bright.example", "role": "staff"})).status_code == 409
    assert (await ada.post("/invitations", {"email": "ada@bright.example", "role": "staff"})).status_code == 409
    assert (await ada.post("/invitations", {"email": "not an address", "role": "staff"})).status_code == 422
    assert (await ada.send("DELETE", f"/invitations/{first.json()['id']}")).status_code == 204
    assert (await ada.get("/invitations")).json()["items"] == []
    assert (await ada.post("/invitations", {"email": "eve@bright.example", "role": "staff"})).status_code == 201


@pytest.mark.parametrize("over", ["withdrawn", "expired"])
async def test_a_link_tells_its_firm_only_while_it_works(house: House, over: str) -> None:
    ada = await house.founder()
    made = (await ada.post("/invitations", {"email": "eve@bright.example", "role": "staff"})).json()
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        link = await issue_link(unit, await unit.get(Invitation, made["id"]))
    secret = link.removeprefix("http://localhost:8000/invite/")
    browser = house.browser()
    options = (await browser.get("/api/v1/sign-in", params={"invitation": secret})).json()
    assert options["firm_name"] == "Bright"
    assert options["options"][0]["href"] == f"/api/v1/sign-in/xero?invitation={secret}"
    if over == "withdrawn":
        await ada.send("DELETE", f"/invitations/{made['id']}")
    else:
        assert ada.firm_id is not None
        async with house.unit(Actor.system(ada.firm_id)) as unit:
            await unit.execute(text("UPDATE invitation SET expires_at = now()"))
    assert (await browser.get("/api/v1/sign-in", params={"invitation": secret})).json()["firm_name"] is None
    async with house.unit(Actor.door()) as unit:
        assert await invited_to(unit, "guessed") is None


async def test_the_same_key_does_the_work_once(house: House) -> None:
    ada = await house.founder()
    eve = {"email": "eve@bright.example", "role": "staff"}
    first = await ada.post("/invitations", eve, Idempotency_Key="once")
    again = await ada.post("/invitations", eve, Idempotency_Key="once")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    other = await ada.post("/invitations", {**eve, "role": "viewer"}, Idempotency_Key="once")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert len((await ada.get("/invitations")).json()["items"]) == 1


async def test_the_same_key_twenty_times_at_once(house: House) -> None:
    ada = await house.founder()
    eve = {"email": "eve@bright.example", "role": "staff"}
    answers = await asyncio.gather(*(ada.post("/invitations", eve, Idempotency_Key="once") for _ in range(8)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert made
    assert len({answer.content for answer in made}) == 1
    assert {answer.json()["type"] for answer in answers if answer.status_code != 201} <= {"/problems/still-at-work"}
    assert len((await ada.get("/invitations")).json()["items"]) == 1


async def test_a_key_belongs_to_who_sent_it(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "admin")
    await ada.post("/invitations", {"email": "eve@bright.example", "role": "staff"}, Idempotency_Key="once")
    other = await ben.post("/invitations", {"email": "fay@bright.example", "role": "staff"}, Idempotency_Key="once")
    assert other.json()["email"] == "fay@bright.example"


async def test_a_refused_request_leaves_its_key_free(house: House) -> None:
    ada = await house.founder()
    refused = await ada.post("/invitations", {"email": "ada@bright.example", "role": "staff"}, Idempotency_Key="k")
    assert refused.status_code == 409
    fine = await ada.post("/invitations", {"email": "eve@bright.example", "role": "staff"}, Idempotency_Key="k")
    assert fine.status_code == 201


async def test_activity_comes_in_pages(house: House) -> None:
    ada = await house.founder()
    for name in ("One", "Two", "Three"):
        await ada.send("PATCH", "/firm", {"name": name})
    first = (await ada.get("/activity", limit="2")).json()
    second = (await ada.get("/activity", limit="2", cursor=first["next_cursor"])).json()
    third = (await ada.get("/activity", limit="2", cursor=second["next_cursor"])).json()
    seen = [entry["id"] for page in (first, second, third) for entry in page["items"]]
    assert (len(seen), len(set(seen)), first["total"], third["next_cursor"]) == (5, 5, 5, None)
    assert (await ada.get("/activity", cursor="nonsense")).status_code == 422


async def test_staff_read_no_record_of_the_whole_firm(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "staff")
    assert (await ben.get("/activity")).status_code == 403
