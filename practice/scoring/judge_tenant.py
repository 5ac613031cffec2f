"""Loads a tenant's books and judges them, off the event loop: Polars works without the interpreter's lock."""

import asyncio
from datetime import date
from uuid import UUID

from practice.kernel.context import Context
from practice.ledgers.load_books import load_books
from practice.scoring.judge import Dismissed, Judgement, judge
from practice.scoring.score import Profile


async def judge_tenant(ctx: Context, tenant_id: UUID, as_of: date, profile: Profile, dismissed: Dismissed) -> Judgement:
    """In this process; the worker does the same in a child, so that its own memory stays small."""
    books = await load_books(ctx, tenant_id=tenant_id, as_of=as_of)
    return await asyncio.to_thread(judge, books, profile, dismissed)
