"""Turns a grant's tokens: one process at a time, each generation once, and a lost answer is not the end.

Xero gives a new refresh token with every refresh and takes the old one back after a grace of 30 minutes, so two
refreshes at once, or one whose answer was lost, can end a consent. Hence the order: note the attempt and commit it;
take the row's lock; look again, since somebody may have done it meanwhile; ask, and ask with the same token again
where no answer came; save before anybody uses it. This is the one place that holds a transaction open across a call:
the lock is what keeps two processes apart, and PostgreSQL gives it back when a process dies.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

import httpx
import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from practice.connections.models import Grant, TokenVersion
from practice.connections.settle_connections import settle_grant
from practice.kernel.context import Context, system_context
from practice.kernel.crypto import KeysUnusable
from practice.kernel.failpoints import failpoint
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit
from practice.providers.base import Consent, InvalidGrant, TokenSet
from practice.providers.http import Caller
from practice.providers.problems import AppMisconfigured, BadAnswer, ConsentRevoked, Unavailable
from practice.providers.registry import provider

_KEEP_VERSIONS = 3
# Pauses before the same token is sent again when no answer came.
_AGAIN_AFTER = (0.2, 0.4)
# Pauses before saving is tried again when the database was away at the wrong moment: 25 minutes, inside the grace.
_SAVE_AGAIN_AFTER = (0.2, 0.5, 1, 2, 5, 10, *(30,) * 49)


@dataclass(frozen=True, slots=True)
class LentToken:
    """An access token and the generation it belongs to, so that a refusal can be told from an old one."""

    access: str = field(repr=False)
    generation: int
    expires_at: datetime


# One refresh per grant and process; the others wait for it. Kept beside the HTTP client, of which a process has one.
_underway: WeakKeyDictionary[httpx.AsyncClient, dict[UUID, "asyncio.Task[LentToken]"]] = WeakKeyDictionary()


async def refresh_grant(ctx: Context, *, grant_id: UUID, refused: int | None = None) -> LentToken:
    """A fresh token of another generation than the refused one. Raises ConsentRevoked, Unavailable, AppMisconfigured."""
    firm_id = ctx.actor.firm_id
    assert firm_id is not None
    tasks = _underway.setdefault(ctx.http, {})
    task = tasks.get(grant_id)
    if task is None:
        # A task of its own, and as the system: neither a cancelled caller nor a lost fence may lose new tokens.
        task = asyncio.create_task(_refresh(system_context(ctx, firm_id), grant_id, refused))
        tasks[grant_id] = task

        def finished(done: "asyncio.Task[LentToken]") -> None:
            del tasks[grant_id]
            if not done.cancelled():
                done.exception()  # seen, even if every waiter has gone

        task.add_done_callback(finished)
    return await asyncio.shield(task)


async def _refresh(ctx: Context, grant_id: UUID, refused: int | None) -> LentToken:
    try:
        async with ctx.unit() as unit:
            grant = await _lock(unit, grant_id)
            if lent := _usable(unit, grant, ctx.clock.now(), refused):
                return lent
            # Committed before anything is sent: whoever comes after a crash knows when the grace began.
            grant.first_attempt_at = grant.first_attempt_at or unit.now
        return await _turn(ctx, grant_id, refused)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        return await _look_again(ctx, grant_id, refused)


async def _turn(ctx: Context, grant_id: UUID, refused: int | None) -> LentToken:
    received: TokenSet | None = None
    parent = 0
    try:
        async with ctx.unit() as unit:
            grant = await _lock(unit, grant_id)
            if lent := _usable(unit, grant, ctx.clock.now(), refused):
                return lent
            parent = grant.generation
            consent = provider(grant.provider).consent(Caller.of(ctx, provider=grant.provider), ctx.settings)
            received = await _ask_with(consent, await _candidates(unit, grant))
            failpoint(ctx.settings, "after_turning")
            if received is not None:
                lent = await _save(unit, grant, received, ctx.clock.now())
            else:
                await _give_up(unit, grant)
    except Exception:
        if received is None:
            raise
        # The old token is turned and the new one stands only here: it must not be lost with the transaction.
        return await _save_later(ctx, grant_id, parent, received)
    if received is None:
        raise ConsentRevoked
    assert lent is not None
    return lent


async def _lock(unit: Unit, grant_id: UUID) -> Grant:
    grant: Grant | None = await unit.scalar(
        select(Grant)
        .where(Grant.firm_id == unit.firm_id, Grant.id == grant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if grant is None:
        raise NotFound(detail="The connection was removed.")
    return grant


def _usable(unit: Unit, grant: Grant, now: datetime, refused: int | None) -> LentToken | None:
    """What somebody else may have done meanwhile."""
    if not grant.active:
        raise ConsentRevoked
    if grant.generation == refused or not grant.fresh(now):
        return None
    return LentToken(unit.reveal(grant, "access"), grant.generation, grant.expires_at)


async def _look_again(ctx: Context, grant_id: UUID, refused: int | None) -> LentToken:
    async with ctx.unit(write=False) as unit:
        if lent := _usable(unit, await unit.get(Grant, grant_id), ctx.clock.now(), refused):
            return lent
    raise Unavailable(reason="refresh_underway", detail="The connection is being renewed and that takes long. It is tried again.")


async def _candidates(unit: Unit, grant: Grant) -> list[str]:
    """The newest refresh token, then what was kept besides it, newest first."""
    kept: Sequence[TokenVersion] = await unit.scalars(
        select(TokenVersion)
        .where(TokenVersion.firm_id == unit.firm_id, TokenVersion.grant_id == grant.id)
        .order_by(TokenVersion.obtained_at.desc(), TokenVersion.id.desc())
    )
    tokens = [unit.reveal(grant, "refresh")]
    for version in kept:
        # One that was sealed with a key that is gone is no way back, and no reason to stop either.
        with suppress(KeysUnusable):
            tokens.append(unit.reveal(version, "refresh"))
    return list(dict.fromkeys(tokens))


async def _ask_with(consent: Consent, candidates: list[str]) -> TokenSet | None:
    """New tokens, or None when none of ours is accepted any more."""
    for token in candidates:
        try:
            return await _ask(consent, token)
        except InvalidGrant:
            continue
    return None


async def _ask(consent: Consent, token: str) -> TokenSet:
    for pause in _AGAIN_AFTER:
        try:
            return await consent.refresh(token)
        except (Unavailable, BadAnswer):
            await asyncio.sleep(pause)
    try:
        return await consent.refresh(token)
    except AppMisconfigured as problem:
        structlog.get_logger().error("grant.app_misconfigured", error=problem.extensions.get("error"))
        raise


async def _save(unit: Unit, grant: Grant, tokens: TokenSet, now: datetime) -> LentToken:
    await _keep_version(unit, grant, grant.generation, unit.reveal(grant, "refresh"), grant.last_refresh_at or grant.consented_at)
    grant.generation += 1
    grant.access = unit.seal(grant, "access", tokens.access)
    grant.refresh = unit.seal(grant, "refresh", tokens.refresh)
    grant.expires_at = tokens.expires_at
    grant.scopes = list(tokens.scopes) or grant.scopes
    grant.last_refresh_at, grant.first_attempt_at = now, None
    return LentToken(tokens.access, grant.generation, tokens.expires_at)


async def _keep_version(unit: Unit, grant: Grant, generation: int, refresh: str, obtained_at: datetime) -> None:
    version = TokenVersion(id=unit.ids.new(), grant_id=grant.id, generation=generation, obtained_at=obtained_at)
    version.refresh = unit.seal(version, "refresh", refresh)
    unit.add(version)
    kept = await unit.scalars(
        select(TokenVersion)
        .where(TokenVersion.firm_id == unit.firm_id, TokenVersion.grant_id == grant.id, TokenVersion.id != version.id)
        .order_by(TokenVersion.obtained_at.desc(), TokenVersion.id.desc())
    )
    for old in kept[_KEEP_VERSIONS - 1 :]:
        await unit.remove(old)


async def _save_later(ctx: Context, grant_id: UUID, parent: int, tokens: TokenSet) -> LentToken:
    log = structlog.get_logger()
    for pause in _SAVE_AGAIN_AFTER:
        await asyncio.sleep(pause)
        try:
            async with ctx.unit() as unit:
                grant = await _lock(unit, grant_id)
                if grant.generation == parent:
                    return_now = await _save(unit, grant, tokens, ctx.clock.now())
                else:
                    # Somebody got further meanwhile: ours is kept as a way back.
                    await _keep_version(unit, grant, parent + 1, tokens.refresh, ctx.clock.now())
                    return_now = LentToken(unit.reveal(grant, "access"), grant.generation, grant.expires_at)
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("grant.not_saved_yet", grant_id=str(grant_id), kind=type(error).__name__)
        else:
            return return_now
    log.error("grant.tokens_lost", grant_id=str(grant_id))
    raise Unavailable(reason="not_saved", detail="The renewed connection could not be saved. It is tried again.")


async def _give_up(unit: Unit, grant: Grant) -> None:
    """The end of a consent: every connection is judged anew, and people hear of it once."""
    grant.status = "reauth_required"
    await settle_grant(unit, grant_id=grant.id)
