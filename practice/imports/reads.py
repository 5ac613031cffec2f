"""Queries about runs and imports for screens; progress is counted here, never stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from practice.clients.models import Client
from practice.firms.models import Member
from practice.imports.estimate import FIXED_CALLS, client_seconds, left_seconds
from practice.imports.models import ACTIVE, NIGHTLY, Import, ImportRun
from practice.imports.plan import percent
from practice.kernel.unit import Unit

SHOWN = ("queued", "importing", "scoring", "waiting", "done", "failed", "needs_action", "cancelled")


@dataclass(frozen=True, slots=True)
class Shown:
    """An import with its client, and what is worked out from both."""

    import_: Import
    client: Client

    @property
    def percent(self) -> int:
        if self.import_.state in ("done", "cancelled"):
            return 100
        if self.import_.state == "scoring":
            return 99
        return percent(self.import_.calls, self.import_.calls_left)

    @property
    def seconds_left(self) -> int | None:
        if not self.import_.active or self.import_.calls_left is None:
            return None
        return round(client_seconds(self.import_.calls_left))

    @property
    def took_seconds(self) -> int | None:
        begun, ended = self.import_.started_at, self.import_.finished_at
        return round((ended - begun).total_seconds()) if begun and ended else None


@dataclass(slots=True)
class RunShown:
    """A run with its counts."""

    run: ImportRun
    started_by: str
    counts: dict[str, int]
    documents: int
    documents_total: int | None
    calls: int
    percent: int
    seconds_left: int | None
    documents_per_second: float | None
    mailed_to: str | None
    causes: list[tuple[dict[str, Any], list[UUID]]] = field(default_factory=list)
    lowest: list[Shown] = field(default_factory=list)
    bands: dict[str, int] = field(default_factory=dict)


async def read_run(unit: Unit, run_id: UUID) -> RunShown:
    """One run, with what failed and why, and its lowest scores."""
    run = await unit.get(ImportRun, run_id)
    shown = (await _shown(unit, [run]))[0]
    imports = [Shown(*row) for row in await unit.rows(_query(unit).where(Import.run_id == run_id))]
    by_cause: dict[str, tuple[dict[str, Any], list[UUID]]] = {}
    for one in imports:
        problem = one.import_.problem
        if problem and one.import_.state in ("failed", "waiting"):
            by_cause.setdefault(problem["slug"], (problem, []))[1].append(one.import_.id)
    shown.causes = list(by_cause.values())
    done = [one for one in imports if one.import_.state == "done"]
    shown.lowest = sorted((one for one in done if one.client.score is not None), key=lambda one: one.client.score or 0)[
        :10
    ]
    for one in done:
        shown.bands[one.client.band] = shown.bands.get(one.client.band, 0) + 1
    return shown


async def clients_of_run(unit: Unit, run_id: UUID) -> set[UUID]:
    """The clients that a run imports."""
    return set(
        await unit.scalars(select(Import.client_id).where(Import.firm_id == unit.firm_id, Import.run_id == run_id))
    )


async def list_runs(
    unit: Unit, *, limit: int, offset: int, kinds: Sequence[str] = ()
) -> tuple[list[RunShown], int]:
    """Runs, the latest first; of these kinds, where some are named."""
    conditions = [ImportRun.firm_id == unit.firm_id]
    if kinds:
        conditions.append(ImportRun.kind.in_(kinds))
    total = await unit.scalar(select(func.count()).select_from(ImportRun).where(*conditions))
    runs = await unit.scalars(
        select(ImportRun)
        .where(*conditions)
        .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return await _shown(unit, runs), total


async def list_imports(
    unit: Unit, run_id: UUID, *, state: str | None, q: str | None, limit: int, offset: int
) -> tuple[list[Shown], int]:
    """The imports of a run that the asker may see: at work first, then by name."""
    await unit.get(ImportRun, run_id)
    operation = Import.problem["remedy"]["operation"].astext
    mendable = and_(Import.state == "failed", func.coalesce(operation, "").in_(("reconnect", "open_settings")))
    conditions: list[Any] = [Import.firm_id == unit.firm_id, Import.run_id == run_id]
    if state == "needs_action":
        conditions.append(mendable)
    elif state == "failed":
        conditions.append(and_(Import.state == "failed", ~mendable))
    elif state:
        conditions.append(Import.state == state)
    if q:
        conditions.append(Client.name.icontains(q, autoescape=True))
    counted = (
        select(func.count())
        .select_from(Import)
        .join(Client, and_(Client.firm_id == Import.firm_id, Client.id == Import.client_id))
    )
    total = await unit.scalar(counted.where(*conditions))
    rank = func.array_position(
        ["failed", "importing", "scoring", "waiting", "queued", "done", "cancelled"], Import.state
    )
    rows = await unit.rows(
        _query(unit).where(*conditions).order_by(rank, func.lower(Client.name), Import.id).limit(limit).offset(offset)
    )
    return [Shown(*row) for row in rows], total


async def read_import(unit: Unit, import_id: UUID) -> Shown:
    """One import, if its client may be seen."""
    import_ = await unit.get(Import, import_id)
    return Shown(import_, await unit.get(Client, import_.client_id))


async def last_problem(unit: Unit, client_id: UUID) -> dict[str, Any] | None:
    """Why the client's latest import failed or waits, if it does."""
    row = await unit.rows(
        select(Import.state, Import.problem)
        .where(Import.firm_id == unit.firm_id, Import.client_id == client_id)
        .order_by(Import.created_at.desc(), Import.id.desc())
        .limit(1)
    )
    return row[0].problem if row and row[0].state in ("failed", "waiting") else None


async def count_running(unit: Unit) -> int:
    """How many runs are open that somebody started."""
    return int(
        await unit.scalar(
            select(func.count())
            .select_from(ImportRun)
            .where(
                ImportRun.firm_id == unit.firm_id,
                or_(ImportRun.state == "open", ImportRun.state == "paused"),
                ImportRun.kind.not_in(NIGHTLY),
            )
        )
    )


def _query(unit: Unit) -> Any:
    return (
        select(Import, Client)
        .join(Client, and_(Client.firm_id == Import.firm_id, Client.id == Import.client_id))
        .where(Import.firm_id == unit.firm_id)
    )


async def _shown(unit: Unit, runs: list[ImportRun]) -> list[RunShown]:
    ids = [run.id for run in runs]
    imports: list[Import] = await unit.scalars(
        select(Import).where(Import.firm_id == unit.firm_id, Import.run_id.in_(ids))
    )
    members = {
        row.id: (row.name, row.email)
        for row in await unit.rows(
            select(Member.id, Member.name, Member.email).where(
                Member.firm_id == unit.firm_id, Member.id.in_([run.started_by for run in runs if run.started_by])
            )
        )
    }
    shown = []
    for run in runs:
        mine = [import_ for import_ in imports if import_.run_id == run.id]
        counts = dict.fromkeys(SHOWN, 0)
        for import_ in mine:
            counts[import_.shown_state] += 1
        name, email = members.get(run.started_by, ("Bulkhead", None)) if run.started_by else ("Bulkhead", None)
        shown.append(_progress(unit, run, mine, counts, name, email))
    return shown


def _progress(
    unit: Unit, run: ImportRun, imports: list[Import], counts: dict[str, int], name: str, email: str | None
) -> RunShown:
    active = [import_ for import_ in imports if import_.state in ACTIVE]
    left = [import_.calls_left if import_.calls_left is not None else FIXED_CALLS for import_ in active]
    calls = sum(import_.calls for import_ in imports)
    totals = [import_.documents_total for import_ in imports]
    begun = min((import_.started_at for import_ in imports if import_.started_at), default=None)
    seconds = ((run.finished_at or unit.now) - begun).total_seconds() if begun else 0
    documents = sum(import_.documents for import_ in imports)
    return RunShown(
        run=run,
        started_by=name,
        counts={**counts, "total": len(imports)},
        documents=documents,
        documents_total=sum(total or 0 for total in totals) if all(total is not None for total in totals) else None,
        calls=calls,
        percent=100 if not active else min(99, calls * 100 // max(calls + sum(left), 1)),
        seconds_left=round(left_seconds(left, calls_made=calls, elapsed=seconds)) if active else None,
        documents_per_second=round(documents / seconds, 1) if seconds > 0 else None,
        mailed_to=email if run.state == "finished" and (run.kind == "import" or counts["failed"] + counts["needs_action"]) else None,
    )
