"""Connecting through HTTP, there and back, and what the lists say afterwards."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.api.conftest import House, Person

MARGARET = "margaret@ironbark.example"


async def at_xero(house: House, url: str, tenants: list[str], action: str = "allow") -> str:
    """A person at Xero's pages; the address the browser is sent back to."""
    where = (await house.xero.get(url)).headers["location"]
    if urlsplit(where).path == "/identity/login":
        back = parse_qs(urlsplit(where).query)["return"][0]
        where = (await house.xero.post("/identity/login", data={"user": MARGARET, "return": back})).headers["location"]
    form = {"txn": parse_qs(urlsplit(where).query)["txn"][0], "tenant": tenants, "action": action}
    return str((await house.xero.post("/identity/consent", data=form)).headers["location"])


async def coming_back(person: Person, where: str) -> httpx.Response:
    """From another site: a strict session cookie stays behind, the flow's lax one comes along."""
    kept = person.http.cookies.get("sid")
    person.http.cookies.delete("sid")
    try:
        return await person.http.get(where)
    finally:
        person.http.cookies.set("sid", kept or "")


async def organisations(house: House, count: int) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await house.xero.get("/__control/organisations")).json()["organisations"]
    return [each for each in listed if not each["is_demo"]][:count]


async def connect(house: House, person: Person, tenants: list[str], return_to: str = "tenants") -> httpx.Response:
    begun = await person.post("/connections", {"return_to": return_to})
    assert begun.status_code == 201
    return await coming_back(person, await at_xero(house, begun.json()["authorize_url"], tenants))


async def test_from_the_button_to_the_list(house: House) -> None:
    ada = await house.founder()
    chosen = await organisations(house, 3)
    begun = await ada.post("/connections", {})
    cookie = begun.headers["set-cookie"]
    assert cookie.startswith("xflow=")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "max-age=600"}
    back = await coming_back(ada, await at_xero(house, begun.json()["authorize_url"], [o["tenant_id"] for o in chosen]))
    assert (back.status_code, back.headers["location"]) == (303, "/connect/tenants")

    tenants = (await ada.get("/tenants")).json()
    assert [t["name"] for t in tenants["items"]] == sorted((o["name"] for o in chosen), key=str.casefold)
    assert {(t["standing"], t["in_latest_consent"], t["linked_by"], t["client_id"]) for t in tenants["items"]} == {
        ("new", True, "Ada", None)
    }
    assert {t["size"]["state"] for t in tenants["items"]} == {"unknown"}
    assert tenants["bundle"] == {"limit": 50, "used": 0, "drafts": 0, "left": 50}
    assert (tenants["bulk_connections"], tenants["total"], tenants["next_cursor"]) == (True, 3, None)

    connections = (await ada.get("/connections")).json()["items"]
    assert {(c["status"], c["kind"], c["action"]) for c in connections} == {("active", "organisation", None)}
    assert {g["email"] for c in connections for g in c["grants"]} == {MARGARET}
    assert "eyJ" not in str(connections)


async def test_the_list_in_pages_filtered_and_searched(house: House) -> None:
    ada = await house.founder()
    chosen = await organisations(house, 5)
    await connect(house, ada, [o["tenant_id"] for o in chosen])
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await ada.get("/tenants", limit="2", **cursor)).json()
        names += [t["name"] for t in page["items"]]
        assert page["total"] == 5
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(names) == sorted(o["name"] for o in chosen)
    found = (await ada.get("/tenants", q=chosen[0]["name"][:6].upper())).json()
    assert chosen[0]["name"] in [t["name"] for t in found["items"]]
    assert (await ada.get("/tenants", standing="client")).json()["total"] == 0
    assert (await ada.get("/tenants", standing="new")).json()["total"] == 5
    assert (await ada.get("/tenants", cursor="made up")).status_code == 422


@pytest.mark.parametrize(
    ("trouble", "slug"),
    [("cancelled", "consent-cancelled"), ("no cookie", "consent-spent"), ("nothing", "consent-spent")],
)
async def test_trouble_on_the_way_back_is_a_page(house: House, trouble: str, slug: str) -> None:
    ada = await house.founder()
    chosen = [o["tenant_id"] for o in await organisations(house, 1)]
    begun = await ada.post("/connections", {})
    where = await at_xero(house, begun.json()["authorize_url"], chosen, "cancel" if trouble == "cancelled" else "allow")
    if trouble == "no cookie":
        ada.http.cookies.delete("xflow")
    elif trouble == "nothing":
        where = "/api/v1/connections/xero/callback"
    answer = await coming_back(ada, where)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/oauth-failed?problem={slug}")
    assert (await ada.get("/tenants")).json()["total"] == 0


async def test_two_tabs_may_connect_at_once(house: House) -> None:
    ada = await house.founder()
    one, two = [o["tenant_id"] for o in await organisations(house, 2)]
    first, second = (await ada.post("/connections", {})).json(), (await ada.post("/connections", {})).json()
    for begun, tenant in ((first, one), (second, two)):
        answer = await coming_back(ada, await at_xero(house, begun["authorize_url"], [tenant]))
        assert answer.headers["location"] == "/connect/tenants"
    assert (await ada.get("/tenants")).json()["total"] == 2


async def test_another_firm_sees_none_of_it(house: House) -> None:
    ada, ben = await house.founder(), await house.founder("Other", "Ben")
    await connect(house, ada, [o["tenant_id"] for o in await organisations(house, 1)])
    (connection,) = (await ada.get("/connections")).json()["items"]
    assert (await ben.get("/connections")).json()["items"] == []
    assert (await ben.get("/tenants")).json()["items"] == []
    assert (await ben.send("DELETE", f"/connections/{connection['id']}")).status_code == 404
    assert (await ben.post("/tenants/probe", {"tenant_ids": [connection["tenant_id"]]})).status_code == 404


async def test_ending_a_connection_shows_at_once_and_can_be_mended(house: House) -> None:
    ada = await house.founder()
    chosen = [o["tenant_id"] for o in await organisations(house, 1)]
    await connect(house, ada, chosen)
    (connection,) = (await ada.get("/connections")).json()["items"]
    assert (await ada.send("DELETE", f"/connections/{connection['id']}")).status_code == 204
    (ended,) = (await ada.get("/connections")).json()["items"]
    assert (ended["status"], ended["action"]["operation"]) == ("disconnected", "reconnect")
    assert (await ada.get("/tenants")).json()["items"][0]["standing"] == "disconnected"
    answer = await connect(house, ada, chosen, "connections")
    assert answer.headers["location"] == "/configure/connections"
    (mended,) = (await ada.get("/connections")).json()["items"]
    assert (mended["id"], mended["status"], mended["action"]) == (connection["id"], "active", None)


async def test_probing_queues_once_and_says_so(house: House) -> None:
    ada = await house.founder()
    await connect(house, ada, [o["tenant_id"] for o in await organisations(house, 2)])
    ids = [t["id"] for t in (await ada.get("/tenants")).json()["items"]]
    for _ in range(2):
        assert (await ada.post("/tenants/probe", {"tenant_ids": ids})).status_code == 202
    sizes = [t["size"] for t in (await ada.get("/tenants")).json()["items"]]
    assert {size["state"] for size in sizes} == {"checking"}
    assert (await ada.post("/tenants/probe", {"tenant_ids": []})).status_code == 422
