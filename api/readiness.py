"""Whether the product can work: the database answers, it has the tables of this version, Redis answers.

Redis away is `degraded` and still ready: work and progress continue more slowly from the database (S75).
"""

import asyncio
from pathlib import Path

import asyncpg
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from practice.kernel.briefly import briefly
from practice.kernel.runtime import Runtime

PATIENCE_SECONDS = 3
MIGRATIONS = Path(__file__).parent.parent / "migrations"


async def checks_of(rt: Runtime) -> dict[str, str]:
    """One word for each: ok, failed, pending (migrations), degraded (redis)."""
    checks = {"database": "ok", "migrations": "ok", "redis": "ok"}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), rt.engine.connect() as connection:
            at = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        if at != ScriptDirectory(str(MIGRATIONS)).get_current_head():
            checks["migrations"] = "pending"
    except SQLAlchemyError as error:
        missing_table = "alembic_version" in str(error)
        checks["migrations"] = "pending"
        if not missing_table:
            checks["database"] = "failed"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        # An OSError is a TimeoutError too: PostgreSQL is reached and does not answer.
        checks["database"], checks["migrations"] = "failed", "pending"
    try:
        async with briefly(rt.lent.redis):
            await rt.lent.redis.ping()
    except (RedisError, OSError, TimeoutError):
        checks["redis"] = "degraded"
    return checks
