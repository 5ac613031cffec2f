"""The daily look at a grant: one call lists all it reaches, and organisations that nothing read for a day answer one each.

So new names, organisations that were disconnected inside Xero, consents that have ended and those that work again are
found before the night's refresh meets them.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select, update

from practice.connections.lend_token import lend_token
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.connections.settle_connections import settle_grant
from practice.kernel.context import Context, Run
from practice.kernel.problems import Kind, Problem
from practice.kernel.unit import Unit
from practice.providers.base import RemoteTenant
from practice.providers.http import Caller
from practice.providers.problems import ConsentRevoked, ScopeMissing, TenantGone, TokenRefused
from practice.providers.registry import provider

T = TypeVar("T")

ASKED_AFTER = timedelta(days=1)


async def check_grant(ctx: Context, *, grant_id: UUID) -> None:
    """Raises ConsentRevoked, or what the provider's failure is called; then nothing changes here."""
    async with ctx.unit(write=False) as unit:
        key = (await unit.get(Grant, grant_id)).provider
    consent = provider(key).consent(Caller.of(ctx, provider=key), ctx.settings)
    listed = await _with_token(ctx, grant_id, consent.tenants)
    if not listed:
        # Either all was disconnected, or the consent has ended and this token not yet: a refresh tells.
        token = await lend_token(ctx, grant_id=grant_id)
        token = await lend_token(ctx, grant_id=grant_id, refused=token.generation)
        listed = await consent.tenants(token.access)
    async with ctx.unit() as unit:
        await unit.execute(
            update(Grant)
            .where(Grant.firm_id == unit.firm_id, Grant.id == grant_id)
            .values(checked_at=unit.now, check_problem=None)
            .execution_options(synchronize_session=False)
        )
    async with ctx.unit() as unit:
        await _compare(unit, grant_id, {remote.tenant_id: remote for remote in listed})


async def ask_organisations(ctx: Context, *, grant_id: UUID) -> None:
    """One call to each organisation that has not answered for a day, or is listed again after it was gone."""
    for link_id, remote_id in await _unheard(ctx, grant_id):
        if isinstance(ctx, Run):
            ctx.pause_if_over()
            ctx.spend()
        try:
            await _ask(ctx, grant_id, remote_id)
        except (TenantGone, ScopeMissing) as problem:
            await _note(ctx, link_id, problem)
        except ConsentRevoked:
            raise
        except Problem as problem:
            if problem.kind not in (Kind.BUSY, Kind.UPSTREAM):
                raise
            # Another day will do: nothing is known of it, and the others can be asked.
        else:
            await _note(ctx, link_id, None)


async def note_unchecked(unit: Unit, *, grant_id: UUID, problem: Problem) -> None:
    """The look was given up for today; the next one is an attempt like any other."""
    grant: Grant | None = await unit.scalar(
        select(Grant).where(Grant.firm_id == unit.firm_id, Grant.id == grant_id).with_for_update()
    )
    if grant is None or not grant.active:
        return
    grant.check_problem = problem.slug()
    await settle_grant(unit, grant_id=grant_id)


async def _compare(unit: Unit, grant_id: UUID, seen: dict[str, RemoteTenant]) -> None:
    rows: Sequence[Any] = await unit.rows(
        select(Tenant, ConnectionGrant)
        .join(Connection, (Connection.firm_id == Tenant.firm_id) & (Connection.tenant_id == Tenant.id))
        .join(
            ConnectionGrant,
            (ConnectionGrant.firm_id == Connection.firm_id) & (ConnectionGrant.connection_id == Connection.id),
        )
        .where(Tenant.firm_id == unit.firm_id, ConnectionGrant.grant_id == grant_id)
        .order_by(Tenant.id)
        .with_for_update(of=(Tenant, ConnectionGrant))
    )
    for tenant, link in rows:
        remote = seen.get(tenant.remote_id)
        if remote is None:
            link.gone_at = unit.now
            continue
        if tenant.name != remote.name:
            tenant.name = remote.name
            unit.changed("tenant", tenant.id)
        tenant.seen_at = unit.now
        link.remote_id = remote.connection_id
        if tenant.kind != "organisation":
            link.gone_at = None  # it has no ledger of its own that could be asked
    await settle_grant(unit, grant_id=grant_id)


async def _unheard(ctx: Context, grant_id: UUID) -> Sequence[Any]:
    """(link, the organisation's id at the provider): those this grant is asked for first, and those that were gone."""
    async with ctx.unit(write=False) as unit:
        now = unit.now
        found: Sequence[Any] = await unit.rows(
            select(ConnectionGrant.id, Tenant.remote_id)
            .join(
                Connection,
                (Connection.firm_id == ConnectionGrant.firm_id) & (Connection.id == ConnectionGrant.connection_id),
            )
            .join(Tenant, (Tenant.firm_id == Connection.firm_id) & (Tenant.id == Connection.tenant_id))
            .where(
                ConnectionGrant.firm_id == unit.firm_id,
                ConnectionGrant.grant_id == grant_id,
                Connection.status != "disconnected",
                Tenant.kind == "organisation",
                or_(
                    func.coalesce(Connection.checked_at, Connection.connected_at) < now - ASKED_AFTER,
                    # Listed by the call before this one, and gone until then.
                    ConnectionGrant.gone_at.is_not(None) & (Tenant.seen_at > ConnectionGrant.gone_at),
                ),
                or_(ConnectionGrant.gone_at.is_(None), Tenant.seen_at > ConnectionGrant.gone_at),
            )
            .order_by(Tenant.id)
        )
    return found


async def _ask(ctx: Context, grant_id: UUID, remote_id: str) -> None:
    async with ctx.unit(write=False) as unit:
        key = (await unit.get(Grant, grant_id)).provider
    caller = Caller.of(ctx, provider=key)

    async def organisation(access: str) -> object:
        ledger = provider(key).ledger(caller, ctx.settings, access_token=access, tenant_id=remote_id)
        return await ledger.pull("organisation", page=None, page_size=1, modified_since=None)

    await _with_token(ctx, grant_id, organisation)


async def _note(ctx: Context, link_id: UUID, problem: Problem | None) -> None:
    async with ctx.unit() as unit:
        link = await unit.get(ConnectionGrant, link_id)
        if isinstance(problem, ScopeMissing):
            link.refused = "organisation"
        elif problem:
            link.gone_at = unit.now
        else:
            link.gone_at = None
            link.refused = None if link.refused == "organisation" else link.refused
            await unit.execute(
                update(Connection)
                .where(Connection.firm_id == unit.firm_id, Connection.id == link.connection_id)
                .values(checked_at=unit.now)
                .execution_options(synchronize_session=False)
            )
        await settle_grant(unit, grant_id=link.grant_id)


async def _with_token(ctx: Context, grant_id: UUID, ask: Callable[[str], Awaitable[T]]) -> T:
    """With one refresh where the token is refused."""
    token = await lend_token(ctx, grant_id=grant_id)
    try:
        return await ask(token.access)
    except TokenRefused:
        token = await lend_token(ctx, grant_id=grant_id, refused=token.generation)
        return await ask(token.access)
