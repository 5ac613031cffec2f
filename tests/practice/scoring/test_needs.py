"""The frames that a check says it reads are all it reads: with nothing else loaded, it finds the same."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from bench.fill_books import AS_OF, Size, fill_books
from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.ledgers.books import FRAMES, Books
from practice.ledgers.load_books import load_books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check, Found
from practice.scoring.judge_tenant import needs_of
from tests.make import tenant

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


async def both(runtime: Runtime, actor: Actor, database_url: str, checks: list[Check]) -> tuple[Books, list[Books]]:
    """All of some made-up books, and for each check only what it needs of them."""
    async with runtime.context(actor).unit() as unit:
        tenant_id = tenant(unit).id
    url = database_url.replace("+asyncpg", "")
    await fill_books(url, firm_id=actor.firm_id, tenant_id=tenant_id, size=Size.of(3_000), seed=7, now=NOW)
    ctx = runtime.context(actor)
    said: dict[str, Any] = {"tenant_id": tenant_id, "as_of": AS_OF, "people": ["user1@example.com"]}
    whole = await load_books(ctx, **said)
    return whole, [await load_books(ctx, needs=needs_of([check]), **said) for check in checks]


async def test_a_check_reads_what_it_says_and_nothing_else(runtime: Runtime, bright: Actor, database_url: str) -> None:
    checks = list(catalogue().values())
    whole, parts = await both(runtime, bright, database_url, checks)
    found: dict[str, Found] = {}
    unsaid: dict[str, str] = {}
    for check, part in zip(checks, parts, strict=True):
        assert {name for name in FRAMES if getattr(part, name).width} == set(check.needs), check.code
        try:
            found[check.code] = check.look(part)
        except pl.exceptions.ColumnNotFoundError as error:
            unsaid[check.code] = str(error).partition(";")[0]
        else:
            assert found[check.code] == check.look(whole), check.code
    assert unsaid == {}
    # Most of them have something to look at in these books, or this would prove little.
    assert len([code for code, one in found.items() if one.findings]) > len(checks) / 2


async def test_what_a_check_did_not_name_is_missing_not_empty(
    runtime: Runtime, bright: Actor, database_url: str
) -> None:
    duplicates = catalogue()["DQ06"]
    _, (books,) = await both(runtime, bright, database_url, [duplicates])
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        books.lines.select("amount_cents")


def test_needs_name_frames_and_columns_that_there_are() -> None:
    unknown = {
        (check.code, frame, column)
        for check in catalogue().values()
        for frame, columns in check.needs.items()
        for column in columns
        if column not in FRAMES.get(frame, {})
    }
    assert unknown == set()
