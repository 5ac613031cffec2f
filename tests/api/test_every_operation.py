"""Every operation as every role, and with another firm's ids: the table in authz.csv is what happens."""

from typing import Any

import pytest

from api.policy import ROLES, Policy
from tests.api.conftest import House, Person

RULES = Policy.read().rules
CALLED_OTHERWISE = {"alive", "ready", "signInOptions", "events"}


def calls(house: House) -> list[tuple[str, str, str, dict[str, Any] | None]]:
    """Operation, method, path with ids that are nobody's, and a body that fits."""
    found = []
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            filled = path.removeprefix("/api/v1")
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    value = "DQ01" if parameter["name"] == "code" else "01939e7c-6f0a-7d5e-8000-5c0e8b1f2a3d"
                    filled = filled.replace("{" + parameter["name"] + "}", value)
            found.append((operation["operationId"], method.upper(), filled, body))
    return [each for each in found if each[0] not in CALLED_OTHERWISE]


async def told_no(person: Person, method: str, path: str, body: object) -> bool:
    answer = await person.send(method, path, body)
    return answer.status_code in (401, 403) and answer.json()["type"] in ("/problems/forbidden", "/problems/firm-needed")


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_what_the_table_says(house: House, role: str) -> None:
    ada = await house.founder()
    for operation, method, path, body in calls(house):
        if operation in ("signOut", "listActivity"):
            continue
        caller = await house.colleague(ada, role)
        assert await told_no(caller, method, path, body) == (role not in RULES[operation].roles), operation


async def test_anybody_else_is_told_to_sign_in(house: House) -> None:
    browser = house.browser()
    for operation, method, path, body in calls(house):
        answer = await browser.request(method, f"/api/v1{path}", json=body)
        assert answer.status_code == 401, operation


async def test_another_firms_ids_are_nobodys(house: House) -> None:
    ada, ben = await house.founder(), await house.founder("Other", "Ben")
    viewer = await house.colleague(ben, "viewer", "Vic")
    theirs = {
        "member_id": str(viewer.member_id),
        "key_id": (await ben.post("/keys", {"label": "theirs"})).json()["id"],
        "invitation_id": (await ben.post("/invitations", {"email": "eve@other.example", "role": "staff"})).json()["id"],
    }
    tried = set()
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            for name, id_ in theirs.items():
                if "{" + name + "}" not in path:
                    continue
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
                called = path.removeprefix("/api/v1").replace("{" + name + "}", id_)
                unknown = called.replace(id_, "01939e7c-6f0a-7d5e-8000-5c0e8b1f2a3d")
                answer, nobodys = await ada.send(method, called, body), await ada.send(method, unknown, body)
                assert (answer.status_code, nobodys.status_code) == (404, 404), path
                assert answer.json()["type"] == nobodys.json()["type"]
                tried.add(name)
    assert tried == set(theirs)
    assert len((await ben.get("/keys")).json()["items"]) == 1
    assert len((await ben.get("/members")).json()["items"]) == 2
    assert len((await ben.get("/invitations")).json()["items"]) == 1
