"""Asks the provider what a grant reaches now: new names, and what was disconnected over there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice.connections.lend_token import lend_token
from practice.connections.models import Connection, ConnectionGrant, Grant, Tenant
from practice.kernel.context import Context
from practice.providers.http import Caller
from practice.providers.problems import TokenRefused
from practice.providers.registry import provider


async def refresh_tenants(ctx: Context, *, grant_id: UUID) -> None:
    """Raises ConsentRevoked, or what the provider's failure is called; then nothing changes here."""
    async with ctx.unit(write=False) as unit:
        key = (await unit.get(Grant, grant_id)).provider
    consent = provider(key).consent(Caller.of(ctx, provider=key), ctx.settings)
    token = await lend_token(ctx, grant_id=grant_id)
    try:
        listed = await consent.tenants(token.access)
    except TokenRefused:
        token = await lend_token(ctx, grant_id=grant_id, refused=token.generation)
        listed = await consent.tenants(token.access)
    seen = {remote.tenant_id: remote for remote in listed}

    async with ctx.unit() as unit:
        rows: Sequence[Any] = await unit.rows(
            select(Tenant, Connection, ConnectionGrant)
            .join(Connection, (Connection.firm_id == Tenant.firm_id) & (Connection.tenant_id == Tenant.id))
            .join(
                ConnectionGrant,
                (ConnectionGrant.firm_id == Connection.firm_id) & (ConnectionGrant.connection_id == Connection.id),
            )
            .where(Tenant.firm_id == unit.firm_id, ConnectionGrant.grant_id == grant_id)
            .order_by(Connection.id)
            .with_for_update(of=(Connection, ConnectionGrant))
        )
        served = dict.fromkeys(
            await unit.scalars(
                select(ConnectionGrant.connection_id).where(
                    ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id != grant_id
                )
            )
        )
        for tenant, connection, link in rows:
            remote = seen.get(tenant.remote_id)
            if remote is not None:
                tenant.name, tenant.seen_at = remote.name, unit.now
                link.remote_id = remote.connection_id
            elif connection.id not in served and connection.break_off("tenant_gone"):
                unit.record("connection.broken", on=connection, cause="tenant_gone", organisations=1)
                unit.changed("connection", connection.id)
