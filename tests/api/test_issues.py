"""The life of issues over the wire: set aside, snoozed, taken up, undone; rules; a suggested threshold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice.clients.models import Client
from practice.clients.visibility import rewrite_sight
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.scoring.check import Finding
from practice.scoring.merge_issues import merge_issues
from practice.scoring.models import Issue
from tests.api.conftest import House, Person

FIX = {"fix": {"kind": "archive_contact", "contact_id": "c1"}}


def finding(key: str, **more: Any) -> Finding:
    said: dict[str, Any] = {"key": key, "fingerprint": "f", "title": key, "detail": "No document for two years"}
    return Finding(**said | {"contact": key, "facts": FIX} | more)


async def client_with(house: House, ada: Person, *findings: Finding, code: str = "DQ10", name: str = "Acme") -> str:
    """A client whose check found this."""
    assert ada.firm_id
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        client = unit.add(Client(tenant_id=None, name=name, state="active", visibility="whole_team"))
        await unit.flush()
        await merge_issues(unit, client_id=client.id, findings={code: findings}, as_of=unit.now.date())
    return str(client.id)


async def issues(who: Person, client_id: str, code: str = "DQ10", **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await who.get(f"/clients/{client_id}/checks/{code}/issues", **query)).json()["items"]
    return items


async def test_one_is_snoozed_dismissed_and_all_of_it_undone(house: House) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, finding("Acme"), finding("Birch"))
    acme, birch = await issues(ada, id_, sort="title")
    assert (acme["state"], acme["version"], acme["set_aside_at"]) == ("open", 1, None)
    assert acme["fix"] == {"kind": "archive_contact", "says": "Archive the contact in Xero"}
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    snoozed = await ada.post(f"/clients/{id_}/snoozes", {"issue_ids": [acme["id"]], "until": until})
    assert (snoozed.status_code, snoozed.json()["updated"], snoozed.json()["also"]) == (200, 1, 0)
    (asleep,) = await issues(ada, id_, state="snoozed")
    assert (asleep["snoozed_until"], asleep["dismissed_by"], asleep["dismissed_scope"]) == (until, "Ada", None)
    assert asleep["set_aside_at"]
    body = {"issue_ids": [acme["id"], birch["id"]], "reason": "Seasonal", "scope": "contact"}
    dismissed = (await ada.post(f"/clients/{id_}/dismissals", body)).json()
    assert (dismissed["updated"], dismissed["also"]) == (2, 0)
    (gone, _) = await issues(ada, id_, state="dismissed", sort="title")
    assert (gone["dismissed_reason"], gone["dismissed_scope"], gone["snoozed_until"], gone["fix"]) == (
        "Seasonal", "contact", None, None,
    )  # fmt: skip
    assert (await ada.post(f"/clients/{id_}/issue-undos/{snoozed.json()['undo']}")).status_code == 409
    undone = await ada.post(f"/clients/{id_}/issue-undos/{dismissed['undo']}")
    assert (undone.status_code, undone.json()) == (200, {"updated": 2})
    assert [issue["title"] for issue in await issues(ada, id_)] == ["Birch"]
    (asleep,) = await issues(ada, id_, state="snoozed")
    assert (asleep["title"], asleep["snoozed_until"], asleep["dismissed_reason"]) == ("Acme", until, None)


async def test_what_has_changed_since_is_named(house: House) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, finding("Acme"), finding("Birch"), finding("Cedar"))
    ids = [issue["id"] for issue in await issues(ada, id_)]
    change = (await ada.post(f"/clients/{id_}/dismissals", {"issue_ids": ids, "reason": "x"})).json()
    await ada.post(f"/clients/{id_}/reopenings", {"issue_ids": ids[:2]})
    answer = await ada.post(f"/clients/{id_}/issue-undos/{change['undo']}")
    assert (answer.status_code, answer.json()["type"], answer.json()["changed"]) == (409, "/problems/changed-since", 2)
    assert len(await issues(ada, id_, state="dismissed")) == 1


async def test_rules_are_listed_and_removed(house: House) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, finding("Acme"))
    other = await client_with(house, ada, finding("k", contact="ACME"), name="Birch")
    (issue,) = await issues(ada, id_)
    body = {"issue_ids": [issue["id"]], "reason": "A sister company", "scope": "rule"}
    made = (await ada.post(f"/clients/{id_}/dismissals", body)).json()
    assert (made["updated"], made["also"]) == (1, 1)
    rules = (await ada.get("/rules")).json()
    (rule,) = rules["items"]
    assert rules["total"] == 1
    assert {name: rule[name] for name in rule if name not in ("id", "made_at")} == {
        "code": "DQ10", "title": "Dormant contacts", "contact": "Acme", "about": "Acme", "reason": "A sister company",
        "by": "Ada", "hides": 2,
    }  # fmt: skip
    ben = await house.founder("Other", "Ben")
    assert (await ben.get("/rules")).json()["items"] == []
    assert (await ben.send("DELETE", f"/rules/{rule['id']}")).status_code == 404
    assert (await ada.send("DELETE", f"/rules/{rule['id']}")).status_code == 204
    assert len(await issues(ada, id_)) == len(await issues(ada, other)) == 1
    assert (await ada.get("/rules")).json()["items"] == []
    assert (await ada.send("DELETE", f"/rules/{rule['id']}")).status_code == 404


async def test_staff_dismiss_and_managers_rule(house: House) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, *[finding(name) for name in ("Acme", "Birch", "Cedar")])
    people = {role: await house.colleague(ada, role) for role in ("viewer", "staff", "manager", "admin")}
    async with house.unit(Actor.system(ada.firm_id)) as unit:  # type: ignore[arg-type]  # a founder has a firm
        await rewrite_sight(unit, [UUID(id_)])
    ids = [issue["id"] for issue in await issues(people["viewer"], id_)]
    said = {}
    for role, who in people.items():
        for scope in ("item", "rule"):
            body = {"issue_ids": ids, "reason": "x", "scope": scope}
            answer = await who.post(f"/clients/{id_}/dismissals", body)
            said[role, scope] = answer.status_code
            if answer.status_code == 200:
                undo = f"/clients/{id_}/issue-undos/{answer.json()['undo']}"
                if scope == "rule":
                    assert (await people["staff"].post(undo)).status_code == 403
                assert (await who.post(undo)).json() == {"updated": 3}
    assert [cell for cell, status in said.items() if status == 403] == [
        ("viewer", "item"), ("viewer", "rule"), ("staff", "rule"),
    ]  # fmt: skip
    assert set(said.values()) == {200, 403}


BAD: list[tuple[str, dict[str, Any], int, str | None]] = [
    ("dismissals", {"reason": "   "}, 422, "/reason"),
    ("dismissals", {}, 422, "/reason"),
    ("dismissals", {"reason": "x" * 501}, 422, "/reason"),
    ("dismissals", {"reason": "x", "scope": "world"}, 422, "/scope"),
    ("dismissals", {"reason": "x", "scope": "contact"}, 422, "/scope"),
    ("dismissals", {"reason": "x", "issue_ids": []}, 422, "/issue_ids"),
    ("dismissals", {"reason": "x", "issue_ids": [str(UUID(int=n)) for n in range(1001)]}, 422, "/issue_ids"),
    ("dismissals", {"reason": "x", "by": "me"}, 422, "/by"),
    ("snoozes", {}, 422, "/until"),
    ("snoozes", {"until": "soon"}, 422, "/until"),
    ("snoozes", {"until": "2020-01-01"}, 422, "/until"),
    ("snoozes", {"until": "2999-01-01"}, 422, "/until"),
]


@pytest.mark.parametrize(("path", "body", "status", "pointer"), BAD)
async def test_what_is_wrong_is_named_and_nothing_changes(
    house: House, path: str, body: dict[str, Any], status: int, pointer: str | None
) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, finding("k", contact=None))
    (issue,) = await issues(ada, id_)
    answer = await ada.post(f"/clients/{id_}/{path}", {"issue_ids": [issue["id"]], **body})
    assert answer.status_code == status, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await issues(ada, id_) == [issue]


async def test_what_is_not_there_or_put_right(house: House) -> None:
    ada, ben = await house.founder(), await house.founder("Other", "Ben")
    id_ = await client_with(house, ada, finding("Acme"), finding("Birch"))
    theirs = await client_with(house, ben, finding("Oak"))
    (oak,) = await issues(ben, theirs)
    ids = [issue["id"] for issue in await issues(ada, id_)]
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    for path, more in (("dismissals", {"reason": "x"}), ("snoozes", {"until": until}), ("reopenings", {})):
        for where in (id_, theirs):
            answer = await ada.post(f"/clients/{where}/{path}", {"issue_ids": [ids[0], oak["id"]], **more})
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    async with house.unit(Actor.system(ada.firm_id)) as unit:  # type: ignore[arg-type]  # a founder has a firm
        await merge_issues(unit, client_id=UUID(id_), findings={"DQ10": [finding("Birch")]}, as_of=date(2026, 11, 22))
    for path, more in (("dismissals", {"reason": "x"}), ("snoozes", {"until": until}), ("reopenings", {})):
        answer = await ada.post(f"/clients/{id_}/{path}", {"issue_ids": ids, **more})
        assert (answer.status_code, answer.json()["type"], answer.json()["resolved"]) == (
            409, "/problems/already-resolved", 1,
        )  # fmt: skip
    assert [issue["title"] for issue in await issues(ada, id_)] == ["Birch"]
    assert (await ada.post(f"/clients/{id_}/issue-undos/{UUID(int=3)}")).status_code == 404
    assert (await ada.get(f"/clients/{id_}/checks/DQ10/issues", sort="size")).status_code == 422
    assert (await ada.get(f"/clients/{id_}/checks/DQ10/issues", state="lost")).status_code == 422


async def test_the_same_request_again_is_done_once(house: House) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, finding("Acme"))
    (issue,) = await issues(ada, id_)
    body = {"issue_ids": [issue["id"]], "reason": "x"}
    first, again = [await ada.post(f"/clients/{id_}/dismissals", body, Idempotency_Key="k1") for _ in range(2)]
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (200, first.json(), "true")
    (row,) = await issues(ada, id_, state="dismissed")
    assert row["version"] == 2
    async with house.unit(Actor.system(ada.firm_id)) as unit:  # type: ignore[arg-type]  # a founder has a firm
        assert await unit.scalar(select(func.count()).select_from(JobRow).where(JobRow.name == "score_client")) == 1
    undo = f"/clients/{id_}/issue-undos/{first.json()['undo']}"
    undone = [(await ada.post(undo, Idempotency_Key="k2")).json() for _ in range(2)]
    assert undone == [{"updated": 1}, {"updated": 1}]
    assert (await ada.post(undo)).status_code == 404


async def test_looked_for_and_sorted_page_by_page(house: House) -> None:
    ada = await house.founder()
    found = [finding(name, amount_cents=100 * n) for n, name in enumerate(["Acme", "Birch", "Cedar", "Cedar 2"], 1)]
    id_ = await client_with(house, ada, *found)
    titles, cursor = [], None
    while True:
        page = (
            await ada.get(
                f"/clients/{id_}/checks/DQ10/issues",
                sort="-amount", limit="1", **({"cursor": cursor} if cursor else {}),
            )
        ).json()  # fmt: skip
        titles += [issue["title"] for issue in page["items"]]
        assert page["total"] == 4
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert titles == ["Cedar 2", "Cedar", "Birch", "Acme"]
    assert [issue["title"] for issue in await issues(ada, id_, q="cedar two", sort="title")] == ["Cedar", "Cedar 2"]
    assert await issues(ada, id_, q="%") == []
    # A cursor of another order is no place in this one.
    first = (await ada.get(f"/clients/{id_}/checks/DQ10/issues", sort="title", limit="1")).json()["next_cursor"]
    answer = await ada.get(f"/clients/{id_}/checks/DQ10/issues", sort="amount", cursor=first)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?cursor")


async def test_a_suggested_threshold(house: House) -> None:
    ada = await house.founder()
    bills = [finding(f"B{n}", amount_cents=8_000 + 100 * n, facts={}) for n in range(14)]
    id_ = await client_with(house, ada, *bills, code="DQ25")
    ids = [issue["id"] for issue in await issues(ada, id_, "DQ25", sort="amount")]
    none = (await ada.get("/checks/DQ25/suggestion")).json()
    assert (none["current"], none["suggested"], none["dismissed"], none["seen"]) == (75, None, 0, 14)
    await ada.post(f"/clients/{id_}/dismissals", {"issue_ids": ids[:12], "reason": "Too small"})
    found = (await ada.get("/checks/DQ25/suggestion")).json()
    assert found == {
        "code": "DQ25", "current": 75, "suggested": 89, "unit": "money", "would_hide": 0, "dismissed": 12, "seen": 14,
        "because": "10 of 12 that people set aside are not above 89. Nobody put one right yet.",
    }  # fmt: skip
    assert (await ada.get("/checks/DQ15/suggestion")).status_code == 404
    assert (await ada.get("/checks/DQ99/suggestion")).status_code == 404
    # One for which the profile does not count has nothing to teach it.
    profiles = (await ada.get("/profiles")).json()["items"]
    seen = {
        one["is_default"]: (await ada.get("/checks/DQ25/suggestion", profile_id=one["id"])).json()["seen"]
        for one in profiles
    }
    assert seen == {True: 14, False: 0}
    own = (await ada.post("/profiles", {"name": "Ours", "copy_of": profiles[0]["id"]})).json()["id"]
    assert (await ada.get("/checks/DQ25/suggestion", profile_id=own)).status_code == 200
    ben = await house.founder("Other", "Ben")
    assert (await ben.get("/checks/DQ25/suggestion")).json()["seen"] == 0
    assert (await ben.get("/checks/DQ25/suggestion", profile_id=own)).status_code == 404


async def test_what_was_done_is_on_the_record(house: House) -> None:
    ada = await house.founder()
    id_ = await client_with(house, ada, finding("Acme"))
    (issue,) = await issues(ada, id_)
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    undo = (await ada.post(f"/clients/{id_}/snoozes", {"issue_ids": [issue["id"]], "until": until})).json()["undo"]
    await ada.post(f"/clients/{id_}/issue-undos/{undo}")
    undone, snoozed = (await ada.get("/activity")).json()["items"][:2]
    assert (snoozed["verb"], snoozed["facts"]) == ("issue.snoozed", {"issues": 1, "codes": ["DQ10"], "until": until})
    assert (undone["verb"], undone["facts"]) == ("issue.undone", {"issues": 1, "kind": "snoozed"})
    async with house.unit(Actor.system(ada.firm_id)) as unit:  # type: ignore[arg-type]  # a founder has a firm
        assert [row.state for row in await unit.scalars(select(Issue))] == ["open"]
