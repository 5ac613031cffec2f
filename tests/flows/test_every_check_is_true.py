"""Every check on what an import brought: it finds what the sandbox says is wrong there, issue by issue, and no other.

Bank statements and the register of fixed assets come over the connection, too: the consent covers them. What cannot come
(a filed return, the lock dates of other days, who was approved) is told to the checks as the truth tells it. What was
planted near each boundary is in the same books.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from practice.clients.models import Client
from practice.kernel.actor import Actor
from practice.ledgers.books import FRAMES, Books
from practice.ledgers.load_books import load_books
from practice.scoring.catalogue import catalogue
from practice.scoring.judge import judge
from sandbox.world.organisations import Organisation, organisations
from tests.api.conftest import House
from tests.books import FIRST
from tests.flows.conftest import house_before_the_sandbox
from tests.world import adopted, before_the_sandbox, started, worked

# A month ends at this moment: in London it is still October, in Auckland and Sydney November has begun.
NOW = datetime(2025, 10, 31, 13, 30, tzinfo=UTC)
EACH = 5
ELSEWHERE = {"DQ01", "DQ06", "DQ07", "DQ12", "DQ13", "DQ15", "DQ21", "DQ22", "DQ27", "DQ30"}
"""Compared with more than their keys in test_connect_to_score.py."""
NOT_IN_THESE = {"DQ47"}
"""Books that were read on their own day are fresh."""

Outcome = tuple[str, list[str], int, int | None, list[str]]


@pytest.fixture(params=[1, 2, 3], ids=lambda seed: f"seed-{seed}")
def seed(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
async def house(seed: int, database_url: str, redis_url: str, tmp_path: Path, folder: Path) -> AsyncIterator[House]:
    settings = before_the_sandbox(
        database_url, redis_url, tmp_path, more_scopes="assets.read finance.cashvalidation.read"
    )
    async with house_before_the_sandbox(settings, folder, now=NOW, seed=seed) as house:
        yield house


async def test_every_check_finds_what_is_wrong_and_nothing_else(house: House, seed: int) -> None:
    chosen = of_every_country(seed)
    ada = await house.founder()
    assert ada.firm_id is not None
    ids = await adopted(ada, house.xero, [one.tenant_id for one in chosen])
    run_id = await started(ada, list(ids.values()))
    await worked(house.rt)
    run = (await ada.get(f"/import-runs/{run_id}")).json()
    assert (run["state"], run["counts"]["done"]) == ("finished", len(chosen)), run["causes"]
    async with house.unit(Actor.system(ada.firm_id)) as unit:
        tenants = {str(client.id): client.tenant_id for client in await unit.scalars(select(Client))}
    apart = []
    judged, shown = set(), set()
    for one in chosen:
        truth = (await house.xero.get(f"/__control/truth/{one.tenant_id}")).json()
        day = date.fromisoformat(truth["today"])
        ctx = house.rt.context(Actor.system(ada.firm_id))
        books = await load_books(ctx, tenant_id=tenants[ids[one.tenant_id]], as_of=day)
        assert books.absent == {}
        for code, (told, wanted) in compared(as_told(books, truth), truth["flaws"]).items():
            judged.add(code)
            shown.update([code] if wanted[1] else [])
            if told != wanted:
                apart.append((one.name, code, told, wanted))
    assert apart == []
    assert judged == set(catalogue()) - ELSEWHERE
    assert judged - shown <= NOT_IN_THESE, "nothing of this was wrong anywhere"


def of_every_country(seed: int) -> list[Organisation]:
    """The first small ones of each country, and one that is not registered for tax: each has rules of its own."""
    small = [one for one in organisations(seed)[:80] if 30 <= one.documents <= 700]
    of_countries = [[one for one in small if one.country == country][:EACH] for country in ("AU", "NZ", "GB")]
    unregistered = [one for one in small if not one.pays_tax][:1]
    return list(dict.fromkeys([one for some in of_countries for one in some] + unregistered))


def as_told(books: Books, truth: dict[str, Any]) -> Books:
    """With what does not come over this connection."""
    flaws = truth["flaws"]
    filed = [row for row in truth["stated"] if row["kind"] == "tax_filed"]
    locks = dated(flaws["DQ28"]["history"], "seen_on", "period_lock", "year_lock")
    return replace(
        books,
        people=frozenset(flaws["DQ46"]["people"]),
        stated=pl.concat([books.stated, pl.DataFrame(dated(filed, "date", "earliest"), schema=FRAMES["stated"])]),
        lock_history=pl.DataFrame(locks, schema=FRAMES["lock_history"]),
    )


def dated(rows: list[dict[str, Any]], *days: str) -> list[dict[str, Any]]:
    return [row | {day: date.fromisoformat(row[day]) for day in days if row[day]} for row in rows]


def compared(books: Books, flaws: dict[str, Any]) -> dict[str, tuple[Outcome, Outcome]]:
    """By check, what it came to and what it should: its state, the keys, n, N, and those that fail it outright."""
    judgement = judge(books, FIRST)
    outcomes: dict[str, tuple[Outcome, Outcome]] = {}
    for code, entry in flaws.items():
        if code in ELSEWHERE:
            continue
        outcome, wanted = judgement.judged[code], entry["issues"]
        state = entry.get("state", "evaluated")
        found = judgement.findings.get(code, ())
        evaluated = state == outcome.state == "evaluated"
        tells_failing = any("fails" in issue for issue in wanted)
        outcomes[code] = (
            (
                outcome.state,
                sorted(finding.key for finding in found),
                outcome.measure.n if evaluated else 0,
                outcome.measure.of if evaluated and entry["N"] is not None else None,
                sorted(finding.key for finding in found if finding.fails) if tells_failing else [],
            ),
            (
                state,
                sorted(issue["key"] for issue in wanted),
                entry["n"] if evaluated else 0,
                entry["N"] if evaluated else None,
                sorted(issue["key"] for issue in wanted if issue.get("fails")),
            ),
        )
    return outcomes
