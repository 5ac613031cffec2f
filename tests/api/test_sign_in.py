"""Signing in with Xero, there and back, through the sandbox."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text

from api.announce import announce_setup
from api.main import create_app
from practice.firms.invitations import issue_link
from practice.firms.models import Invitation
from practice.kernel.actor import Actor
from practice.kernel.settings import Settings
from tests.api.conftest import House


async def to_xero(house: House, browser: httpx.AsyncClient, **query: str) -> str:
    """As far as Xero's answer: the address that it sends the browser back to."""
    asked = await browser.get("/api/v1/sign-in/xero", params=query)
    assert asked.status_code == 302
    at = await house.xero.get(asked.headers["location"])
    for _ in range(6):
        where = urlsplit(at.headers["location"])
        if where.netloc == "localhost:8000":
            return at.headers["location"]
        page = parse_qs(where.query)
        if where.path == "/identity/login":
            people = (await house.xero.get("/__control/users")).json()["users"]
            form = {"user": people[0]["email"], "return": page["return"][0]}
            at = await house.xero.post("/identity/login", data=form)
        elif where.path == "/identity/consent":
            at = await house.xero.post("/identity/consent", data={"txn": page["txn"][0], "action": "allow"})
        else:
            at = await house.xero.get(at.headers["location"])
    raise AssertionError(f"lost at {at.url}")


async def sign_in(house: House, browser: httpx.AsyncClient, **query: str) -> httpx.Response:
    return await browser.get(await to_xero(house, browser, **query))


async def test_a_first_sign_in_leads_to_welcome_with_a_strict_cookie(house: House) -> None:
    browser = house.browser()
    answer = await sign_in(house, browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    kept, dropped = answer.headers.get_list("set-cookie")
    assert kept.startswith("sid=")
    assert {part.strip().lower() for part in kept.split(";")[1:]} == {"httponly", "path=/", "samesite=strict"}
    assert dropped.startswith('signinflow=""')
    me = (await browser.get("/api/v1/me")).json()
    assert me["firm"] is None
    assert me["user"]["email"]


async def test_the_flow_cookie_is_lax_and_short(house: House) -> None:
    asked = await house.browser().get("/api/v1/sign-in/xero")
    parts = {part.strip().lower() for part in asked.headers["set-cookie"].split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=lax", "max-age=600"}
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    assert query["scope"] == ["openid profile email"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://localhost:8000/api/v1/sign-in/xero/callback"]


async def test_on_https_cookies_are_secure_and_bound_to_the_host(house: House, settings: Settings) -> None:
    secure = settings.model_copy(update={"base_url": "https://bulkhead.example"})
    object.__setattr__(house.rt.lent, "settings", secure)
    house.app = create_app(secure, house.rt)
    asked = await house.browser().get("/api/v1/sign-in/xero")
    cookie = asked.headers["set-cookie"]
    assert cookie.startswith("__Host-signinflow=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in asked.headers["strict-transport-security"]


async def test_signing_in_again_is_the_same_person_with_a_new_session(house: House) -> None:
    browser = house.browser()
    await sign_in(house, browser)
    csrf = (await browser.get("/api/v1/me")).json()["csrf_token"]
    founded = await browser.post(
        "/api/v1/firms", json={"name": "Mine"}, headers={"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"}
    )
    assert founded.status_code == 201
    first = browser.cookies["sid"]
    again = await sign_in(house, browser, return_to="/settings/team?x=1")
    assert again.headers["location"] == "/settings/team?x=1"
    assert browser.cookies["sid"] != first
    me = (await browser.get("/api/v1/me")).json()
    assert (me["firm"]["name"], me["role"]) == ("Mine", "owner")


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_nobody_is_sent_elsewhere(house: House, away: str) -> None:
    ada = house.browser()
    await sign_in(house, ada)
    me = (await ada.get("/api/v1/me")).json()
    await ada.post(
        "/api/v1/firms",
        json={"name": "Mine"},
        headers={"X-CSRF-Token": me["csrf_token"], "Sec-Fetch-Site": "same-origin"},
    )
    assert (await sign_in(house, ada, return_to=away)).headers["location"] == "/"


async def test_an_answer_works_once_and_in_its_own_browser(house: House) -> None:
    browser, other = house.browser(), house.browser()
    back = await to_xero(house, browser)
    flow = browser.cookies["signinflow"]
    stolen = await other.get(back)
    assert stolen.headers["location"] == "/sign-in-failed?problem=ticket-spent"
    assert "sid" not in other.cookies
    assert (await browser.get(back)).headers["location"] == "/welcome"
    browser.cookies.set("signinflow", flow)
    assert (await browser.get(back)).headers["location"] == "/sign-in-failed?problem=ticket-spent"


async def test_a_session_set_before_is_not_taken_over(house: House) -> None:
    browser = house.browser()
    browser.cookies.set("sid", "chosen-by-somebody-else")
    await sign_in(house, browser)
    secrets = {cookie.value for cookie in browser.cookies.jar if cookie.name == "sid"}
    assert (await house.browser().get("/api/v1/me", headers={"Cookie": "sid=chosen-by-somebody-else"})).status_code == 401
    assert secrets - {"chosen-by-somebody-else"}


async def test_cancelling_at_xero_says_so(house: House) -> None:
    browser = house.browser()
    asked = await browser.get("/api/v1/sign-in/xero")
    state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
    answer = await browser.get("/api/v1/sign-in/xero/callback", params={"error": "access_denied", "state": state})
    assert answer.headers["location"] == "/sign-in-failed?problem=sign-in-failed"


async def test_guessing_is_slowed_down_without_redis(house: House) -> None:
    browser = house.browser()
    for _ in range(20):
        await browser.get("/api/v1/sign-in/xero/callback", params={"state": "guess", "code": "guess"})
    await house.rt.lent.redis.flushdb()
    answer = await browser.get("/api/v1/sign-in/xero")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in-failed?problem=too-many-attempts")
    async with house.unit(Actor.door()) as unit:
        await unit.execute(text("UPDATE throttle SET at = at - interval '16 minutes'"))
    assert (await browser.get("/api/v1/sign-in/xero")).status_code == 302


async def test_an_invitation_makes_a_member_once(house: House) -> None:
    ada = await house.founder()
    made = (await ada.post("/invitations", {"email": "eve@bright.example", "role": "manager"})).json()
    assert ada.firm_id is not None
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        link = await issue_link(unit, await unit.get(Invitation, made["id"]))
    secret = link.removeprefix("http://localhost:8000/invite/")
    eve = house.browser()
    assert (await sign_in(house, eve, invitation=secret)).headers["location"] == "/"
    me = (await eve.get("/api/v1/me")).json()
    assert (me["firm"]["name"], me["role"]) == ("Bright", "manager")
    assert (await ada.get("/invitations")).json()["items"] == []
    assert len((await ada.get("/members")).json()["items"]) == 2
    again = await sign_in(house, house.browser(), invitation=secret)
    assert again.headers["location"] == "/sign-in-failed?problem=ticket-spent"


@pytest.fixture
def signup(request: pytest.FixtureRequest, settings: Settings, house: House) -> None:
    object.__setattr__(house.rt.lent, "settings", settings.model_copy(update={"signup": request.param}))


@pytest.mark.parametrize("signup", ["closed", "first"], indirect=True)
@pytest.mark.usefixtures("signup")
async def test_without_link_or_invitation_nobody_comes_in(house: House) -> None:
    browser = house.browser()
    answer = await sign_in(house, browser)
    assert answer.headers["location"] == "/sign-in-failed?problem=no-membership"
    assert "sid" not in browser.cookies


@pytest.mark.parametrize("signup", ["first"], indirect=True)
@pytest.mark.usefixtures("signup")
async def test_the_printed_link_founds_the_first_firm_once(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await announce_setup(house.rt)
    link = next(line.strip() for line in capsys.readouterr().err.splitlines() if "setup=" in line)
    secret = parse_qs(urlsplit(link).query)["setup"][0]
    browser = house.browser()
    assert (await sign_in(house, browser, setup=secret)).headers["location"] == "/welcome"
    csrf = (await browser.get("/api/v1/me")).json()["csrf_token"]
    founded = await browser.post(
        "/api/v1/firms", json={"name": "First"}, headers={"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"}
    )
    assert founded.status_code == 201
    await announce_setup(house.rt)
    assert "setup=" not in capsys.readouterr().err
