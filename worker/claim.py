"""Takes the next job: the lane's lowest free slot, a higher fence and a lease, in one short transaction.

What a claim reads does not grow with the queue: the lanes that hold something (found by leaping through an index),
and of each lane that may come next a few candidates. Five thousand queued clients of one firm cost another's claim
nothing.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from practice.kernel.context import Lent
from practice.kernel.database import DATABASE_AWAY
from practice.kernel.jobs import Claimed
from worker.turns import CALLS_A_MINUTE, Due, Standing, minutes_outlast, order

# Whatever PostgreSQL or the way to it may say. Those that look again and again (alarm, sweeper, heartbeat) outlive it: a
# pool without a free connection is no DBAPIError, a server that starts up says so in asyncpg's own words.
TROUBLE = (*DATABASE_AWAY, SQLAlchemyError, asyncpg.PostgresError, OSError)
# A process that is frozen in the middle (a suspended machine) must not keep the others from claiming for long.
AS_JOBS = text(
    "SELECT set_config('role', 'bulkhead_jobs', true), set_config('idle_in_transaction_session_timeout', '5s', true)"
)
# Without statistics of a queue that grew a moment ago, PostgreSQL takes it for short, reads all of a lane and sorts it,
# where the indexes hold the order already.
IN_INDEX_ORDER = text(
    "SELECT set_config('role', 'bulkhead_jobs', true), set_config('idle_in_transaction_session_timeout', '5s', true),"
    " set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),"
    " set_config('enable_seqscan', 'off', true)"
)
# One claim of a queue at a time: a few milliseconds each, and nobody goes away empty-handed because two looked at
# once. The index on (firm, lane, slot) stays the last word.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('claim/' || :queue, 0))")
# Each lane that holds a queued job, by leaps through job_due_idx. The statement's time and not the transaction's: what
# was queued while we waited for the lock is due too.
LANES = text(
    """
    WITH RECURSIVE found AS (
        (SELECT firm_id, line FROM job WHERE queue = :queue AND state = 'queued'
         ORDER BY firm_id, line LIMIT 1)
        UNION ALL
        SELECT next.firm_id, next.line FROM found CROSS JOIN LATERAL (
            SELECT firm_id, line FROM job
            WHERE queue = :queue AND state = 'queued' AND (firm_id, line) > (found.firm_id, found.line)
            ORDER BY firm_id, line LIMIT 1) AS next
    )
    SELECT found.firm_id, found.line, head.width, due.jobs AS due,
        extract(epoch FROM next.run_at - statement_timestamp()) AS next_in,
        extract(epoch FROM statement_timestamp() - served.at) AS served_ago
    FROM found CROSS JOIN LATERAL (
        SELECT width FROM job WHERE queue = :queue AND state = 'queued' AND firm_id = found.firm_id
            AND line = found.line ORDER BY run_at LIMIT 1) AS head
    CROSS JOIN LATERAL (
        SELECT count(*) AS jobs FROM (
            SELECT 1 FROM job WHERE queue = :queue AND state = 'queued' AND firm_id = found.firm_id
                AND line = found.line AND run_at <= statement_timestamp() ORDER BY run_at LIMIT 10) AS first) AS due
    LEFT JOIN LATERAL (
        SELECT run_at FROM job WHERE queue = :queue AND state = 'queued' AND firm_id = found.firm_id
            AND line = found.line AND run_at > statement_timestamp() ORDER BY run_at LIMIT 1) AS next ON true
    LEFT JOIN LATERAL (
        SELECT served_at AS at FROM job WHERE queue = :queue AND firm_id = found.firm_id AND served_at IS NOT NULL
        ORDER BY served_at DESC LIMIT 1) AS served ON true
    """
)
RUNNING = text("SELECT firm_id, line, coalesce(slot, 0) AS slot, cost FROM job WHERE state = 'running' AND queue = :queue")
# The cheapest and the longest waiting of a lane are enough to choose from; the dearest stand for the exception of
# turns.py. A job is due from `run_at` on, so that is since when it waits.
CANDIDATES = text(
    """
    SELECT c.* FROM unnest(CAST(:firms AS uuid[]), CAST(:lines AS text[])) AS l (firm_id, line) CROSS JOIN LATERAL (
        (SELECT id, firm_id, lane, width, cost, extract(epoch FROM statement_timestamp() - run_at) AS waited
         FROM job WHERE queue = :queue AND state = 'queued' AND firm_id = l.firm_id AND line = l.line
           AND run_at <= statement_timestamp() ORDER BY cost, run_at LIMIT 6)
        UNION
        (SELECT id, firm_id, lane, width, cost, extract(epoch FROM statement_timestamp() - run_at)
         FROM job WHERE queue = :queue AND state = 'queued' AND firm_id = l.firm_id AND line = l.line
           AND run_at <= statement_timestamp() ORDER BY run_at LIMIT 3)
        UNION
        (SELECT id, firm_id, lane, width, cost, extract(epoch FROM statement_timestamp() - run_at)
         FROM job WHERE queue = :queue AND state = 'queued' AND firm_id = l.firm_id AND line = l.line
           AND run_at <= statement_timestamp() ORDER BY cost DESC, run_at DESC LIMIT 2)
    ) AS c
    """
)
CALLS_LEFT = text(
    """
    SELECT coalesce(sum(cost), 0) FROM job
    WHERE queue = :queue AND firm_id = :firm AND line = :line AND state = 'queued'
    """
)
# now() is when the transaction began, and it may have waited long for its turn to claim: the lease counts from here.
# By its primary key alone: a condition on the state would invite PostgreSQL to look through an index of all queued.
# now() is when the transaction began, and it may have waited long for its turn to claim: the lease counts from here.
TAKE = text(
    """
    WITH mine AS MATERIALIZED (
        SELECT firm_id, id, state, run_at FROM job WHERE firm_id = :firm AND id = :id FOR UPDATE SKIP LOCKED
    )
    UPDATE job SET state = 'running', slot = :slot, fence = fence + 1, lease_owner = :owner,
        lease_until = clock_timestamp() + make_interval(secs => :lease), served_at = statement_timestamp(), cause = NULL
    FROM mine WHERE job.firm_id = :firm AND job.id = :id
        AND mine.state = 'queued' AND mine.run_at <= statement_timestamp()
    RETURNING job.fence, job.name, job.args, job.cursor, job.attempt, job.tries
    """
)
# Lanes whose candidates one claim looks at: those whose turn it is most.
LANES_LOOKED_AT = 8
# The sum of a lane's calls is asked for at most so often; it only has to say whether a giant outlasts the rest.
CALLS_LEFT_KEPT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed job with what its handler needs."""

    claimed: Claimed
    name: str
    args: dict[str, Any]
    cursor: dict[str, Any]
    attempt: int
    tries: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lane that holds a queued job; its `line` is the lane's name, or '' where jobs have none.

    `due`: how many jobs could run now, counted to ten; `next_in`: seconds until the next one is due.
    """

    firm_id: UUID
    line: str
    width: int | None
    due: int
    next_in: float
    served_ago: float
    slots: frozenset[int] = frozenset()
    costs: tuple[int, ...] = ()
    """The calls that each of those at work has still to make."""

    @property
    def room(self) -> int | None:
        """Places free; None: as many as wanted."""
        return None if self.width is None else self.width - len(self.slots)


async def claim(lent: Lent, queue: str, owner: str) -> Taken | None:
    """The next job of this queue, or None where nothing is due or no lane has room."""
    for _ in range(3):
        try:
            async with lent.sessions.begin() as session:
                await session.execute(IN_INDEX_ORDER)
                await session.execute(ONE_AT_A_TIME, {"queue": queue})
                return await _take_next(session, lent, queue, owner)
        except IntegrityError:
            # Another worker took the same slot in the same instant; the index said so. Look again.
            continue
    return None


async def what_waits(lent: Lent, queues: Iterable[str]) -> dict[str, list[Waiting]]:
    """The lanes of each queue in which something waits. Takes nothing, locks nothing."""
    async with lent.sessions.begin() as session:
        await session.execute(IN_INDEX_ORDER)
        return {queue: (await _waiting_lanes(session, queue))[0] for queue in queues}


async def _waiting_lanes(session: AsyncSession, queue: str) -> tuple[list[Waiting], Counter[tuple[UUID, str]]]:
    """Every lane of the queue in which something waits, due or not; and how many jobs run in each lane."""
    found = (await session.execute(LANES, {"queue": queue})).all()
    if not found:
        return [], Counter()
    slots: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    costs: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for row in await session.execute(RUNNING, {"queue": queue}):
        slots[row.firm_id, row.line].append(row.slot)
        costs[row.firm_id, row.line].append(row.cost)
    waiting = [
        Waiting(
            row.firm_id,
            row.line,
            row.width,
            row.due,
            float("inf") if row.next_in is None else float(row.next_in),
            float("inf") if row.served_ago is None else float(row.served_ago),
            frozenset(slots.get((row.firm_id, row.line), ()) if row.width else ()),
            tuple(costs.get((row.firm_id, row.line), ())),
        )
        for row in found
    ]
    return waiting, Counter({lane: len(each) for lane, each in costs.items()})


async def _take_next(session: AsyncSession, lent: Lent, queue: str, owner: str) -> Taken | None:
    waiting, at_work = await _waiting_lanes(session, queue)
    busy: Counter[UUID] = Counter()
    for (firm, _), running in at_work.items():
        busy[firm] += running
    ready = [lane for lane in waiting if lane.due and lane.room != 0]
    ready.sort(key=lambda lane: (busy[lane.firm_id], -lane.served_ago))
    looked_at = {(lane.firm_id, lane.line): lane for lane in ready[:LANES_LOOKED_AT]}
    if not looked_at:
        return None
    due = await _candidates(session, queue, list(looked_at))
    standings = {(firm, line or None): Standing(running) for (firm, line), running in at_work.items()}
    for lane in looked_at.values():
        calls_left = await _calls_left(session, queue, lane, due)
        largest = sum(minutes_outlast(cost, lane.width, calls_left) for cost in lane.costs) if lane.width else 0
        standings[lane.firm_id, lane.line or None] = Standing(len(lane.costs), calls_left, largest)
    for job in order(due, standings, {lane.firm_id: lane.served_ago for lane in looked_at.values()}):
        slots = looked_at[job.firm_id, job.lane or ""].slots
        row = (
            await session.execute(
                TAKE,
                {
                    "firm": job.firm_id, "id": job.id, "owner": owner, "lease": lent.settings.worker.lease_seconds,
                    "slot": next(slot for slot in range(1, job.width + 1) if slot not in slots) if job.width else None,
                },
            )
        ).first()  # fmt: skip
        if row:
            return Taken(
                Claimed(job.id, job.firm_id, row.fence), row.name, row.args, row.cursor, row.attempt, row.tries
            )
    return None


async def _candidates(session: AsyncSession, queue: str, lines: Sequence[tuple[UUID, str]]) -> list[Due]:
    given = {"queue": queue, "firms": [firm for firm, _ in lines], "lines": [line for _, line in lines]}
    return [
        Due(row.id, row.firm_id, row.lane, row.width, row.cost, float(row.waited))
        for row in await session.execute(CANDIDATES, given)
    ]


_calls_left_known: dict[tuple[UUID, str, str], tuple[float, int]] = {}


async def _calls_left(session: AsyncSession, queue: str, lane: Waiting, due: Sequence[Due]) -> int:
    """What the lane's jobs have still to make. Only asked for where the answer decides: a large client is due."""
    dearest = max((job.cost for job in due if job.firm_id == lane.firm_id and (job.lane or "") == lane.line), default=0)
    if lane.width is None or dearest <= CALLS_A_MINUTE:
        return 0
    key, now = (lane.firm_id, queue, lane.line), time.monotonic()
    asked_at, calls = _calls_left_known.get(key, (float("-inf"), 0))
    if now - asked_at > CALLS_LEFT_KEPT_SECONDS:
        calls = int(
            await session.scalar(CALLS_LEFT, {"queue": queue, "firm": lane.firm_id, "line": lane.line}) or 0
        )
        _calls_left_known[key] = now, calls
    return calls + sum(lane.costs)
