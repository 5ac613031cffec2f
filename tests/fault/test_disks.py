"""Disks that are full, under the data, the write-ahead log and the logs: work waits and nothing fails (promises F24 to F26).

A file system that can be filled takes the right to mount one. Without it, PostgreSQL still says what it says then,
with its own SQLSTATE, from triggers that a test sets up.
"""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from practice.imports.models import Import
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from stack.places import ROOT
from tests import make
from tests.api.conftest import House, house, settings
from tests.practice.imports.conftest import Desk
from worker.settle import UNTIL_THERE_IS_ROOM

__all__ = ["house", "settings"]

REFUSE = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


@asynccontextmanager
async def no_room_in(rt: Runtime, *tables: str) -> AsyncIterator[None]:
    """PostgreSQL refuses every row of these tables as it does where their file cannot grow."""
    async with rt.engine.begin() as database:
        await database.execute(text(REFUSE))
        for table in tables:
            await database.execute(
                text(f'CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON "{table}" EXECUTE FUNCTION no_room()')
            )
    yield
    async with rt.engine.begin() as database:
        await database.execute(text("DROP FUNCTION no_room CASCADE"))


@pytest.mark.parametrize("table", ["import", "entry"])
async def test_what_cannot_be_saved_is_refused_whole_and_the_same_key_does_it_later(house: House, table: str) -> None:
    """F24 at the door, and F26's record: what cannot be written down is not done."""
    ada = await house.founder()
    us = Actor("staff", ada.firm_id, ada.member_id, "owner")
    async with house.unit(us) as unit:
        client_id = (await make.client(unit)).id
    key, body = str(uuid4()), {"client_ids": [str(client_id)]}

    async def counted() -> tuple[int, int]:
        async with house.unit(us) as unit:
            imports = await unit.scalars(select(Import.id).where(Import.firm_id == unit.firm_id))
            entries = await unit.scalars(select(EntryRow.id).where(EntryRow.firm_id == unit.firm_id))
            return len(imports), len(entries)

    before = await counted()
    async with no_room_in(house.rt, table):
        refused = await ada.post("/import-runs", body, Idempotency_Key=key)
        assert refused.status_code == 503, refused.text
        said = refused.json()
        assert (said["type"], said["status"]) == ("/problems/storage-full", 503)
        assert said["action"]["operation"] == "retry"
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["Retry-After"] == "60"
        assert (await ada.get("/clients")).status_code == 200
        assert await counted() == before
    again = await ada.post("/import-runs", body, Idempotency_Key=key)
    assert again.status_code == 202, again.text
    assert "Idempotent-Replayed" not in again.headers
    assert await counted() == (1, before[1] + 1)


# Where the page has no room; where, besides, the import's own row cannot say so.
@pytest.mark.parametrize("tables", [("document",), ("document", "import")])
async def test_an_import_waits_until_there_is_room_and_spends_no_try(desk: Desk, tables: tuple[str, ...]) -> None:
    client_id = desk.clients[0]
    await desk.start(client_id)
    async with no_room_in(desk.house.rt, *tables):
        # More often than a job may fail, or end its worker.
        for _ in range(10):
            await desk.worked()
            await desk.later(UNTIL_THERE_IS_ROOM)
        [job] = await desk.all(JobRow, JobRow.name == "import_ledger")
        assert (job.state, job.cause, job.attempt, job.crashes) == ("queued", "storage-full", 0, 0)
        assert job.fence >= 10
        assert job.error["remedy"]["operation"] == "wait"
        import_ = await desk.import_of(client_id)
        assert import_.active
        if "import" not in tables:
            assert (import_.state, import_.waiting_until) == ("waiting", desk.clock.now())
            ben = await desk.house.colleague(desk.ada, "admin")
            shown = (await ben.get(f"/import-runs/{import_.run_id}/imports")).json()["items"][0]["problem"]
            assert (shown["type"], shown["status"]) == ("/problems/storage-full", 503)
            assert (shown["action"]["operation"], shown["action"]["label"]) == ("wait", "Continues by itself")
    await desk.later(timedelta(seconds=1))
    await desk.worked()
    assert (await desk.import_of(client_id)).state == "done"
    assert await desk.stored(client_id) == await desk.true(client_id)


def test_a_log_that_cannot_be_written_fails_nobody() -> None:
    """F26: on /dev/full every write is refused, as on a disk without room."""
    program = """
import logging, structlog
from practice.kernel.logging import configure_logging
configure_logging("info", as_json=True)
for number in range(1000):
    structlog.get_logger().info("a.line", number=number)
    logging.getLogger("asyncio").error("a library's line")
print("went on")
"""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=full, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, b"went on\n")
