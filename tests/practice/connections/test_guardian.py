"""What nobody told is found, people hear of each cause once, another consent steps in, and reconnecting keeps what was."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from types import NoneType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from practice.connections.check_grant import ask_organisations, check_grant, note_unchecked
from practice.connections.disconnect import disconnect
from practice.connections.due_grants import due_grants
from practice.connections.give_back import give_back
from practice.connections.jobs import CheckGrant
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant, Trouble
from practice.connections.order_grants import order_grants
from practice.connections.problems import GrantsLeftOut
from practice.connections.reach_tenant import reach_tenant
from practice.connections.reads import Health, connections_of_firm, consents_of_firm, health_of
from practice.connections.retire_consents import retire_consents
from practice.firms.models import Member
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.kernel.problems import NotFound, Problem
from practice.kernel.record import EntryRow
from practice.notices.models import Message
from practice.providers.problems import ConsentRevoked, TenantGone, Unavailable
from practice.providers.registry import provider
from practice.providers.xero import oauth
from tests import make
from tests.practice.connections.at_xero import MARGARET, TANE, XERO, AtXero
from tests.world import worked
from worker.schedule import check_grants

MORE = "accounting.budgets.read"


async def letters(xero: AtXero) -> list[dict[str, str]]:
    """What was written since the last time, after the worker has read the record."""
    await worked(xero.rt)
    async with xero.ctx.unit() as unit:
        rows = await unit.scalars(select(Message).where(Message.firm_id == unit.firm_id).order_by(Message.id))
        read = [{part: unit.reveal(row, part) for part in ("recipient", "subject", "body")} for row in rows]
        for row in rows:
            await unit.remove(row)
    return read


async def facts(xero: AtXero, verb: str) -> list[dict[str, Any]]:
    async with xero.ctx.unit(write=False) as unit:
        found: list[dict[str, Any]] = await unit.scalars(
            select(EntryRow.facts).where(EntryRow.firm_id == unit.firm_id, EntryRow.verb == verb).order_by(EntryRow.seq)
        )
        return found


async def states(xero: AtXero) -> dict[UUID, tuple[str, str | None]]:
    return {c.tenant_id: (c.status, c.cause) for c in await xero.all(Connection)}


async def health(xero: AtXero) -> Health:
    async with xero.ctx.unit(write=False) as unit:
        return health_of(await connections_of_firm(unit), clients={}, everything=True)


async def another_admin(xero: AtXero) -> Actor:
    return await make.member(xero.rt, xero.ctx.actor, "Ben", "admin")


async def reached(xero: AtXero, count: int, who: str) -> list[str]:
    """The smallest organisations that somebody reaches at Xero. Margaret reaches all that Tane does."""
    people = (await xero.http.get(f"{XERO}/__control/users")).json()["users"]
    reach = set(next(person["organisation_ids"] for person in people if person["email"] == who))
    return [one["tenant_id"] for one in xero.organisations if one["tenant_id"] in reach][:count]


async def lost(xero: AtXero, who: str, grant_id: UUID) -> None:
    await xero.control("revoke", user=who)
    with pytest.raises(ConsentRevoked):
        await check_grant(xero.ctx, grant_id=grant_id)


async def test_forty_organisations_of_one_lost_consent_are_one_letter_each_and_one_line_of_the_banner(xero: AtXero) -> None:
    ben = await another_admin(xero)
    forty = await reached(xero, 40, MARGARET)
    done = await xero.connect(forty)
    before = {(c.id, c.tenant_id) for c in await xero.all(Connection)}
    assert await letters(xero) == []
    for time in range(2):
        await lost(xero, MARGARET, done.grant_id)
        assert len(await facts(xero, "connection.broken")) == time + 1
        told = await letters(xero)
        assert sorted(one["recipient"] for one in told) == ["ada@bright.test", "ben@bright.example"]
        assert {one["subject"] for one in told} == {"40 organisations in Xero need you"}
        named = [tenant.name for tenant in await xero.all(Tenant) if tenant.name in told[0]["body"]]
        assert len(named) == 20
        assert "and 20 more" in told[0]["body"]
        assert "Margaret Ashworth can repair it" in told[0]["body"]
        seen = await health(xero)
        assert (seen.total, seen.working, seen.degraded, seen.broken) == (40, 0, 0, 40)
        [cause] = seen.causes
        assert (cause.cause.slug, len(cause.names), cause.grant_id) == ("consent_revoked", 40, done.grant_id)
        # Told once: neither another look nor another reader says it again.
        with pytest.raises(ConsentRevoked):
            async with reach_tenant(xero.ctx, done.tenant_ids[time]):
                pass
        with pytest.raises(ConsentRevoked):
            await check_grant(xero.ctx, grant_id=done.grant_id)
        assert await letters(xero) == []
        await xero.connect(forty)
        assert (await health(xero)).causes == []
        assert {(c.id, c.tenant_id) for c in await xero.all(Connection)} == before
        assert await letters(xero) == []
    assert {trouble.ended_at is None for trouble in await xero.all(Trouble)} == {False}
    assert len(await facts(xero, "connection.broken")) == 2
    assert ben.firm_id == xero.ctx.actor.firm_id


async def test_the_daily_look_finds_new_names_and_what_was_disconnected_and_what_is_back(xero: AtXero) -> None:
    done = await xero.connect(3)
    async with xero.ctx.unit() as unit:
        tenants = await unit.find(Tenant, done.tenant_ids)
        renamed, gone, _ = tenants
        renamed_to, renamed.name = renamed.name, "What it was called"
    await xero.control("disconnect", tenant_id=gone.remote_id)
    await check_grant(xero.ctx, grant_id=done.grant_id)
    found = await states(xero)
    assert found.pop(gone.id) == ("revoked_at_xero", "tenant_gone")
    assert set(found.values()) == {("active", None)}
    async with xero.ctx.unit(write=False) as unit:
        assert (await unit.get(Tenant, renamed.id)).name == renamed_to
    [told] = await letters(xero)
    assert told["subject"] == "1 organisation in Xero needs you"
    assert gone.name in told["body"]

    # Somebody ticks it again at Xero, and the answer never comes back to us: what the old tokens list is enough.
    xero.pass_time(timedelta(hours=1))
    await xero.consent(await xero.begin(), [gone.remote_id])
    await check_grant(xero.ctx, grant_id=done.grant_id)
    assert (await states(xero))[gone.id] == ("revoked_at_xero", "tenant_gone")
    await ask_organisations(xero.ctx, grant_id=done.grant_id)
    assert set((await states(xero)).values()) == {("active", None)}
    assert await facts(xero, "connection.repaired") == [{"organisations": 1}]
    assert await letters(xero) == []


async def test_more_that_are_disconnected_in_xero_are_told_of_once_a_day(xero: AtXero) -> None:
    done = await xero.connect(4)
    async with xero.ctx.unit(write=False) as unit:
        tenants = await unit.find(Tenant, done.tenant_ids)
    told: list[list[str]] = []
    for tenant, passes in zip(tenants, (0, 1, 30, 1), strict=True):
        xero.pass_time(timedelta(hours=passes))
        await xero.control("disconnect", tenant_id=tenant.remote_id)
        if len(told) < 3:  # the last one leaves an empty list, which is looked at twice
            await check_grant(xero.ctx, grant_id=done.grant_id)
        told.append([one["subject"] for one in await letters(xero)])
    assert told == [["1 organisation in Xero needs you"], [], ["3 organisations in Xero need you"], []]
    await check_grant(xero.ctx, grant_id=done.grant_id)
    assert set((await states(xero)).values()) == {("revoked_at_xero", "tenant_gone")}
    (grant,) = await xero.all(Grant)
    assert grant.active


async def test_one_organisation_found_gone_while_it_is_read_brings_the_others_to_light(xero: AtXero) -> None:
    done = await xero.connect(5)
    async with xero.ctx.unit(write=False) as unit:
        tenants = await unit.find(Tenant, done.tenant_ids)
    for tenant in tenants[:4]:
        await xero.control("disconnect", tenant_id=tenant.remote_id)
    with pytest.raises(Exception, match="disconnected in Xero"):
        async with reach_tenant(xero.ctx, tenants[0].id) as ledger:
            await ledger.pull("organisation")
    assert list((await states(xero)).values()).count(("revoked_at_xero", "tenant_gone")) == 4
    assert [one["subject"] for one in await letters(xero)] == ["4 organisations in Xero need you"]


async def test_a_withdrawn_consent_is_told_from_a_disconnected_organisation(xero: AtXero) -> None:
    """Its access token is refused only later: the organisation's 403 comes first."""
    done = await xero.connect(2)
    await xero.control("revoke", user=MARGARET)
    with pytest.raises(ConsentRevoked):
        async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
            await ledger.pull("organisation")
    assert set((await states(xero)).values()) == {("reauth_required", "consent_revoked")}
    assert [one["organisations"] for one in await facts(xero, "connection.broken")] == [2]


async def test_only_organisations_that_nothing_read_for_a_day_are_asked(xero: AtXero) -> None:
    done = await xero.connect(3)
    xero.pass_time(timedelta(hours=25))
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        await ledger.pull("organisation")
    await xero.control("faults/drop")
    calls = (await xero.http.get(f"{XERO}/__control/calls")).json()["calls"]
    await check_grant(xero.ctx, grant_id=done.grant_id)
    await ask_organisations(xero.ctx, grant_id=done.grant_id)
    await ask_organisations(xero.ctx, grant_id=done.grant_id)
    after = (await xero.http.get(f"{XERO}/__control/calls", params={"limit": "5000"})).json()["calls"]
    asked = [call for call in after if call["path"].endswith("Organisation")]
    before = [call for call in calls if call["path"].endswith("Organisation")]
    assert len(asked) - len(before) == 2
    assert {c.checked_at for c in await xero.all(Connection)} == {xero.clock.now()}


async def test_each_grant_is_due_once_a_day_and_again_while_its_look_fails(xero: AtXero) -> None:
    done = await xero.connect(1)
    due = 0
    for _ in range(48):
        xero.pass_time(timedelta(minutes=30))
        async with xero.ctx.unit(write=False) as unit:
            found = await due_grants(unit)
        if found:
            due += 1
            await check_grant(xero.ctx, grant_id=done.grant_id)
    assert due == 1
    xero.pass_time(timedelta(days=1))
    await xero.control("faults", kind="http500", path="connections", times=0)
    for _ in range(2):
        async with xero.ctx.unit(write=False) as unit:
            assert await due_grants(unit) == [done.grant_id]
        async with xero.ctx.unit() as unit:
            await note_unchecked(unit, grant_id=done.grant_id, problem=Unavailable(reason="test"))
    assert set((await states(xero)).values()) == {("degraded", "check_failed")}
    assert await letters(xero) == []
    await xero.control("faults/drop")
    await check_grant(xero.ctx, grant_id=done.grant_id)
    assert set((await states(xero)).values()) == {("active", None)}
    assert await facts(xero, "connection.repaired") == []


async def test_the_worker_gives_a_look_up_after_some_tries_and_says_so(xero: AtXero) -> None:
    done = await xero.connect(1)
    xero.pass_time(timedelta(days=2))
    await xero.control("faults", kind="token_lost", times=0)
    async with xero.ctx.unit() as unit:
        await unit.enqueue(CheckGrant(grant_id=done.grant_id))
    for _ in range(CheckGrant.tries):
        await worked(xero.rt)
        xero.pass_time(timedelta(minutes=2))
    (grant,) = await xero.all(Grant)
    assert (grant.active, grant.check_problem) == (True, "unavailable")
    assert set((await states(xero)).values()) == {("degraded", "check_failed")}


async def test_a_consent_that_cannot_be_renewed_is_warned_of_before_it_lapses(xero: AtXero) -> None:
    done = await xero.connect(2)
    for days, cause, subjects in ((44, "check_failed", []), (2, "lapsing", ["A sign-in is about to lapse: 2 organisations in Xero"])):
        xero.pass_time(timedelta(days=days))
        async with xero.ctx.unit() as unit:
            await note_unchecked(unit, grant_id=done.grant_id, problem=Unavailable(reason="test"))
        assert set((await states(xero)).values()) == {("degraded", cause)}
        assert [one["subject"] for one in await letters(xero)] == subjects
    await check_grant(xero.ctx, grant_id=done.grant_id)
    assert set((await states(xero)).values()) == {("active", None)}
    assert await facts(xero, "connection.repaired") == [{"organisations": 2}]


async def test_permissions_that_came_later_are_one_campaign_and_one_consent(
    xero: AtXero, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await xero.connect(6)
    await check_grant(xero.ctx, grant_id=done.grant_id)
    assert await letters(xero) == []
    monkeypatch.setattr(oauth, "SCOPES", (*oauth.SCOPES, MORE))
    monkeypatch.setattr(provider("xero"), "scopes", oauth.SCOPES, raising=False)
    for _ in range(2):
        await check_grant(xero.ctx, grant_id=done.grant_id)
    assert set((await states(xero)).values()) == {("degraded", "scope_missing")}
    [told] = await letters(xero)
    assert told["subject"] == "Permissions are missing: 6 organisations in Xero"
    assert "Connect Xero once as Margaret Ashworth" in told["body"]
    [cause] = (await health(xero)).causes
    assert (cause.cause.slug, len(cause.names)) == ("scope_missing", 6)
    async with xero.ctx.unit(write=False) as unit:
        assert {tuple(seen.missing_scopes) for seen in await connections_of_firm(unit)} == {(MORE,)}
        [consent] = await consents_of_firm(unit)
        assert consent.seen.missing == [MORE]
    # Everything is read as before, and one organisation ticked is enough for all six.
    async with reach_tenant(xero.ctx, done.tenant_ids[5]) as ledger:
        assert (await ledger.pull("organisation")).rows
    await xero.connect(1)
    assert set((await states(xero)).values()) == {("active", None)}
    assert (await health(xero)).causes == []


async def test_a_part_refused_is_said_until_it_is_read_again(xero: AtXero) -> None:
    done = await xero.connect(1)
    async with xero.ctx.unit() as unit:
        await unit.execute(update(ConnectionGrant).where(ConnectionGrant.firm_id == unit.firm_id).values(refused="organisation"))
    await check_grant(xero.ctx, grant_id=done.grant_id)
    assert set((await states(xero)).values()) == {("degraded", "scope_missing")}
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        await ledger.pull("accounts")
    assert set((await states(xero)).values()) == {("degraded", "scope_missing")}
    async with reach_tenant(xero.ctx, done.tenant_ids[0]) as ledger:
        await ledger.pull("organisation")
    assert set((await states(xero)).values()) == {("active", None)}


async def test_the_second_persons_consent_steps_in_and_the_first_ones_return_is_no_news(xero: AtXero) -> None:
    both = await reached(xero, 2, TANE)
    ada = await xero.connect(both)
    ben = await xero.connect(both, who=TANE)
    await lost(xero, MARGARET, ada.grant_id)
    assert set((await states(xero)).values()) == {("degraded", "fallback_in_use")}
    assert await facts(xero, "connection.broken") == []
    [told] = await letters(xero)
    assert told["subject"] == "Another sign-in has stepped in: 2 organisations in Xero"
    async with reach_tenant(xero.ctx, ada.tenant_ids[0]) as ledger:
        assert (await ledger.pull("organisation")).rows
    async with xero.ctx.unit(write=False) as unit:
        only = {consent.seen.grant.id: len(consent.only_link) for consent in await consents_of_firm(unit)}
    assert only == {ada.grant_id: 0, ben.grant_id: 2}
    # It gets worse: now there is nobody. That is a letter of its own.
    await lost(xero, TANE, ben.grant_id)
    assert set((await states(xero)).values()) == {("reauth_required", "consent_revoked")}
    assert [one["subject"] for one in await letters(xero)] == ["2 organisations in Xero need you"]
    # Whoever reaches them repairs them, and what has ended no longer counts.
    await xero.connect(both, who=TANE)
    assert set((await states(xero)).values()) == {("active", None)}
    assert {grant.id for grant in await xero.all(Grant)} == {ben.grant_id}
    assert await letters(xero) == []
    await xero.connect(both)
    assert await in_order(xero) == [["Tane Rangihuna", "Margaret Ashworth"]] * 2


async def in_order(xero: AtXero) -> list[list[str]]:
    async with xero.ctx.unit(write=False) as unit:
        return [[each.grant.name for each in seen.grants] for seen in await connections_of_firm(unit)]


async def test_whoever_leaves_is_asked_last_and_what_only_they_reach_is_said(xero: AtXero) -> None:
    ben = await another_admin(xero)
    async with xero.ctx.unit() as unit:
        clients = [await make.client(unit, name) for name in ("Acme", "Birch", "Cedar")]
        acme, birch, cedar = [
            await unit.scalar(select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id == client.tenant_id))
            for client in clients
        ]
        adas = await make.grant(unit, "Ada's", reaches=[acme, birch])
        bens = await make.grant(unit, "Ben's", reaches=[acme, cedar])
        bens.connected_by = ben.member_id
    assert await in_order(xero) == [["Ada's", "Ben's"], ["Ada's"], ["Ben's"]]
    async with xero.ctx.unit() as unit:
        member = await unit.get(Member, xero.ctx.actor.member_id or UUID(int=0))
        member.state = "removed"
        await unit.flush()
        await retire_consents(unit, member_id=member.id)
    assert await in_order(xero) == [["Ben's", "Ada's"], ["Ada's"], ["Ben's"]]
    found = await states(xero)
    assert [found[client.tenant_id] for client in clients if client.tenant_id] == [
        ("active", None), ("degraded", "leaver"), ("active", None),
    ]  # fmt: skip
    [told] = await letters(xero)
    assert told["recipient"] == "ben@bright.example"
    assert told["subject"] == "Depends on somebody who has left: 1 organisation in Xero"
    assert "Birch" in told["body"]
    async with xero.ctx.unit(write=False) as unit:
        report = {consent.seen.grant.id: (consent.connections, consent.only_link) for consent in await consents_of_firm(unit)}
    assert report == {adas.id: (2, ["Birch"]), bens.id: (2, ["Cedar"])}


async def test_the_order_is_a_persons_to_choose(xero: AtXero) -> None:
    async with xero.ctx.unit() as unit:
        client = await make.client(unit, "Acme")
        connection = await unit.scalar(select(Connection).where(Connection.firm_id == unit.firm_id, Connection.tenant_id == client.tenant_id))
        first, second, ended = [await make.grant(unit, name, reaches=[connection]) for name in ("One", "Two", "Three")]
        ended.status = "reauth_required"
        other = await make.grant(unit, "Elsewhere")

    async def order(*grants: Grant) -> None:
        async with xero.ctx.unit() as unit:
            await order_grants(unit, connection_id=connection.id, grant_ids=[grant.id for grant in grants])

    await order(second, first, ended)
    assert await in_order(xero) == [["Two", "One", "Three"]]
    assert set((await states(xero)).values()) == {("degraded", "spare_lost")}
    await order(ended, first, second)
    assert set((await states(xero)).values()) == {("degraded", "fallback_in_use")}
    for wrong, problem in (([first], GrantsLeftOut), ([first, second, other], NotFound)):
        with pytest.raises(problem):
            await order(*wrong)
    assert await in_order(xero) == [["Three", "One", "Two"]]
    await order(second, first)
    assert await in_order(xero) == [["Two", "One"]]
    assert set((await states(xero)).values()) == {("active", None)}
    assert {grant.name for grant in await xero.all(Grant)} == {"One", "Two", "Elsewhere"}


async def test_ended_here_and_chosen_again_is_the_same_connection_and_no_trouble(xero: AtXero) -> None:
    done = await xero.connect(2)
    before = {(c.id, c.tenant_id, c.connected_at) for c in await xero.all(Connection)}
    await xero.control("revoke", user=MARGARET)
    with pytest.raises(ConsentRevoked):
        await check_grant(xero.ctx, grant_id=done.grant_id)
    await letters(xero)
    for connection in await xero.all(Connection):
        async with xero.ctx.unit() as unit:
            await disconnect(unit, connection_id=connection.id)
        await give_back(xero.ctx, connection_id=connection.id)
    seen = await health(xero)
    assert (seen.total, seen.causes) == (0, [])
    assert await xero.all(Grant) == []
    assert {trouble.ended_at is None for trouble in await xero.all(Trouble)} == {False}
    await xero.connect(2, who=MARGARET)
    assert {(c.id, c.tenant_id, c.connected_at) for c in await xero.all(Connection)} == before
    assert set((await states(xero)).values()) == {("active", None)}
    assert [letter["subject"] for letter in await letters(xero)] == []


async def test_one_at_a_time_merges_by_organisation_whoever_consents(xero: AtXero) -> None:
    """Without Bulk Connections each consent names one organisation; ids stay, and either person's is kept."""
    both = await reached(xero, 2, TANE)
    seen: Sequence[Any] = ()
    for who in (MARGARET, TANE, MARGARET):
        for remote_id in both:
            await xero.connect([remote_id], who=who)
        now = [(c.id, c.tenant_id) for c in await xero.all(Connection)]
        assert len(now) == 2
        assert seen in ((), now)
        seen = now
    assert len(await xero.all(Grant)) == 2
    assert sorted(link.priority for link in await xero.all(ConnectionGrant)) == [1, 1, 2, 2]


@pytest.mark.parametrize("withdrawn", ["revoked", "disconnected"])
async def test_many_who_notice_at_once_tell_once(xero: AtXero, withdrawn: str) -> None:
    """Imports of eight organisations and two daily looks meet the same trouble in the same moment."""
    done = await xero.connect(8)
    if withdrawn == "revoked":
        await xero.control("revoke", user=MARGARET)
    else:
        async with xero.ctx.unit(write=False) as unit:
            for tenant in await unit.find(Tenant, done.tenant_ids):
                await xero.control("disconnect", tenant_id=tenant.remote_id)

    async def read(tenant_id: UUID) -> None:
        async with reach_tenant(xero.ctx, tenant_id) as ledger:
            await ledger.pull("organisation")

    looks = [check_grant(xero.ctx, grant_id=done.grant_id) for _ in range(2)]
    met = await asyncio.gather(*(read(one) for one in done.tenant_ids), *looks, return_exceptions=True)
    refused: type[Problem] = ConsentRevoked if withdrawn == "revoked" else TenantGone
    assert {type(one) for one in met} - {refused, NoneType} == set()
    cause = "consent_revoked" if withdrawn == "revoked" else "tenant_gone"
    assert {each[1] for each in (await states(xero)).values()} == {cause}
    assert await facts(xero, "connection.broken") == [{"cause": cause, "organisations": 8}]
    assert [one["subject"] for one in await letters(xero)] == ["8 organisations in Xero need you"]


async def test_the_timetable_queues_a_look_that_is_due_once(xero: AtXero) -> None:
    await xero.connect(1)
    await check_grants(xero.door)
    assert [job.name for job in await xero.all(JobRow) if job.name == "check_grant"] == []
    xero.pass_time(timedelta(days=1))
    for _ in range(2):
        await check_grants(xero.door)
    assert [job.name for job in await xero.all(JobRow) if job.name == "check_grant"] == ["check_grant"]
    await worked(xero.rt)
    await check_grants(xero.door)
    assert [job.state for job in await xero.all(JobRow) if job.name == "check_grant"] == ["done"]
    assert {grant.checked_at for grant in await xero.all(Grant)} == {xero.clock.now()}
