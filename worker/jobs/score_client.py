"""The job that judges a client's books, in a child process of its own.

The child loads the books itself, so that a giant's columns never pass through the worker: its event loop keeps its leases
while the child computes, and its memory stays small. After a giant the child is replaced, which gives the memory back.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice.imports.models import Import
from practice.imports.settle_import import settle_import
from practice.kernel.actor import Actor
from practice.kernel.context import Context, Run
from practice.kernel.logging import configure_logging
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.kernel.unit import Unit
from practice.ledgers.books import Books
from practice.scoring.dismissed import Dismissed
from practice.scoring.in_polars import in_polars
from practice.scoring.jobs import RescoreClient, ScoreClient
from practice.scoring.judge import Judgement, judge
from practice.scoring.judge_tenant import NOTHING_BEFORE, Before, judge_tenant
from practice.scoring.score import Profile
from practice.scoring.score_client import rescore_client as rescore
from practice.scoring.score_client import score_client as score
from practice.scoring.shipped import PRACTICE
from worker.handling import Outcome, handles, settles

GIANT = 50_000
GIVE_BACK = "dirty_decay_ms:200,muzzy_decay_ms:200"
"""For the allocator that Polars is built with."""


@handles(ScoreClient)
async def score_client(run: Run, job: ScoreClient) -> None:
    await score(run, client_id=job.client_id, import_id=job.import_id, judging=child.judge)


@handles(RescoreClient)
async def rescore_client(run: Run, job: RescoreClient) -> None:
    await rescore(run, client_id=job.client_id, judging=child.judge_last)


@settles(ScoreClient)
async def score_settled(unit: Unit, job: ScoreClient, outcome: Outcome) -> None:
    """An import is done once it is scored. One that came while another score was at work is scored after it."""
    if outcome.state not in {"done", "failed"}:
        return
    waiting = await unit.scalar(
        select(Import.id).where(
            Import.firm_id == unit.firm_id, Import.client_id == job.client_id, Import.state == "scoring"
        )
    )
    if waiting is None:
        return
    if job.import_id == waiting:
        await settle_import(unit, import_id=waiting, state=outcome.state, problem=outcome.problem)
    else:
        await unit.enqueue(ScoreClient(client_id=job.client_id, import_id=waiting))


class Child:
    """One process that judges, with its own way to the database; begun before it is needed, since it takes a second."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self._at_hand = 0
        self._patient: list[asyncio.Future[None]] = []

    def begin(self, settings: Settings) -> ProcessPoolExecutor:
        """The child that there is, or a new one. Waits for nothing."""
        if self.pool is None:
            # Read when the child's memory begins: what a check no longer holds goes back soon.
            # A giant's peak is a tenth lower for it, and it takes as long as before.
            os.environ.setdefault("_RJEM_MALLOC_CONF", GIVE_BACK)  # noqa: TID251 - not a setting of ours
            # Most judgements are many small steps, which a second thread only makes dearer; a giant hardly gains by it.
            os.environ.setdefault("POLARS_MAX_THREADS", "1")  # noqa: TID251 - as above
            self.pool = ProcessPoolExecutor(
                max_workers=1, mp_context=multiprocessing.get_context("spawn"), initializer=_live, initargs=(settings,)
            )
            # A pool starts its process with the first thing it is asked.
            self.pool.submit(os.getpid)
        return self.pool

    async def judge(
        self,
        ctx: Context,
        tenant_id: UUID,
        as_of: date,
        profile: Profile,
        dismissed: Dismissed,
        people: frozenset[str] = frozenset(),
        before: Before = NOTHING_BEFORE,
    ) -> Judgement:
        """As judge_tenant, in the child."""
        pool = self.begin(ctx.settings)
        asked = (ctx.actor, tenant_id, as_of, profile, dismissed, people, before)
        self._at_hand += 1
        try:
            judgement = await asyncio.get_running_loop().run_in_executor(pool, _judge_here, *asked)
        except BrokenProcessPool:
            self.replace(pool)
            raise
        finally:
            self._at_hand -= 1
            self._call_the_patient()
        if judgement.documents > GIANT:
            self.replace(pool)
        return judgement

    async def judge_last(
        self,
        ctx: Context,
        tenant_id: UUID,
        as_of: date,
        profile: Profile,
        dismissed: Dismissed,
        people: frozenset[str] = frozenset(),
        before: Before = NOTHING_BEFORE,
    ) -> Judgement:
        """As judge, once nobody else is at the child."""
        while self._at_hand:
            turn = asyncio.get_running_loop().create_future()
            self._patient.append(turn)
            await turn
        return await self.judge(ctx, tenant_id, as_of, profile, dismissed, people, before)

    def _call_the_patient(self) -> None:
        """Each looks for itself whether it is its turn."""
        if self._at_hand:
            return
        patient, self._patient = self._patient, []
        for turn in patient:
            if not turn.done():
                turn.set_result(None)

    def replace(self, pool: ProcessPoolExecutor) -> None:
        """The next judgement starts a new child; what this one still has to do, it finishes."""
        if self.pool is pool:
            self.pool = None
        pool.shutdown(wait=False)

    def stop(self) -> None:
        """Ends the process at once: what it was judging is handed back, and leaving does not wait for it."""
        if self.pool is not None:
            for process in multiprocessing.active_children():
                process.kill()
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None


child = Child()


@dataclass
class _Life:
    """What the child process keeps from one judgement to the next."""

    runner: asyncio.Runner
    runtime: Runtime
    # Forgotten, it would close what it opened.
    opened: AsyncExitStack


_life: _Life | None = None


def _live(settings: Settings) -> None:
    """The child's beginning: its loop and its pools, opened once."""
    global _life  # noqa: PLW0603 - a process of its own, which does nothing else
    configure_logging(settings.log_level, as_json=settings.environment == "production")
    _follow_parent()
    runner = asyncio.Runner()

    stack = AsyncExitStack()
    _life = _Life(runner, runner.run(stack.enter_async_context(Runtime.open(settings))), stack)
    # A process's first judgement takes a third longer, so it is one of nothing.
    in_polars(judge, Books.empty(date(2000, 1, 1)), PRACTICE)
    # What is here stays: the collector need not look at it again and again. What a judgement makes is many small things
    # without cycles.
    gc.freeze()
    gc.set_threshold(100_000)


def _follow_parent() -> None:
    """Ctrl-C is the parent's to answer, and a child whose parent was killed ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def _judge_here(
    actor: Actor,
    tenant_id: UUID,
    as_of: date,
    profile: Profile,
    dismissed: Dismissed,
    people: frozenset[str],
    before: Before,
) -> Judgement:
    assert _life is not None
    ctx = _life.runtime.context(actor)
    return _life.runner.run(judge_tenant(ctx, tenant_id, as_of, profile, dismissed, people, before))
