"""`./run backup` and `./run restore`: the embedded database as a folder of its own, checked, and later put back in its place.

A copy of the whole server with as much of the write-ahead log as makes it consistent, taken while it runs. Keys are not in it.
"""

import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from stack import environment
from stack.places import ROOT, socket_folder, var_folder
from stack.postgres import Postgres


def backup(argv: list[str]) -> int:
    """Into the folder named, or one under var/backups named after the time."""
    var = var_folder()
    to = Path(argv[0]) if argv else var / "backups" / time.strftime("%Y-%m-%dT%H%M%SZ", time.gmtime())
    with ExitStack() as stack:
        postgres = _embedded(var)
        if not postgres.runs_already():
            stack.callback(postgres.stop)
            postgres.start()
        copy(postgres, to.absolute())
    print(f"The database is in {to}. It is of use only with the keys in {environment.plan(var).env['KEYS_FILE']}: keep those elsewhere.")
    return 0


def restore(argv: list[str]) -> int:
    """From the folder named; the database that was there is kept beside it."""
    if len(argv) != 1:
        raise RuntimeError("say which: ./run restore var/backups/<time>")
    var = var_folder()
    env = environment.plan(var).env
    postgres = _embedded(var)

    def prepare(restored: Postgres) -> None:
        for program in (["alembic", "upgrade", "head"], ["admin.after_restore"]):
            told = env | {"DATABASE_URL": restored.url()}
            if code := subprocess.call([sys.executable, "-m", *program], cwd=ROOT, env=told):
                raise RuntimeError(f"{program[0]} ended with {code}; its lines above say why. Nothing was replaced.")

    former = put_back(postgres, Path(argv[0]).absolute(), prepare)
    print(f"Restored; ./run starts it. What was there before is in {former}: remove it when you no longer need it.")
    return 0


def _embedded(var: Path) -> Postgres:
    if environment.plan(var).own_database:
        raise RuntimeError("DATABASE_URL names a server of your own, which has its own tools: docs/running.md, Backups")
    return Postgres(var / "pg", sockets=socket_folder(var))


def copy(postgres: Postgres, to: Path) -> None:
    """Whole and checked, or not there at all."""
    if to.exists():
        raise RuntimeError(f"{to} is there already")
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = to.with_name(f"{to.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        where: list[str | Path] = ["--host", postgres.sockets, "--username", "postgres", "--no-password"]
        what = ["--format=tar", "--gzip", "--wal-method=stream", "--checkpoint=fast"]
        postgres.tool("pg_basebackup", *where, *what, "--pgdata", draft)
        _check(postgres, draft)
        draft.rename(to)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def put_back(postgres: Postgres, backup: Path, prepare: Callable[[Postgres], None]) -> Path:
    """`prepare` is called with the restored server running, before it takes the place of the other, which must be stopped.

    Answers where the other is now.
    """
    _check(postgres, backup)
    with postgres.held():
        fresh = postgres.data.with_name(f"{postgres.data.name}.restored")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        for archive, folder in (("base.tar.gz", fresh), ("pg_wal.tar.gz", fresh / "pg_wal")):
            with tarfile.open(backup / archive) as tar:
                tar.extractall(folder, filter="data")
        restored = Postgres(fresh, sockets=postgres.sockets, durable=postgres.durable, settings=postgres.settings)
        restored.own(fresh)
        try:
            restored.start()
            prepare(restored)
        finally:
            restored.stop()
        former = postgres.data.with_name(f"{postgres.data.name}.before-{time.strftime('%Y-%m-%dT%H%M%SZ', time.gmtime())}")
        if postgres.data.exists():
            postgres.data.rename(former)
        fresh.rename(postgres.data)
    return former


def _check(postgres: Postgres, backup: Path) -> None:
    """By its own list of files and sums. The log in it is checked when it is replayed."""
    if not (backup / "backup_manifest").exists():
        raise RuntimeError(f"{backup} is no backup of ./run backup")
    postgres.tool("pg_verifybackup", "--quiet", "--no-parse-wal", backup)
