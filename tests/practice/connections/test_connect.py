"""Consent from end to end against the sandbox: what is stored, what works again, and what never half happens."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from practice.connections.begin_authorization import begin_authorization
from practice.connections.check_grant import check_grant
from practice.connections.disconnect import disconnect
from practice.connections.give_back import give_back
from practice.connections.models import Connection, Grant, Tenant
from practice.connections.probe_tenant import probe_tenant
from practice.connections.probe_tenants import probe_tenants
from practice.connections.problems import ConsentCancelled, ConsentSpent
from practice.connections.reach_tenant import reach_tenant
from practice.connections.reads import connections_of_firm, tenants_of_firm
from practice.firms.models import Member
from practice.kernel.jobs import JobRow
from practice.kernel.problems import Forbidden, Problem
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.providers import oidc
from practice.providers.problems import (
    BadAnswer,
    ConsentRevoked,
    DayLimitReached,
    SignInRefused,
    TenantGone,
    Throttled,
    Unavailable,
)
from practice.providers.xero.accounting import RESOURCES
from tests.practice.connections.at_xero import BROWSER, MARGARET, TANE, XERO, AtXero


async def test_one_consent_brings_many_organisations(xero: AtXero) -> None:
    done = await xero.connect(3)
    assert done.return_to == "tenants"
    assert len(done.tenant_ids) == 3
    (grant,) = await xero.all(Grant)
    assert (grant.name, grant.email, grant.status, grant.generation) == ("Margaret Ashworth", MARGARET, "active", 1)
    assert b"ey" not in grant.access[:20]
    async with xero.ctx.unit(write=False) as unit:
        seen = await tenants_of_firm(unit)
        listed = await connections_of_firm(unit)
    assert {s.tenant.remote_id for s in seen} == {o["tenant_id"] for o in xero.organisations[:3]}
    assert {(s.linked_by, s.in_latest_consent) for s in seen} == {("Ada", True)}
    assert [(c.connection.status, len(c.grants), c.remedy) for c in listed] == [("active", 1, None)] * 3
    assert await xero.verbs() == ["connection.made"]


async def test_the_url_asks_for_the_least_and_proves_itself(xero: AtXero) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(await xero.begin()).query).items()}
    assert asked["scope"] == (
        "openid profile email offline_access accounting.settings.read accounting.contacts.read accounting.invoices.read"
        " accounting.payments.read accounting.banktransactions.read accounting.manualjournals.read"
        " accounting.reports.banksummary.read accounting.reports.trialbalance.read assets.read"
    )
    assert asked["redirect_uri"] == "http://localhost:8000/api/v1/connections/xero/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 43
    assert "acr_values" not in asked


async def test_a_second_consent_adds_and_keeps_what_was_there(xero: AtXero) -> None:
    first = await xero.connect(1)
    xero.pass_time(timedelta(minutes=5))
    second = await xero.connect([xero.organisations[1]["tenant_id"]])
    assert set(first.tenant_ids) < set(second.tenant_ids)
    (grant,) = await xero.all(Grant)
    assert grant.generation == 2
    async with xero.ctx.unit(write=False) as unit:
        latest = {s.tenant.remote_id: s.in_latest_consent for s in await tenants_of_firm(unit)}
    assert latest == {xero.organisations[0]["tenant_id"]: False, xero.organisations[1]["tenant_id"]: True}


async def test_two_people_reach_one_organisation_and_either_keeps_it_alive(xero: AtXero) -> None:
    people = (await xero.http.get(f"{XERO}/__control/users")).json()["users"]
    reach = next(p["organisation_ids"] for p in people if p["email"] == TANE)
    shared = next(o["tenant_id"] for o in xero.organisations if o["tenant_id"] in reach)
    done = await xero.connect([shared])
    assert (await xero.connect([shared], who=TANE)).tenant_ids == done.tenant_ids
    assert len(await xero.all(Connection)) == 1
    await xero.control("revoke", user=MARGARET)
    xero.pass_time(timedelta(minutes=31))
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        assert (await ledger.pull("organisation")).rows[0]["remote_id"] == shared
    (connection,) = await xero.all(Connection)
    assert (connection.status, connection.cause, connection.caused_by) == ("degraded", "fallback_in_use", done.grant_id)


@pytest.mark.parametrize("trouble", ["cancelled", "another browser", "reused elsewhere", "no browser", "expired", "code twice", "made up", "no code"])
async def test_a_consent_that_goes_wrong_leaves_nothing(xero: AtXero, trouble: str) -> None:
    said = await xero.consent(
        await xero.begin(), [xero.organisations[0]["tenant_id"]], action="cancel" if trouble == "cancelled" else "allow"
    )
    expected: type[Problem] = ConsentCancelled if trouble == "cancelled" else ConsentSpent
    browser: str | None = BROWSER
    if trouble == "another browser":
        browser = "somebody else's"
    elif trouble == "no browser":
        browser = None
    elif trouble == "expired":
        xero.pass_time(timedelta(minutes=11))
    elif trouble == "made up":
        said["state"] = "x" * 43
    elif trouble == "no code":
        del said["code"]
    elif trouble in ("reused elsewhere", "code twice"):
        await xero.finish(said)
        if trouble == "reused elsewhere":
            browser = "somebody else's"
        else:
            again = parse_qs(urlsplit(await xero.begin()).query)["state"][0]
            said["state"] = again
    before = len(await xero.all(Grant)), len(await xero.all(Tenant)), len(await xero.verbs())
    with pytest.raises(expected) as raised:
        await xero.finish(said, browser=browser)
    assert raised.value.remedy is not None
    assert raised.value.remedy.operation == "reconnect"
    assert (len(await xero.all(Grant)), len(await xero.all(Tenant)), len(await xero.verbs())) == before


async def test_the_same_answer_in_the_same_browser_shows_what_it_led_to(xero: AtXero) -> None:
    said = await xero.consent(await xero.begin(), [xero.organisations[0]["tenant_id"]])
    done = await xero.finish(said)
    before = len(await xero.all(Grant)), len(await xero.all(Tenant)), len(await xero.verbs())
    assert await xero.finish(said) == done
    assert (len(await xero.all(Grant)), len(await xero.all(Tenant)), len(await xero.verbs())) == before


async def test_a_state_is_used_up_even_by_the_wrong_answer(xero: AtXero) -> None:
    said = await xero.consent(await xero.begin(), [xero.organisations[0]["tenant_id"]])
    with pytest.raises(ConsentCancelled):
        await xero.finish({"state": said["state"], "error": "access_denied"})
    with pytest.raises(ConsentSpent):
        await xero.finish(said)


async def test_whoever_lost_the_role_meanwhile_connects_nothing(xero: AtXero) -> None:
    said = await xero.consent(await xero.begin(), [xero.organisations[0]["tenant_id"]])
    async with xero.ctx.unit() as unit:
        (member,) = await unit.scalars(select(Member).where(Member.firm_id == unit.firm_id))
        member.role = "staff"
    with pytest.raises(Forbidden):
        await xero.finish(said)
    assert await xero.all(Grant) == []


async def test_every_resource_can_be_pulled_and_the_size_was_right(xero: AtXero) -> None:
    done = await xero.connect(1)
    async with xero.ctx.unit() as unit:
        await probe_tenants(unit, tenant_ids=done.tenant_ids)
        await probe_tenants(unit, tenant_ids=done.tenant_ids)
    assert [job.name for job in await xero.all(JobRow) if job.name == "probe_tenant"] == ["probe_tenant"]
    await probe_tenant(xero.ctx, tenant_id=done.tenant_ids[0])
    (tenant,) = await xero.all(Tenant)
    assert tenant.size_state == "known"
    assert (tenant.country, tenant.currency) == (xero.organisations[0]["country"], xero.organisations[0]["currency"])
    rows: dict[str, int] = {}
    calls = 0
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        for resource in ledger.resources:
            page = await ledger.pull(resource.key, page=1, page_size=1000)
            assert page.quarantined == []
            assert page.last
            rows[resource.key] = len(page.rows)
            calls += page.calls
    # The consent covers the register of fixed assets and no bank statements, unless somebody asks for them.
    assert set(rows) == {resource.key for resource in RESOURCES} | {"assets"}
    counted = ("invoices", "credit_notes", "prepayments", "overpayments", "bank_transactions", "payments", "manual_journals")
    assert tenant.size_documents == sum(rows[key] for key in counted) > 0
    assert tenant.size_calls == calls
    (connection,) = await xero.all(Connection)
    assert connection.day_calls_left is not None
    assert connection.day_calls_left < 5000


async def test_a_token_that_expires_in_the_middle_is_turned_once_and_nobody_notices(xero: AtXero) -> None:
    done = await xero.connect(1)
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        await ledger.pull("organisation")
        xero.sandbox_clock.advance(31 * 60)  # Xero's clock is ahead of ours
        await ledger.pull("accounts")
    (grant,) = await xero.all(Grant)
    assert grant.generation == 2


async def test_a_lost_refresh_answer_costs_nothing(xero: AtXero) -> None:
    done = await xero.connect(1)
    xero.pass_time(timedelta(minutes=31))
    await xero.control("faults", kind="token_lost", times=1)
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        assert (await ledger.pull("organisation")).rows
    (grant,) = await xero.all(Grant)
    assert (grant.status, grant.first_attempt_at) == ("active", None)


async def test_revoked_consent_breaks_once_and_consenting_again_mends_the_same_connection(xero: AtXero) -> None:
    done = await xero.connect(2)
    before = [connection.id for connection in await xero.all(Connection)]
    await xero.control("revoke", user=MARGARET)
    xero.pass_time(timedelta(minutes=31))
    for tenant_id in done.tenant_ids:
        with pytest.raises((ConsentRevoked, TenantGone)):
            async with reach_tenant(xero.ctx, tenant_id) as ledger:
                await ledger.pull("organisation")
    assert {c.status for c in await xero.all(Connection)} == {"reauth_required"}
    assert await xero.verbs() == ["connection.made", "connection.broken"]
    async with xero.ctx.unit(write=False) as unit:
        remedies = {c.remedy.operation for c in await connections_of_firm(unit) if c.remedy}
    assert remedies == {"reconnect"}
    again = await xero.connect(2)
    assert set(again.tenant_ids) == set(done.tenant_ids)
    assert [c.id for c in await xero.all(Connection)] == before
    assert {(c.status, c.cause) for c in await xero.all(Connection)} == {("active", None)}
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        assert (await ledger.pull("organisation")).rows
    assert (await xero.verbs())[-1] == "connection.remade"


async def test_an_organisation_disconnected_inside_xero_is_gone_and_the_others_are_not(xero: AtXero) -> None:
    done = await xero.connect(2)
    async with xero.ctx.unit(write=False) as unit:
        gone, kept = await unit.find(Tenant, done.tenant_ids)
    await xero.control("disconnect", tenant_id=gone.remote_id)
    for _ in range(2):
        with pytest.raises(TenantGone) as raised:
            async with reach_tenant(xero.ctx, gone.id) as ledger:
                await ledger.pull("invoices", page=1, page_size=1000)
        assert raised.value.remedy is not None
        assert raised.value.remedy.label == "Reconnect"
    async with reach_tenant(xero.ctx, kept.id) as ledger:
        assert (await ledger.pull("organisation")).rows
    assert (await xero.verbs()).count("connection.broken") == 1


async def test_the_list_is_compared_with_xeros_own(xero: AtXero) -> None:
    done = await xero.connect(2)
    async with xero.ctx.unit(write=False) as unit:
        gone, _ = await unit.find(Tenant, done.tenant_ids)
    await xero.control("disconnect", tenant_id=gone.remote_id)
    await check_grant(xero.ctx, grant_id=done.grant_id)
    states = {c.tenant_id: (c.status, c.cause) for c in await xero.all(Connection)}
    assert states.pop(gone.id) == ("revoked_at_xero", "tenant_gone")
    assert set(states.values()) == {("active", None)}


async def test_ending_a_connection_is_told_to_xero_and_the_last_one_takes_the_grant_along(xero: AtXero) -> None:
    done = await xero.connect(2)
    connections = await xero.all(Connection)
    for number, connection in enumerate(connections):
        for _ in range(2):
            async with xero.ctx.unit() as unit:
                await disconnect(unit, connection_id=connection.id)
        with pytest.raises(TenantGone):
            async with reach_tenant(xero.ctx, connection.tenant_id):
                pass
        await give_back(xero.ctx, connection_id=connection.id)
        await give_back(xero.ctx, connection_id=connection.id)
        left = (await xero.http.get(f"{XERO}/__control/state")).json()["connections"]
        assert len(left) == 1 - number
    assert await xero.all(Grant) == []
    assert (await xero.verbs()).count("connection.ended") == 2
    again = await xero.connect(2)
    assert set(again.tenant_ids) == set(done.tenant_ids)
    assert {c.status for c in await xero.all(Connection)} == {"active"}


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("minute429", Throttled), ("day429", DayLimitReached), ("concurrent429", Throttled), ("appminute429", Throttled),
        ("http500", Unavailable), ("503maintenance", Unavailable), ("503offline", Unavailable), ("reset", Unavailable),
        ("half_body", Unavailable), ("lost_answer", Unavailable), ("wrong_type", BadAnswer), ("empty", BadAnswer), ("bad_json", BadAnswer),
    ],
)  # fmt: skip
async def test_xero_in_trouble_is_named_and_never_zero_rows(xero: AtXero, kind: str, named: type[Problem]) -> None:
    done = await xero.connect(1)
    await xero.control("faults", kind=kind, path="Invoices", times=0)
    with pytest.raises(named):
        async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
            await ledger.pull("invoices", page=1, page_size=1000)
    (connection,) = await xero.all(Connection)
    assert connection.status == "active"


async def test_a_row_sent_twice_counts_once(xero: AtXero) -> None:
    done = await xero.connect(1)
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        plain = await ledger.pull("invoices", page=1, page_size=1000)
        await xero.control("faults", kind="duplicate_row", path="Invoices", times=0)
        twice = await ledger.pull("invoices", page=1, page_size=1000)
    assert twice.rows == plain.rows


async def test_only_what_changed_is_read_again(xero: AtXero) -> None:
    done = await xero.connect(1)
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        since = xero.clock.now()
        assert (await ledger.pull("invoices", page=1, page_size=1000, modified_since=since)).rows == []
        xero.pass_time(timedelta(minutes=1))
        await xero.control("change-document", tenant_id=xero.organisations[0]["tenant_id"])
        changed = await ledger.pull("invoices", page=1, page_size=1000, modified_since=since)
    assert len(changed.rows) == 1
    assert changed.rows[0]["updated_at"] > since


async def test_without_bulk_connections_one_organisation_at_a_time(xero: AtXero, settings: Settings) -> None:
    one = xero.ctx.settings.model_copy(update={"xero": xero.ctx.settings.xero.model_copy(update={"bulk_connections": False})})
    async with Runtime.open(one, http=xero.http, clock=xero.clock) as rt:
        begun = await begin_authorization(rt.context(xero.ctx.actor), provider_key="xero", return_to="tenants", browser=BROWSER)
    assert "acr_values=bulk_connect%3Afalse" in begun.authorize_url
    for organisation in xero.organisations[:2]:
        await xero.finish(await xero.consent(begun.authorize_url, [organisation["tenant_id"]]))
        begun = await begin_authorization(xero.ctx, provider_key="xero", return_to="tenants", browser=BROWSER)
    assert len(await xero.all(Connection)) == 2


async def test_signing_in_proves_who_it_is(xero: AtXero) -> None:
    redirect, verifier = "http://localhost:8000/api/v1/sign-in/xero/callback", "v" * 43
    url = await oidc.begin(xero.ctx, redirect, "state", "nonce", verifier)
    async with httpx.AsyncClient(transport=xero.http._transport, base_url=XERO) as browser:
        where = (await browser.get(url)).headers["location"]
        back = parse_qs(urlsplit(where).query)["return"][0]
        where = (await browser.post("/identity/login", data={"user": TANE, "return": back})).headers["location"]
        page = parse_qs(urlsplit(where).query)["txn"][0]
        answer = await browser.post("/identity/consent", data={"txn": page, "action": "allow"})
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    claims = await oidc.complete(xero.ctx, code, redirect, verifier, "nonce")
    assert (claims.email, claims.name, claims.issuer, claims.email_verified) == (TANE, "Tane Rangihuna", XERO, True)
    with pytest.raises(SignInRefused):
        await oidc.complete(xero.ctx, code, redirect, verifier, "nonce")
