"""A real PostgreSQL and a real Redis-compatible server for one test session (each xdist worker has its own: about half a second).

The schema is migrated once, into a template; a test that asks for a database gets a clone of it.
"""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from stack.places import ROOT, socket_folder
from stack.postgres import PORT, Postgres
from stack.valkey import Valkey

_TEMPLATE = "migrated"
_REDIS_DATABASES = 64


class Servers:
    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.sockets = socket_folder(folder)
        self.postgres = Postgres(folder / "pg", sockets=self.sockets, durable=False, settings=settings)
        self.valkey = Valkey(folder / "valkey", socket_path=self.sockets / "valkey.sock", durable=False)
        self._numbers = itertools.count(1)
        self._migrated = False
        self._broken: RuntimeError | None = None

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    def database_url(self, name: str) -> str:
        return self.postgres.url(name)

    def empty_database(self) -> str:
        """For tests of the migrations themselves."""
        return self._create("template0")

    def fresh_database(self) -> str:
        if self._broken is not None:
            raise self._broken  # said again at once, rather than tried again by every test
        if not self._migrated:
            self._sql(f"CREATE DATABASE {_TEMPLATE}")
            try:
                self.migrate(_TEMPLATE)
            except RuntimeError as error:
                self._broken = error
                raise
            self._migrated = True
        return self._create(_TEMPLATE)

    def drop_database(self, name: str) -> None:
        self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def migrate(self, name: str, *, to: str = "head") -> None:
        direction = "downgrade" if to == "base" else "upgrade"
        done = subprocess.run(
            [sys.executable, "-m", "alembic", direction, to],
            cwd=ROOT,
            env=os.environ | {"ENVIRONMENT": "test", "DATABASE_URL": self.database_url(name), "REDIS_URL": self.valkey.url},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"alembic {direction} {to} failed:\n{done.stdout}{done.stderr}")

    def fresh_redis(self) -> str:
        """A database number that the tests just before did not use, emptied."""
        number = next(self._numbers) % _REDIS_DATABASES
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.valkey.socket_path))
            client.sendall(b"SELECT %d\r\nFLUSHDB\r\n" % number)
            answer = b""
            while answer.count(b"\r\n") < 2:
                answer += client.recv(64)
        assert answer == b"+OK\r\n+OK\r\n", answer
        return f"{self.valkey.url}?socket_connect_timeout=100&db={number}"  # on a busy machine a second is nothing

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _sql(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(user="postgres", host=str(self.sockets), port=PORT, database="postgres")
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        # A thread, since the caller's own may be running a loop already.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, run()).result()


@contextmanager
def running_servers(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """`settings` are PostgreSQL's, over those of a test."""
    servers = Servers(folder, settings)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
