"""A client's team as the API tells it: with sources, and with nobody in it whom the asker may not see."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from practice.clients.configure_clients import Configuration, configure_clients
from practice.clients.models import Client
from practice.connections.models import Tenant
from practice.kernel.actor import Actor
from tests.api.conftest import House, Person
from tests.practice.xpm.conftest import Office, Theirs, contact, party, relation


async def office_of(house: House, ada: Person) -> Office:
    actor = Actor("staff", ada.firm_id, ada.member_id, "owner", "Ada")
    async with house.unit(actor) as unit:
        tenant = unit.add(
            Tenant(
                id=unit.ids.new(), provider="xero", remote_id=str(unit.ids.new()), name="Ironbark", kind="practice_manager",
                size_state="unknown", seen_at=unit.now,
            )
        )  # fmt: skip
    return Office(house.rt, actor, tenant.id)


async def ids(office: Office) -> dict[str, UUID]:
    async with office.unit(write=False) as unit:
        return dict(list(await unit.rows(select(Client.name, Client.id).where(Client.firm_id == unit.firm_id))))


FAMILY = (("g1", "Okafor Family"),)
ROWS = [
    Theirs(
        party(
            "p1", "Okafor, Daniel", email="d@okafor.example", phone="03 1", groups=FAMILY, job_manager=("s9", "Tom Avery"),
            contacts=(contact("c1", "Gus", "g@okafor.example", position="Bookkeeper", primary=True),),
            relations=(
                relation("r1", "Trustee", "t1", "Secret Trust"),
                relation("r2", "Shareholder", "x9", "Elsewhere Ltd", shares="12.5"),
            ),
        )
    ),
    Theirs(party("t1", "Secret Trust", structure="Trust", groups=FAMILY), kind="trust"),
]  # fmt: skip


async def test_details_say_where_they_come_from(house: House) -> None:
    ada = await house.founder()
    office = await office_of(house, ada)
    await office.imported(*ROWS, details="all")
    daniel = (await ids(office))["Okafor, Daniel"]
    team = (await ada.get(f"/clients/{daniel}/team")).json()
    assert [(one["field"], one["value"], one["source"], one["by"]) for one in team["details"]] == [
        ("name", "Okafor, Daniel", "xpm", "Ada"),
        ("email", "d@okafor.example", "xpm", "Ada"),
        ("phone", "03 1", "xpm", "Ada"),
    ]
    assert [(one["name"], one["position"], one["primary"], one["source"]) for one in team["contacts"]] == [
        ("Gus", "Bookkeeper", True, "xpm")
    ]
    assert {(one["type"], one["role"], one["direction"], one["other"]["name"], one["other"]["imported"], one["shares"])
            for one in team["relationships"]} == {
        ("Trustee", "trustee", "to", "Secret Trust", True, None),
        ("Shareholder", "shareholder", "to", "Elsewhere Ltd", False, "12.50"),
    }  # fmt: skip
    assert [(one["name"], one["members"]) for one in team["groups"]] == [("Okafor Family", 2)]
    assert team["managers_pending"] == [{"name": "Tom Avery", "as": "manager"}]
    assert team["link"]["practice"] == "Ironbark"
    assert (team["link"]["state"], team["link"]["imported_by"], team["link"]["details"]) == ("linked", "Ada", "all")
    trust = (await ids(office))["Secret Trust"]
    [back] = (await ada.get(f"/clients/{trust}/team")).json()["relationships"]
    assert (back["type"], back["direction"], back["other"]["name"]) == ("Trustee", "from", "Okafor, Daniel")


async def test_whom_a_colleague_may_not_see_is_nowhere_in_what_they_see(house: House) -> None:
    ada = await house.founder()
    stu = await house.colleague(ada, "staff", "Stu")
    office = await office_of(house, ada)
    await office.imported(*ROWS)
    known = await ids(office)
    assert stu.member_id is not None
    async with office.unit() as unit:
        await configure_clients(unit, changes=[Configuration(known["Okafor, Daniel"], manager_ids=[stu.member_id])])
    answer = await stu.get(f"/clients/{known['Okafor, Daniel']}/team")
    assert "Secret" not in answer.text
    team = answer.json()
    assert [one["other"]["name"] for one in team["relationships"]] == ["Elsewhere Ltd"]
    assert [(one["name"], one["members"]) for one in team["groups"]] == [("Okafor Family", 1)]
    assert (await stu.get(f"/clients/{known['Secret Trust']}/team")).status_code == 404
    assert (await stu.send("PATCH", f"/clients/{known['Secret Trust']}/details", {"version": 1, "fields": {}})).status_code == 404


async def test_a_detail_is_amended_by_whoever_read_it_last(house: House) -> None:
    ada = await house.founder()
    office = await office_of(house, ada)
    await office.imported(*ROWS)
    path = f"/clients/{(await ids(office))['Okafor, Daniel']}/details"
    changed = await ada.send("PATCH", path, {"version": 1, "fields": {"mobile": "0400 1"}})
    assert changed.status_code == 200
    assert changed.json()["version"] == 2
    assert next(one for one in changed.json()["details"] if one["field"] == "mobile")["source"] == "here"
    late = await ada.send("PATCH", path, {"version": 1, "fields": {"mobile": "0400 2"}})
    assert (late.status_code, late.json()["current_version"]) == (412, 2)
    wrong = await ada.send("PATCH", path, {"version": 2, "fields": {"shoe_size": "44"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/fields/shoe_size")


async def conflicted(house: House) -> tuple[Person, Office, dict[str, Any]]:
    ada = await house.founder()
    office = await office_of(house, ada)
    await office.imported(*ROWS)
    path = f"/clients/{(await ids(office))['Okafor, Daniel']}/details"
    await ada.send("PATCH", path, {"version": 1, "fields": {"email": "mine@okafor.example"}})
    await office.imported(party("p1", "Okafor, Daniel", email="theirs@okafor.example"))
    [conflict] = (await ada.get("/xpm/conflicts")).json()["items"]
    return ada, office, conflict


async def test_a_conflict_is_listed_and_decided_once(house: House) -> None:
    ada, office, conflict = await conflicted(house)
    daniel = (await ids(office))["Okafor, Daniel"]
    assert (conflict["client"], conflict["label"], conflict["base"], conflict["local"], conflict["remote"]) == (
        {"id": str(daniel), "name": "Okafor, Daniel"}, "E-mail", "d@okafor.example", "mine@okafor.example",
        "theirs@okafor.example",
    )  # fmt: skip
    shown = (await ada.get(f"/clients/{daniel}/team")).json()["link"]["conflicts"]
    assert [one["id"] for one in shown] == [conflict["id"]]
    path = f"/xpm/conflicts/{conflict['id']}/resolution"
    assert (await ada.post(path, {"take": "remote"})).json() == {"resolution": "remote"}
    assert (await ada.post(path, {"take": "local"})).status_code == 409
    assert (await ada.get("/xpm/conflicts")).json()["total"] == 0
    details = (await ada.get(f"/clients/{daniel}/team")).json()["details"]
    assert next(one for one in details if one["field"] == "email")["value"] == "theirs@okafor.example"


async def test_conflicts_of_clients_one_may_not_see_are_not_there(house: House) -> None:
    ada, _, conflict = await conflicted(house)
    stu = await house.colleague(ada, "staff", "Stu")
    assert (await stu.get("/xpm/conflicts")).json() == {"items": [], "next_cursor": None, "total": 0}
    assert (await stu.post(f"/xpm/conflicts/{conflict['id']}/resolution", {"take": "local"})).status_code == 404


async def test_unlinking_keeps_what_there_is(house: House) -> None:
    ada, office, _ = await conflicted(house)
    daniel = (await ids(office))["Okafor, Daniel"]
    assert (await ada.send("DELETE", f"/clients/{daniel}/link")).status_code == 204
    team = (await ada.get(f"/clients/{daniel}/team")).json()
    assert team["link"] is None
    assert next(one for one in team["details"] if one["field"] == "email")["value"] == "mine@okafor.example"
    assert (await ada.get("/xpm/conflicts")).json()["total"] == 0
    assert (await ada.send("DELETE", f"/clients/{daniel}/link")).json()["type"] == "/problems/not-linked"
    assert (await ada.send("POST", f"/clients/{daniel}/link/refresh")).json()["type"] == "/problems/not-linked"


async def test_the_list_knows_who_is_linked_new_and_updated(house: House) -> None:
    ada = await house.founder()
    office = await office_of(house, ada)
    await office.imported(*ROWS)
    listed = {one["name"]: one for one in (await ada.get("/clients", view="linked")).json()["items"]}
    assert set(listed) == {"Okafor, Daniel", "Secret Trust"}
    one = listed["Okafor, Daniel"]
    assert (one["kind"], one["linked_to_xpm"], one["is_new"], one["updated_fields"]) == ("person", True, True, [])
    daniel = one["id"]
    assert (await ada.post(f"/clients/{daniel}/seen")).status_code == 204
    await office.imported(party("p1", "Okafor, Daniel", email="new@okafor.example"))
    one = (await ada.get(f"/clients/{daniel}")).json()
    assert (one["is_new"], one["updated_fields"]) == (False, ["email"])
    await ada.send("DELETE", f"/clients/{daniel}/link")
    facets = (await ada.get("/clients", view="not_linked")).json()["facets"]
    assert (facets["linked"], facets["not_linked"]) == (1, 1)
    assert (await ada.get("/health/summary")).status_code == 200


@pytest.mark.parametrize("role", ["manager", "staff"])
async def test_who_wins_is_for_owners_and_administrators_to_say(house: House, role: str) -> None:
    ada = await house.founder()
    office = await office_of(house, ada)
    policy: dict[str, Any] = {"tenant_id": str(office.tenant_id), "name": "ask", "email": "xpm_wins", "phone": "mirror", "address": "off"}
    assert set((await ada.get("/xpm/policy")).json().values()) == {"ask", False, str(office.tenant_id)}
    assert (await ada.send("PUT", "/xpm/policy", policy)).json() == policy | {"trusts_by_name": False}
    policy["trusts_by_name"] = True
    assert (await ada.send("PUT", "/xpm/policy", policy)).json() == policy
    del policy["trusts_by_name"]
    # Who does not speak of it leaves it as it is.
    policy = (await ada.send("PUT", "/xpm/policy", policy | {"phone": "ask"})).json()
    assert (policy["phone"], policy["trusts_by_name"]) == ("ask", True)
    assert (await ada.get("/xpm/policy", tenant_id=str(office.tenant_id))).json() == policy
    ben = await house.colleague(ada, role)
    assert (await ben.send("PUT", "/xpm/policy", policy)).status_code == 403
