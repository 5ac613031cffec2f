"""The embedded servers: they start, keep what they hold, survive being killed, and leave nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil
import pytest

from stack import spawn
from stack.places import ROOT
from stack.postgres import PORT, Postgres
from stack.valkey import Valkey


async def query(postgres: Postgres, sql: str) -> object:
    connection = await asyncpg.connect(user="postgres", host=str(postgres.sockets), port=PORT, database="postgres")
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def ask(valkey: Valkey, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(valkey.socket_path))
        client.sendall(command + b"\r\n")
        return client.recv(200)


async def test_postgres_keeps_what_it_holds_over_a_kill(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path / "pg", sockets=tmp_path / "run")
    postgres.start()
    try:
        await query(postgres, "CREATE TABLE kept AS SELECT 42 AS number")
        for process in spawn.outlived(["postgres"], postgres.data):
            with contextlib.suppress(psutil.NoSuchProcess):  # the others leave by themselves once the first is gone
                process.kill()
        assert postgres._process is not None
        postgres._process.wait(10)
        postgres.start()
        assert await query(postgres, "SELECT number FROM kept") == 42
    finally:
        postgres.stop()
    assert spawn.outlived(["postgres"], postgres.data) == []


def test_second_starter_is_refused_and_the_first_unharmed(tmp_path: Path) -> None:
    first = Postgres(tmp_path / "pg", sockets=tmp_path / "run", durable=False)
    first.start()
    try:
        with pytest.raises(RuntimeError, match="another process runs the database"):
            Postgres(tmp_path / "pg", sockets=tmp_path / "run", durable=False).start()
        assert first.ended is None
    finally:
        first.stop()


def test_folder_that_is_no_cluster_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "letter.txt").write_text("mine")
    postgres = Postgres(tmp_path / "pg", sockets=tmp_path / "run")
    with pytest.raises(RuntimeError, match="no PostgreSQL cluster and not empty"):
        postgres.start()
    postgres.stop()
    assert (tmp_path / "pg" / "letter.txt").read_text() == "mine"


def test_pid_file_that_names_a_stranger_is_removed(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path / "pg", sockets=tmp_path / "run", durable=False)
    postgres.start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n0\n{PORT}\n")
    postgres.start()
    try:
        assert postgres.ended is None
    finally:
        postgres.stop()


def test_valkey_keeps_its_queue_and_only_we_can_open_it(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path / "valkey", socket_path=tmp_path / "run" / "valkey.sock")
    valkey.start()
    try:
        assert valkey.socket_path.stat().st_mode & 0o077 == 0
        assert ask(valkey, b"SET job waiting") == b"+OK\r\n"
        valkey.stop()
        valkey.start()
        assert ask(valkey, b"GET job") == b"$7\r\nwaiting\r\n"
    finally:
        valkey.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no kernel call ties a child to its parent; the next start clears up")
def test_killed_parent_leaves_no_server(tmp_path: Path) -> None:
    program = f"""
import sys, time
from pathlib import Path
from stack.postgres import Postgres
from stack.valkey import Valkey
folder = Path({str(tmp_path)!r})
Postgres(folder / "pg", sockets=folder / "run", durable=False).start()
Valkey(folder / "valkey", socket_path=folder / "run" / "valkey.sock", durable=False).start()
print("ready", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        left = spawn.outlived(["postgres"], tmp_path / "pg") + spawn.outlived(["valkey-server"], tmp_path / "valkey")
        assert len(left) > 2
        parent.send_signal(signal.SIGKILL)
    assert spawn.wait_for_end(left, seconds=30) == []
