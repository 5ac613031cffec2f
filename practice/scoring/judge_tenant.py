"""Loads a tenant's books and judges them, off the event loop: Polars works without the interpreter's lock."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from practice.kernel.context import Context
from practice.ledgers.load_books import open_books, read_frames
from practice.scoring import measures
from practice.scoring.basis import basis_of, due, read_versions
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Check
from practice.scoring.dismissed import Dismissed
from practice.scoring.in_polars import in_polars
from practice.scoring.judge import Judgement, judge
from practice.scoring.score import Profile


@dataclass(frozen=True, slots=True)
class Before:
    """The last score of the same books: what each check came to, and on what that depended."""

    basis: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, Any] = field(default_factory=dict)


NOTHING_BEFORE = Before()


async def judge_tenant(
    ctx: Context,
    tenant_id: UUID,
    as_of: date,
    profile: Profile,
    dismissed: Dismissed,
    people: Iterable[str] = (),
    before: Before = NOTHING_BEFORE,
) -> Judgement:
    """In this process; the worker does the same in a child, so that its own memory stays small.

    Only the checks look that could see something else than before, and only what they read is loaded. What the outcome
    depends on is read before the books: a page that comes between is seen now or makes the check look again next time.
    """
    checks = catalogue()
    async with ctx.unit(write=False) as unit:
        versions = await read_versions(unit, tenant_id)
        books = await open_books(unit, tenant_id=tenant_id, as_of=as_of, people=people, thresholds=profile.thresholds)
        basis = basis_of(books, versions, dismissed, checks)
        looking = due(basis, before.basis, before.measures, checks)
        again = {code: check for code, check in checks.items() if code in looking}
        books = await read_frames(unit, books, tenant_id=tenant_id, needs=needs_of(again.values()))
    holds = {code: one for code, one in measures.read(before.measures).items() if code in checks.keys() - looking}
    judgement = await asyncio.to_thread(in_polars, judge, books, profile, dismissed, again, before=holds)
    return replace(judgement, basis=basis)


def needs_of(checks: Iterable[Check]) -> dict[str, set[str]]:
    """The frames that these checks read, each with all columns that any check reads of it.

    What checks share works on whole items, of which one of them alone may not look at every column.
    """
    columns: dict[str, set[str]] = defaultdict(set)
    for check in catalogue().values():
        for frame, names in check.needs.items():
            columns[frame].update(names)
    return {frame: columns[frame] for check in checks for frame in check.needs}
