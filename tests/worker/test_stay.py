"""The parts of a worker stay, whatever ends them, until the worker is asked to leave."""

import asyncio
import contextlib

from worker.main import stay


async def test_a_part_that_ends_begins_again_until_the_worker_leaves() -> None:
    stop, leaving, third = asyncio.Event(), asyncio.Event(), asyncio.Event()
    begun = 0

    async def part() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            leaving.set()
            raise asyncio.CancelledError
        if begun == 2:
            raise ValueError
        third.set()
        await asyncio.Event().wait()

    kept = asyncio.create_task(stay(part, stop, leaving))
    async with asyncio.timeout(20):
        await third.wait()
    # Whoever waits for the end must not take the first for it.
    assert not leaving.is_set()
    kept.cancel()
    stop.set()
    with contextlib.suppress(asyncio.CancelledError):
        await kept
    assert kept.cancelled()
    assert begun == 3
