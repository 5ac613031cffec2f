"""Ours, as it is run everywhere: API and one worker as processes, before PostgreSQL and Valkey of the bench's own.

One `Product` is one life of the two processes on an empty database; clients are imported in it one run after another, by a
worker that is running already. What it took is read from the database and from the sandbox's own counts.
"""

import asyncio
import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import redis

from bench.imports.xero import CLIENT, Xero, calls_between, refused_between, walk, windows_between
from bench.measure import Watch
from stack import spawn
from stack.places import ROOT, free_port, socket_folder
from stack.postgres import PORT, Postgres
from stack.valkey import Valkey

LOOK_SECONDS = 0.05
OF_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


class Servers:
    """PostgreSQL and Valkey for the whole table, as durable as in production; the Singer pipeline stores in the same server."""

    def __init__(self, folder: Path) -> None:
        self.sockets = socket_folder(folder)
        self.postgres = Postgres(folder / "pg", sockets=self.sockets)
        self.valkey = Valkey(folder / "valkey", socket_path=self.sockets / "valkey.sock")

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    @property
    def pid(self) -> int:
        assert self.postgres._process
        return self.postgres._process.pid

    def ask(self, database: str, query: str, *given: Any) -> list[asyncpg.Record]:
        """As a superuser, past every policy."""

        async def run() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(user="postgres", host=str(self.sockets), port=PORT, database=database)
            try:
                found: list[asyncpg.Record] = await connection.fetch(query, *given)
                return found
            finally:
                await connection.close()

        return asyncio.run(run())

    def fresh(self, name: str) -> str:
        self.ask("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.ask("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def empty_redis(self) -> None:
        with redis.Redis.from_url(self.valkey.url) as client:
            client.flushall()

    def forget_calls(self) -> None:
        """What was counted of each organisation's calls; the limiter's sign that Redis was not emptied stays."""
        with redis.Redis.from_url(self.valkey.url) as client:
            keys = list(client.scan_iter("rl:*:*-*:*", count=1000))
            if keys:
                client.delete(*keys)


@dataclass
class Client:
    """How one client's import went; seconds count from when the run was asked for."""

    tenant: str
    state: str
    calls: int
    records: int
    ended_s: float
    windows: list[tuple[datetime, int]] = field(default_factory=list)


@dataclass
class Ran:
    """One run of ours, measured."""

    wall_s: float
    first_score_s: float
    clients: list[Client]
    refused: int
    cpu_s: float
    postgres_cpu_s: float
    sandbox_cpu_s: float
    peak_mib: float
    worker_mib: float
    run_id: str
    began_there: datetime
    cpu_parts: dict[str, float]


class Product:
    def __init__(self, folder: Path, servers: Servers, xero: Xero, name: str, **env: str) -> None:
        self.folder, self.servers, self.xero, self.name = folder, servers, xero, name
        self.port = free_port()
        self.base = f"http://localhost:{self.port}"
        keys = folder / "keys"
        keys.write_text(f"k1:{base64.b64encode(bytes(range(32))).decode()}\n")
        self.database = f"bench_{name}"
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("XERO_", "SMTP_", "WORKER_"))},
            "ENVIRONMENT": "dev", "SIGNUP": "open", "BASE_URL": self.base, "PORT": str(self.port), "KEYS_FILE": str(keys),
            "DATABASE_URL": servers.postgres.url(self.database), "REDIS_URL": servers.valkey.url,
            "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "CLIENT_BUNDLE": "5000", "LOG_LEVEL": "warning",
            "XERO_CLIENT_ID": CLIENT[0], "XERO_CLIENT_SECRET": CLIENT[1], "XERO_SANDBOX": "true",
            # What the floor and the peers read, no more.
            "XERO_MORE_SCOPES": "",
            **{f"XERO_{what}_URL": xero.url for what in ("LOGIN", "IDENTITY", "API", "APP")},
            **env,
        }  # fmt: skip
        self.clients: dict[str, str] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._browser = httpx.Client(base_url=self.base, timeout=120, trust_env=False)
        self._csrf = ""

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.servers.fresh(self.database)
        self.servers.empty_redis()
        done = subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=self.env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"the migration failed:\n{done.stdout}{done.stderr}")
        api = ["-m", "uvicorn", "api.main:app_from_env", "--factory", "--no-access-log", "--log-level", "warning"]
        self._spawn("api", *api, "--host", "localhost", "--port", str(self.port))
        self._spawn("worker", "-m", "worker.main")
        spawn.wait_until(
            self._ready, self._processes["api"], what="the API", log=self.folder / f"{self.name}-api.log", seconds=60
        )

    def stop(self) -> None:
        self._browser.close()
        for name in ("worker", "api"):
            if process := self._processes.get(name):
                spawn.stop(process, by=signal.SIGTERM, grace=20)
                spawn.sweep(process)

    def _spawn(self, name: str, *argv: str) -> None:
        with (self.folder / f"{self.name}-{name}.log").open("wb") as log:
            self._processes[name] = spawn.spawn([sys.executable, *argv], env=self.env, cwd=ROOT, output=log.fileno())

    def _ready(self) -> bool:
        try:
            return self._browser.get("/api/v1/health/ready").status_code == 200
        except httpx.HTTPError:
            return False

    # -- the way in ------------------------------------------------------------------------------------------------

    def take_on(self, tenants: Sequence[str]) -> None:
        """Signed in, consented, adopted, configured and sized: clients ready to import."""
        self.connect(tenants)
        found = self.get("/tenants", limit=2000)["items"]
        ours = {tenant["id"]: tenant["remote_id"] for tenant in found}
        missing = set(tenants) - set(ours.values())
        if missing:
            raise RuntimeError(f"{len(missing)} organisations were not connected")
        clients = self.send("POST", "/clients", {"tenant_ids": list(ours)}, 201)["items"]
        changes = [{"id": client["id"]} for client in clients]
        self.send("PATCH", "/clients/bulk", {"changes": changes, "ready": True}, 200)
        self.clients = {ours[client["tenant_id"]]: client["id"] for client in clients}
        self.send("POST", "/tenants/probe", {"tenant_ids": list(ours)}, 202)
        self.until(
            "every organisation is sized",
            "SELECT count(*) = 0 FROM tenant WHERE size_state IN ('unknown', 'checking') AND kind = 'organisation'",
            seconds=60 + len(tenants),
        )
        self.until("nothing is left to do", "SELECT count(*) = 0 FROM job WHERE state = 'running'", seconds=60)

    def connect(self, tenants: Sequence[str], **body: Any) -> None:
        """Signs in, founds a firm, and consents to these."""
        with httpx.Client(base_url=self.xero.url, timeout=120, trust_env=False) as browser:
            began = self._browser.get("/api/v1/sign-in/xero")
            self._browser.get(walk(browser, began.headers["location"], [], home=self.base))
            self._know()
            self.send("POST", "/firms", {"name": "Bench"}, 201)
            self._know()
            asked = self.send("POST", "/connections", {"provider": "xero", **body}, 201)
            self._browser.get(walk(browser, asked["authorize_url"], tenants, home=self.base))

    def _know(self) -> None:
        self._csrf = self.get("/me")["csrf_token"]

    def get(self, path: str, **query: Any) -> Any:
        return self._browser.get(f"/api/v1{path}", params=query).raise_for_status().json()

    def send(self, method: str, path: str, body: Any, expected: int) -> Any:
        answer = self._browser.request(
            method, f"/api/v1{path}", json=body,
            headers={**OF_OUR_PAGE, "X-CSRF-Token": self._csrf, "Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        if answer.status_code != expected:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def until(self, what: str, query: str, *given: Any, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.servers.ask(self.database, query, *given)[0][0]:
            if time.monotonic() > end:
                jobs = self.servers.ask(self.database, "SELECT name, state, cause, count(*) FROM job GROUP BY 1, 2, 3")
                log = spawn.tail(self.folder / f"{self.name}-worker.log", 20)
                raise RuntimeError(f"not within {seconds:.0f} s: {what}\n{[dict(row) for row in jobs]}\n{log}")
            time.sleep(0.2)

    # -- a run -----------------------------------------------------------------------------------------------------

    def run(self, tenants: Sequence[str], *, until: Sequence[str] | None = None, seconds: float = 900) -> Ran:
        """Imports these, in this order; with `until`, only until those of them are done: the rest is cancelled."""
        ids = [self.clients[tenant] for tenant in tenants]
        awaited = [self.clients[tenant] for tenant in (until if until is not None else tenants)]
        before = self.xero.stats()
        began_there = self.xero.now()
        with self.watched() as (worker, api, postgres, sandbox):
            began = time.time()
            run_id = self.send("POST", "/import-runs", {"client_ids": ids}, 202)["id"]
            asyncio.run(self._ended(run_id, awaited, seconds))
            wall = time.time() - began
        after = self.xero.stats()
        child = worker.children_cpu_s
        if until is not None:
            self.send("POST", f"/import-runs/{run_id}/cancellation", None, 200)
        clients = self._clients(run_id, began, before, after)
        of_awaited = set(until if until is not None else tenants)
        ended = [client.ended_s for client in clients if client.tenant in of_awaited]
        scored = self.servers.ask(
            self.database,
            'SELECT min(s.scored_at) FROM scorecard s JOIN "import" i ON i.id = s.import_id WHERE i.run_id = $1',
            run_id,
        )[0][0]
        return Ran(
            wall_s=max(ended, default=wall),
            first_score_s=scored.timestamp() - began if scored else float("nan"),
            clients=clients,
            refused=refused_between(before, after),
            cpu_s=worker.cpu_s + api.cpu_s,
            cpu_parts={"worker": worker.cpu_s - child, "its scoring child": child, "API": api.cpu_s},
            postgres_cpu_s=postgres.cpu_s,
            sandbox_cpu_s=sandbox.cpu_s,
            peak_mib=worker.peak_mib + api.peak_mib,
            worker_mib=worker.alone_mib,
            run_id=run_id,
            began_there=began_there,
        )

    @contextmanager
    def watched(self) -> Iterator[tuple[Watch, Watch, Watch, Watch]]:
        with (
            Watch(self._processes["worker"].pid) as worker,
            Watch(self._processes["api"].pid) as api,
            Watch(self.servers.pid) as postgres,
            Watch(self.xero.pid) as sandbox,
        ):
            yield worker, api, postgres, sandbox

    async def _ended(self, run_id: str, client_ids: Sequence[str], seconds: float) -> None:
        connection = await asyncpg.connect(
            user="postgres", host=str(self.servers.sockets), port=PORT, database=self.database
        )
        try:
            async with asyncio.timeout(seconds):
                # Another process's table says nothing by itself.
                while await connection.fetchval(  # noqa: ASYNC110
                    'SELECT count(*) FROM "import" WHERE run_id = $1 AND client_id = ANY($2::uuid[])'
                    " AND finished_at IS NULL",
                    run_id,
                    list(client_ids),
                ):
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            states = await connection.fetch(
                'SELECT state, problem, count(*) FROM "import" WHERE run_id = $1 GROUP BY 1, 2', run_id
            )
            log = spawn.tail(self.folder / f"{self.name}-worker.log", 20)
            raise RuntimeError(
                f"the run did not end within {seconds:.0f} s: {[dict(row) for row in states]}\n{log}"
            ) from None
        finally:
            await connection.close()

    def _clients(
        self, run_id: str, began: float, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> list[Client]:
        tenants = {client: tenant for tenant, client in self.clients.items()}
        rows = self.servers.ask(
            self.database,
            'SELECT client_id, state, documents, stages, finished_at FROM "import" WHERE run_id = $1',
            run_id,
        )
        return [
            Client(
                tenant=(tenant := tenants[str(row["client_id"])]),
                state=row["state"],
                calls=calls_between(before, after, tenant),
                records=row["documents"],
                ended_s=_since(began, row["finished_at"]),
                windows=windows_between(before, after, tenant),
            )
            for row in rows
        ]

    def stored(self, tenants: Sequence[str]) -> int:
        """Rows that lie in the database now: documents, contacts, accounts and the organisation."""
        tables = ("document", "bank_transaction", "payment", "manual_journal", "contact", "account", "organisation")
        parts = " + ".join(
            f'(SELECT count(*) FROM "{table}" WHERE tenant_id IN (SELECT id FROM tenant WHERE remote_id::text = ANY($1)))'
            for table in tables
        )
        return int(self.servers.ask(self.database, f"SELECT {parts}", list(tenants))[0][0])

    def first_call_ms(self, ran: Ran, tenant: str) -> float:
        """From the commit that queued the import to its first call's arrival at the sandbox."""
        queued: datetime = self._import(ran)["created_at"]
        return (self._calls_since(queued, tenant)[0] - queued).total_seconds() * 1000

    def stages_ms(self, ran: Ran, tenant: str) -> dict[str, float]:
        """Where the time of a run of one client went, one after another."""
        row = self._import(ran)
        calls = self._calls_since(row["created_at"], tenant)
        (job,) = self.servers.ask(
            self.database,
            "SELECT created_at, served_at FROM job WHERE name = 'score_client' AND args->>'import_id' = $1",
            str(row["id"]),
        )
        marks = {
            "to the first call": calls[0],
            "to the last call's arrival": calls[-1],
            "to all stored": job["created_at"],
            "to the scoring's start": job["served_at"],
            "to the score": row["finished_at"],
        }
        found, before = {}, row["created_at"]
        for name, at in marks.items():
            found[name] = (at - before).total_seconds() * 1000
            before = at
        return found

    def _import(self, ran: Ran) -> asyncpg.Record:
        return self.servers.ask(
            self.database, 'SELECT id, created_at, finished_at FROM "import" WHERE run_id = $1', ran.run_id
        )[0]

    def _calls_since(self, moment: datetime, tenant: str) -> list[datetime]:
        ahead = self.xero.ahead()
        calls = self.xero.ask("calls", tenant=tenant, limit=5000)["calls"]
        return sorted(at for call in calls if (at := datetime.fromisoformat(call["at"]) - ahead) >= moment)


def _since(began: float, at: datetime | None) -> float:
    return float("inf") if at is None else at.timestamp() - began
