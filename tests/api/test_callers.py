"""Who is calling: sessions, keys, what a foreign page cannot do, and roles."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from practice.kernel.actor import Actor
from tests.api.conftest import OURS, House, Person


async def age(house: House, person: Person, **columns: timedelta) -> None:
    shifts = ", ".join(f"{column} = {column} - interval '{by.total_seconds()} seconds'" for column, by in columns.items())
    async with house.unit(Actor.door()) as unit:
        await unit.execute(text(f"UPDATE session SET {shifts} WHERE identity_id = :id"), {"id": person.identity_id})


async def test_nobody_is_told_to_sign_in(house: House) -> None:
    answer = await house.browser().get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["action"] == {"label": "Sign in", "operation": "sign_in", "href": "/login", "until": None}


async def test_me_says_who_and_what_they_may(house: House) -> None:
    ada = await house.founder()
    me = (await ada.get("/me")).json()
    assert me["user"]["name"] == "Ada"
    assert me["role"] == "owner"
    assert me["firm"]["name"] == "Bright"
    assert me["counts"] == {"clients": 0, "imports_running": 0}
    assert "changeFirm" in me["permissions"]
    ben = await house.colleague(ada, "viewer")
    assert "startImport" not in (await ben.get("/me")).json()["permissions"]


GOOD = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": "theirs", "Content-Type": "application/json"}
MATRIX = [
    (GOOD, 201),
    ({**GOOD, "Sec-Fetch-Site": "cross-site"}, 403),
    ({**GOOD, "Sec-Fetch-Site": "same-site"}, 403),
    ({**GOOD, "Sec-Fetch-Site": "none"}, 403),
    ({**GOOD, "Sec-Fetch-Site": None, "Origin": OURS}, 201),
    ({**GOOD, "Sec-Fetch-Site": None, "Origin": "https://evil.example"}, 403),
    ({**GOOD, "Sec-Fetch-Site": None, "Origin": "null"}, 403),
    ({**GOOD, "Sec-Fetch-Site": None}, 403),
    ({**GOOD, "X-CSRF-Token": None}, 403),
    ({**GOOD, "X-CSRF-Token": "guessed"}, 403),
    ({**GOOD, "Content-Type": "text/plain"}, 415),
    ({**GOOD, "Content-Type": "application/x-www-form-urlencoded"}, 415),
    ({**GOOD, "Content-Type": None}, 415),
]


@pytest.mark.parametrize(("headers", "status"), MATRIX)
async def test_only_our_own_page_changes_things(house: House, headers: dict[str, str | None], status: int) -> None:
    ada = await house.founder()
    sent = {name: ada.csrf if value == "theirs" else value for name, value in headers.items() if value is not None}
    answer = await ada.http.post("/api/v1/keys", content=b'{"label": "script"}', headers=sent)
    assert answer.status_code == status
    assert len((await ada.get("/keys")).json()["items"]) == (1 if status == 201 else 0)


async def test_a_session_ends_when_idle_and_at_twelve_hours(house: House) -> None:
    ada = await house.founder()
    await age(house, ada, seen_at=timedelta(minutes=59))
    assert (await ada.get("/me")).status_code == 200
    await age(house, ada, seen_at=timedelta(minutes=61))
    assert (await ada.get("/me")).status_code == 401
    ben = await house.founder("Other", "Ben")
    await age(house, ben, ends_at=timedelta(hours=12))
    assert (await ben.get("/me")).status_code == 401


async def test_only_a_hash_of_the_cookie_is_kept(house: House) -> None:
    ada = await house.founder()
    secret = ada.http.cookies["sid"]
    async with house.unit(Actor.door()) as unit:
        kept = await unit.scalar(text("SELECT encode(token_hash, 'escape') FROM session"))
    assert secret not in kept


async def test_signing_out_ends_the_session(house: House) -> None:
    ada = await house.founder()
    secret = ada.http.cookies["sid"]
    answer = await ada.send("DELETE", "/session")
    assert answer.status_code == 204
    assert "cookies" in answer.headers["clear-site-data"]
    ada.http.cookies.set("sid", secret)
    assert (await ada.get("/me")).status_code == 401


async def test_a_key_acts_as_its_member_without_a_browser(house: House) -> None:
    ada = await house.founder()
    made = (await ada.post("/keys", {"label": "script", "days": 1})).json()
    assert made["secret"].startswith("bh_live_")
    program = httpx.AsyncClient(
        transport=httpx.ASGITransport(house.app), base_url=OURS, headers={"Authorization": f"Bearer {made['secret']}"}
    )
    house.open.append(program)
    answer = await program.get("/api/v1/firm")
    assert answer.json()["name"] == "Bright"
    assert answer.headers["ratelimit-policy"] == '"minute";q=1200;w=60'
    listed = (await ada.get("/keys")).json()["items"]
    assert [(key["label"], key["hint"], "secret" in key) for key in listed] == [("script", made["secret"][-4:], False)]
    assert (await program.post("/api/v1/keys", json={"label": "more"})).status_code == 403
    await ada.send("DELETE", f"/keys/{made['id']}")
    assert (await program.get("/api/v1/firm")).status_code == 401


@pytest.mark.parametrize("presented", ["bh_live_zz_x", "bh_live_", "nothing", "bh_live_00000000000000000000000000000000_x"])
async def test_a_wrong_key_is_nobody(house: House, presented: str) -> None:
    answer = await house.browser().get("/api/v1/firm", headers={"Authorization": f"Bearer {presented}"})
    assert answer.status_code == 401


async def test_an_expired_key_is_nobody(house: House) -> None:
    ada = await house.founder()
    secret = await house.key(ada)
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        await unit.execute(text("UPDATE api_key SET expires_at = now() - interval '1 second'"))
    answer = await house.browser().get("/api/v1/firm", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


async def test_people_and_keys_need_a_fresh_sign_in(house: House) -> None:
    ada = await house.founder()
    await age(house, ada, confirmed_at=timedelta(minutes=11))
    answer = await ada.post("/keys", {"label": "script"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/confirm-identity")
    assert answer.json()["action"]["operation"] == "sign_in"
    assert (await ada.send("PATCH", "/firm", {"name": "Brighter"})).status_code == 200


async def test_a_newcomer_gets_no_further_than_the_door(house: House) -> None:
    nia = await house.newcomer()
    answer = await nia.get("/firm")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/firm-needed")
    assert (await nia.get("/me")).json()["firm"] is None


async def test_a_quota_that_is_used_up_says_until_when(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.quotas.A_MINUTE", {"staff": 1})
    ada = await house.founder()
    # Of three at least one comes in the same minute as another before it.
    refused = [answer for answer in [await ada.get("/firm") for _ in range(3)] if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
