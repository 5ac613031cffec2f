"""A Unit: one transaction of one actor, with no network in it. The only place that commits.

Its first statement takes a role that owns nothing and names the firm, so that PostgreSQL refuses another
firm's rows even where a query forgot to (house 6.2). A worker's unit also checks its fence first.
"""

import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Executable, Select, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from practice.kernel.actor import Actor
from practice.kernel.changes import Changed
from practice.kernel.clock import Clock
from practice.kernel.crypto import KeyRing
from practice.kernel.database import Base, FirmOwned
from practice.kernel.ids import Ids
from practice.kernel.jobs import Claimed, Job, JobRow
from practice.kernel.problems import NotFound
from practice.kernel.record import VERBS, ChainHead, Entry, EntryRow, ReadRecord, chained
from practice.kernel.settings import Settings

R = TypeVar("R", bound=Base)

# The time is asked for on the way: of a clock that every process shares.
_WHO = (
    "SELECT clock_timestamp(), set_config('transaction_read_only', :ro, true), set_config('role', :role, true),"
    " set_config('app.firm_id', :firm, true), set_config('app.member_id', :member, true)"
)
_OPEN = text(_WHO)
_OPEN_CLAIMED = text(f"{_WHO}, set_config('idle_in_transaction_session_timeout', :ms, true)")


class LeaseLost(Exception):
    """The job is in other hands; whatever this worker still wanted to write is refused."""


class Unit:
    """One transaction. Speaks in three ways: `enqueue`, `record` and `changed`; nothing else leaves it."""

    def __init__(
        self,
        session: AsyncSession,
        *,
        actor: Actor,
        clock: Clock,
        ids: Ids,
        settings: Settings,
        keys: KeyRing,
        claimed: Claimed | None = None,
    ) -> None:
        self.session = session
        self.actor = actor
        self._clock = clock
        self.now = clock.now()
        self.ids = ids
        self.settings = settings
        self.keys = keys
        self.claimed = claimed
        self.rung: set[str] = set()
        self.rings = 0
        self.changes: list[Changed] = []
        self._entries: list[Entry] = []
        self._lifted = False

    @property
    def firm_id(self) -> UUID:
        """The actor's firm. Asking before a firm is known is a mistake of ours, not of a person."""
        if self.actor.firm_id is None:
            msg = "this actor has no firm"
            raise RuntimeError(msg)
        return self.actor.firm_id

    # -- opening and closing: called by Context.unit alone ---------------------------------------------------------

    async def open(self, *, write: bool) -> None:
        """Takes the role, names the firm and the member, and checks the fence."""
        role = "bulkhead_door" if self.actor.kind == "door" else "bulkhead_app"
        given = {
            "ro": "off" if write else "on",
            "role": role,
            "firm": str(self.actor.firm_id or ""),
            "member": "" if self.actor.sees_all else str(self.actor.member_id or UUID(int=0)),
        }
        claimed = self.claimed is not None and write
        if claimed:
            # A worker that is frozen in the middle of a unit keeps its rows no longer than it kept its lease.
            given["ms"] = str(round(self.settings.worker.lease_seconds * 1000))
        began = time.monotonic()
        told = await self.session.scalar(_OPEN_CLAIMED if claimed else _OPEN, given)
        self._clock.set_by(told, took=timedelta(seconds=time.monotonic() - began))
        self.now = self._clock.now()
        if claimed:
            await self.check_fence()

    async def check_fence(self) -> None:
        """Raises LeaseLost where another worker, or nobody, holds the job now."""
        if not self.claimed:
            return
        held = await self.session.scalar(
            select(JobRow.id)
            .where(
                JobRow.firm_id == self.claimed.firm_id,
                JobRow.id == self.claimed.id,
                JobRow.fence == self.claimed.fence,
                JobRow.state == "running",
            )
            .with_for_update(key_share=True)
        )
        if held is None:
            raise LeaseLost

    async def commit(self) -> None:
        """Writes the record last, since its head is one row a firm, then commits."""
        await self.session.flush()
        if self._entries:
            await self._write_record()
        await self.session.commit()

    # -- rows ------------------------------------------------------------------------------------------------------

    def _mine(self, model: type[R]) -> tuple[Any, Select[Any]]:
        """The model, with the columns that mypy cannot know of, and the query of the firm's rows."""
        if FirmOwned not in model.__mro__:
            raise TypeError(f"{model.__name__} is not owned by a firm")
        columns: Any = model
        return columns, select(columns).where(columns.firm_id == self.firm_id)

    async def get(self, model: type[R], id_: UUID) -> R:
        """The firm's row with this id; raises NotFound, also for another firm's."""
        columns, mine = self._mine(model)
        row: R | None = await self.session.scalar(mine.where(columns.id == id_))
        if row is None:
            raise NotFound(detail=f"There is no {_words(model)} {id_}.")
        return row

    async def lock(self, model: type[R], id_: UUID) -> R:
        """As `get`, read again from the database and kept from others until the commit."""
        # Reading again would otherwise undo what this unit changed and has not sent yet.
        await self.session.flush()
        columns, mine = self._mine(model)
        row: R | None = await self.session.scalar(
            mine.where(columns.id == id_).with_for_update().execution_options(populate_existing=True)
        )
        if row is None:
            raise NotFound(detail=f"There is no {_words(model)} {id_}.")
        return row

    async def find(self, model: type[R], ids: Iterable[UUID], *, lock: bool = False) -> list[R]:
        """The rows in the order asked for, each once; raises NotFound naming those that are not there."""
        wanted = list(dict.fromkeys(ids))
        columns, query = self._mine(model)
        query = query.where(columns.id.in_(wanted))
        if lock:
            await self.session.flush()
            query = query.order_by(columns.id).with_for_update().execution_options(populate_existing=True)
        found: dict[UUID, R] = {row.id: row for row in await self.session.scalars(query)}
        missing = [id_ for id_ in wanted if id_ not in found]
        if missing:
            listed = ", ".join(str(id_) for id_ in missing[:5])
            raise NotFound(
                detail=f"There is no {_words(model)} {listed}.", extensions={"missing": [str(i) for i in missing]}
            )
        return [found[id_] for id_ in wanted]

    def add(self, row: R) -> R:
        """Adds a row, in the actor's firm, with an id and this unit's time."""
        if FirmOwned in type(row).__mro__:
            owned: Any = row
            owned.firm_id = owned.firm_id or self.firm_id
            owned.id = owned.id or self.ids.new()
            owned.created_at = owned.created_at or self.now
        self.session.add(row)
        return row

    async def remove(self, row: Base) -> None:
        """Deletes a row at the flush."""
        await self.session.delete(row)

    async def flush(self) -> None:
        """Sends what was added, so that constraints speak now."""
        await self.session.flush()

    async def scalars(self, query: Executable) -> list[Any]:
        """The first column of every row."""
        return list((await self.session.scalars(query)).all())

    async def scalar(self, query: Executable) -> Any:
        """The first column of the first row, or None."""
        return (await self.session.execute(query)).scalar()

    async def rows(self, query: Executable, params: dict[str, Any] | None = None) -> Sequence[Any]:
        """All rows."""
        return (await self.session.execute(query, params)).all()

    async def execute(self, query: Executable, params: Any = None) -> Any:
        """Any statement; a list of parameter sets runs it for each."""
        return await self.session.execute(query, params)

    @asynccontextmanager
    async def whole_firm(self) -> AsyncIterator[None]:
        """Lifts visibility, not the firm, for what must be counted or kept whole, such as the bundle's places.

        One inside another ends with the outer one; after a Problem the actor sees no more than before.
        """
        if self.actor.sees_all or self._lifted:
            yield
            return
        lift = text("SELECT set_config('app.member_id', :member, true)")
        await self.session.flush()
        await self.session.execute(lift, {"member": ""})
        self._lifted = True
        try:
            yield
            await self.session.flush()
        finally:
            self._lifted = False
            # A transaction that PostgreSQL has given up takes no more statements, and needs none.
            with suppress(SQLAlchemyError):
                await self.session.execute(lift, {"member": str(self.actor.member_id or UUID(int=0))})

    # -- secrets ---------------------------------------------------------------------------------------------------

    def seal(self, row: FirmOwned, column: str, secret: str) -> bytes:
        """Encrypts for one cell. The row must have its id."""
        return self.keys.seal(secret, _cell(row, column))

    def reveal(self, row: FirmOwned, column: str) -> str:
        """Opens one cell."""
        return self.keys.reveal(getattr(row, column), _cell(row, column))

    # -- the three ways of speaking --------------------------------------------------------------------------------

    async def enqueue(self, job: Job, *, run_at: datetime | None = None, cost: int = 1) -> UUID | None:
        """Work to do: a row in this transaction. A key already queued or running keeps that job and answers None."""
        statement = (
            insert(JobRow)
            .values(
                firm_id=self.firm_id,
                id=self.ids.new(),
                created_at=self.now,
                name=job.job_name(),
                args=job.model_dump(mode="json"),
                queue=job.queue,
                lane=job.lane.name if job.lane else None,
                width=job.lane.width if job.lane else None,
                key=job.key,
                tries=job.tries,
                cost=cost,
                run_at=run_at or self.now,
                state="queued",
                fence=0,
                attempt=0,
                crashes=0,
                cursor={},
            )
            .on_conflict_do_nothing(
                index_elements=["firm_id", "key"], index_where=text("state IN ('queued', 'running')")
            )
            .returning(JobRow.id)
        )
        id_: UUID | None = await self.session.scalar(statement)
        if id_ and (run_at is None or run_at <= self.now):
            self.rung.add(job.queue)
            self.rings += 1
        return id_

    def record(self, verb: str, *, on: FirmOwned | None = None, client_id: UUID | None = None, **facts: Any) -> None:
        """What was done: a row in this transaction. Who must be told reads the record."""
        if verb not in VERBS:
            msg = f"{verb!r} is not in the closed set of record.py"
            raise ValueError(msg)
        subject = type(on).__tablename__ if on is not None else None  # type: ignore[attr-defined]  # every row has one
        if on is not None and subject == "client":
            client_id = on.id
        self._entries.append(Entry(verb, subject, on.id if on is not None else None, client_id, facts))

    def changed(
        self, resource: str, id_: UUID, *, client_id: UUID | None = None, patch: dict[str, Any] | None = None
    ) -> None:
        """A hint to browsers, after the commit."""
        self.changes.append(Changed(resource, id_, client_id, patch))

    async def _write_record(self) -> None:
        await self.session.execute(
            insert(ChainHead)
            .values(firm_id=self.firm_id, seq=0, hash=b"", read_seq=0)
            .on_conflict_do_nothing(index_elements=["firm_id"])
        )
        head = (
            await self.session.execute(select(ChainHead).where(ChainHead.firm_id == self.firm_id).with_for_update())
        ).scalar_one()
        for entry in self._entries:
            head.seq += 1
            row: dict[str, Any] = {
                "seq": head.seq,
                "at": self.now,
                "verb": entry.verb,
                "actor_kind": self.actor.kind,
                "actor_id": self.actor.member_id,
                "actor_name": self.actor.name,
                "subject": entry.subject,
                "subject_id": entry.subject_id,
                "client_id": entry.client_id,
                "facts": entry.facts,
            }
            head.hash = chained(head.hash, row)
            self.add(EntryRow(**row, hash=head.hash))
        self._entries.clear()
        await self.enqueue(ReadRecord())
        await self.session.flush()


def _words(model: type[Base]) -> str:
    return str(model.__tablename__).replace("_", " ")


def _cell(row: FirmOwned, column: str) -> str:
    return f"{type(row).__tablename__}|{column}|{row.id}"  # type: ignore[attr-defined]  # every row has a table name
