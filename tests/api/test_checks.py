"""Scores, checks and issues as they go over the wire."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from api.xero_address import xero_address
from practice.clients.models import Client
from practice.kernel.actor import Actor
from practice.scoring.catalogue import catalogue
from practice.scoring.models import Issue, Scorecard
from tests.api.conftest import House, Person

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ENTRY = {
    "code": "DQ15",
    "codes": ["DQ15"],
    "title": "Drafts",
    "weight": 8,
    "state": "evaluated",
    "degree": "0.5000",
    "points": "11.11",
    "points_to_gain": "11.11",
    "n": 2,
    "of": None,
    "why": "What is not approved is in no report.",
    "measure": "2 are not approved.",
}


@pytest.mark.parametrize(
    ("link", "href"),
    [
        (
            {"kind": "bill", "id": "b1"},
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!aB3dE&redirecturl=/AccountsPayable/Edit.aspx%3FInvoiceID%3Db1",
        ),
        (
            {"kind": "contact", "id": "c1"},
            "https://go.xero.com/organisationlogin/default.aspx?shortcode=!aB3dE&redirecturl=/Contacts/View/c1",
        ),
        ({"kind": "organisation", "id": None}, "https://go.xero.com/organisationlogin/default.aspx?shortcode=!aB3dE"),
    ],
)
def test_addresses_in_xero(link: dict[str, Any], href: str) -> None:
    assert xero_address(link, app_url="https://go.xero.com", short_code="!aB3dE") == href


def test_an_id_cannot_leave_its_place() -> None:
    href = xero_address({"kind": "bill", "id": "x&y=/../"}, app_url="https://go.xero.com", short_code="!a")
    assert href.endswith("Edit.aspx%3FInvoiceID%3Dx%2526y%253D%252F..%252F")


async def scored(house: House, ada: Person) -> str:
    assert ada.firm_id
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        client = unit.add(Client(tenant_id=None, name="Acme", state="active", visibility="whole_team"))
        await unit.flush()
        for at, value in ((AT.replace(day=20), 60), (AT, 75)):
            unit.add(
                Scorecard(
                    client_id=client.id,
                    as_of=at.date(),
                    period_end=date(2026, 10, 31),
                    value=value,
                    band="healthy" if value > 70 else "attention",
                    provisional=False,
                    coverage=100,
                    profile="first",
                    profile_version=1,
                    entries=[ENTRY],
                    checks={"DQ15": {"state": "evaluated", "reason": "2 are not approved.", "points_to_gain": "11.11"}},
                    scored_at=at,
                )
            )
        for number in (1, 2):
            unit.add(
                Issue(
                    client_id=client.id,
                    code="DQ15",
                    key=f"k{number}",
                    fingerprint="f",
                    state="open",
                    title=f"Bill B{number}",
                    detail="Draft",
                    amount=number * 100,
                    currency="AUD",
                    date=date(2026, 10, number),
                    contact="Acme",
                    account=None,
                    facts={"number": f"B{number}"},
                    links=[{"kind": "bill", "id": f"b{number}", "label": "Bill in Xero"}],
                    found_at=AT,
                )
            )
    return str(client.id)


async def test_a_score_with_its_history(house: House) -> None:
    ada = await house.founder()
    id_ = await scored(house, ada)
    card = (await ada.get(f"/clients/{id_}/score")).json()
    assert (card["value"], card["band"], card["change"], card["period_end"]) == (75, "healthy", 15, "2026-10-31")
    assert card["entries"] == [ENTRY]
    points = (await ada.get(f"/clients/{id_}/scores")).json()
    assert [(point["value"], point["band"]) for point in points["items"]] == [(60, "attention"), (75, "healthy")]


async def test_the_catalogue(house: House) -> None:
    ada = await house.founder()
    checks = (await ada.get("/checks")).json()
    assert checks["total"] == len(catalogue())
    assert checks["items"][0]["code"] == "DQ01"
    chosen = next(check for check in checks["items"] if check["threshold"])["threshold"]
    assert chosen["value"] == chosen["default"]
    assert checks["items"][0]["resources"][:2] == ["Settings of the organisation", "Chart of accounts"]
    assert all(check["why"] and check["fix"] and check["definition"] for check in checks["items"])


async def test_issues_page_by_page_set_aside_and_taken_up_again(house: House) -> None:
    ada = await house.founder()
    id_ = await scored(house, ada)
    (line,) = (await ada.get(f"/clients/{id_}/checks")).json()["items"]
    assert (line["code"], line["open"], line["amount"], line["oldest"]) == ("DQ15", 2, "300.00", "2026-10-01")
    first = (await ada.get(f"/clients/{id_}/checks/DQ15/issues", limit="1")).json()
    assert (first["total"], first["items"][0]["title"], first["items"][0]["amount"]) == (2, "Bill B1", "100.00")
    second = (await ada.get(f"/clients/{id_}/checks/DQ15/issues", limit="1", cursor=first["next_cursor"])).json()
    assert ([issue["title"] for issue in second["items"]], second["next_cursor"]) == (["Bill B2"], None)
    chosen = [first["items"][0]["id"]]
    body = {"issue_ids": chosen, "reason": "The supplier is right"}
    done = (await ada.post(f"/clients/{id_}/dismissals", body)).json()
    assert (done["updated"], done["also"]) == (1, 0)
    assert (await ada.get(f"/clients/{id_}/checks/DQ15/issues", state="dismissed")).json()["total"] == 1
    assert (await ada.get(f"/clients/{id_}/checks")).json()["items"][0]["dismissed"] == 1
    assert (await ada.post(f"/clients/{id_}/reopenings", {"issue_ids": chosen})).json()["updated"] == 1
    assert (await ada.get(f"/clients/{id_}/checks/DQ15/issues")).json()["total"] == 2


async def test_what_is_not_there(house: House) -> None:
    ada, ben = await house.founder(), await house.founder("Other", "Ben")
    id_ = await scored(house, ada)
    assert (await ada.get(f"/clients/{id_}/checks/DQ99/issues")).status_code == 404
    assert (await ada.get(f"/clients/{id_}/checks/DQ15/issues", cursor="rubbish")).status_code == 422
    assert (
        await ada.post(f"/clients/{id_}/dismissals", {"issue_ids": [str(UUID(int=9))], "reason": "x"})
    ).status_code == 404
    for path in ("score", "scores", "checks", "checks/DQ15/issues"):
        assert (await ben.get(f"/clients/{id_}/{path}")).status_code == 404
    async with house.unit(Actor.system(ada.firm_id)) as unit:  # type: ignore[arg-type]  # a founder has a firm
        bare = unit.add(Client(tenant_id=None, name="Birch", state="active", visibility="whole_team"))
    answer = await ada.get(f"/clients/{bare.id}/score")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-scored")


async def test_the_activity_names_its_client(house: House) -> None:
    ada = await house.founder()
    client_id = await scored(house, ada)
    assert (await ada.post(f"/clients/{client_id}/archive", {})).status_code == 200
    entry = (await ada.get("/activity")).json()["items"][0]
    assert (entry["verb"], entry["client_id"], entry["client_name"]) == ("client.archived", client_id, "Acme")
