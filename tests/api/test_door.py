"""What every request passes: ids, headers, limits, problems in one shape."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from practice.kernel.settings import Settings
from tests.api.conftest import House


async def test_an_unknown_address_is_a_problem(house: House) -> None:
    answer = await house.browser().get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": None,
        "instance": answer.headers["x-request-id"],
        "action": None,
        "errors": None,
    }


async def test_a_wrong_method_names_all_that_the_address_takes(house: House) -> None:
    answer = await house.browser().put("/api/v1/keys")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert answer.json()["type"] == "/problems/method-not-allowed"


async def test_wrong_fields_are_named_by_pointer(house: House) -> None:
    ada = await house.founder()
    answer = await ada.post("/keys", {"label": "", "days": 900, "role": "owner"})
    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/label", "/days", "/role"}


async def test_an_id_that_is_none_is_not_found(house: House) -> None:
    ada = await house.founder()
    answer = await ada.send("DELETE", "/keys/7")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_broken_json_is_a_problem(house: House) -> None:
    ada = await house.founder()
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": ada.csrf}
    answer = await ada.http.post("/api/v1/keys", content=b'{"label": ', headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_a_megabyte_is_refused(house: House, *, announced: bool) -> None:
    ada = await house.founder()
    body = b'{"label": "' + b"x" * 1_000_000 + b'"}'

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": ada.csrf}
    answer = await ada.http.post("/api/v1/keys", content=body if announced else chunks(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"


@pytest.mark.parametrize("query", ["?liimit=3", "?limit=1&limit=2"])
async def test_an_unknown_or_repeated_parameter_is_refused(house: House, query: str) -> None:
    ada = await house.founder()
    answer = await ada.http.get(f"/api/v1/activity{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-parameter")


async def test_security_headers_are_on_every_answer(house: House) -> None:
    browser = house.browser()
    for path in ("/api/v1/health/alive", "/api/v1/me", "/api/v1/nothing", "/", "/docs/", "/problems/not-found"):
        headers = (await browser.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert not [name for name in headers if name.startswith("access-control-")], path
        if path.startswith("/api/"):
            assert headers["cache-control"] == "no-store", path
            assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors"), path


async def test_what_fails_unexpectedly_says_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def burst(_: object) -> None:
        raise ValueError("CANARY_in_the_coal_mine")

    monkeypatch.setattr("api.routes.health.checks_of", burst)
    answer = await house.browser().get("/api/v1/health/ready")
    assert answer.status_code == 500
    assert answer.json()["detail"] is None
    assert "CANARY" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_commit_that_fails_is_a_failed_request(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await house.founder()

    async def broken(_: object) -> None:
        raise OSError

    monkeypatch.setattr("practice.kernel.unit.Unit._write_record", broken)
    answer = await ada.post("/keys", {"label": "script"})
    assert answer.status_code == 500
    monkeypatch.undo()
    assert (await ada.get("/keys")).json()["items"] == []


async def test_ready_when_the_tables_are_there(house: House) -> None:
    answer = await house.browser().get("/api/v1/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "redis": "ok"}}


async def test_every_other_address_is_the_application(house: House, settings: Settings) -> None:
    dist = Path(settings.frontend_dist)
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>App</title>")
    (dist / "assets" / "a-1.js").write_text("1")
    browser = house.browser()
    page = await browser.get("/clients/some-id")
    assert (page.status_code, page.text, page.headers["cache-control"]) == (200, "<title>App</title>", "no-cache")
    asset = await browser.get("/assets/a-1.js")
    assert "immutable" in asset.headers["cache-control"]
    assert (await browser.get("/assets/gone.js")).status_code == 404
    assert (await browser.get("/%2e%2e/keys")).text == "<title>App</title>"


async def test_a_problem_page_explains(house: House) -> None:
    page = await house.browser().get("/problems/last-owner")
    assert page.status_code == 200
    assert "A firm needs an owner" in page.text
    assert (await house.browser().get("/problems/none-such")).status_code == 404
