"""The practice's health, saved views and exports, over HTTP."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest

from practice.clients.models import Client
from practice.connections.models import Tenant
from practice.kernel.actor import Actor
from practice.scoring.models import Issue, Scorecard
from tests.api.conftest import House, Person
from worker.handling import load_handlers
from worker.run import drain

NOW = datetime.now(UTC)


async def client_of(
    house: House, ada: Person, name: str, values: dict[int, int], *, open_: dict[str, int], tags: tuple[str, ...] = ()
) -> UUID:
    """A client with a score for each of so many days ago, and so many open issues of each check."""
    assert ada.firm_id
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        newest = values[min(values)]
        tenant = unit.add(Tenant(provider="xero", remote_id=str(unit.ids.new()), name=name, kind="organisation", seen_at=unit.now))
        await unit.flush()
        client = unit.add(
            Client(
                tenant_id=tenant.id, name=name, state="active", visibility="specific_people", tags=list(tags), score=newest,
                band="healthy" if newest > 70 else "attention", scored_at=NOW,
            )
        )  # fmt: skip
        await unit.flush()
        for days, value in values.items():
            unit.add(
                Scorecard(
                    client_id=client.id, as_of=NOW.date(), period_end=date(2026, 10, 31), value=value, band="healthy",
                    provisional=False, coverage=90, profile="Practice", profile_version=1,
                    entries=[
                        {
                            "code": "DQ15", "codes": ["DQ15"], "title": "Drafts", "weight": 100, "state": "evaluated",
                            "degree": "0.5000", "points": "50.00", "points_to_gain": "50.00", "n": 1, "of": None,
                            "why": "Why.", "measure": "Said.",
                        }
                    ],
                    checks={
                        code: {
                            "state": "evaluated", "reason": "r", "n": n, "of": None, "points_to_gain": "2.50",
                            "degree": "0.5000",
                        }
                        for code, n in open_.items()
                    },
                    scored_at=NOW - timedelta(days=days),
                )
            )  # fmt: skip
        for code, n in open_.items():
            for number in range(n):
                unit.add(
                    Issue(
                        client_id=client.id, code=code, key=f"{number}", fingerprint="f", state="open",
                        title="=cmd()", detail="Draft", amount=10, currency="AUD", date=date(2026, 10, 1),
                        contact="Acme", account=None, facts={}, links=[], found_at=NOW,
                    )
                )  # fmt: skip
        id_: UUID = client.id
        return id_


@pytest.fixture
async def ada(house: House) -> Person:
    person = await house.founder()
    await client_of(house, person, "Acme", {0: 80, 40: 74, 100: 50}, open_={"DQ01": 3, "DQ15": 1}, tags=("vip",))
    await client_of(house, person, "=Birch", {0: 60, 35: 65}, open_={"DQ15": 4})
    await client_of(house, person, "Cedar", {0: 90}, open_={})
    return person


async def test_the_grid_sorts_by_any_check(ada: Person) -> None:
    rows = (await ada.get("/health", sort="DQ15", dir="desc")).json()
    assert [(row["name"], row["checks"].get("DQ15", {}).get("open")) for row in rows["items"]] == [
        ("=Birch", 4),
        ("Acme", 1),
        ("Cedar", None),
    ]
    acme = rows["items"][1]
    assert (acme["score"], acme["change"], acme["checks"]["DQ01"]) == (
        80,
        6,
        {"open": 3, "degree": "0.5000", "state": "evaluated"},
    )
    by_change = (await ada.get("/health", sort="change")).json()["items"]
    assert [(row["name"], row["change"]) for row in by_change] == [("=Birch", -5), ("Acme", 6), ("Cedar", None)]


async def test_pages_and_filters(ada: Person) -> None:
    first = (await ada.get("/health", limit="2")).json()
    second = (await ada.get("/health", limit="2", cursor=first["next_cursor"])).json()
    assert [row["name"] for row in first["items"] + second["items"]] == ["=Birch", "Acme", "Cedar"]
    assert (first["total"], second["next_cursor"]) == (3, None)
    assert [row["name"] for row in (await ada.get("/health", tag="vip")).json()["items"]] == ["Acme"]
    assert [row["name"] for row in (await ada.get("/health", band="attention")).json()["items"]] == ["=Birch"]
    assert (await ada.get("/health", sort="DQ99")).status_code == 404


async def test_as_csv_no_cell_is_a_formula(ada: Person) -> None:
    answer = await ada.http.get("/api/v1/health", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Client", "'=Birch", "Acme", "Cedar"]


async def test_the_summary(ada: Person) -> None:
    summary = (await ada.get("/health/summary")).json()
    assert (summary["clients"], summary["average"]) == (3, 77)
    assert summary["bands"] == {"healthy": 2, "attention": 1, "at_risk": 0, "unscored": 0}
    assert summary["trend"][-1]["average"] == 77
    assert summary["worst_checks"][0] == {
        "code": "DQ15",
        "title": summary["worst_checks"][0]["title"],
        "clients": 2,
        "open": 5,
        "points": "5.00",
    }


async def test_somebody_who_sees_no_client_sees_an_empty_grid(house: House, ada: Person) -> None:
    ben = await house.colleague(ada, "staff")
    assert (await ben.get("/health")).json()["items"] == []
    assert (await ben.get("/health/summary")).json()["clients"] == 0


async def test_views_are_ones_own(house: House, ada: Person) -> None:
    made = await ada.post("/views", {"screen": "health", "name": "At risk", "params": {"band": "at_risk"}})
    assert made.status_code == 201
    again = await ada.post("/views", {"screen": "health", "name": "At risk", "params": {"band": "attention"}})
    assert again.json()["id"] == made.json()["id"]
    (view,) = (await ada.get("/views", screen="health")).json()["items"]
    assert view["params"] == {"band": "attention"}
    assert (await ada.get("/views", screen="clients")).json()["items"] == []
    ben = await house.colleague(ada, "admin")
    assert (await ben.get("/views", screen="health")).json()["items"] == []
    assert (await ben.send("DELETE", f"/views/{view['id']}")).status_code == 404
    assert (await ada.send("DELETE", f"/views/{view['id']}")).status_code == 204
    too_much = await ada.post("/views", {"screen": "health", "name": "x", "params": {"q": "y" * 5000}})
    assert too_much.status_code == 422


async def exported(house: House, who: Person, kind: str, **params: str) -> tuple[dict[str, object], bytes, str]:
    asked = await who.post("/exports", {"kind": kind, "params": params})
    assert asked.status_code == 202, asked.text
    id_ = asked.json()["id"]
    assert (await who.get(f"/exports/{id_}/file")).status_code == 409
    load_handlers()
    await drain(house.rt.lent, "quick", "a worker")
    export = (await who.get(f"/exports/{id_}")).json()
    file = await who.get(f"/exports/{id_}/file")
    return export, file.content, file.headers.get("content-disposition", "")


def strings(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist() if "sheet" in name)
        return book.read("xl/sharedStrings.xml").decode()


async def test_the_grid_as_a_workbook(house: House, ada: Person) -> None:
    days = [house.rt.lent.clock.now().date()]
    export, content, disposition = await exported(house, ada, "health_xlsx", band="attention")
    days.append(house.rt.lent.clock.now().date())  # another one at midnight
    assert (export["state"], export["bytes"]) == ("ready", len(content))
    assert export["name"] in [f"Practice health {day}.xlsx" for day in days]
    assert "Practice%20health" in disposition
    assert "=Birch" in strings(content)
    assert "Acme" not in strings(content)


async def test_a_clients_issues_and_its_report(house: House, ada: Person) -> None:
    acme = next(row for row in (await ada.get("/health")).json()["items"] if row["name"] == "Acme")["client_id"]
    _, content, _ = await exported(house, ada, "issues_xlsx", client_id=acme)
    assert "=cmd()" in strings(content)
    export, pdf, _ = await exported(house, ada, "health_report_pdf", client_id=acme)
    assert export["name"] == f"Health report Acme {NOW.date()}.pdf"
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 5000


async def test_a_report_without_a_score_says_why_there_is_none(house: House, ada: Person) -> None:
    assert ada.firm_id
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        new = unit.add(Client(tenant_id=None, name="New", state="active", visibility="whole_team"))
        await unit.flush()
    export, _, _ = await exported(house, ada, "health_report_pdf", client_id=str(new.id))
    assert export["state"] == "failed"
    problem = export["problem"]
    assert isinstance(problem, dict)
    assert problem["title"] == "No score yet"


async def test_what_cannot_be_asked_for(house: House, ada: Person) -> None:
    unknown = await ada.post("/exports", {"kind": "everything", "params": {}})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/kind")
    nobody = await ada.post("/exports", {"kind": "issues_xlsx", "params": {"client_id": "x"}})
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/params/client_id")
    other = await house.founder("Other", "Olga")
    acme = (await ada.get("/health", q="Acme")).json()["items"][0]["client_id"]
    assert (await other.post("/exports", {"kind": "issues_xlsx", "params": {"client_id": acme}})).status_code == 404


async def test_a_file_shows_what_its_asker_may_see_and_is_theirs_alone(house: House, ada: Person) -> None:
    ben = await house.colleague(ada, "staff")
    acme = (await ada.get("/health", q="Acme")).json()["items"][0]["client_id"]
    change = {"id": acme, "viewer_ids": [str(ben.member_id)]}
    assert (await ada.send("PATCH", "/clients/bulk", {"changes": [change]})).status_code == 200
    assert [row["name"] for row in (await ben.get("/health")).json()["items"]] == ["Acme"]
    export, content, _ = await exported(house, ben, "health_xlsx")
    assert "Acme" in strings(content)
    assert "Cedar" not in strings(content)
    assert (await ada.get(f"/exports/{export['id']}")).status_code == 404
