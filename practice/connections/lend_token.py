"""Lends a grant's access token, fresh enough to be used; refreshes it first where it is not."""

from uuid import UUID

from practice.connections.models import Grant
from practice.connections.refresh_grant import LentToken, refresh_grant
from practice.kernel.context import Context
from practice.providers.problems import ConsentRevoked


async def lend_token(ctx: Context, *, grant_id: UUID, refused: int | None = None) -> LentToken:
    """`refused`: the generation of a token that was not accepted. Raises ConsentRevoked for a grant that no longer works."""
    async with ctx.unit(write=False) as unit:
        grant = await unit.get(Grant, grant_id)
        if not grant.active:
            raise ConsentRevoked
        if grant.fresh(ctx.clock.now()) and grant.generation != refused:
            return LentToken(unit.reveal(grant, "access"), grant.generation, grant.expires_at)
    return await refresh_grant(ctx, grant_id=grant_id, refused=refused)
