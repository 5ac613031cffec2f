"""The pool of connections, where the server is not what it was."""

import asyncio

from sqlalchemy import text

from practice.kernel.runtime import Runtime

PID = text("SELECT pg_backend_pid()")


async def test_a_connection_that_the_server_ended_is_replaced_unnoticed(runtime: Runtime) -> None:
    ended = asyncio.Event()
    async with runtime.engine.connect() as keeper:
        async with runtime.engine.connect() as connection:
            pid = (await connection.execute(PID)).scalar_one()
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            driver.add_termination_listener(lambda _: ended.set())
        await keeper.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        await ended.wait()
        # The pool lends first what it was given back last.
        async with runtime.engine.connect() as connection:
            assert (await connection.execute(PID)).scalar_one() != pid
