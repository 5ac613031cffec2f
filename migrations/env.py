"""Runs migrations against DATABASE_URL, as the owner, one at a time."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.models import metadata
from practice.kernel.settings import DatabaseSettings, Settings


def _migrate(connection: Connection) -> None:
    # Two starters wait for each other here rather than fail half-way.
    connection.execute(text("SELECT pg_advisory_lock(7210001)"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


async def _online(database: DatabaseSettings) -> None:
    engine = create_async_engine(database.url)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


_given = context.config.attributes.get("connection")
if _given is not None:
    _migrate(_given)
else:
    asyncio.run(_online(Settings().database))
