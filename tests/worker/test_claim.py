"""Between firms: nobody waits behind another's crowd, and a claim reads no more of a long queue than of a short one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from practice.connections.jobs import ProbeTenant
from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.scoring.jobs import RescoreClient, ScoreClient
from tests.make import firm
from tests.worker.conftest import Errand
from tests.worker.crowd import crowd
from worker import claim as claims
from worker.claim import claim

CROWD = 5_000


async def queue(runtime: Runtime, actor: Actor, numbers: range) -> None:
    async with runtime.context(actor).unit() as unit:
        for number in numbers:
            await unit.enqueue(Errand(number=number))


@pytest.mark.parametrize("running", [0, 1, 5])
async def test_one_client_of_another_firm_is_next(runtime: Runtime, bright: Actor, running: int) -> None:
    """Whatever the crowd has at work already."""
    assert bright.firm_id
    await crowd(runtime, bright.firm_id, CROWD)
    for _ in range(running):
        assert await claim(runtime.lent, "slow", "w")
    other = await firm(runtime, "Other", "Ola")
    await queue(runtime, other, range(1))
    # Neither has anything at work: then the firm that was never served comes first.
    async with runtime.lent.sessions.begin() as session:
        await session.execute(
            text("UPDATE job SET served_at = now() WHERE firm_id = :firm AND key = 'crowd:1'"), {"firm": bright.firm_id}
        )
    taken = await claim(runtime.lent, "slow", "w")
    assert taken is not None
    assert taken.claimed.firm_id == other.firm_id


async def test_firms_take_turns_however_many_there_are(runtime: Runtime, bright: Actor) -> None:
    firms = [bright, *[await firm(runtime, f"Firm {number}", "Ola") for number in range(claims.LANES_LOOKED_AT + 3)]]
    for actor in firms:
        await queue(runtime, actor, range(3))
    for _ in range(3):
        turn = [await claim(runtime.lent, "slow", "w") for _ in firms]
        assert {taken.claimed.firm_id for taken in turn if taken} == {actor.firm_id for actor in firms}


async def test_what_a_person_waits_for_is_not_behind_the_scores_of_a_run(runtime: Runtime, bright: Actor) -> None:
    """Even where a whole run's scores were asked for before it."""
    async with runtime.context(bright).unit() as unit:
        for _ in range(50):
            await unit.enqueue(ScoreClient(client_id=unit.ids.new()))
        await unit.enqueue(ProbeTenant(tenant_id=unit.ids.new()))
    taken = [await claim(runtime.lent, "quick", "w") for _ in range(6)]
    names = [one.name for one in taken if one]
    assert "probe_tenant" in names
    assert names.count("score_client") == 3


async def test_a_score_after_an_import_is_not_behind_those_of_another_threshold(
    runtime: Runtime, bright: Actor
) -> None:
    """Three thousand clients whose profile has changed take one place among them."""
    async with runtime.context(bright).unit() as unit:
        for _ in range(50):
            await unit.enqueue(RescoreClient(client_id=unit.ids.new()))
    async with runtime.context(bright).unit() as unit:
        client_id = unit.ids.new()
        await unit.enqueue(RescoreClient(client_id=client_id))
        assert await unit.enqueue(ScoreClient(client_id=client_id))
    taken = [await claim(runtime.lent, "quick", "w") for _ in range(4)]
    assert sorted(one.name for one in taken if one and one.name != "read_record") == ["rescore_client", "score_client"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


@pytest.mark.parametrize("statement", ["LANES", "RUNNING", "CANDIDATES", "TAKE"])
async def test_a_claim_reads_a_handful_of_rows(runtime: Runtime, bright: Actor, statement: str) -> None:
    """With 5,000 queued a moment ago, of which PostgreSQL has no statistics, and with row-level security at work."""
    assert bright.firm_id
    await crowd(runtime, bright.firm_id, CROWD)
    assert await claim(runtime.lent, "slow", "w")
    given: dict[str, Any] = {"queue": "slow"}
    if statement == "CANDIDATES":
        given |= {"firms": [bright.firm_id], "lines": ["errands"]}
    if statement == "TAKE":
        async with runtime.lent.sessions.begin() as session:
            of_many = await session.scalar(text("SELECT id FROM job WHERE key = 'crowd:4999'"))
        given = {"firm": bright.firm_id, "id": of_many, "slot": 2, "owner": "w", "lease": 30}
    async with runtime.lent.sessions.begin() as session:
        await session.execute(claims.IN_INDEX_ORDER)
        query = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {getattr(claims, statement).text}")
        said = await session.scalar(query, given)
    plan = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    seen = list(nodes(plan))
    assert not [node["Node Type"] for node in seen if node["Node Type"] == "Seq Scan"]
    assert max(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in seen) <= 20

