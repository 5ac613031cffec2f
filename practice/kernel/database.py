"""The engine, the base of every row, and the column types that rows are written with."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    Uuid,
    event,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from practice.kernel.settings import DatabaseSettings

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

# For so long a connection is waited for.
PATIENCE_SECONDS = 10.0
# What is raised while PostgreSQL is away: nothing is known of the transaction, and trying again helps.
DATABASE_AWAY = (
    OperationalError,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    ConnectionError,
)


def trouble_of(error: BaseException) -> Literal["away", "full", "contended"] | None:
    """What PostgreSQL's own trouble means for whoever asked: it is away, its disk is full, or two were in each other's way.

    By SQLSTATE: 53100 the disk; 08 and 57P connection and shutdown, 53 other resources, 25P03 a session ended for idling;
    40001 and 40P01 a transaction that lost against another, 55P03 a lock not had in time.
    """
    said = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(said, "sqlstate", None) or ""
    if state == "53100":
        return "full"
    if isinstance(error, (*DATABASE_AWAY, PoolTimeout, TimeoutError)):
        return "away"
    if isinstance(error, RuntimeError) and "handler is closed" in str(error):
        return "away"  # uvloop's words for a connection that broke a moment ago
    if state in ("40001", "40P01", "55P03"):
        return "contended"
    cut = isinstance(error, DBAPIError) and error.connection_invalidated
    return "away" if cut or state[:2] in ("08", "53") or state[:3] == "57P" or state == "25P03" else None


Id = Annotated[UUID, mapped_column(Uuid)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Money = Annotated[Decimal, mapped_column(Numeric(18, 2))]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Word = Annotated[str, mapped_column(Text)]
Words = Annotated[list[str], mapped_column(ARRAY(Text))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """The base of every row."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        str: Text,
        Decimal: Numeric(18, 2),
        bytes: LargeBinary,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
    }


class FirmOwned:
    """A row that belongs to a firm: its key starts with the firm, and row-level security guards it."""

    firm_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-100)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-99)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), sort_order=90)


def belongs_to(table: str, column: str | None = None, *, on_delete: str = "RESTRICT") -> ForeignKeyConstraint:
    """A reference to a row of the same firm: the key carries the firm, so another firm's row is no target (S29)."""
    return ForeignKeyConstraint(
        ["firm_id", column or f"{table}_id"], [f"{table}.firm_id", f"{table}.id"], ondelete=on_delete
    )


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """Enumerations are text with a check."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def connect(settings: DatabaseSettings) -> AsyncEngine:
    """A pool. asyncpg hangs for ever on a stalled server without a command timeout (infra 6)."""
    engine = create_async_engine(
        settings.url,
        pool_size=settings.pool,
        max_overflow=settings.pool,
        pool_timeout=PATIENCE_SECONDS,
        # An error's text goes to the log; what was in the rows does not.
        hide_parameters=True,
        connect_args={
            "command_timeout": 120,
            "timeout": PATIENCE_SECONDS,
            "server_settings": {
                "application_name": "bulkhead",
                "idle_in_transaction_session_timeout": "60s",
                "lock_timeout": "20s",
                "jit": "off",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, *_: Any) -> None:
    """A connection whose server has gone is replaced. The driver has seen the end of it: asking the server each time,
    as `pool_pre_ping` does, cost a tenth of a worker.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
