"""Sign-in, consent, the three grants, rotation with its grace, revocation, and connections by the consent that made them."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from ..app import create_app
from ..clock import Clock
from ..gateway.wire import Wire
from .conftest import BACK, CLIENT, JUNIOR, LEDGER, OUTSIDER, SECOND, Browser, settings_in

SIGN_IN = "openid profile email"


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def answered(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def refresh(browser: Browser, token: str) -> httpx.Response:
    return await browser.token(grant_type="refresh_token", refresh_token=token)


# Sign-in and consent


async def test_forty_organisations_in_one_consent(browser: Browser) -> None:
    body = await browser.tokens(40)
    connections = await browser.connections(body["access_token"])
    assert len(connections) == 40
    event = claims_of(body["access_token"])["authentication_event_id"]
    assert {c["authEventId"] for c in connections} == {event}


async def test_the_page_lists_everything_within_reach_once_the_scopes_ask_for_it(browser: Browser) -> None:
    page = await browser.sign_in((await browser.ask()).headers["location"])
    assert len(await browser.offered(page)) == 60
    page = (await browser.ask(LEDGER + " practicemanager.client")).headers["location"]
    assert len(await browser.offered(page)) == 61


async def test_each_user_reaches_their_own(browser: Browser) -> None:
    seen: dict[int, set[str]] = {}
    for who in (SECOND, JUNIOR, OUTSIDER):
        where = (await browser.ask(prompt="login")).headers["location"]
        seen[who] = set(await browser.offered(await browser.sign_in(where, who)))
    assert [len(s) for s in seen.values()] == [20, 5, 2]
    assert not seen[OUTSIDER] & (seen[SECOND] | seen[JUNIOR])


async def test_nobody_ticks_what_they_do_not_reach(browser: Browser) -> None:
    page = await browser.sign_in((await browser.ask()).headers["location"], OUTSIDER)
    mine = await browser.offered(page)
    everyone = (await browser.http.get("/__control/users")).json()["users"]
    answer = await browser.consent(page, [*mine, everyone[0]["organisation_ids"][0]])
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


async def test_signing_in_once_is_enough_and_another_user_can_be_chosen(browser: Browser) -> None:
    await browser.code(1)
    assert urlsplit((await browser.ask()).headers["location"]).path == "/identity/consent"
    assert urlsplit((await browser.ask(prompt="login")).headers["location"]).path == "/identity/login"


async def test_cancelling_is_access_denied_and_connects_nothing(browser: Browser, app: Wire) -> None:
    page = await browser.sign_in((await browser.ask()).headers["location"])
    offered = await browser.offered(page)
    answer = await browser.consent(page, offered[:3], action="cancel")
    assert answered(answer) == {"error": "access_denied", "state": "s1"}
    assert not app.sandbox.memory.consents.connections
    assert (await browser.http.get(page)).status_code == 400  # the request is over


async def test_nothing_ticked_is_asked_again(browser: Browser) -> None:
    page = await browser.sign_in((await browser.ask()).headers["location"])
    answer = await browser.consent(page, [])
    assert answer.status_code == 400
    assert "at least one" in answer.text


async def test_sign_in_alone_lists_no_organisations_and_is_remembered(browser: Browser) -> None:
    page = await browser.sign_in((await browser.ask(SIGN_IN, nonce="n1")).headers["location"])
    assert await browser.offered(page) == []
    code = answered(await browser.consent(page, []))["code"]
    body = (await browser.token(grant_type="authorization_code", code=code, redirect_uri=BACK)).json()
    assert list(body) == ["id_token", "access_token", "expires_in", "token_type", "scope"]
    again = await browser.http.get((await browser.ask(SIGN_IN)).headers["location"])
    assert "code" in answered(again)


@pytest.mark.parametrize("how", ["bulk connections off", "acr_values"])
async def test_one_at_a_time(browser: Browser, how: str) -> None:
    more = {"acr_values": "bulk_connect:false"} if how == "acr_values" else {}
    if not more:
        await browser.http.post("/__control/bulk", json={"on": False})
    page = await browser.sign_in((await browser.ask(LEDGER, **more)).headers["location"])
    offered = await browser.offered(page)
    text = (await browser.http.get(page)).text
    assert 'type="radio"' in text
    assert 'type="checkbox"' not in text
    assert (await browser.consent(page, offered[:2])).status_code == 400
    assert "code" in answered(await browser.consent(page, offered[:1]))
    next_page = (await browser.ask(LEDGER, **more)).headers["location"]
    assert (await browser.http.get(next_page)).text.count("Connected already") == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "nobody"}, "unauthorized_client"),
        ({"redirect_uri": "http://127.0.0.1:8000/back"}, "redirect_uri"),
        ({"redirect_uri": "http://evil.example/back"}, "redirect_uri"),
        ({"redirect_uri": "http://localhost@evil.example/"}, "redirect_uri"),
        ({"scope": "openid accounting.everything"}, "invalid_scope"),
        ({"scope": "openid accounting.transactions.read"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_a_request_that_cannot_be_is_a_page_and_no_redirect(
    browser: Browser, wrong: dict[str, str], error: str
) -> None:
    answer = await browser.ask(**({"scope": LEDGER} | wrong))
    assert answer.status_code == 400
    assert error in answer.text


async def test_an_app_scope_in_the_browser_is_access_denied(browser: Browser) -> None:
    assert answered(await browser.ask("openid app.connections"))["error"] == "access_denied"


async def test_pages_refuse_framing_and_bring_no_inline_script(browser: Browser) -> None:
    answer = await browser.http.get(await browser.sign_in((await browser.ask()).headers["location"]))
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://localhost:8000" in policy
    assert "unsafe" not in policy
    assert answer.text.count("<script") == answer.text.count("<script src=")


# The code


async def test_a_code_works_once_for_five_minutes_and_only_with_its_redirect(browser: Browser, clock: Clock) -> None:
    async def redeem(code: str, redirect_uri: str = BACK) -> httpx.Response:
        return await browser.token(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)

    code = await browser.code(1)
    assert (await redeem(code)).status_code == 200
    for answer in (
        await redeem(code),
        await redeem(await browser.code(1), "http://localhost:8000/other"),
        await redeem("nonsense"),
    ):
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
    late = await browser.code(1)
    clock.advance(5 * 60)
    assert (await redeem(late)).json() == {"error": "invalid_grant"}


async def test_pkce_needs_no_secret_but_the_verifier(browser: Browser) -> None:
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    for sent, status in ((verifier, 200), ("w" * 50, 400)):
        code = await browser.code(
            1, client_id="sandbox-pkce", code_challenge=challenge, code_challenge_method="S256"
        )
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": "sandbox-pkce"}
        answer = await browser.http.post("/connect/token", data=form | {"code_verifier": sent})
        assert answer.status_code == status, answer.text
        if status == 200:
            form = {"grant_type": "refresh_token", "refresh_token": answer.json()["refresh_token"]}
            again = await browser.http.post("/connect/token", data=form | {"client_id": "sandbox-pkce"})
            assert again.status_code == 200


async def test_the_secret_comes_by_basic_or_by_form(browser: Browser) -> None:
    body = await browser.tokens(1)
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], "scope": "openid"}
    by_form = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    answer = await browser.http.post("/connect/token", data=form | by_form)
    assert answer.status_code == 200
    assert answer.json()["scope"] == LEDGER  # the scopes consented to, whatever a refresh asks for
    for bad in (by_form | {"client_secret": "wrong"}, {}):
        refused = await browser.http.post("/connect/token", data=form | bad)
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_client"})


# The tokens


async def test_the_reply_has_exactly_the_documented_keys(browser: Browser) -> None:
    body = await browser.tokens(1)
    assert list(body) == ["id_token", "access_token", "expires_in", "token_type", "refresh_token", "scope"]
    assert (body["expires_in"], body["token_type"], body["scope"]) == (1800, "Bearer", LEDGER)


async def test_signatures_and_claims(browser: Browser) -> None:
    code = await browser.code(1, nonce="n-7")
    body = (await browser.token(grant_type="authorization_code", code=code, redirect_uri=BACK)).json()
    found = (await browser.http.get("/.well-known/openid-configuration")).json()
    keys = KeySet.import_key_set((await browser.http.get(urlsplit(found["jwks_uri"]).path)).json())
    access = jwt.decode(body["access_token"], keys, algorithms=["RS256"])
    assert set(access.header) == {"alg", "kid", "x5t", "typ"}
    assert set(access.claims) == {
        "nbf", "exp", "iss", "aud", "client_id", "sub", "auth_time", "xero_userid", "global_session_id", "sid", "jti",
        "authentication_event_id", "scope", "amr", "idp",
    }  # fmt: skip
    assert access.claims["exp"] - access.claims["nbf"] == 1800
    assert access.claims["aud"] == f"{found['issuer']}/resources"
    assert access.claims["scope"] == LEDGER.split()
    who = jwt.decode(body["id_token"], keys, algorithms=["RS256"]).claims
    assert (who["iss"], who["aud"], who["nonce"]) == (found["issuer"], CLIENT[0], "n-7")
    assert who["exp"] - who["iat"] == 300
    digest = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert who["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    info = await browser.http.get("/connect/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
    for claim in ("sub", "email", "name", "given_name", "family_name", "preferred_username", "xero_userid"):
        assert info.json()[claim] == who[claim]


async def test_refreshing_rotates_and_the_grace_lasts_thirty_minutes(browser: Browser, clock: Clock) -> None:
    first = (await browser.tokens(1))["refresh_token"]
    second = (await refresh(browser, first)).json()["refresh_token"]
    assert second != first
    clock.advance(29 * 60)
    retried = (await refresh(browser, first)).json()["refresh_token"]  # the answer was lost
    assert retried not in {first, second}
    clock.advance(60)
    late = await refresh(browser, first)
    assert (late.status_code, late.json()) == (400, {"error": "invalid_grant"})
    assert (await refresh(browser, retried)).status_code == 200
    assert (await refresh(browser, second)).status_code == 200  # the newest before the retry was never rotated


async def test_a_refresh_token_unused_for_sixty_days_is_gone(browser: Browser, clock: Clock) -> None:
    token = (await browser.tokens(1))["refresh_token"]
    clock.advance(59 * 86_400)
    token = (await refresh(browser, token)).json()["refresh_token"]
    clock.advance(59 * 86_400)
    token = (await refresh(browser, token)).json()["refresh_token"]
    clock.advance(60 * 86_400)
    assert (await refresh(browser, token)).json() == {"error": "invalid_grant"}


async def test_revocation_drops_the_users_connections_and_no_one_elses(browser: Browser) -> None:
    mine = await browser.tokens(3)
    browser.http.cookies.clear()
    theirs = await browser.tokens(2, who=SECOND)
    for _ in range(2):  # an unknown token is answered alike
        answer = await browser.http.post("/connect/revocation", data={"token": mine["refresh_token"]}, auth=CLIENT)
        assert (answer.status_code, answer.content) == (200, b"")
    assert (await refresh(browser, mine["refresh_token"])).json() == {"error": "invalid_grant"}
    dead = await browser.http.get("/connections", headers={"Authorization": f"Bearer {mine['access_token']}"})
    assert dead.status_code == 401
    assert dead.json()["Detail"] == "AuthenticationUnsuccessful"
    assert len(await browser.connections(theirs["access_token"])) == 2


async def test_the_apps_own_token_sees_and_ends_everyones_connections(browser: Browser) -> None:
    await browser.tokens(2)
    browser.http.cookies.clear()
    await browser.tokens(1, who=SECOND)
    body = (await browser.token(grant_type="client_credentials", scope="app.connections")).json()
    assert list(body) == ["access_token", "expires_in", "token_type", "scope"]
    found = await browser.connections(body["access_token"])
    assert len(found) == 3
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await browser.http.delete(f"/connections/{found[0]['id']}", headers=bearer)).status_code == 204
    assert len(await browser.connections(body["access_token"])) == 2
    refused = await browser.token(grant_type="client_credentials", scope="accounting.settings")
    assert refused.json() == {"error": "invalid_scope"}
    assert (await browser.token(grant_type="password")).json() == {"error": "unsupported_grant_type"}


# Connections


async def test_connections_by_the_consent_that_brought_them(browser: Browser) -> None:
    page = await browser.sign_in((await browser.ask()).headers["location"])
    offered = await browser.offered(page)
    first = await browser.tokens(offered[:2])
    second = await browser.tokens(offered[2:5])
    event = claims_of(second["access_token"])["authentication_event_id"]
    new = await browser.connections(second["access_token"], authEventId=event)
    assert {c["tenantId"] for c in new} == set(offered[2:5])
    assert len(await browser.connections(first["access_token"])) == 5  # every token of a user reaches all of theirs
    assert all(len(c["createdDateUtc"].split(".")[1]) == 7 and not c["createdDateUtc"].endswith("Z") for c in new)


async def test_disconnecting_takes_the_connections_own_id(browser: Browser, clock: Clock) -> None:
    body = await browser.tokens(2)
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    one, other = await browser.connections(body["access_token"])
    for wrong, status in ((one["tenantId"], 403), (one["authEventId"], 403), ("0" * 36, 404), (one["id"], 204)):
        assert (await browser.http.delete(f"/Connections/{wrong}", headers=bearer)).status_code == status
    assert [c["id"] for c in await browser.connections(body["access_token"])] == [other["id"]]
    clock.advance(60)
    again = await browser.tokens([one["tenantId"]])
    back = next(c for c in await browser.connections(again["access_token"]) if c["tenantId"] == one["tenantId"])
    assert back["createdDateUtc"] == one["createdDateUtc"]
    assert back["updatedDateUtc"] != back["createdDateUtc"]


async def test_what_was_consented_to_survives_a_restart(browser: Browser, clock: Clock, tmp_path: Path) -> None:
    def started() -> Browser:
        transport = httpx.ASGITransport(app=create_app(settings_in(tmp_path), clock))
        return Browser(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8010"))

    before = started()
    body = await before.tokens(3)
    after = started()
    assert len(await after.connections(body["access_token"])) == 3
    assert (await refresh(after, body["refresh_token"])).status_code == 200
    (tmp_path / "state.json").write_text('{"seed": 1, "consents": {"of": "another version"}}')
    fresh = started()
    assert (await refresh(fresh, body["refresh_token"])).json() == {"error": "invalid_grant"}
    for one in (before, after, fresh):
        await one.http.aclose()
