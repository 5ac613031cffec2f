"""Score profiles over the wire, and what scores say besides their number."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from practice.clients.models import Client
from practice.kernel.actor import Actor
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Measure
from practice.scoring.models import Scorecard
from practice.scoring.score import Judged, health_score
from practice.scoring.scorecards import Outcomes, scorecard
from practice.scoring.shipped import PRACTICE, PRACTICE_ID
from tests.api.conftest import House, Person

LINES = [{"code": code, "weight": 20} for code in ("DQ01", "DQ06", "DQ07", "DQ12+13", "DQ27")]
BODY = {"name": "Retail", "entries": LINES, "cap_critical": True, "thresholds": {}, "version": 1}
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


async def scored(house: House, ada: Person, *contacts: int) -> str:
    """A client with a score for each number of duplicate contacts of a hundred, a day apart."""
    assert ada.firm_id
    checks = catalogue()
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        client = unit.add(Client(tenant_id=None, name="Acme", state="active", visibility="whole_team"))
        await unit.flush()
        for day, found in enumerate(contacts):
            judged = {code: Judged("evaluated", Measure(of=100)) for code in PRACTICE.codes if code in checks}
            judged["DQ06"] = Judged("evaluated", Measure(n=found, of=100))
            judged["DQ03"] = Judged("not_applicable", reason="There is no statement balance.")
            reasons = {code: one.reason or f"{one.measure.n} found." for code, one in judged.items()}
            values: dict[str, Any] = scorecard(
                Outcomes(AT.date(), date(2026, 10, 31), judged, reasons, {}),
                health_score(PRACTICE, checks, judged),
                PRACTICE,
                client_id=client.id,
                import_id=None,
                imported_at=AT,
                now=AT + timedelta(days=day),
            )
            card = unit.add(Scorecard(**values))
            client.score, client.band, client.scored_at = card.value, card.band, card.scored_at
    return str(client.id)


async def test_a_profile_from_copy_to_removal(house: House) -> None:
    ada = await house.founder()
    shipped = (await ada.get("/profiles")).json()["items"]
    assert [(one["name"], one["shipped"], one["is_default"], len(one["entries"])) for one in shipped] == [
        ("Practice", True, True, 12),
        ("Precision-compatible", True, False, 10),
    ]
    made = await ada.post("/profiles", {"name": "Retail", "copy_of": str(PRACTICE_ID)})
    assert (made.status_code, made.json()["version"], made.json()["changed_by"]) == (201, 1, "Ada")
    id_ = made.json()["id"]
    changed = (await ada.send("PUT", f"/profiles/{id_}", BODY)).json()
    assert (changed["version"], changed["cap_critical"]) == (2, True)
    joint = next(one for one in changed["entries"] if one["code"] == "DQ12+13")
    assert (joint["codes"], joint["together"]) == (["DQ12", "DQ13"], True)
    stale = await ada.send("PUT", f"/profiles/{id_}", BODY)
    assert (stale.status_code, stale.json()["current_version"]) == (412, 2)
    versions = (await ada.get(f"/profiles/{id_}/versions")).json()["items"]
    assert [one["version"] for one in versions] == [2, 1]
    assigned = await ada.send("PUT", "/profiles/assignments", {"profile_id": id_, "tags": ["shop"], "client_ids": []})
    assert assigned.status_code == 204
    assert (await ada.send("PUT", f"/profiles/{id_}/default", None)).json()["is_default"]
    refused = await ada.send("DELETE", f"/profiles/{id_}", None)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/default-profile")
    await ada.send("PUT", f"/profiles/{PRACTICE_ID}/default", None)
    assert (await ada.send("DELETE", f"/profiles/{id_}", None)).status_code == 204
    assert len((await ada.get("/profiles")).json()["items"]) == 2


async def test_a_clients_own_profile_is_listed_and_taken_away(house: House) -> None:
    ada = await house.founder()
    client = await scored(house, ada, 1)
    id_ = (await ada.post("/profiles", {"name": "Retail", "copy_of": str(PRACTICE_ID)})).json()["id"]

    async def listed() -> tuple[list[dict[str, Any]], int]:
        (found,) = [one for one in (await ada.get("/profiles")).json()["items"] if one["id"] == id_]
        return found["own_clients"], found["clients"]

    assert await listed() == ([], 0)
    chosen = {"profile_id": id_, "tags": [], "client_ids": [client]}
    assert (await ada.send("PUT", "/profiles/assignments", chosen)).status_code == 204
    assert await listed() == ([{"id": client, "name": "Acme"}], 1)
    assert (await ada.send("PUT", "/profiles/assignments", chosen | {"profile_id": None})).status_code == 204
    assert await listed() == ([], 0)


async def test_what_does_not_hold_changes_nothing(house: House) -> None:
    ada = await house.founder()
    id_ = (await ada.post("/profiles", {"name": "Retail", "copy_of": str(PRACTICE_ID)})).json()["id"]
    short = BODY | {"entries": [*LINES[:4], {"code": "DQ99", "weight": 10}], "thresholds": {"DQ01": 3}}
    answer = await ada.send("PUT", f"/profiles/{id_}", short)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/entries/4/code", "/entries", "/thresholds/DQ01"}
    assert (await ada.get("/profiles")).json()["items"][2]["version"] == 1
    shipped = await ada.send("PUT", f"/profiles/{PRACTICE_ID}", BODY)
    assert (shipped.status_code, shipped.json()["type"]) == (409, "/problems/shipped-profile")
    assert (await ada.post("/profiles", {"name": "PRACTICE", "copy_of": id_})).status_code == 422


async def test_another_firms_profile_is_nobodys(house: House) -> None:
    ada, ben = await house.founder(), await house.founder("Other", "Ben")
    id_ = (await ada.post("/profiles", {"name": "Retail", "copy_of": str(PRACTICE_ID)})).json()["id"]
    assert (await ben.send("PUT", f"/profiles/{id_}", BODY)).status_code == 404
    assert (await ben.send("DELETE", f"/profiles/{id_}", None)).status_code == 404
    assert (await ben.send("PUT", f"/profiles/{id_}/default", None)).status_code == 404
    assert (await ben.get(f"/profiles/{id_}/versions")).status_code == 404
    assert (await ben.post("/profiles", {"name": "Mine", "copy_of": id_})).status_code == 404
    theirs = {"profile_id": id_, "tags": [], "client_ids": []}
    assert (await ben.send("PUT", "/profiles/assignments", theirs)).status_code == 404
    client = await scored(house, ada, 1)
    mine = {"profile_id": str(PRACTICE_ID), "tags": [], "client_ids": [client]}
    assert (await ben.send("PUT", "/profiles/assignments", mine)).status_code == 404
    assert len((await ben.get("/profiles")).json()["items"]) == 2


async def test_a_preview_of_other_weights(house: House) -> None:
    ada = await house.founder()
    await scored(house, ada, 5)
    preview = (await ada.post("/profiles/preview", {"entries": LINES, "cap_critical": False})).json()
    (moved,) = preview["moved"]
    assert (moved["name"], moved["after"]) == ("Acme", 80)
    assert (preview["clients"], preview["bands_after"]["healthy"], preview["average_after"]) == (1, 1, 80)


async def test_why_a_score_moved_and_what_it_could_be(house: House) -> None:
    ada = await house.founder()
    id_ = await scored(house, ada, 0, 5)
    card = (await ada.get(f"/clients/{id_}/score")).json()
    assert card["profile_id"] == str(PRACTICE_ID)
    left = {one["code"]: (one["state"], one["reason"]) for one in card["not_judged"]}
    assert left["DQ03"] == ("not_applicable", "There is no statement balance.")
    moved = (await ada.get(f"/clients/{id_}/score/changes")).json()
    assert moved["change"] == card["change"] == moved["to"]["value"] - moved["from"]["value"]
    (part,) = moved["parts"]
    assert (part["code"], part["before"], part["after"]) == ("DQ06", "0 found.", "5 found.")
    assert part["points"].startswith("-")
    would = (await ada.post(f"/clients/{id_}/score/what-if", {"issue_ids": [], "codes": ["DQ06"]})).json()
    assert (would["value"], would["change"]) == (100, -card["change"])
    assert [one["code"] for one in would["parts"]] == ["DQ06"]
    points = (await ada.get(f"/clients/{id_}/scores")).json()
    assert [(one["value"], one["profile"]) for one in points["items"]] == [(100, "Practice"), (card["value"], "Practice")]
    assert points["average"][-1]["value"] == card["value"]
    assert points["average"][-1]["clients"] == 1
    ben = await house.founder("Other", "Ben")
    assert (await ben.get(f"/clients/{id_}/score/changes")).status_code == 404
    assert (await ben.post(f"/clients/{id_}/score/what-if", {"issue_ids": [], "codes": []})).status_code == 404


async def test_one_score_has_nothing_before_it(house: House) -> None:
    ada = await house.founder()
    id_ = await scored(house, ada, 0)
    answer = await ada.get(f"/clients/{id_}/score/changes")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-before")
