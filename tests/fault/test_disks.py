"""Full disks, under the data, the write-ahead log and the logs: work waits and nothing fails (promises F24 to F26).

A file system that can be filled takes the right to mount one. Without it, PostgreSQL still says what it says then,
with its own SQLSTATE, from triggers that a test sets up.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import select, text

from practice.imports.models import Import
from practice.kernel.actor import Actor
from practice.kernel.jobs import JobRow
from practice.kernel.record import EntryRow
from practice.kernel.runtime import Runtime
from sandbox.world.organisations import Organisation
from stack.places import ROOT
from stack.postgres import PORT
from tests import make
from tests.api.conftest import House, Person, house, settings
from tests.fault.books import as_at_xero, smallest
from tests.fault.invariants import Provoked, examine
from tests.fault.lab import AWAY, DURABLE, Lab, laboratory
from tests.practice.imports.conftest import Desk
from tests.servers import Servers, running_servers
from tests.world import started
from worker.settle import UNTIL_THERE_IS_ROOM

__all__ = ["house", "settings"]

SEED = 1

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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
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


# -- real disks ----------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, *, megabytes: int) -> Iterator[Path]:
    """A file system of its own. Not for everybody: mounting is root's, and some containers forbid it to root too."""
    at.mkdir(parents=True, mode=0o700)
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "bulkhead-test", at], capture_output=True, text=True, check=False
        )
        why = mounted.stderr.strip() if mounted.returncode else None
    except OSError as error:
        why = str(error)
    if why is not None:
        pytest.skip(f"a disk that can be filled takes the right to mount one: {why}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def fill(disk: Path) -> Path:
    """To the last page."""
    everything = disk / "everything"
    with everything.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return everything


def move_log(servers: Servers, to: Path) -> None:
    """The write-ahead log, to another disk."""
    servers.postgres.stop()
    shutil.move(servers.postgres.data / "pg_wal", to)
    (servers.postgres.data / "pg_wal").symlink_to(to)
    servers.postgres.start()


async def in_the_middle(lab: Lab, chosen: list[Organisation]) -> tuple[Person, dict[str, str]]:
    """All of them are being imported, and Xero holds back what most of their rows come from."""
    ada = await lab.sign_in()
    ours = await lab.clients(ada, [one.tenant_id for one in chosen])
    held = [await lab.spoil("hold", tenant=one.tenant_id, path="/invoices") for one in chosen]
    await started(ada, list(ours.values()))
    await lab.until_given(held[0])
    return ada, ours


async def until_refused(ada: Person, client_id: str) -> httpx.Response:
    """Changes a client until the answer is no success; rows that are there have some room left in their pages."""
    for number in range(500):
        answer = await ada.send(
            "PATCH", "/clients/bulk", {"changes": [{"id": client_id, "tags": [f"{number}-{tag}" for tag in range(15)]}]}
        )
        if answer.status_code != 200:
            return answer
    raise AssertionError("there was room for everything")


@pytest.mark.chaos
async def test_a_full_data_disk_makes_imports_wait_and_the_door_say_why(tmp_path: Path) -> None:
    """F24: the server stays up; once there is room, everything goes on."""
    chosen = smallest(SEED, 5)
    with small_disk(tmp_path / "servers", megabytes=220) as disk, running_servers(disk, DURABLE) as servers:
        # The log has a disk of its own, so that what fails is the data.
        move_log(servers, tmp_path / "pg_wal")
        async with laboratory(tmp_path, seed=SEED, servers=servers) as lab:
            ada, ours = await in_the_middle(lab, chosen)
            everything = fill(disk)
            await lab.release()

            async def one_waits() -> bool:
                return lab.logged("worker", "job.settled", "import_ledger", "storage-full") > 0

            await lab.until(one_waits, what="an import finds no room")
            refused = await until_refused(ada, next(iter(ours.values())))
            assert refused.status_code == 503, refused.text
            assert refused.json()["type"] == "/problems/storage-full"
            assert refused.headers["Retry-After"]
            assert (await ada.get("/clients")).status_code == 200
            assert await lab.value("SELECT count(*) FROM \"import\" WHERE state = 'failed'") == 0
            everything.unlink()
            await until_all_goes_on(lab)
            await as_at_xero(lab, chosen)
            assert (await ada.send("PATCH", "/clients/bulk", {"changes": [{"id": ours[chosen[0].tenant_id], "tags": []}]})).status_code == 200
            found = await examine(lab, chosen, Path(lab.env["SANDBOX_DIR"]), Provoked())
            assert not found.total, found.said


async def until_all_goes_on(lab: Lab) -> None:
    """The two minutes for which a job waits are made to pass at once, each time."""

    async def over() -> bool:
        await lab.ask("UPDATE job SET run_at = now() WHERE state = 'queued' AND cause = 'storage-full' AND run_at > now()")
        left: int = await lab.value("SELECT count(*) FROM import_run WHERE state <> 'finished'")
        return left == 0

    await lab.until(over, what="every run has finished", seconds=90)


@pytest.mark.chaos
async def test_a_full_disk_under_the_log_ends_the_server_and_loses_nothing(tmp_path: Path) -> None:
    """F25: PostgreSQL stops rather than commit what it cannot keep; with room it recovers, and so does all else."""
    chosen = smallest(SEED, 5)
    few_segments = {"min_wal_size": "32MB", "max_wal_size": "64MB", "max_connections": "100"}
    with small_disk(tmp_path / "wal", megabytes=160) as disk, running_servers(tmp_path / "servers", DURABLE | few_segments) as servers:
        move_log(servers, disk / "pg_wal")
        async with laboratory(tmp_path, seed=SEED, servers=servers) as lab:
            ada, _ = await in_the_middle(lab, chosen)
            everything = fill(disk)
            await lab.release()
            await until_it_stops(servers)
            assert "PANIC" in servers.postgres.log.read_text()
            away = await ada.get("/clients")
            assert away.status_code == 503, away.text
            assert away.headers["Retry-After"]
            everything.unlink()
            servers.postgres.start()
            await until_all_goes_on(lab)
            await as_at_xero(lab, chosen)
            found = await examine(lab, chosen, Path(lab.env["SANDBOX_DIR"]), Provoked(cuts=2))
            # A call whose import was cut off counts at Xero until it is answered there, so that the next may be its sixth.
            found.broken.pop("I8", None)
            assert not found.total, found.said


async def until_it_stops(servers: Servers) -> None:
    """Writes until there is no server any more: a crash alone it recovers from by itself, as far as its log has room."""
    async with asyncio.timeout(120):
        while servers.postgres.ended is None:
            with suppress(*AWAY, asyncpg.PostgresError):
                connection = await asyncpg.connect(user="postgres", host=str(servers.sockets), port=PORT, database="postgres")
                try:
                    await connection.execute("CREATE TABLE IF NOT EXISTS filler (words text)")
                    await connection.execute("INSERT INTO filler SELECT repeat(md5(n::text), 30) FROM generate_series(1, 20000) AS n")
                finally:
                    connection.terminate()
            await asyncio.sleep(0.05)


@pytest.mark.chaos
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
async def test_work_goes_on_where_no_log_can_be_written(tmp_path: Path) -> None:
    """F26: the API's and a worker's own output goes to a device that is always full."""
    chosen = smallest(SEED, 4)
    for log in ("api", "unheard"):
        (tmp_path / f"{log}.log").symlink_to("/dev/full")
    async with laboratory(tmp_path, seed=SEED, workers=0) as lab:
        lab.add_worker("unheard")
        ada = await lab.sign_in()
        ours = await lab.clients(ada, [one.tenant_id for one in chosen])
        await started(ada, list(ours.values()))
        await lab.until_finished()
        await as_at_xero(lab, chosen)
        assert (await ada.get("/nothing-here")).status_code == 404
        assert [process.poll() for process in (*lab.apis, *lab.workers)] == [None, None]
