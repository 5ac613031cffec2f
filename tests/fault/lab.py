"""The product as processes of its own, before a sandbox of its own, on servers of its own: so that they can be broken.

Between the product and each server stands a proxy (`lab.to_postgres`, `lab.to_redis`); the lab itself asks PostgreSQL
past it. Leases are 2 s, sweeps half a second, and Xero's minutes pass `pace` times faster for both sides.

On a busy machine a lease of 2 s also ends by itself, and the job is begun again. Where a test counts what was done twice,
it takes `STEADY` leases and says when they end (`leases_end`).
"""

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
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
from tests.fault.proxy import Proxy
from tests.ports import held_port
from tests.servers import Servers, running_servers
from tests.world import adopted, consented

Process = subprocess.Popen[bytes]
LEASE_SECONDS = 2
STEADY = {"WORKER_LEASE_SECONDS": "600"}
PACE = 10
# What is committed survives the death of the server, as in production; only the disk's own failures are left out.
DURABLE = {"synchronous_commit": "on"}
CANARY = "CANARY_"
"""Every secret that the sandbox issues begins with it."""
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError)


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
    to_postgres: Proxy
    to_redis: Proxy
    redis_number: int = 0
    apis: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    most_running: int = 0
    processes: list[Process] = field(default_factory=list)
    _asking: asyncpg.Connection | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    # -- processes -------------------------------------------------------------------------------------------------

    def spawn(self, name: str, *argv: str, **env: str) -> Process:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = spawn.spawn([sys.executable, *argv], env=self.env | env, cwd=ROOT, output=log.fileno())
        self.processes.append(process)
        return process

    def add_worker(self, log: str = "worker", **env: str) -> Process:
        """With other settings for this one, such as FAILPOINT="before_commit:exit"."""
        self.workers.append(self.spawn(log, "-m", "worker.main", **env))
        return self.workers[-1]

    async def until_at_work(self, worker: Process, log: str = "worker") -> None:
        """From here on it hears that it is asked to leave; before, that would end it as it ends any program."""

        async def begun() -> bool:
            return self.logged(log, "worker.started", f":{worker.pid}\n") > 0

        await self.until(begun, what="the worker has begun")

    async def add_api(self, **env: str) -> Process:
        """On the port of the one before, which must be gone; answers once it is ready."""
        argv = ("-m", "uvicorn", "api.main:app_from_env", "--factory", "--port", self.env["PORT"])
        self.apis.append(self.spawn("api", *argv, "--no-access-log", "--log-level", "warning", **env))
        await self.until(lambda: _answers(self.browser, "/api/v1/health/ready"), what="the API answers")
        return self.apis[-1]

    def kill(self, process: Process) -> None:
        """With kill -9: nothing is handed back, nothing is said."""
        process.kill()
        self.gone(process)

    def gone(self, process: Process) -> None:
        """One that ends by itself is waited for and swept up after."""
        process.wait(30)
        spawn.sweep(process)
        for each in (self.workers, self.apis):
            if process in each:
                each.remove(process)

    async def until_dead(self, worker: Process) -> None:
        """At its FAILPOINT."""

        async def dead() -> bool:
            return worker.poll() is not None

        await self.until(dead, what="the worker ended")
        assert worker.returncode == -signal.SIGKILL
        self.gone(worker)

    async def leases_end(self) -> None:
        """Of all that is running: as if so much time had gone by."""
        await self.ask("UPDATE job SET lease_until = now() - interval '1 second' WHERE state = 'running'")

    def terminate(self, worker: Process, *, grace: float = 60) -> int:
        ended = spawn.stop(worker, by=signal.SIGTERM, grace=grace)
        self.gone(worker)
        return ended

    # -- servers ---------------------------------------------------------------------------------------------------

    def crash_postgres(self) -> None:
        """Immediate: sessions are cut, and the log is replayed at the next start."""
        self.stop_postgres()
        self.servers.postgres.start()

    def stop_postgres(self) -> None:
        process = self.servers.postgres._process
        assert process
        spawn.stop(process, by=signal.SIGQUIT, grace=10)

    def kill_redis(self) -> None:
        """With kill -9; what it held is gone, since nothing is on disk."""
        process = self.servers.valkey._process
        assert process
        process.kill()
        process.wait()

    def start_redis(self) -> None:
        self.servers.valkey.start()

    def empty_redis(self) -> None:
        assert self.redis("FLUSHALL") == b"+OK\r\n"

    def redis(self, *words: str) -> bytes:
        """One command past the proxy, in the product's database number; the first bytes of the answer."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(self.servers.valkey.socket_path))
            client.sendall(b"SELECT %d\r\n" % self.redis_number)
            assert client.recv(64) == b"+OK\r\n"
            client.sendall((" ".join(words) + "\r\n").encode())
            return client.recv(65_536)

    # -- what is so ------------------------------------------------------------------------------------------------

    async def ask(self, query: str, *given: Any) -> list[asyncpg.Record]:
        """As a superuser, past every policy and the proxy. A server that is away is waited for."""
        async with asyncio.timeout(30), self._turn:
            while True:
                try:
                    if self._asking is None or self._asking.is_closed():
                        self._asking = await asyncpg.connect(
                            user="postgres", host=str(self.servers.sockets), port=PORT, database=self.database
                        )
                    found: list[asyncpg.Record] = await self._asking.fetch(query, *given)
                    return found
                except AWAY:
                    if self._asking:
                        self._asking.terminate()
                    self._asking = None
                    await asyncio.sleep(0.1)

    async def value(self, query: str, *given: Any) -> Any:
        return (await self.ask(query, *given))[0][0]

    async def until(self, true: Callable[[], Awaitable[bool]], *, what: str, seconds: float = 120) -> None:
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

    async def until_finished(self, *, seconds: float = 150) -> None:
        """Every run."""

        async def over() -> bool:
            open_: int = await self.value("SELECT count(*) FROM import_run WHERE state <> 'finished'")
            return open_ == 0

        await self.until(over, what="every run has finished", seconds=seconds)

    async def until_quiet(self) -> None:
        """No work is due or under way, where there is a worker to do it."""

        async def quiet() -> bool:
            left = await self.value("SELECT count(*) FROM job WHERE state IN ('queued', 'running') AND run_at <= now()")
            return not self.workers or left == 0

        await self.until(quiet, what="the work that is due is done")

    async def calls(self) -> int:
        count: int = await self.value('SELECT coalesce(sum(calls), 0) FROM "import"')
        return count

    async def until_calls(self, calls: int) -> None:
        async def made() -> bool:
            return await self.calls() >= calls

        await self.until(made, what=f"{calls} calls are stored")

    def logged(self, log: str, *words: str) -> int:
        """How many lines of this log have all these words."""
        file = self.folder / f"{log}.log"
        lines = file.read_text(errors="replace").splitlines(keepends=True) if file.exists() else []
        return sum(all(word in line for word in words) for line in lines)

    async def asked(self, tenant: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        """The sandbox's log of calls that ended, oldest first."""
        wanted = {"tenant": tenant, "path": path, "limit": "5000"}
        query = {name: value for name, value in wanted.items() if value}
        found: list[dict[str, Any]] = (await self.xero.get("/__control/calls", params=query)).json()["calls"]
        return found

    async def until_given(self, fault: int) -> None:
        """Until Xero has begun to give this bad answer."""

        async def given() -> bool:
            return bool((await self.spoiled())[fault]["done"])

        await self.until(given, what="the planned answer is asked for")

    async def release(self) -> None:
        """Lets go what `hold` held."""
        await self.xero.post("/__control/release")

    async def stats(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.xero.get("/__control/stats")).json()
        return answer

    async def spoil(self, kind: str, **how: Any) -> int:
        """Plans a bad answer of Xero (kinds: sandbox/gateway/faults.py); answers its number."""
        answer = await self.xero.post("/__control/faults", json={"kind": kind, **how})
        assert answer.status_code == 200, answer.text
        number: int = answer.json()["id"]
        return number

    async def spoiled(self) -> dict[int, dict[str, Any]]:
        """The plan of bad answers with how often each was given."""
        plan = (await self.xero.get("/__control/faults")).json()["plan"]
        return {fault["id"]: fault for fault in plan}

    # -- the way in ------------------------------------------------------------------------------------------------

    async def sign_in(self) -> Person:
        began = await self.browser.get("/api/v1/sign-in/xero")
        back = await consented(self.xero, began.headers["location"], [], home=self.base)
        await self.browser.get(back)
        person = Person(self.browser, None, None, UUID(int=0), (await self.me())["csrf_token"])
        founded = await person.post("/firms", {"name": "Bright"})
        assert founded.status_code == 201, founded.text
        person.csrf = (await self.me())["csrf_token"]
        # A night may begin at any moment, or be made up for: only what a test starts is imported here.
        quiet = await person.send("PATCH", "/firm", {"nightly_sync": False})
        assert quiet.status_code == 200, quiet.text
        return person

    async def clients(self, person: Person, tenant_ids: Sequence[str]) -> dict[str, str]:
        """Consented, adopted and ready. From here on Xero's minutes pass faster: what signs people in must tell the time."""
        ready = await adopted(person, self.xero, tenant_ids, home=self.base)
        await self.until_quiet()
        await self.xero.post("/__control/clock", json={"scale": float(self.env["XERO_PACE"])})
        return ready

    async def me(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.browser.get("/api/v1/me")).json()
        return answer


@asynccontextmanager
async def laboratory(
    folder: Path,
    *,
    seed: int,
    workers: int = 2,
    latency_ms: int = 60,
    pace: float = PACE,
    servers: Servers | None = None,
    ledgers: Path | None = None,
    env: Mapping[str, str] | None = None,
    postgres: Mapping[str, str] | None = None,
) -> AsyncIterator[Lab]:
    """`servers` and `ledgers` (the sandbox's made books) may be those of an earlier laboratory; `env` is for all of the
    product's processes, `postgres` are settings of the server.
    """
    keys = folder / "keys"
    keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
    async with AsyncExitStack() as open_:
        ports = {name: open_.enter_context(held_port()) for name in ("api", "sandbox")}
        base, origin = f"http://localhost:{ports['api']}", f"http://127.0.0.1:{ports['sandbox']}"
        running = servers or open_.enter_context(running_servers(folder / "servers", DURABLE | dict(postgres or {})))
        database = running.fresh_database()
        redis_number = int(running.fresh_redis().rpartition("=")[2])
        to_postgres = Proxy(running.sockets / f".s.PGSQL.{PORT}")
        to_redis = Proxy(running.valkey.socket_path)
        for proxy in (to_postgres, to_redis):
            proxy.start()
            open_.callback(proxy.stop)
        everything = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XERO_", "SMTP_", "SANDBOX_"))},
            "ENVIRONMENT": "test", "SIGNUP": "open", "BASE_URL": base, "PORT": str(ports["api"]), "KEYS_FILE": str(keys),
            "DATABASE_URL": f"postgresql+asyncpg://postgres@127.0.0.1:{to_postgres.port}/{database}",
            "REDIS_URL": f"redis://127.0.0.1:{to_redis.port}/{redis_number}",
            "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
            "SEED": str(seed), "SANDBOX_PORT": str(ports["sandbox"]), "SANDBOX_ORIGIN": origin, "SANDBOX_PREBUILD": "0",
            "SANDBOX_LATENCY_MS": str(latency_ms), "SANDBOX_DIR": str(ledgers or folder / "sandbox"),
            "SANDBOX_CLIENT_SECRET": f"{CANARY}client", "XERO_CLIENT_SECRET": f"{CANARY}client",
            "XERO_CLIENT_ID": "sandbox-client", "XERO_SANDBOX": "true", "XERO_PACE": str(pace),
            **{f"XERO_{name}_URL": origin for name in ("LOGIN", "IDENTITY", "API", "APP")},
            "WORKER_LEASE_SECONDS": str(LEASE_SECONDS), "WORKER_SWEEP_SECONDS": "0.5", "WORKER_PAGE_SIZE": "8",
            # Workers overlap where one is replaced, and the server has room for a hundred sessions.
            "WORKER_SLICE_CALLS": "6", "DATABASE_POOL": "6",
            **(env or {}),
        }  # fmt: skip
        xero = await open_.enter_async_context(httpx.AsyncClient(base_url=origin, timeout=30, trust_env=False))
        browser = await open_.enter_async_context(httpx.AsyncClient(base_url=base, timeout=30, trust_env=False))
        lab = Lab(folder, running, database, everything, xero, browser, base, to_postgres, to_redis, redis_number)
        try:
            lab.spawn("sandbox", "-m", "sandbox")
            await lab.until(lambda: _answers(xero, "/__control/health"), what="the sandbox answers")
            await xero.post("/__control/reset")
            await lab.add_api()
            for _ in range(workers):
                lab.add_worker()
            yield lab
        finally:
            for proxy in (to_postgres, to_redis):
                proxy.pass_on()
            for process in reversed(lab.processes):
                if process.poll() is None:
                    process.send_signal(signal.SIGCONT)
                spawn.stop(process, by=signal.SIGTERM, grace=5)
                spawn.sweep(process)
            if lab._asking:
                lab._asking.terminate()


async def _answers(client: httpx.AsyncClient, path: str) -> bool:
    try:
        return (await client.get(path)).status_code == 200
    except httpx.HTTPError:
        return False


def suspended(process: Process) -> psutil.Process:
    """Stopped as a whole, its child with it, as a frozen virtual machine is."""
    frozen = psutil.Process(process.pid)
    frozen.suspend()
    for one in frozen.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ended just now
            one.suspend()
    return frozen


def resumed(frozen: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        for one in (*frozen.children(recursive=True), frozen):
            with suppress(psutil.NoSuchProcess):
                one.resume()
