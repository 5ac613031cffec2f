"""A practice has a consent of its own: it never narrows, replaces or ends the ledgers', nor they it."""

import pytest
from sqlalchemy import select

from practice.connections.disconnect import disconnect
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.connections.problems import NoPracticeOffered
from practice.providers.base import RemoteTenant
from practice.providers.xero.oauth import PRACTICE_SCOPES, SCOPES, XeroConsent
from practice.xpm.problems import NotConnected
from practice.xpm.start_snapshot import start_snapshot
from tests.practice.xpm.fetch.conftest import TANE, Practice
from tests.world import consented


async def ledgers(practice: Practice) -> list[str]:
    """The same Xero user lets two organisations be read."""
    listed = (await practice.control("GET", "organisations"))["organisations"]
    ids = [one["tenant_id"] for one in sorted(listed, key=lambda one: one["documents"])[:2]]
    asked = await practice.ada.post("/connections", {"provider": "xero"})
    back = await consented(practice.house.xero, asked.json()["authorize_url"], ids)
    assert (await practice.ada.http.get(back)).headers["location"] == "/connect/tenants"
    return ids


async def test_a_practice_is_connected_with_its_scopes_alone(practice: Practice) -> None:
    assert await practice.connect() == "/configure/integrations/xpm"
    (grant,) = await practice.all(Grant)
    assert (grant.purpose, set(grant.scopes)) == ("practice", set(PRACTICE_SCOPES))
    (tenant,) = await practice.all(Tenant)
    assert tenant.kind == "practice_manager"
    (connection,) = await practice.all(Connection)
    assert (connection.status, connection.cause) == ("active", None)
    (shown,) = (await practice.ada.get("/xpm")).json()["practices"]
    (consent,) = shown["consents"]
    assert (consent["name"], consent["connected_by"], consent["status"]) == (grant.name, "Ada", "active")
    assert (set(consent["scopes"]), consent["missing_scopes"]) == (set(PRACTICE_SCOPES), [])


async def test_a_practice_that_was_disconnected_shows_no_consent(practice: Practice) -> None:
    await practice.connect()
    (connection,) = await practice.all(Connection)
    async with practice.ctx.unit() as unit:
        await disconnect(unit, connection_id=connection.id)
    (shown,) = (await practice.ada.get("/xpm")).json()["practices"]
    assert (shown["connection"], shown["consents"]) == ("none", [])


@pytest.mark.parametrize("practice_first", [True, False])
async def test_two_consents_of_one_person_stand_side_by_side(practice: Practice, practice_first: bool) -> None:
    if practice_first:
        await practice.connect()
        await ledgers(practice)
    else:
        await ledgers(practice)
        await practice.connect()
    grants = {grant.purpose: grant for grant in await practice.all(Grant)}
    assert grants["ledgers"].xero_user_id == grants["practice"].xero_user_id
    assert set(SCOPES) <= set(grants["ledgers"].scopes)
    assert set(grants["practice"].scopes) == set(PRACTICE_SCOPES)
    assert all(connection.status == "active" for connection in await practice.all(Connection))
    async with practice.ctx.unit(write=False) as unit:
        reached = await unit.rows(
            select(Tenant.kind, Grant.purpose)
            .join(Connection, Connection.tenant_id == Tenant.id)
            .join(ConnectionGrant, ConnectionGrant.connection_id == Connection.id)
            .join(Grant, Grant.id == ConnectionGrant.grant_id)
            .where(Tenant.firm_id == unit.firm_id)
        )
    assert sorted(set(reached)) == [("organisation", "ledgers"), ("practice_manager", "practice")]
    # The practice is never offered as an organisation whose books could be imported.
    practices = [one for one in (await practice.ada.get("/tenants")).json()["items"] if one["kind"] == "practice_manager"]
    answer = await practice.ada.post("/clients", {"tenant_ids": [practices[0]["id"]]})
    assert answer.status_code in (404, 409, 422), answer.text


async def test_consenting_again_to_ledgers_leaves_the_practice_readable(practice: Practice) -> None:
    await practice.connect()
    await ledgers(practice)
    assert (await practice.taken()).state == "ready"


async def test_somebody_without_the_privilege_is_told_what_to_tick(practice: Practice) -> None:
    assert await practice.connect(who=TANE) == "/oauth-failed?problem=no-practice-offered"
    assert "Authorise 3rd Party Full Access" in (NoPracticeOffered().detail or "")
    async with practice.ctx.unit() as unit:
        with pytest.raises(NotConnected):
            await start_snapshot(unit)
    checks = {one["code"]: one for one in (await practice.ada.get("/xpm")).json()["preflight"]}
    assert not checks["connected"]["ok"]
    assert "Authorise 3rd Party Full Access" in checks["connected"]["remedy"]


async def test_a_consent_that_names_organisations_alone_connects_no_practice(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def organisations(*_: object, **__: object) -> list[RemoteTenant]:
        return [RemoteTenant("c", "7a7a7a7a-0000-4000-8000-00000000000a", "organisation", "Wattle Lane Cafe", None)]

    monkeypatch.setattr(XeroConsent, "tenants", organisations)
    assert await practice.connect() == "/oauth-failed?problem=no-practice-offered"
    assert await practice.all(Grant) == await practice.all(Tenant) == []
