"""The worker process: arq listens for the bell on two queues and calls one function, `drain`. Names arq."""

import asyncio
import gc
import json
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from arq.worker import Worker, func
from redis.asyncio import Redis
from redis.exceptions import RedisError

from practice.kernel.bell import arq_queue
from practice.kernel.context import Lent
from practice.kernel.logging import configure_logging
from practice.kernel.prove_keys import prove_keys
from practice.kernel.runtime import Runtime, as_json
from practice.kernel.settings import Settings
from worker.alarm import Alarm
from worker.handling import load_handlers
from worker.jobs.score_client import child
from worker.schedule import keep_time
from worker.sweep import sweep

AT_ONCE = {"quick": 6, "slow": 10}
GRACE_SECONDS = 10


def _listener(alarm: Alarm, queue: str, owner: str, redis: Redis) -> Worker:
    """An arq worker that carries nothing: jobs, their retries and their results live in PostgreSQL (infra 3)."""
    from arq.connections import ArqRedis

    async def on_bell(_: dict[str, Any]) -> None:
        await alarm.drain(queue)

    return Worker(
        functions=[func(on_bell, name="drain")],  # type: ignore[arg-type]  # arq's protocol wants parameters that drain has not
        queue_name=arq_queue(queue),
        redis_pool=ArqRedis(connection_pool=redis.connection_pool, job_serializer=as_json, job_deserializer=json.loads),
        max_jobs=AT_ONCE[queue],
        job_timeout=90,
        poll_delay=0.05,
        keep_result=0,
        max_tries=1,
        handle_signals=False,
        health_check_key=f"arq:bulkhead:health:{owner}:{queue}",
        job_serializer=as_json,
        job_deserializer=json.loads,
        log_results=False,
    )


async def _listen(lent: Lent, alarm: Alarm, queue: str, owner: str, leaving: asyncio.Event) -> None:
    """Listens until cancelled, and says so by `leaving`. arq ends with its Redis; ours begins again, and the alarm
    wakes what was missed.
    """
    while True:
        listener = _listener(alarm, queue, owner, lent.redis)
        try:
            await listener.async_run()
        except (RedisError, OSError) as error:
            structlog.get_logger().warning("bell.gone", queue=queue, kind=type(error).__name__)
        except asyncio.CancelledError:
            leaving.set()
            for task in listener.tasks.values():
                task.cancel()
            await asyncio.wait_for(asyncio.gather(*listener.tasks.values(), return_exceptions=True), GRACE_SECONDS)
            raise
        await asyncio.sleep(0.5)


async def stay(part: Callable[[], Awaitable[None]], stop: asyncio.Event, leaving: asyncio.Event | None = None) -> None:
    """Begins a part of the worker again whenever it ends before the worker is asked to: a worker that has lost one of its
    parts would end, or go on deaf. A cancellation that nobody asked for (of a hung call's own time limit) counts as an end.
    """
    while True:
        try:
            await part()
        except asyncio.CancelledError:
            if stop.is_set():
                raise
            structlog.get_logger().warning("worker.part_cancelled", part=part.__name__)
        except Exception:  # noqa: BLE001 - whatever it was, it is logged, and the worker goes on
            structlog.get_logger().exception("worker.part_ended", part=part.__name__)
        if leaving:
            leaving.clear()
        await asyncio.sleep(0.5)


async def serve(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT; then every job in hand is handed back at once, nothing counted (F7)."""
    load_handlers()
    owner = f"{socket.gethostname()}:{os.getpid()}"
    async with Runtime.open(settings) as runtime:
        await prove_keys(runtime.lent)
        lent = runtime.lent
        child.begin(settings)
        # What is loaded stays. Looking through all of it, the collector stopped every import for a tenth of a second.
        gc.freeze()
        alarm = Alarm(lent, owner, AT_ONCE)
        stop = asyncio.Event()
        leaving = {asyncio.create_task(stay(alarm.keep, stop, alarm.leaving)): alarm.leaving}
        for queue in AT_ONCE:
            event = asyncio.Event()

            async def listen(queue: str = queue, event: asyncio.Event = event) -> None:
                await _listen(lent, alarm, queue, owner, event)

            leaving[asyncio.create_task(stay(listen, stop, event))] = event

        async def sweeping() -> None:
            await sweep(lent)

        async def timetable() -> None:
            await keep_time(lent)

        tasks = [*leaving, *(asyncio.create_task(stay(part, stop)) for part in (sweeping, timetable))]
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        structlog.get_logger().info("worker.started", owner=owner)
        await stop.wait()
        left = set(tasks)
        while left:
            # Asked again until heard: while arq talks to Redis it can let a cancellation go by. Once heard, not again,
            # or jobs would be cut while they are handed back.
            for task in left:
                if not (task in leaving and leaving[task].is_set()):
                    task.cancel()
            _, left = await asyncio.wait(left, timeout=0.2)
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        child.stop()
        for error in ended:
            if isinstance(error, Exception):
                structlog.get_logger().error("worker.ended", exc_info=error)
        structlog.get_logger().info("worker.stopped", owner=owner)


def main() -> None:
    """`python -m worker.main`."""
    settings = Settings()
    configure_logging(settings.log_level, as_json=settings.environment == "production")
    try:
        import uvloop

        uvloop.run(serve(settings))
    except ImportError:
        asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
