"""Wakes what is due: sleeps until the earliest parked job's time, then begins as many drains as can have a place.

A bell tells of what was queued just now; nobody rings for what becomes due by time passing. Each worker therefore asks
PostgreSQL when the next job is due, once a second and whenever a slice of its own was parked, and begins the drains
itself: the way through Redis would cost up to 50 ms, and Redis may be away. That several workers wake for the same job
costs the others one look each.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

import structlog

from practice.kernel.context import Lent
from worker.claim import TROUBLE, Waiting, what_waits
from worker.run import drain

LONGEST_SLEEP = 1.0
LONGEST_LOOK = 5.0
GRACE_SECONDS = 10


class Alarm:
    """One for each worker process; every drain of the process begins here, so that it never has more than it may."""

    def __init__(self, lent: Lent, owner: str, at_once: Mapping[str, int]) -> None:
        self._lent = lent
        self._owner = owner
        self._at_once = at_once
        self._at_work: Counter[str] = Counter()
        self._begun: set[asyncio.Task[None]] = set()
        self._look_again = asyncio.Event()
        self.leaving = asyncio.Event()
        """Set once the end was heard: jobs are being handed back, and must not be cut again."""

    async def drain(self, queue: str) -> None:
        """Works through what is due, unless this process has its hands full: those at work look again by themselves."""
        if self._at_work[queue] >= self._at_once[queue]:
            return
        self._at_work[queue] += 1
        try:
            slices = await drain(self._lent, queue, self._owner, parked=self._look_again.set)
        finally:
            self._at_work[queue] -= 1
        if slices:
            self._look_again.set()

    async def keep(self) -> None:
        """Sleeps and wakes for as long as the worker lives; then has every job that it began handed back."""
        try:
            while True:
                self._look_again.clear()
                seconds = await self.look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._look_again.wait()
        except asyncio.CancelledError:
            self.leaving.set()
            for task in self._begun:
                task.cancel()
            await asyncio.wait_for(asyncio.gather(*self._begun, return_exceptions=True), GRACE_SECONDS)
            raise

    async def look(self) -> float:
        """Begins the drains that can have a place now; answers for how many seconds there is nothing to do."""
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                waiting = await what_waits(self._lent, self._at_once)
        except TROUBLE as error:
            structlog.get_logger().warning("alarm.blind", kind=type(error).__name__)
            return LONGEST_SLEEP
        sleep = LONGEST_SLEEP
        for queue, lanes in waiting.items():
            for _ in range(min(claims_possible(lanes), self._at_once[queue] - self._at_work[queue])):
                self._begin(queue)
            sleep = min([sleep, *(lane.next_in for lane in lanes if lane.room != 0)])
        return max(sleep, 0.001)

    def _begin(self, queue: str) -> None:
        task = asyncio.create_task(self.drain(queue))
        self._begun.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._begun.discard(task)
        if not task.cancelled() and (error := task.exception()):
            away = isinstance(error, TROUBLE)
            structlog.get_logger().warning("drain.ended", kind=type(error).__name__, exc_info=None if away else error)


def claims_possible(lanes: list[Waiting]) -> int:
    """How many jobs are due that would find a place."""
    return sum(lane.due if lane.room is None else min(lane.due, lane.room) for lane in lanes)
