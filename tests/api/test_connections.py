"""Connecting through HTTP, there and back, and what the lists say afterwards."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from practice.clients.models import Client
from practice.clients.visibility import rewrite_all_sight
from practice.connections.models import Connection as Row
from practice.connections.settle_connections import settle_connections
from practice.kernel.actor import Actor
from tests import make
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


async def given(house: House, of: Person) -> dict[str, Any]:
    """Three clients: Ada's consent reaches two of them, Ben's one of hers and the third; hers has ended."""
    actor = Actor("staff", of.firm_id, of.member_id, "owner", "Ada")
    async with house.unit(actor) as unit:
        clients = [await make.client(unit, name, state="active") for name in ("Acme", "Birch", "Cedar")]
        acme, birch, cedar = [
            await unit.scalar(select(Row).where(Row.firm_id == unit.firm_id, Row.tenant_id == each.tenant_id)) for each in clients
        ]
        hers = await make.grant(unit, "Ada at Xero", reaches=[acme, birch])
        his = await make.grant(unit, "Ben at Xero", reaches=[acme, cedar])
        hers.status = "reauth_required"
        await settle_connections(unit, connection_ids=[acme.id, birch.id, cedar.id])
        return {"acme": acme.id, "birch": birch.id, "hers": str(hers.id), "his": str(his.id), "clients": clients}


async def test_health_says_each_trouble_once_with_what_helps(house: House) -> None:
    ada = await house.founder()
    assert (await ada.get("/connections/health")).json() == {
        "total": 0, "working": 0, "degraded": 0, "broken": 0, "causes": [],
    }  # fmt: skip
    made = await given(house, ada)
    body = (await ada.get("/connections/health")).json()
    assert {key: body[key] for key in ("total", "working", "degraded", "broken")} == {
        "total": 3, "working": 1, "degraded": 1, "broken": 1,
    }  # fmt: skip
    broken, warned = body["causes"]
    assert broken == {
        "cause": "consent_revoked", "title": "Xero no longer accepts a sign-in",
        "detail": "The consent of Ada at Xero was withdrawn or has lapsed, and no other one stands in for it.",
        "breaks": True, "connections": 1, "names": ["Birch"], "clients": 1, "grant_id": made["hers"],
        "action": {"label": "Reconnect", "operation": "reconnect", "href": None, "until": None},
    }  # fmt: skip
    assert (warned["cause"], warned["names"], warned["grant_id"]) == ("fallback_in_use", ["Acme"], made["hers"])
    assert not warned["breaks"]


async def test_others_hear_only_of_the_clients_they_may_see(house: House) -> None:
    ada = await house.founder()
    made = await given(house, ada)
    async with house.unit(Actor("staff", ada.firm_id, ada.member_id, "owner", "Ada")) as unit:
        for client in made["clients"][1:]:
            (await unit.get(Client, client.id)).visibility = "specific_people"
        await unit.flush()
        await rewrite_all_sight(unit)
    for role in ("manager", "staff", "viewer"):
        somebody = await house.colleague(ada, role, name=role)
        async with house.unit(Actor.system(ada.firm_id or UUID(int=0))) as unit:
            await rewrite_all_sight(unit)
        body = (await somebody.get("/connections/health")).json()
        assert (body["total"], body["broken"], [cause["names"] for cause in body["causes"]]) == (1, 0, [["Acme"]]), role


async def test_the_list_says_state_cause_and_until_when(house: House) -> None:
    ada = await house.founder()
    await given(house, ada)
    acme, birch, cedar = (await ada.get("/connections")).json()["items"]
    assert [(one["status"], one["cause"]) for one in (acme, birch, cedar)] == [
        ("degraded", "fallback_in_use"), ("reauth_required", "consent_revoked"), ("active", None),
    ]  # fmt: skip
    assert acme["detail"].startswith("The consent of Ada at Xero no longer works")
    assert (birch["ends_at"], birch["action"]["operation"]) == (None, "reconnect")
    assert (cedar["detail"], cedar["action"], cedar["missing_scopes"]) == (None, None, [])
    lapses = datetime.fromisoformat(cedar["ends_at"]) - datetime.fromisoformat(cedar["connected_at"])
    assert lapses == timedelta(days=60)
    clients = (await ada.get("/clients")).json()["items"]
    assert {one["name"]: one["connection"] for one in clients} == {
        "Acme": "degraded", "Birch": "reauth_required", "Cedar": "active",
    }  # fmt: skip


async def test_the_order_of_sign_ins_through_http(house: House) -> None:
    ada, other = await house.founder(), await house.founder("Other", "Eve")
    made = await given(house, ada)
    path, order = f"/connections/{made['acme']}/grants", [made["his"], made["hers"]]
    assert (await other.send("PUT", path, {"grant_ids": order})).status_code == 404
    assert (await (await house.colleague(ada, "manager")).send("PUT", path, {"grant_ids": order})).status_code == 403
    assert (await ada.send("PUT", path, {"grant_ids": []})).status_code == 422
    left_out = await ada.send("PUT", path, {"grant_ids": [made["hers"]]})
    assert (left_out.status_code, left_out.json()["type"].rpartition("/")[2]) == (409, "grants-left-out")
    answer = await ada.send("PUT", path, {"grant_ids": order})
    assert (answer.status_code, answer.json()["cause"]) == (200, "spare_lost")
    assert [grant["id"] for grant in answer.json()["grants"]] == order
    answer = await ada.send("PUT", path, {"grant_ids": [made["his"]]})
    assert (answer.json()["status"], len(answer.json()["grants"])) == ("active", 1)


async def test_who_holds_up_what_is_known_before_somebody_leaves(house: House) -> None:
    ada, other = await house.founder(), await house.founder("Other", "Eve")
    await given(house, ada)
    assert (await other.get("/grants")).json()["items"] == []
    assert (await (await house.colleague(ada, "manager")).get("/grants")).status_code == 403
    hers, his = (await ada.get("/grants")).json()["items"]
    assert (hers["name"], hers["status"], hers["connections"], hers["only_link"], hers["only_link_names"]) == (
        "Ada at Xero", "reauth_required", 2, 1, ["Birch"],
    )  # fmt: skip
    assert (his["connections"], his["only_link"], his["only_link_names"]) == (2, 2, ["Acme", "Cedar"])
    assert (hers["member_id"], hers["connected_by"], hers["missing_scopes"]) == (str(ada.member_id), "Ada", [])
    assert "access" not in hers
    assert "refresh" not in hers


async def test_removing_somebody_says_what_depends_on_them(house: House) -> None:
    ada = await house.founder()
    ben = await house.colleague(ada, "admin")
    assert ada.firm_id
    async with house.unit(Actor("staff", ada.firm_id, ben.member_id, "admin", "Ben")) as unit:
        client = await make.client(unit, "Acme")
        row = await unit.scalar(select(Row).where(Row.firm_id == unit.firm_id, Row.tenant_id == client.tenant_id))
        await make.grant(unit, "Ben at Xero", reaches=[row])
    assert (await ada.send("DELETE", f"/members/{ben.member_id}")).status_code == 204
    [cause] = (await ada.get("/connections/health")).json()["causes"]
    assert (cause["cause"], cause["names"]) == ("leaver", ["Acme"])
    assert cause["action"]["label"] == "Connect with another sign-in"
