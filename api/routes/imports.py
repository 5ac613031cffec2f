"""Imports: what they will take, starting a run, its progress, and pausing, retrying, cancelling it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.clients_shown import ScoreBrief, score_brief
from api.deps import UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.pages import Page, a_place, decode_cursor, encode_cursor
from api.problems import kept_problem, raises
from api.sizes import Size, size_of
from api.wire import In, Out, Problem
from practice.clients.problems import ClientNotConfigured
from practice.clients.reads import read_listed
from practice.imports import reads
from practice.imports.cancel_imports import cancel_imports
from practice.imports.estimate import FIXED_CALLS, run_seconds
from practice.imports.pause_imports import pause_imports, resume_imports
from practice.imports.problems import AlreadyImporting, NothingToImport, NothingToRetry, RunFinished
from practice.imports.refresh_clients import refresh_clients
from practice.imports.retry_imports import retry_imports as retry
from practice.imports.start_imports import start_imports
from practice.kernel.problems import NotFound
from practice.kernel.unit import Unit

router = APIRouter(tags=["imports"], route_class=KeyedRoute)

RunKind = Literal["import", "sync", "night", "sweep"]
ImportState = Literal["queued", "importing", "scoring", "waiting", "done", "failed", "needs_action", "cancelled"]


class ClientIds(In):
    client_ids: list[UUID] = Field(min_length=1, max_length=2000)


class ClientEstimate(Out):
    client_id: UUID
    size: Size


class Estimate(Out):
    """`seconds` for the whole run at five clients a time; `unknown` clients count as the smallest there are."""

    clients: list[ClientEstimate]
    calls: int
    seconds: int
    unknown: int


class Stage(Out):
    """One part of the ledger: rows read of rows there, and how many could not be believed, with the first reasons."""

    key: str
    label: str
    done: int
    total: int | None
    set_aside: int
    reasons: list[str]
    state: Literal["waiting", "reading", "done"]


class Import(Out):
    """One client's import. `problem` says why it failed or waits, and what helps."""

    id: UUID
    run_id: UUID
    client_id: UUID
    client_name: str
    state: ImportState
    stage: str | None
    documents: int
    documents_total: int | None
    calls: int
    calls_left: int | None
    percent: int
    seconds_left: int | None
    started_at: datetime | None
    finished_at: datetime | None
    took_seconds: int | None
    waiting_until: datetime | None
    problem: Problem | None
    score: ScoreBrief | None
    attempts: int
    stages: list[Stage]


class RunCounts(Out):
    queued: int
    importing: int
    scoring: int
    waiting: int
    done: int
    failed: int
    needs_action: int
    cancelled: int
    total: int


class Cause(Out):
    """Why some imports failed or wait, and which."""

    problem: Problem
    clients: int
    import_ids: list[UUID]


class ImportRun(Out):
    """A run of imports. `lowest` and `bands` are filled as clients are scored; `under_way` only where it was started:
    those of the chosen clients that keep the import they have.

    `import` and `sync` somebody started; `night` and `sweep` begin by themselves, and a sweep reads everything.
    """

    id: UUID
    kind: RunKind
    state: Literal["open", "paused", "finished"]
    started_at: datetime
    finished_at: datetime | None
    started_by: str
    counts: RunCounts
    documents: int
    documents_total: int | None
    calls: int
    percent: int
    seconds_left: int | None
    documents_per_second: float | None
    causes: list[Cause]
    lowest: list[Import]
    bands: dict[str, int]
    mailed_to: str | None
    under_way: list[UUID]


class StartImport(In):
    client_ids: list[UUID] = Field(min_length=1, max_length=2000)


class RetryImports(In):
    import_ids: list[UUID] | None = Field(default=None, max_length=2000, description="None: everything that failed.")


@router.post("/estimates", responses=raises(NotFound))
async def estimate_import(body: ClientIds, unit: UnitDep) -> Estimate:
    """What importing these clients takes: calls, and the time that Xero's limits allow."""
    listed = await read_listed(unit, body.client_ids)
    sizes = [(one.client.id, size_of(one.tenant)) for one in listed]
    calls = [size.calls if size.calls is not None else FIXED_CALLS for _, size in sizes]
    return Estimate(
        clients=[ClientEstimate(client_id=id_, size=size) for id_, size in sizes],
        calls=sum(calls),
        seconds=round(run_seconds(calls)),
        unknown=sum(1 for _, size in sizes if size.calls is None),
    )


@router.post(
    "/import-runs",
    status_code=202,
    responses=raises(NotFound, ClientNotConfigured, NothingToImport, AlreadyImporting),
)
async def start_import(body: StartImport, unit: UnitDep, response: Response, _: Idempotent) -> ImportRun:
    """Queues an import for each client; five are read at a time. Clients already under way keep their import."""
    run = await start_imports(unit, client_ids=body.client_ids)
    response.headers["Location"] = f"/api/v1/import-runs/{run.id}"
    started = await reads.clients_of_run(unit, run.id)
    kept = [id_ for id_ in dict.fromkeys(body.client_ids) if id_ not in started]
    return _run(await reads.read_run(unit, run.id)).model_copy(update={"under_way": kept})


@router.post(
    "/clients/sync",
    status_code=202,
    responses=raises(NotFound, ClientNotConfigured, NothingToImport, AlreadyImporting),
)
async def sync_clients(body: StartImport, unit: UnitDep, response: Response, _: Idempotent) -> ImportRun:
    """Reads what changed since the last time, and scores again where it matters. Mailed only where something fails."""
    run = await refresh_clients(unit, client_ids=body.client_ids)
    response.headers["Location"] = f"/api/v1/import-runs/{run.id}"
    return _run(await reads.read_run(unit, run.id))


@router.get("/import-runs", response_model=Page[ImportRun])
async def list_import_runs(
    unit: UnitDep,
    kind: Annotated[list[RunKind] | None, Query(description="Of these kinds only; may be repeated.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> object:
    """The runs, the latest first."""
    start = decode_cursor(cursor, a_place)
    offset = start[0] if start else 0
    runs, total = await reads.list_runs(unit, limit=limit, offset=offset, kinds=kind or ())
    return _page([_run(run) for run in runs], offset, total)


@router.get("/import-runs/{run_id}", responses=raises(NotFound))
async def read_import_run(run_id: UUID, unit: UnitDep) -> ImportRun:
    """One run: its progress, what failed and why, and its lowest scores."""
    return _run(await reads.read_run(unit, run_id))


@router.get("/import-runs/{run_id}/imports", response_model=Page[Import], responses=raises(NotFound))
async def list_imports(
    run_id: UUID,
    unit: UnitDep,
    state: ImportState | None = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
    cursor: str | None = None,
) -> object:
    """The imports of a run: failed and running ones first, then by name."""
    start = decode_cursor(cursor, a_place)
    offset = start[0] if start else 0
    shown, total = await reads.list_imports(unit, run_id, state=state, q=q, limit=limit, offset=offset)
    return _page([_import(one) for one in shown], offset, total)


@router.post("/import-runs/{run_id}/pause", responses=raises(NotFound, RunFinished))
async def pause_import(run_id: UUID, unit: UnitDep) -> ImportRun:
    """Nothing new begins; clients that are being read now end."""
    await pause_imports(unit, run_id=run_id)
    return await _after(unit, run_id)


@router.delete("/import-runs/{run_id}/pause", responses=raises(NotFound, RunFinished))
async def resume_import(run_id: UUID, unit: UnitDep) -> ImportRun:
    """Lets a paused run go on where it stopped."""
    await resume_imports(unit, run_id=run_id)
    return await _after(unit, run_id)


@router.post("/import-runs/{run_id}/cancellation", responses=raises(NotFound, RunFinished))
async def cancel_import(run_id: UUID, unit: UnitDep) -> ImportRun:
    """Cancels what is left; clients that are scored stay so."""
    await cancel_imports(unit, run_id=run_id)
    return await _after(unit, run_id)


@router.post("/import-runs/{run_id}/retry", status_code=202, responses=raises(NotFound, NothingToRetry))
async def retry_imports(run_id: UUID, body: RetryImports, unit: UnitDep, _: Idempotent) -> ImportRun:
    """Tries these imports again, or all that failed, from where they stopped."""
    await retry(unit, run_id=run_id, import_ids=body.import_ids)
    return await _after(unit, run_id)


@router.get("/imports/{import_id}", responses=raises(NotFound))
async def read_import(import_id: UUID, unit: UnitDep) -> Import:
    """One import with its stages."""
    return _import(await reads.read_import(unit, import_id))


async def _after(unit: Unit, run_id: UUID) -> ImportRun:
    await unit.flush()
    return _run(await reads.read_run(unit, run_id))


def _page(items: list[Any], offset: int, total: int) -> dict[str, Any]:
    following = offset + len(items)
    return {"items": items, "next_cursor": encode_cursor(following) if following < total else None, "total": total}


# A row written before these were counted has not the words.
_AS_BEFORE: dict[str, Any] = {"set_aside": 0, "reasons": []}


def _import(shown: reads.Shown) -> Import:
    row, client = shown.import_, shown.client
    return Import.model_validate(
        {
            "id": row.id,
            "run_id": row.run_id,
            "client_id": row.client_id,
            "client_name": client.name,
            "state": row.shown_state,
            "stage": row.stage,
            "documents": row.documents,
            "documents_total": row.documents_total,
            "calls": row.calls,
            "calls_left": row.calls_left,
            "percent": shown.percent,
            "seconds_left": shown.seconds_left,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
            "took_seconds": shown.took_seconds,
            "waiting_until": row.waiting_until,
            "problem": kept_problem(row.problem, str(row.id)),
            "score": score_brief(client) if row.state == "done" else None,
            "attempts": row.attempts,
            "stages": [_AS_BEFORE | stage for stage in row.stages],
        }
    )


def _run(shown: reads.RunShown) -> ImportRun:
    return ImportRun.model_validate(
        {
            "id": shown.run.id,
            "kind": shown.run.kind,
            "under_way": [],
            "state": shown.run.state,
            "started_at": shown.run.created_at,
            "finished_at": shown.run.finished_at,
            "started_by": shown.started_by,
            "counts": shown.counts,
            "documents": shown.documents,
            "documents_total": shown.documents_total,
            "calls": shown.calls,
            "percent": shown.percent,
            "seconds_left": shown.seconds_left,
            "documents_per_second": shown.documents_per_second,
            "causes": [
                {"problem": kept_problem(problem, str(ids[0])), "clients": len(ids), "import_ids": ids}
                for problem, ids in shown.causes
            ],
            "lowest": [_import(one) for one in shown.lowest],
            "bands": shown.bands,
            "mailed_to": shown.mailed_to,
        }
    )
