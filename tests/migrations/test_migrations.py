"""The migrations say what the models say, forwards and back."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.models import metadata
from stack.places import ROOT
from tests.servers import Servers

# What a table is made of. Alembic's own comparison passes over checks, partial indexes' conditions and ON DELETE.
CATALOGUE = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, numeric_precision, numeric_scale
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    """,
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    """,
}


@pytest.fixture
def empty(servers: Servers) -> Iterator[str]:
    """The name of a database with nothing in it."""
    name = servers.empty_database()
    yield name
    servers.drop_database(name)


def revisions() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"), config_args={"here": str(ROOT)}))


def named(database_url: str) -> str:
    database = make_url(database_url).database
    assert database
    return database


async def catalogue(servers: Servers, name: str, before: Any = None) -> dict[str, set[tuple[Any, ...]]]:
    """What is in a database; `before` runs first, on the same connection."""

    def read(connection: Connection) -> dict[str, set[tuple[Any, ...]]]:
        if before:
            before(connection)
            connection.commit()
        return {part: {tuple(row) for row in connection.execute(text(query))} for part, query in CATALOGUE.items()}

    engine = create_async_engine(servers.database_url(name))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(read)
    finally:
        await engine.dispose()


def test_there_is_one_head() -> None:
    assert len(revisions().get_heads()) == 1


def test_files_sort_by_time_and_wait_for_no_lock() -> None:
    walked = list(revisions().walk_revisions())
    files = [one.path.rpartition("/")[2] for one in walked]
    assert files == sorted(files, reverse=True)
    for one in walked:
        source = (ROOT / "migrations/versions" / one.path.rpartition("/")[2]).read_text()
        for body in source.partition("def upgrade()")[2].split("def downgrade()"):
            assert "SET LOCAL lock_timeout" in body, one.path


async def test_up_down_and_up_again(servers: Servers, empty: str) -> None:
    servers.migrate(empty)
    first = await catalogue(servers, empty)
    servers.migrate(empty, to="base")
    assert await catalogue(servers, empty) == {"columns": set(), "constraints": set(), "indexes": set()}
    servers.migrate(empty)
    assert await catalogue(servers, empty) == first


async def test_models_and_migrations_do_not_drift(servers: Servers, database_url: str, empty: str) -> None:
    migrated = await catalogue(servers, named(database_url))
    modelled = await catalogue(servers, empty, metadata.create_all)
    for part in CATALOGUE:
        assert migrated[part] - modelled[part] == set(), f"{part} that no model has"
        assert modelled[part] - migrated[part] == set(), f"{part} that no migration makes"


def test_alembic_finds_nothing_to_do(database_url: str, redis_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "ENVIRONMENT": "test", "DATABASE_URL": database_url, "REDIS_URL": redis_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_migrating_a_database_in_use_changes_nothing(
    servers: Servers, database_url: str, runtime: Any, bright: Any
) -> None:
    name = named(database_url)
    before = await catalogue(servers, name)
    servers.migrate(name)
    assert await catalogue(servers, name) == before
    async with runtime.context(bright).unit(write=False) as unit:
        assert await unit.scalar(text("SELECT name FROM firm")) == "Bright"
