"""Finishes a consent: the code becomes tokens, the tenants become rows, and a broken connection works again.

Before the code is redeemed nothing is stored, and everything that follows is stored in one unit: there is no
half-connected state.
"""

import asyncio
import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from practice.connections.begin_authorization import LASTS, PURPOSE, bound_to, redirect_uri
from practice.connections.forget_grants import replace_ended
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant, TokenVersion
from practice.connections.problems import (
    ConsentCancelled,
    ConsentRefused,
    ConsentSpent,
    NoPracticeOffered,
    NothingConsented,
)
from practice.connections.purposes import PURPOSES, Purpose
from practice.connections.settle_connections import settle_connections
from practice.firms.models import Member
from practice.kernel.actor import Actor, Role
from practice.kernel.context import Context, system_context
from practice.kernel.failpoints import failpoint
from practice.kernel.problems import Forbidden, Problem
from practice.kernel.tickets import TicketSpent, forget, issue, look_at, redeem
from practice.kernel.unit import Unit
from practice.providers.base import Consented, InvalidGrant, RemoteTenant
from practice.providers.http import Caller
from practice.providers.registry import provider

_COMPLETED = "connected"
# How long a second callback waits for the first: an exchange and two lists of connections are usually done by then.
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Completed:
    """What a consent brought, and where the person was."""

    grant_id: UUID
    tenant_ids: list[UUID]
    return_to: str


async def complete_authorization(
    door: Context, *, provider_key: str, state: str | None, code: str | None, error: str | None, browser: str | None
) -> Completed:
    """Raises ConsentCancelled, ConsentRefused, ConsentSpent, NothingConsented, or what the provider's failure is called.

    The browser comes from another site, so its session cookie stays at home: who asked stands in the ticket, and the
    secret that this browser was given proves that it is the one.
    """
    if not state or not browser:
        raise ConsentSpent
    try:
        async with door.unit() as unit:
            facts = await redeem(unit, PURPOSE, state, binding=browser)
            verifier = unit.keys.reveal(base64.b64decode(facts["verifier"]), bound_to(facts["provider"]))
    except TicketSpent:
        return await _completed_before(door, state, browser, wait=bool(code))
    # The state is used up now, whatever else is wrong with the answer.
    try:
        return await _complete(door, provider_key, facts, verifier, state=state, code=code, error=error, browser=browser)
    except Problem:
        async with door.unit() as unit:
            # Nobody need wait for it any more.
            await forget(unit, PURPOSE, state)
        raise


async def _complete(
    door: Context, provider_key: str, facts: dict[str, Any], verifier: str,
    *, state: str, code: str | None, error: str | None, browser: str,
) -> Completed:  # fmt: skip
    if facts["provider"] != provider_key:
        raise ConsentSpent
    failpoint(door.settings, "after_redeem")
    ctx = door.acting_as(await _who_asked(door, UUID(facts["firm_id"]), UUID(facts["member_id"])))
    purpose: Purpose = facts["purpose"]
    if error == "access_denied":
        # Where Xero offers no practice, pressing Cancel is all that somebody can do.
        raise NoPracticeOffered if purpose == "practice" else ConsentCancelled
    if error:
        raise ConsentRefused(error=error)
    if not code:
        raise ConsentSpent

    consent = provider(provider_key).consent(Caller.of(ctx, provider=provider_key), ctx.settings)
    try:
        consented = await consent.exchange(
            code=code, redirect_uri=redirect_uri(ctx.settings.base_url, provider_key), verifier=verifier
        )
    except InvalidGrant:
        raise ConsentSpent from None
    failpoint(door.settings, "after_exchange")
    chosen = _meant(purpose, await consent.tenants(consented.tokens.access, auth_event_id=consented.auth_event_id))
    # What this person connected earlier can be read again with the new tokens, ticked this time or not.
    everything = chosen
    if consented.auth_event_id:
        everything = _meant(purpose, await consent.tenants(consented.tokens.access))
    nothing = NoPracticeOffered if purpose == "practice" else NothingConsented
    if not everything:
        raise nothing

    async with ctx.unit() as unit:
        grant = await _keep_grant(unit, provider_key, consented, purpose)
        tenant_ids = await _keep_tenants(unit, provider_key, grant, chosen, everything)
        if not tenant_ids:
            raise nothing
        done = Completed(grant.id, tenant_ids, str(facts["return_to"]))
        await _note_completed(unit, state, browser, done)
    return done


def _meant(purpose: Purpose, listed: list[RemoteTenant]) -> list[RemoteTenant]:
    """What the consent is for; the provider lists all that the person ever connected."""
    return [remote for remote in listed if remote.kind in PURPOSES[purpose]]


async def _note_completed(unit: Unit, state: str, browser: str, done: Completed) -> None:
    """Stored with what was connected, so that the same answer brought twice is answered twice alike."""
    facts = {
        "grant_id": str(done.grant_id), "tenant_ids": [str(id_) for id_ in done.tenant_ids], "return_to": done.return_to,
    }  # fmt: skip
    await issue(unit, _COMPLETED, facts, ttl=LASTS, binding=browser, secret=f"{_COMPLETED}:{state}")


async def _completed_before(door: Context, state: str, browser: str, *, wait: bool) -> Completed:
    """What the same answer, brought by the same browser, led to: a reload, or a callback sent twice at once.

    A code is never exchanged twice: Xero might take back what the first exchange gave (promises F50). The second
    waits a moment for the first. Raises ConsentSpent where that led to nothing.
    """
    end = time.monotonic() + (_PATIENCE_SECONDS if wait else 0)
    while True:
        async with door.unit(write=False) as unit:
            facts = await look_at(unit, _COMPLETED, f"{_COMPLETED}:{state}", binding=browser)
            under_way = facts is None and await look_at(unit, PURPOSE, state, binding=browser) is not None
        if facts is not None:
            ids = [UUID(id_) for id_ in facts["tenant_ids"]]
            return Completed(UUID(facts["grant_id"]), ids, str(facts["return_to"]))
        if not under_way or time.monotonic() >= end:
            raise ConsentSpent
        await asyncio.sleep(0.1)


async def _who_asked(door: Context, firm_id: UUID, member_id: UUID) -> Actor:
    """Still a member, and still one who may connect: either may have changed in the ten minutes since."""
    async with system_context(door, firm_id).unit(write=False) as unit:
        member = await unit.get(Member, member_id)
        if not member.active or member.role not in ("owner", "admin"):
            raise Forbidden(detail="Connecting takes an owner or an administrator.")
        role: Role = "owner" if member.role == "owner" else "admin"
        return Actor(kind="staff", firm_id=firm_id, member_id=member.id, role=role, name=member.name)


async def _keep_grant(unit: Unit, key: str, consented: Consented, purpose: Purpose) -> Grant:
    grant: Grant | None = await unit.scalar(
        select(Grant)
        .where(
            Grant.firm_id == unit.firm_id, Grant.provider == key, Grant.xero_user_id == consented.user_id,
            Grant.purpose == purpose,
        )
        .with_for_update()
    )  # fmt: skip
    if grant is None:
        grant = Grant(
            provider=key, xero_user_id=consented.user_id, purpose=purpose, generation=0, access=b"", refresh=b""
        )
        grant.id = unit.ids.new()
        grant.firm_id = unit.firm_id
    tokens = consented.tokens
    grant.name, grant.email = consented.name, consented.email
    grant.access = unit.seal(grant, "access", tokens.access)
    grant.refresh = unit.seal(grant, "refresh", tokens.refresh)
    grant.expires_at, grant.scopes = tokens.expires_at, list(tokens.scopes)
    grant.generation += 1
    grant.status, grant.first_attempt_at, grant.check_problem = "active", None, None
    grant.checked_at = unit.now  # what it reaches has just been listed
    grant.auth_event_id, grant.consented_at, grant.connected_by = consented.auth_event_id, unit.now, unit.actor.member_id
    unit.add(grant)
    await unit.flush()
    # Refresh tokens of an earlier consent are no way back into this one.
    await unit.execute(delete(TokenVersion).where(TokenVersion.firm_id == unit.firm_id, TokenVersion.grant_id == grant.id))
    return grant


async def _keep_tenants(
    unit: Unit, key: str, grant: Grant, chosen: list[RemoteTenant], everything: list[RemoteTenant]
) -> list[UUID]:
    ticked = {remote.tenant_id: remote for remote in chosen}
    listed = {remote.tenant_id: remote for remote in everything} | ticked
    known = {
        tenant.remote_id: tenant
        for tenant in await unit.scalars(
            select(Tenant)
            .where(Tenant.firm_id == unit.firm_id, Tenant.provider == key, Tenant.remote_id.in_(listed))
            .order_by(Tenant.id)
            .with_for_update()
        )
    }
    connections = {
        connection.tenant_id: connection
        for connection in await unit.scalars(
            select(Connection)
            .where(Connection.firm_id == unit.firm_id, Connection.tenant_id.in_([t.id for t in known.values()]))
            .order_by(Connection.id)
            .with_for_update()
        )
    }
    links = {
        link.connection_id: link
        for link in await unit.scalars(
            select(ConnectionGrant).where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id == grant.id)
        )
    }
    counted: Sequence[Any] = await unit.rows(
        select(ConnectionGrant.connection_id, func.max(ConnectionGrant.priority))
        .where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id != grant.id)
        .group_by(ConnectionGrant.connection_id)
    )
    others: dict[UUID, int] = dict(counted)

    # Parents before children, each sort in one go: new tenants, their connections, the links to this grant.
    reached: list[tuple[RemoteTenant, Tenant]] = []
    for remote_id, remote in listed.items():
        tenant = known.get(remote_id)
        if tenant is None:
            if remote_id not in ticked:
                continue  # connected for somebody else, through another firm of this installation
            tenant = unit.add(Tenant(provider=key, remote_id=remote_id, seen_at=unit.now))
        ended = tenant.id in connections and connections[tenant.id].status == "disconnected"
        if ended and remote_id not in ticked:
            continue  # the firm ended it; only choosing it again brings it back
        tenant.name, tenant.kind, tenant.seen_at = remote.name, remote.kind, unit.now
        # Xero's list does not say so; the probe and the import read it from the organisation itself.
        tenant.is_demo = bool(tenant.is_demo) or remote.name.startswith("Demo Company")
        if remote_id in ticked:
            tenant.auth_event_id = grant.auth_event_id
        reached.append((remote, tenant))
        unit.changed("tenant", tenant.id)
    await unit.flush()

    made = remade = 0
    for _, tenant in reached:
        connection = connections.get(tenant.id)
        if connection is None:
            connection = unit.add(Connection(tenant_id=tenant.id, status="active", connected_at=unit.now))
            connections[tenant.id] = connection
            made += 1
        else:
            remade += connection.revive()
        unit.changed("connection", connection.id)
    await unit.flush()

    for remote, tenant in reached:
        connection = connections[tenant.id]
        link = links.get(connection.id)
        if link is None:
            link = unit.add(
                ConnectionGrant(connection_id=connection.id, grant_id=grant.id, priority=others.get(connection.id, 0) + 1)
            )
        link.remote_id, link.auth_event_id = remote.connection_id, remote.auth_event_id
        link.gone_at, link.refused = None, None
    reached_ids = [connections[tenant.id].id for _, tenant in reached]
    await replace_ended(unit, by=grant.id, connection_ids=reached_ids)
    await settle_connections(unit, connection_ids=reached_ids, reconnected=True)
    if reached:
        unit.record("connection.made" if made else "connection.remade", on=grant, organisations=made, remade=remade)
    return [tenant.id for _, tenant in reached]
