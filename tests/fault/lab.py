"""The product as processes of its own, before a sandbox of its own, on servers of its own: so that they can be killed."""

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import psutil

from stack import spawn
from stack.places import ROOT
from stack.postgres import PORT
from tests.api.conftest import Person
from tests.servers import Servers, running_servers
from tests.world import adopted, consented

Process = subprocess.Popen[bytes]
LEASE_SECONDS = 2


@dataclass
class Lab:
    """What a test breaks, and what it looks at."""

    folder: Path
    servers: Servers
    database: str
    env: dict[str, str]
    xero: httpx.AsyncClient
    browser: httpx.AsyncClient
    base: str
    workers: list[Process] = field(default_factory=list)
    most_running: int = 0
    processes: list[Process] = field(default_factory=list)

    # -- processes -------------------------------------------------------------------------------------------------

    def spawn(self, name: str, *argv: str) -> Process:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = spawn.spawn([sys.executable, *argv], env=self.env, cwd=ROOT, output=log.fileno())
        self.processes.append(process)
        return process

    def add_worker(self) -> Process:
        self.workers.append(self.spawn("worker", "-m", "worker.main"))
        return self.workers[-1]

    def kill(self, worker: Process) -> None:
        """With kill -9: nothing is handed back, nothing is said."""
        worker.kill()
        worker.wait()
        spawn.sweep(worker)
        self.workers.remove(worker)

    def terminate(self, worker: Process, *, grace: float = 15) -> int:
        ended = spawn.stop(worker, by=signal.SIGTERM, grace=grace)
        spawn.sweep(worker)
        self.workers.remove(worker)
        return ended

    def crash_postgres(self) -> None:
        """Immediate: sessions are cut, and the log is replayed at the next start."""
        process = self.servers.postgres._process
        assert process
        spawn.stop(process, by=signal.SIGQUIT, grace=10)
        self.servers.postgres.start()

    def empty_redis(self) -> None:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.servers.valkey.socket_path))
            client.sendall(b"FLUSHALL\r\n")
            assert client.recv(64) == b"+OK\r\n"

    # -- what is so ------------------------------------------------------------------------------------------------

    async def ask(self, query: str, *given: Any) -> list[asyncpg.Record]:
        """As a superuser, past every policy."""
        connection = await asyncpg.connect(
            user="postgres", host=str(self.servers.sockets), port=PORT, database=self.database
        )
        try:
            found: list[asyncpg.Record] = await connection.fetch(query, *given)
            return found
        finally:
            await connection.close()

    async def value(self, query: str, *given: Any) -> Any:
        return (await self.ask(query, *given))[0][0]

    async def until(self, true: Callable[[], Awaitable[bool]], *, what: str, seconds: float = 60) -> None:
        """Looks again and again; on the way it notes how many imports run at once."""
        try:
            async with asyncio.timeout(seconds):
                while not await true():
                    self.most_running = max(
                        self.most_running,
                        await self.value("SELECT count(*) FROM job WHERE state = 'running' AND lane = 'imports'"),
                    )
                    await asyncio.sleep(0.02)
        except TimeoutError:
            jobs = [dict(row) for row in await self.ask("SELECT name, state, cause, attempt, crashes, error FROM job")]
            raise AssertionError(
                f"not within {seconds} s: {what}\n{jobs}\n{spawn.tail(self.folder / 'worker.log', 40)}"
            ) from None

    async def calls(self) -> int:
        count: int = await self.value('SELECT coalesce(sum(calls), 0) FROM "import"')
        return count

    async def stats(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.xero.get("/__control/stats")).json()
        return answer

    # -- the way in ------------------------------------------------------------------------------------------------

    async def sign_in(self) -> Person:
        began = await self.browser.get("/api/v1/sign-in/xero")
        back = await consented(self.xero, began.headers["location"], [], home=self.base)
        await self.browser.get(back)
        person = Person(self.browser, None, None, UUID(int=0), (await self.me())["csrf_token"])
        founded = await person.post("/firms", {"name": "Bright"})
        assert founded.status_code == 201, founded.text
        person.csrf = (await self.me())["csrf_token"]
        return person

    async def clients(self, person: Person, tenant_ids: Sequence[str]) -> dict[str, str]:
        return await adopted(person, self.xero, tenant_ids, home=self.base)

    async def me(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.browser.get("/api/v1/me")).json()
        return answer


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
        return port


@asynccontextmanager
async def laboratory(folder: Path, *, seed: int, workers: int = 2, latency_ms: int = 60) -> AsyncIterator[Lab]:
    ports = {"api": free_port(), "sandbox": free_port()}
    base, origin = f"http://localhost:{ports['api']}", f"http://127.0.0.1:{ports['sandbox']}"
    keys = folder / "keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    async with AsyncExitStack() as open_:
        servers = open_.enter_context(running_servers(folder / "servers"))
        url = servers.database_url(database := servers.fresh_database())
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XERO_", "SMTP_", "SANDBOX_"))},
            "ENVIRONMENT": "test", "SIGNUP": "open", "BASE_URL": base, "PORT": str(ports["api"]), "KEYS_FILE": str(keys),
            "DATABASE_URL": url, "REDIS_URL": servers.fresh_redis(), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
            "SEED": str(seed), "SANDBOX_PORT": str(ports["sandbox"]), "SANDBOX_ORIGIN": origin, "SANDBOX_PREBUILD": "0",
            "SANDBOX_LATENCY_MS": str(latency_ms), "SANDBOX_DIR": str(folder / "sandbox"),
            "XERO_CLIENT_ID": "sandbox-client", "XERO_CLIENT_SECRET": "sandbox-secret", "XERO_SANDBOX": "true",
            **{f"XERO_{name}_URL": origin for name in ("LOGIN", "IDENTITY", "API", "APP")},
            "WORKER_LEASE_SECONDS": str(LEASE_SECONDS), "WORKER_SWEEP_SECONDS": "0.5", "WORKER_PAGE_SIZE": "8",
            "WORKER_SLICE_CALLS": "6",
        }  # fmt: skip
        xero = await open_.enter_async_context(httpx.AsyncClient(base_url=origin, timeout=30, trust_env=False))
        browser = await open_.enter_async_context(httpx.AsyncClient(base_url=base, timeout=30, trust_env=False))
        lab = Lab(folder, servers, database, env, xero, browser, base)
        try:
            lab.spawn("sandbox", "-m", "sandbox")
            lab.spawn("api", "-m", "uvicorn", "api.main:app_from_env", "--factory", "--port", str(ports["api"]))
            await lab.until(lambda: _answers(xero, "/__control/health"), what="the sandbox answers")
            await lab.until(lambda: _answers(browser, "/api/v1/health/ready"), what="the API answers")
            for _ in range(workers):
                lab.add_worker()
            yield lab
        finally:
            for process in lab.processes:
                if process.poll() is None:
                    process.send_signal(signal.SIGCONT)
                spawn.stop(process, by=signal.SIGTERM, grace=5)
                spawn.sweep(process)


async def _answers(client: httpx.AsyncClient, path: str) -> bool:
    try:
        return (await client.get(path)).status_code == 200
    except httpx.HTTPError:
        return False


def suspended(process: Process) -> psutil.Process:
    """Stopped as a whole, its child with it, as a frozen virtual machine is."""
    frozen = psutil.Process(process.pid)
    for one in (frozen, *frozen.children(recursive=True)):
        one.suspend()
    return frozen


def resumed(frozen: psutil.Process) -> None:
    for one in (frozen, *frozen.children(recursive=True)):
        one.resume()
