"""`./run backup` and `./run restore`: what was there then is there again, nobody is signed in, and what was there is kept."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from stack.places import ROOT, socket_folder
from stack.postgres import PORT, Postgres

HELD = "SELECT (SELECT count(*) FROM kept), (SELECT count(*) FROM ticket)"


def run(var: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # What is empty says nothing, and an .env of the person's own is not asked either.
    env = os.environ | {"DATABASE_URL": "", "REDIS_URL": "", "KEYS_FILE": "", "BULKHEAD_VAR": str(var)}
    return subprocess.run([sys.executable, "-m", "stack.main", *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def formers(var: Path) -> list[Path]:
    return list(var.glob("pg.before-*"))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Postgres]:
    """A database as `./run up` has it; the fixture's own process runs it."""
    postgres = Postgres(tmp_path / "pg", sockets=socket_folder(tmp_path), durable=False)
    postgres.start()
    yield postgres
    postgres.stop()


async def said(*statements: str, var: Path) -> asyncpg.Record:
    connection = await asyncpg.connect(user="postgres", host=str(socket_folder(var)), port=PORT, database="postgres")
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchrow(statements[-1])
    finally:
        await connection.close()


async def test_there_and_back(tmp_path: Path, running: Postgres) -> None:
    migrated = run(tmp_path, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    some = "INSERT INTO ticket (id, purpose, secret_hash, facts, expires_at) VALUES (gen_random_uuid(), 'sign_in', 'x', '{}', now())"
    assert tuple(await said("CREATE TABLE kept AS SELECT 1 AS number", some, HELD, var=tmp_path)) == (1, 1)

    copied = run(tmp_path, "backup", str(tmp_path / "copy"))
    assert copied.returncode == 0, copied.stderr
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    assert run(tmp_path, "backup", str(tmp_path / "copy")).returncode == 1
    assert tuple(await said("INSERT INTO kept VALUES (2)", HELD, var=tmp_path)) == (2, 1)

    refused = run(tmp_path, "restore", str(tmp_path / "copy"))
    assert refused.returncode == 1
    assert "stop that one first" in refused.stderr
    running.stop()

    restored = run(tmp_path, "restore", str(tmp_path / "copy"))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    [former] = formers(tmp_path)
    assert str(former) in restored.stdout
    running.start()
    # Of the tickets, only the one that proves the keys.
    assert tuple(await said(HELD, var=tmp_path)) == (1, 1)
    assert tuple(await said("SELECT purpose FROM ticket", var=tmp_path)) == ("keys",)


async def test_a_copy_that_is_not_whole_replaces_nothing(tmp_path: Path, running: Postgres) -> None:
    copied = run(tmp_path, "backup", str(tmp_path / "copy"))
    assert copied.returncode == 0, copied.stderr
    running.stop()
    archive = tmp_path / "copy" / "base.tar.gz"
    archive.write_bytes(archive.read_bytes()[:-100])
    refused = run(tmp_path, "restore", str(tmp_path / "copy"))
    assert refused.returncode == 1
    assert "pg_verifybackup" in refused.stderr
    assert run(tmp_path, "restore", str(tmp_path)).returncode == 1
    assert formers(tmp_path) == []
    running.start()
    assert running.ended is None
