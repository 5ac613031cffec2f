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
