"""Tells the provider that a connection has ended, for every grant that reached it.

The whole consent is never revoked: revoking drops all of that person's connections to this app, those of other
firms of this installation too. A grant that reaches nothing any more is forgotten here.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select

from practice.connections.lend_token import lend_token
from practice.connections.models import Connection, ConnectionGrant, Grant
from practice.firms.models import Firm
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.providers.http import Caller
from practice.providers.problems import ConsentRevoked, TenantGone, TokenRefused
from practice.providers.registry import provider


async def give_back(ctx: Context, *, connection_id: UUID) -> None:
    """Raises what the provider's failure is called; then it is tried again."""
    async with ctx.unit(write=False) as unit:
        connection = await unit.get(Connection, connection_id)
        if connection.status != "disconnected":
            return  # connected again meanwhile
        links: Sequence[Any] = await unit.rows(
            select(ConnectionGrant.id, ConnectionGrant.remote_id, Grant.id, Grant.provider)
            .join(Grant, (Grant.firm_id == ConnectionGrant.firm_id) & (Grant.id == ConnectionGrant.grant_id))
            .where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.connection_id == connection_id)
        )
    for link_id, remote_id, grant_id, key in links:
        if not await _used_by_another_firm(ctx, remote_id):
            await _end_at_provider(ctx, key, grant_id, remote_id)
        async with ctx.unit() as unit:
            await unit.execute(
                delete(ConnectionGrant).where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.id == link_id)
            )
            await unit.execute(
                delete(Grant).where(
                    Grant.firm_id == unit.firm_id,
                    Grant.id == grant_id,
                    ~exists().where(ConnectionGrant.firm_id == unit.firm_id, ConnectionGrant.grant_id == grant_id),
                )
            )


async def _used_by_another_firm(ctx: Context, remote_id: str) -> bool:
    """One person may have let two firms of this installation read the same organisation: at Xero that is one connection."""
    async with ctx.acting_as(Actor.door()).unit(write=False) as unit:
        firms = await unit.scalars(select(Firm.id).where(Firm.id != ctx.actor.firm_id))
    for firm_id in firms:
        async with ctx.acting_as(Actor.system(firm_id)).unit(write=False) as unit:
            used = await unit.scalar(
                select(ConnectionGrant.id)
                .join(
                    Connection,
                    (Connection.firm_id == ConnectionGrant.firm_id) & (Connection.id == ConnectionGrant.connection_id),
                )
                .where(
                    ConnectionGrant.firm_id == unit.firm_id,
                    ConnectionGrant.remote_id == remote_id,
                    Connection.status != "disconnected",
                )
                .limit(1)
            )
        if used:
            return True
    return False


async def _end_at_provider(ctx: Context, key: str, grant_id: UUID, remote_id: str) -> None:
    consent = provider(key).consent(Caller.of(ctx, provider=key), ctx.settings)
    try:
        token = await lend_token(ctx, grant_id=grant_id)
        try:
            await consent.disconnect(token.access, connection_id=remote_id)
        except TokenRefused:
            token = await lend_token(ctx, grant_id=grant_id, refused=token.generation)
            await consent.disconnect(token.access, connection_id=remote_id)
    except (ConsentRevoked, TenantGone):
        pass  # there is nothing left to give back
