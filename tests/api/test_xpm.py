"""Reviewing an import from XPM through the API: rows by filter, decisions, structures, the summary, confirming."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import select

from practice.clients.models import Client
from practice.connections.models import Tenant
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.links.models import Link
from practice.xpm.discard_forgotten import discard_forgotten
from practice.xpm.models import Snapshot, SnapshotRow
from tests.api.conftest import House, Person
from tests.world import worked

OKAFOR = "c1000000-0000-4000-8000-000000000001"
TRUST = "c1000000-0000-4000-8000-000000000009"
PRIYA = "5a000000-0000-4000-8000-000000000001"
SHARED = "home@okafor.example"


def a_person(name: str, **said: Any) -> dict[str, Any]:
    return a_row("client", name, client_kind="person", structure="Individual", **said)


def a_row(kind: str, name: str, *, structure: str = "", relations: Any = (), email: str = "", **said: Any) -> dict[str, Any]:
    neutral: dict[str, Any] = {"email": email, "phone": "", "mobile": "", "address": ""} if kind == "staff" else {
        "structure": structure, "fields": {"name": name, "email": email}, "relations": list(relations), "groups": [],
        "contacts": [], "account_manager": [PRIYA, "Priya Raman"], "job_manager": None, "web_url": "", "code": "",
        "deleted": False,
    }  # fmt: skip
    return {
        "kind": kind, "name": name, "neutral": neutral, "digest": b"", "client_kind": None, "proposal": "create",
        "reasons": ["nothing_like_it"], "candidates": [], "warnings": [], "changes": [], "chosen": True,
        "action": "create", **said,
    }  # fmt: skip


@dataclass
class Desk:
    """An owner in front of a fetched practice."""

    house: House
    ada: Person
    snapshot_id: UUID
    tenant_id: UUID
    clients: dict[str, UUID]
    path: str

    async def rows(self, kind: str = "client", **params: Any) -> dict[str, Any]:
        answer = await self.ada.get(f"{self.path}/rows", kind=kind, **{name: str(value) for name, value in params.items()})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def row(self, name: str, kind: str = "client") -> dict[str, Any]:
        (found,) = [one for one in (await self.rows(kind))["items"] if one["name"] == name]
        return dict(found)

    async def decide(self, row: dict[str, Any], **said: Any) -> Any:
        return await self.ada.send("PATCH", f"{self.path}/rows/{row['id']}", json={"version": row["version"], **said})

    async def confirm(self, key: str = "k") -> Any:
        version = (await self.ada.get(self.path)).json()["version"]
        return await self.ada.post(f"{self.path}/confirmation", {"version": version}, Idempotency_Key=key)


@pytest.fixture
async def desk(house: House) -> Desk:
    ada = await house.founder()
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        tenant = unit.add(
            Tenant(
                provider="xero", remote_id="practice", name="Ironbark", kind="practice_manager", is_demo=False,
                seen_at=unit.now,
            )
        )  # fmt: skip
        known = [unit.add(Client(name=name, state="active", visibility="whole_team")) for name in ("Dan Okafor", "Elsewhere")]
        await unit.flush()
        unit.add(
            Link(
                tenant_id=tenant.id, kind="client", remote_id=TRUST, client_id=known[1].id, state="linked",
                details="basic", base={}, remote_name="Okafor Family Trust",
            )
        )  # fmt: skip
        snapshot = unit.add(
            Snapshot(
                tenant_id=tenant.id, state="ready", started_by=ada.member_id, fetched_at=unit.now, counts={}, groups=[],
                progress={"stage": "Ready", "done": 0, "total": None},
            )
        )  # fmt: skip
        await unit.flush()
        candidate = {"client_id": str(known[0].id), "name": "Dan Okafor", "rank": 4, "score": 80, "reasons": ["same_name"]}
        trustee = {
            "remote_id": "8e000000-0000-4000-8000-000000000001", "type": "Trustee", "other_remote_id": TRUST,
            "other_name": "Okafor Family Trust", "shares": None, "percentage": None, "started_on": None, "ended_on": None,
        }  # fmt: skip
        rows = [
            a_row("staff", "Priya Raman", email="priya@ironbark.example", role="staff", remote_id=PRIYA),
            a_row("staff", "Tom Avery", role="staff"),
            a_person(
                "Okafor, Daniel", remote_id=OKAFOR, email=SHARED, proposal="check", chosen=False, action="skip",
                candidates=[candidate], reasons=["same_name"], relations=[trustee],
            ),
            a_person("Okafor, Amina", email=SHARED, warnings=[
                {"code": "shared_email", "level": "note", "text": "Two people share it.", "remedy": "Nothing."},
            ]),
            a_person("100% Zoë", chosen=True),
            a_person("Gone & Away", archived=True, proposal="skip", chosen=False, action="skip"),
            a_row("entity", "Okafor Family Trust", remote_id=TRUST, structure="Trust", client_kind="trust",
                  proposal="linked", action="link", target_id=known[1].id),
            a_row("entity", "Odd Body", structure="Ltd  Co"),
        ]  # fmt: skip
        for row in rows:
            unit.add(SnapshotRow(snapshot_id=snapshot.id, **{"remote_id": str(unit.ids.new()), **row}))
        await unit.flush()
    clients = {one.name: one.id for one in known}
    return Desk(house, ada, snapshot.id, tenant.id, clients, f"/xpm/imports/{snapshot.id}")


async def test_rows_are_filtered_counted_and_paged(desk: Desk) -> None:
    found = await desk.rows()
    assert [row["name"] for row in found["items"]] == ["100% Zoë", "Okafor, Amina", "Okafor, Daniel"]
    expected = {"all": 3, "new": 2, "check": 1, "updates": 0, "warnings": 1, "chosen": 2, "not_chosen": 1, "archived": 1}
    assert {name: found["counts"][name] for name in expected} == expected
    assert [row["name"] for row in (await desk.rows(q="100%"))["items"]] == ["100% Zoë"]
    assert [row["name"] for row in (await desk.rows(q=SHARED))["items"]] == ["Okafor, Amina", "Okafor, Daniel"]
    assert [row["name"] for row in (await desk.rows(reason="shared_email"))["items"]] == ["Okafor, Amina"]
    assert (await desk.rows(reason="same_name", show="check"))["total"] == 1
    told = {one["code"]: (one["text"], one["level"], one["rows"]) for one in found["reasons"]}
    assert told["shared_email"] == ("Shares an e-mail address", "note", 1)
    assert told["same_name"][1:] == (None, 1)
    narrow = await desk.rows(reason="shared_email", show="check")
    assert [one["code"] for one in narrow["reasons"]] == ["same_name"], "other reasons stay on offer"
    first = await desk.rows(limit=2)
    rest = await desk.rows(limit=2, cursor=first["next_cursor"])
    assert [row["name"] for row in first["items"] + rest["items"]] == [row["name"] for row in found["items"]]
    assert rest["next_cursor"] is None
    assert (await desk.ada.get(f"{desk.path}/rows", cursor="x")).status_code == 422


def related(type_: str, other: str, **said: Any) -> dict[str, Any]:
    return {
        "remote_id": f"{type_} {other}", "type": type_, "other_remote_id": other, "other_name": other, "shares": None,
        "percentage": None, "started_on": None, "ended_on": None, **said,
    }  # fmt: skip


async def test_entities_stand_together_by_whose_they_are(desk: Desk) -> None:
    assert desk.ada.firm_id is not None
    company = {"structure": "Company", "client_kind": "company"}
    rows = [
        a_person("Zola, Émile", remote_id="zola"),
        a_person("Abe, Kenji", remote_id="abe"),
        a_row("entity", "Later Pty Ltd", remote_id="later", relations=[related("Director", "zola")], **company),
        a_row("entity", "Earlier Trust", relations=[related("Trustee Of", "later")], **company),
        # Who owns it counts for more than who directs it, and what has ended for nothing.
        a_row("entity", "Abe Pty Ltd", relations=[related("Director", "zola"), related("Shareholder", "abe")], **company),
        a_row("entity", "Once Abe's Ltd", relations=[related("Owner", "abe", ended_on="2020-01-01")], **company),
    ]
    async with desk.house.unit(Actor.system(desk.ada.firm_id)) as unit:
        for row in rows:
            unit.add(SnapshotRow(snapshot_id=desk.snapshot_id, **{"remote_id": str(unit.ids.new()), **row}))
        snapshot = await unit.get(Snapshot, desk.snapshot_id)
        snapshot.groups = [
            {"remote_id": "g2", "name": "The Okafors", "members": [OKAFOR]},
            {"remote_id": "g1", "name": "Empty", "members": []},
        ]
    found = await desk.rows("entity", by="family")
    assert [row["name"] for row in found["items"]] == [
        "Abe Pty Ltd", "Okafor Family Trust", "Earlier Trust", "Later Pty Ltd", "Odd Body", "Once Abe's Ltd",
    ]  # fmt: skip
    families = [(one["name"], one["kind"], one["rows"], len(one["ids"])) for one in found["families"]]
    assert families == [("Abe, Kenji", "client", 1, 1), ("The Okafors", "group", 1, 1), ("Zola, Émile", "client", 2, 2)]
    assert (found["total"], (await desk.rows("entity"))["families"]) == (6, [])

    ids: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(2):
        page = await desk.rows("entity", by="family", limit=3, **cursor)
        # A family keeps its figure on whichever page its rows are.
        assert {one["name"]: one["rows"] for one in page["families"]}.get("Zola, Émile", 2) == 2
        ids += [row["id"] for row in page["items"]]
        cursor = {"cursor": page["next_cursor"]}
    assert ids == [row["id"] for row in found["items"]]
    assert (await desk.rows("entity", by="family", show="new"))["total"] == 5


async def test_a_row_says_who_is_related_and_who_manages_it(desk: Desk) -> None:
    trust = await desk.row("Okafor Family Trust", "entity")
    (relation,) = trust["relations"]
    assert (relation["direction"], relation["type"], relation["other_name"]) == ("from", "Trustee", "Okafor, Daniel")
    assert (relation["in_snapshot"], relation["chosen"]) == (True, False)
    daniel = await desk.row("Okafor, Daniel")
    assert [(one["direction"], one["other_name"]) for one in daniel["relations"]] == [("to", "Okafor Family Trust")]
    assert daniel["managers"] == [{"name": "Priya Raman", "as": "partner", "member": None}]
    assert daniel["candidates"][0]["reasons"] == [{"code": "same_name", "text": "The same name."}]
    assert trust["target"] == {"id": str(desk.clients["Elsewhere"]), "name": "Elsewhere"}


async def test_linking_needs_somebody_who_is_free(desk: Desk) -> None:
    daniel = await desk.row("Okafor, Daniel")
    unsaid = await desk.decide(daniel, action="link")
    assert (unsaid.status_code, unsaid.json()["errors"][0]["pointer"]) == (422, "/target_id")
    taken = await desk.decide(daniel, action="link", target_id=str(desk.clients["Elsewhere"]))
    assert taken.status_code == 422
    assert "is linked to Okafor Family Trust" in taken.json()["errors"][0]["detail"]
    linked = await desk.decide(daniel, action="link", target_id=str(desk.clients["Dan Okafor"]))
    assert linked.status_code == 200, linked.text
    now = linked.json()
    assert (now["chosen"], now["action"], now["target"]["name"]) == (True, "link", "Dan Okafor")
    stale = await desk.decide(daniel, action="create")
    assert (stale.status_code, stale.json()["current_version"]) == (412, now["version"])
    assert (await desk.row("Okafor, Daniel"))["action"] == "link"
    assert (await desk.decide(now, role="staff")).status_code == 422


async def test_many_rows_are_decided_by_their_filter(desk: Desk) -> None:
    answer = await desk.ada.send("PATCH", f"{desk.path}/rows", json={"kind": "client", "show": "all", "chosen": False})
    assert answer.json() == {"changed": 2}
    assert (await desk.rows(show="chosen"))["total"] == 0
    body: dict[str, Any] = {"kind": "client", "q": "okafor", "action": "ignore"}
    assert (await desk.ada.send("PATCH", f"{desk.path}/rows", json=body)).json() == {"changed": 2}
    body = {"kind": "client", "chosen": True}
    # Who is ignored for good is not ticked by ticking all.
    assert (await desk.ada.send("PATCH", f"{desk.path}/rows", json=body)).json() == {"changed": 1}
    body = {"kind": "staff", "role": "manager"}
    assert (await desk.ada.send("PATCH", f"{desk.path}/rows", json=body)).json() == {"changed": 2}
    nothing = await desk.ada.send("PATCH", f"{desk.path}/rows", json={"kind": "staff"})
    assert nothing.status_code == 422
    owner = await desk.ada.send("PATCH", f"{desk.path}/rows", json={"kind": "staff", "role": "owner"})
    assert owner.status_code == 422


async def test_a_review_is_saved_step_by_step(desk: Desk) -> None:
    one = (await desk.ada.get(desk.path)).json()
    ahead = await desk.ada.send("PATCH", desk.path, json={"version": one["version"], "step": "confirm"})
    assert ahead.status_code == 422
    saved = await desk.ada.send("PATCH", desk.path, json={"version": one["version"], "step": "clients", "details": "all", "archived_too": True}
    )
    assert (saved.json()["step"], saved.json()["details"], saved.json()["chosen"]["clients"]) == ("clients", "all", 2)
    assert (await desk.rows())["total"] == 4
    stale = await desk.ada.send("PATCH", desk.path, json={"version": one["version"], "details": "basic"})
    assert stale.status_code == 412
    assert (await desk.ada.get(desk.path)).json()["details"] == "all"
    assert [one["id"] for one in (await desk.ada.get("/xpm/imports")).json()["items"]] == [str(desk.snapshot_id)]
    assert (await desk.ada.get("/xpm")).json()["under_way"]["id"] == str(desk.snapshot_id)


async def test_nothing_is_confirmed_while_something_stands_in_the_way(desk: Desk) -> None:
    daniel = await desk.row("Okafor, Daniel")
    assert (await desk.decide(daniel, chosen=True)).json()["action"] == "create"
    refused = await desk.confirm()
    assert refused.status_code == 409, refused.text
    assert {one["code"]: one["rows"] for one in refused.json()["blockers"]} == {"undecided": 1, "no_structure": 1}
    assert (await desk.ada.get(desk.path)).json()["blockers"] == 2
    summary = (await desk.ada.get(f"{desk.path}/summary")).json()
    assert [one["code"] for one in summary["blockers"]] == ["undecided", "no_structure"]
    # Saying "a new one" is a decision; what a structure is called is said once, in any case and spacing.
    assert (await desk.decide(await desk.row("Okafor, Daniel"), action="create")).status_code == 200
    structures = (await desk.ada.get(f"{desk.path}/structures")).json()["items"]
    assert {one["structure"]: one["client_kind"] for one in structures} == {
        "Individual": "person", "Trust": "trust", "Ltd  Co": None,
    }  # fmt: skip
    said = {"structures": [{"structure": "ltd co", "client_kind": "company"}]}
    mapped = await desk.ada.send("PUT", f"{desk.path}/structures", json=said)
    assert {one["structure"]: one["client_kind"] for one in mapped.json()["items"]}["Ltd  Co"] == "company"
    # What follows from it is worked out first.
    refused = await desk.confirm("too soon")
    assert [one["code"] for one in refused.json()["blockers"]] == ["matching_again"]
    await worked(desk.house.rt)
    assert (await desk.confirm("another")).status_code == 202


async def test_two_records_never_go_into_one_client(desk: Desk) -> None:
    target = str(desk.clients["Dan Okafor"])
    for name in ("Okafor, Daniel", "Okafor, Amina"):
        assert (await desk.decide(await desk.row(name), action="link", target_id=target)).status_code == 200
    body = {"kind": "entity", "q": "Odd", "action": "skip"}
    await desk.ada.send("PATCH", f"{desk.path}/rows", json=body)
    refused = await desk.confirm()
    assert {one["code"]: one["rows"] for one in refused.json()["blockers"]} == {"target_twice": 2}


async def test_confirming_starts_the_work_once(desk: Desk) -> None:
    await desk.ada.send("PATCH", f"{desk.path}/rows", json={"kind": "entity", "q": "Odd", "action": "skip"})
    summary = (await desk.ada.get(f"{desk.path}/summary")).json()
    assert summary["clients"] == {"create": 2, "update": 0, "link": 0, "skip": 0, "ignore": 0}
    assert summary["entities"] == {"create": 0, "update": 1, "link": 0, "skip": 0, "ignore": 0}
    assert (summary["managers_assigned"], summary["managers_pending"], summary["stale"]) == (0, 3, False)
    first, again = await desk.confirm(), await desk.confirm()
    assert (first.status_code, again.status_code) == (202, 202) or again.status_code == 422
    assert first.json()["state"] == "applying"
    assert first.json()["progress"]["total"] == 5
    assert (await desk.confirm("new")).status_code == 409
    assert (await desk.decide(await desk.row("100% Zoë"), chosen=False)).status_code == 409
    assert desk.ada.firm_id is not None
    async with desk.house.unit(Actor.system(desk.ada.firm_id)) as unit:
        names = await unit.scalars(select(JobRow.name).where(JobRow.firm_id == unit.firm_id))
    assert names.count("apply_snapshot") == 1
    assert (await desk.ada.send("DELETE", f"{desk.path}/confirmation")).status_code == 409


async def test_an_old_reading_is_refreshed_before_it_is_confirmed(desk: Desk) -> None:
    assert desk.ada.firm_id is not None
    async with desk.house.unit(Actor.system(desk.ada.firm_id)) as unit:
        snapshot = await unit.lock(Snapshot, desk.snapshot_id)
        snapshot.fetched_at = unit.now - timedelta(days=2)
    refused = await desk.confirm()
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/snapshot-stale")
    assert refused.json()["action"]["operation"] == "refresh"


async def test_an_import_that_was_not_confirmed_can_be_thrown_away(desk: Desk) -> None:
    assert (await desk.ada.send("DELETE", desk.path)).status_code == 204
    assert (await desk.ada.get("/xpm/imports")).json()["total"] == 0
    assert (await desk.rows())["total"] == 0
    assert (await desk.confirm()).status_code == 409


async def test_a_review_that_nobody_goes_on_with_is_thrown_away(desk: Desk) -> None:
    assert desk.ada.firm_id is not None
    system = Actor.system(desk.ada.firm_id)
    async with desk.house.unit(system) as unit:
        (await unit.lock(Snapshot, desk.snapshot_id)).fetched_at = unit.now - timedelta(days=15)
    daniel = await desk.row("Okafor, Daniel")
    assert (await desk.decide(daniel, action="create")).status_code == 200
    async with desk.house.unit(system) as unit:
        assert await discard_forgotten(unit) == 0, "somebody decided something just now"
        row = await unit.lock(SnapshotRow, UUID(daniel["id"]))
        row.decided_at = unit.now - timedelta(days=14, hours=1)
    async with desk.house.unit(system) as unit:
        assert await discard_forgotten(unit) == 1
        assert await unit.scalar(select(SnapshotRow.id).where(SnapshotRow.firm_id == unit.firm_id)) is None
    assert (await desk.ada.get(desk.path)).json()["state"] == "discarded"


async def test_the_report_has_every_row_and_no_formula(desk: Desk) -> None:
    assert desk.ada.firm_id is not None
    async with desk.house.unit(Actor.system(desk.ada.firm_id)) as unit:
        unit.add(SnapshotRow(snapshot_id=desk.snapshot_id, remote_id="f", **a_person("=1+1")))
    answer = await desk.ada.get(f"{desk.path}/report")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert len(lines) == 1 + 9
    assert any(line.startswith("client,'=1+1,") for line in lines)


async def test_staff_have_no_say(desk: Desk) -> None:
    for role in ("manager", "staff", "viewer"):
        person = await desk.house.colleague(desk.ada, role, role)
        assert (await person.get(f"{desk.path}/rows")).status_code == 403


async def test_a_report_is_looked_at_and_then_imported(house: House) -> None:
    ada = await house.founder()
    body = "Kunde;Client Code;Email\nOkafor, Daniel;OKAF01;dan@okafor.example\nZoë Ünal;UNAL01;\n".encode()
    file: dict[str, Any] = {"content": body, "Content_Type": "application/octet-stream"}
    looked = await ada.send("POST", "/xpm/reports/columns?name=clients.csv", **file)
    assert looked.status_code == 200, looked.text
    assert looked.json()["headers"] == ["Kunde", "Client Code", "Email"]
    assert looked.json()["columns"] == {"code": "Client Code", "email": "Email"}
    unnamed = await ada.send("POST", "/xpm/reports?name=clients.csv", **file)
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/columns/name")
    broken = await ada.send("POST", "/xpm/reports?name=clients.csv&columns=[1]", **file)
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (422, "?columns")
    columns = quote(json.dumps({"name": "Kunde", "code": "Client Code", "email": "Email"}))
    started = await ada.send("POST", f"/xpm/reports?name=clients.csv&columns={columns}", **file)
    assert (started.status_code, started.json()["source"]) == (202, "report"), started.text
    again = await ada.send("POST", f"/xpm/reports?name=clients.csv&columns={columns}", **file)
    assert again.status_code == 409
    remembered = await ada.send("POST", "/xpm/reports/columns?name=clients.csv", **file)
    assert (remembered.json()["remembered"], remembered.json()["columns"]["name"]) == (True, "Kunde")
    large = await ada.send("POST", "/xpm/reports/columns?name=a.csv", content=b"x" * (21 * 1024 * 1024), Content_Type="application/octet-stream")
    assert large.status_code == 413
