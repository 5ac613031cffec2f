"""Imports from Xero Practice Manager: fetch, review row by row, confirm, follow, undo."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from api.deps import ContextDep, UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.pages import Page, a_moment, a_text, an_id, decode_cursor, encode_cursor
from api.problems import kept_problem, raises
from api.wire import In, Out, Problem
from practice.clients.details import LABELS
from practice.connections.reads import SeenGrant, grants_by_tenant
from practice.exports.sheet import as_csv
from practice.kernel.problems import FieldError, Invalid, NotFound, Stale
from practice.xpm import reads
from practice.xpm.ask_for_refresh import ask_for_refresh
from practice.xpm.begin_undo import begin_undo, retry_failed
from practice.xpm.confirm_snapshot import confirm_snapshot as confirm
from practice.xpm.decide_rows import Decision, decide_row, decide_rows
from practice.xpm.discard_snapshot import discard_snapshot as discard
from practice.xpm.families import Placed, list_by_family
from practice.xpm.map_structures import map_structures as map_
from practice.xpm.matching import REASONS
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.outcome_report import HEADER, outcome_rows
from practice.xpm.precheck import RULES
from practice.xpm.preflight import preflight
from practice.xpm.problems import (
    FetchUnderWay,
    ImportCannotBeUndone,
    ImportForgotten,
    NotConnected,
    NothingChosen,
    NothingFailed,
    NotUnderReview,
    ReportUnreadable,
    SnapshotNotConfirmable,
    SnapshotStale,
)
from practice.xpm.save_step import Step, save_step
from practice.xpm.start_report import read_columns, start_report
from practice.xpm.start_snapshot import start_snapshot as start
from practice.xpm.structures import suggest_kind

router = APIRouter(prefix="/xpm", tags=["xpm"], route_class=KeyedRoute)

RowKind = Literal["staff", "client", "entity"]
ClientKind = Literal["person", "company", "trust", "partnership", "super_fund", "other"]
Details = Literal["basic", "all"]
StepName = Literal["staff", "clients", "entities", "confirm"]
Action = Literal["create", "link", "skip", "ignore"]
Show = Literal[
    "all", "new", "updates", "check", "ignored", "warnings", "chosen", "not_chosen", "archived", "changed", "conflicts",
    "failed",
]  # fmt: skip
Outcome = Literal["created", "updated", "linked", "unchanged", "conflict", "skipped", "ignored", "failed"]
State = Literal["fetching", "ready", "applying", "applied", "undoing", "undone", "failed", "discarded"]
MOST_ROWS = 500
STAFF_FIELDS = ("email", "phone", "mobile", "address")
COLUMNS = TypeAdapter(dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)]])
A_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class XpmProgress(Out):
    stage: str
    done: int
    total: int | None


class XpmChosen(Out):
    staff: int
    clients: int
    entities: int


class XpmImport(Out):
    """An import from XPM, from the fetch to what became of it. `details`: what is brought across of each client.

    `forgotten_at`: since then its rows say what came of them and nothing else; it cannot be undone or tried again.
    """

    id: UUID
    source: Literal["xpm", "report"]
    tenant_id: UUID
    practice: str
    state: State
    step: StepName
    details: Details
    archived_too: bool
    invite: bool
    numbers_too: bool
    started_by: str
    created_at: dt.datetime
    fetched_at: dt.datetime | None
    confirmed_by: str | None
    confirmed_at: dt.datetime | None
    applied_at: dt.datetime | None
    undone_at: dt.datetime | None
    forgotten_at: dt.datetime | None
    progress: XpmProgress
    counts: dict[str, int]
    chosen: XpmChosen
    blockers: int
    also_editing: list[str]
    problem: Problem | None
    can_undo: bool
    version: int


class LastXpmImport(Out):
    id: UUID
    applied_at: dt.datetime
    counts: dict[str, int]


class XpmConsent(Out):
    """One Xero login's consent to read a practice. `connected_by`: who of the firm gave it."""

    name: str
    email: str | None
    connected_by: str
    status: Literal["active", "reauth_required"]
    consented_at: dt.datetime
    lapses_at: dt.datetime
    scopes: list[str]
    missing_scopes: list[str]


class XpmTarget(Out):
    id: UUID
    name: str


class XpmPractice(Out):
    """A practice in XPM. `connection`: none where only reports were imported, or the consent was given back."""

    tenant_id: UUID
    name: str
    connection: Literal["connected", "needs_action", "none"]
    cause: str | None
    linked_clients: int
    linked_staff: int
    staff_gone: list[XpmTarget]
    open_conflicts: int
    consents: list[XpmConsent]
    last_import: LastXpmImport | None


class XpmCheck(Out):
    """Something that must be so before an import can work, and what to do where it is not."""

    code: str
    ok: bool
    text: str
    remedy: str | None


class Xpm(Out):
    practices: list[XpmPractice]
    under_way: XpmImport | None
    preflight: list[XpmCheck]


class Reason(Out):
    code: str
    text: str


class XpmCandidate(Out):
    """One of ours that it may be; `score` of 100."""

    id: UUID
    name: str
    rank: int
    score: int
    reasons: list[Reason]


class XpmWarning(Out):
    code: str
    level: Literal["blocker", "warning", "note"]
    text: str
    remedy: str


class XpmChange(Out):
    """What importing all contact details would do to a field. `keep`: it was changed here only."""

    field: str
    label: str
    before: str
    after: str
    result: Literal["same", "take", "keep", "converge", "conflict", "off"]


class XpmManager(Out):
    """Who manages the client in XPM; `member`: who that is here, null while nobody is."""

    name: str
    as_: Literal["partner", "manager"] = Field(alias="as")
    member: XpmTarget | None
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class XpmRelation(Out):
    """`to`: this row is `type` of the other; `from`: the other is `type` of this row."""

    direction: Literal["to", "from"]
    type: str
    other_remote_id: str
    other_name: str
    shares: str | None
    percentage: str | None
    ended_on: dt.date | None
    in_snapshot: bool
    chosen: bool


class XpmContact(Out):
    name: str
    email: str
    phone: str
    mobile: str
    position: str
    primary: bool


class XpmRow(Out):
    """One record as XPM has it, what is proposed and why, what was decided, and what came of it."""

    id: UUID
    kind: RowKind
    remote_id: str
    name: str
    fields: dict[str, str]
    structure: str
    client_kind: ClientKind | None
    suggested_kind: ClientKind | None
    archived: bool
    proposal: Literal["linked", "match", "check", "create", "skip", "ignored"]
    reasons: list[Reason]
    candidates: list[XpmCandidate]
    target: XpmTarget | None
    warnings: list[XpmWarning]
    changes: list[XpmChange]
    managers: list[XpmManager]
    relations: list[XpmRelation]
    groups: list[str]
    contacts: list[XpmContact]
    web_url: str | None
    chosen: bool
    action: Action
    role: str | None
    decided_by: str | None
    decided_at: dt.datetime | None
    changed_since: bool
    outcome: Outcome | None
    problem: Problem | None
    client_id: UUID | None
    undone: str | None
    version: int


class XpmReasonCount(Out):
    """A reason or a warning (`level` is null for a reason), and how many of the rows found have it."""

    code: str
    text: str
    level: Literal["blocker", "warning", "note"] | None
    rows: int


class XpmFamily(Out):
    """Whose rows are, of those in this page, and how many of all that were found. `kind`: a group of XPM's, or a client."""

    key: str
    name: str
    kind: Literal["group", "client"]
    rows: int
    ids: list[UUID]


class XpmRows(Page[XpmRow]):
    """Rows by name; `counts` has how many each filter shows. `reasons` comes with the first page alone.

    `families`: by family those that have one, in order; the others come last.
    """

    families: list[XpmFamily]
    counts: dict[Show, int]
    reasons: list[XpmReasonCount]


class XpmStructure(Out):
    structure: str
    rows: int
    client_kind: ClientKind | None
    suggested: ClientKind | None


class XpmConsequences(Out):
    create: int
    update: int
    link: int
    skip: int
    ignore: int


class XpmBlocker(Out):
    code: str
    text: str
    remedy: str
    rows: int


class XpmSummary(Out):
    """What confirming does as things stand. `stubs`: related parties that are not brought across, kept by name alone."""

    staff: XpmConsequences
    clients: XpmConsequences
    entities: XpmConsequences
    relationships: int
    stubs: int
    groups: int
    managers_assigned: int
    managers_pending: int
    conflicts: int
    invitations: int
    blockers: list[XpmBlocker]
    changed_since: int
    stale: bool


class XpmReport(Out):
    """A report's headers, what each field seems to be read from, and its first rows. `remembered`: it was said before."""

    headers: list[str]
    columns: dict[str, str]
    sample: list[list[str]]
    rows: int
    remembered: bool


class StartXpmImport(In):
    model_config = ConfigDict(json_schema_extra={"example": {"tenant_id": None}})

    tenant_id: UUID | None = Field(default=None, description="Which practice, where more than one is connected.")


class SaveXpmImport(In):
    version: int
    step: StepName | None = None
    details: Details | None = None
    archived_too: bool | None = None
    invite: bool | None = None
    numbers_too: bool | None = None


class DecideRow(In):
    version: int | None = None
    chosen: bool | None = None
    action: Action | None = None
    target_id: UUID | None = None
    role: str | None = None


class DecideRows(In):
    """Every row that the same words in a list would show."""

    kind: RowKind
    show: Show = "all"
    reason: Annotated[str, Field(max_length=60)] | None = None
    q: Annotated[str, Field(max_length=200)] | None = None
    ids: Annotated[list[UUID], Field(max_length=MOST_ROWS)] | None = None
    chosen: bool | None = None
    action: Literal["create", "skip", "ignore"] | None = None
    role: str | None = None


class Decided(Out):
    changed: int


class MappedStructure(In):
    structure: Annotated[str, Field(max_length=200)]
    client_kind: ClientKind


class MapStructures(In):
    structures: Annotated[list[MappedStructure], Field(min_length=1, max_length=200)]


class ConfirmXpmImport(In):
    version: int


@router.get("")
async def read_xpm(unit: UnitDep) -> Xpm:
    """The practices that are connected, what an import needs, and the import that is under way."""
    practices = await reads.list_practices(unit)
    grants = await grants_by_tenant(unit, [one.tenant_id for one in practices])
    current = await reads.under_way(unit)
    return Xpm(
        practices=[_practice(one, grants.get(one.tenant_id, [])) for one in practices],
        under_way=_import(await reads.read_import(unit, current.id)) if current else None,
        preflight=[XpmCheck.model_validate(one) for one in await preflight(unit)],
    )


@router.post("/imports", status_code=202, responses=raises(NotFound, NotConnected, FetchUnderWay))
async def start_xpm_import(body: StartXpmImport, unit: UnitDep, _: Idempotent) -> XpmImport:
    """Reads the practice in the background; an e-mail says when it is ready to be reviewed."""
    snapshot = await start(unit, tenant_id=body.tenant_id)
    await unit.flush()
    return _import(await reads.read_import(unit, snapshot.id))


@router.post("/reports/columns", status_code=200, responses=raises(ReportUnreadable), openapi_extra=A_FILE)
async def read_report_columns(
    request: Request, ctx: ContextDep, name: Annotated[str, Query(max_length=255, description="The file's name.")]
) -> XpmReport:
    """What the columns of a client report (CSV or XLSX) seem to be, for somebody to say yes to. Nothing is kept."""
    return XpmReport.model_validate(await read_columns(ctx, name=name, body=await request.body()))


@router.post(
    "/reports", status_code=202, responses=raises(ReportUnreadable, Invalid, FetchUnderWay), openapi_extra=A_FILE
)
async def start_report_import(
    request: Request,
    ctx: ContextDep,
    name: Annotated[str, Query(max_length=255, description="The file's name.")],
    columns: Annotated[
        str | None,
        Query(
            max_length=10_000,
            description='JSON: by field the header it is read from, `{"name": "Client"}`. Without it, as the same report last time.',
        ),
    ] = None,
) -> XpmImport:
    """An import like any other, from a report that was saved from XPM: for practices without access to its interface."""
    snapshot = await start_report(ctx, name=name, body=await request.body(), columns=_columns(columns))
    async with ctx.unit(write=False) as unit:
        return _import(await reads.read_import(unit, snapshot.id))


@router.get("/imports")
async def list_xpm_imports(
    unit: UnitDep,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[XpmImport]:
    """Every import from XPM, the newest first."""
    before = decode_cursor(cursor, a_moment, an_id)
    shown, total = await reads.list_imports(unit, before=(before[0], before[1]) if before else None, limit=limit)
    last = shown[-1].snapshot if len(shown) == limit else None
    return Page(
        items=[_import(one) for one in shown],
        next_cursor=encode_cursor(last.created_at.isoformat(), last.id) if last else None,
        total=total,
    )


@router.get("/imports/{snapshot_id}", responses=raises(NotFound))
async def read_xpm_import(snapshot_id: UUID, unit: UnitDep) -> XpmImport:
    """One import: its state, its progress, how much is chosen."""
    return _import(await reads.read_import(unit, snapshot_id))


@router.patch("/imports/{snapshot_id}", responses=raises(NotFound, NotUnderReview, Stale, Invalid))
async def save_xpm_import(snapshot_id: UUID, body: SaveXpmImport, unit: UnitDep) -> XpmImport:
    """Saves how far the review has come and what is to be brought across."""
    step = Step(**body.model_dump(exclude={"version"}))
    await save_step(unit, snapshot_id=snapshot_id, version=body.version, step=step)
    await unit.flush()
    return _import(await reads.read_import(unit, snapshot_id))


@router.delete("/imports/{snapshot_id}", status_code=204, responses=raises(NotFound, NotUnderReview))
async def discard_xpm_import(snapshot_id: UUID, unit: UnitDep) -> None:
    """Throws away what was read. Nothing was brought across."""
    await discard(unit, snapshot_id=snapshot_id)


@router.get("/imports/{snapshot_id}/rows", responses=raises(NotFound, Invalid))
async def list_xpm_rows(
    snapshot_id: UUID,
    unit: UnitDep,
    kind: RowKind = "client",
    show: Show = "all",
    reason: Annotated[str | None, Query(max_length=60, description="A reason's or a warning's code.")] = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    by: Annotated[
        Literal["name", "family"], Query(description="`family`: those of a group, or of an owner, together.")
    ] = "name",
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
) -> XpmRows:
    """The records of one kind, filtered, by name or by whose they are."""
    snapshot = await unit.get(Snapshot, snapshot_id)
    wanted = reads.Wanted(kind=kind, show=show, reason=reason, q=q)
    placed: list[Placed] = []
    if by == "family":
        after = decode_cursor(cursor, a_text, a_text, an_id)
        place = (after[0], after[1], after[2]) if after else None
        placed = await list_by_family(unit, snapshot, wanted, after=place, limit=limit)
        rows = [one.row for one in placed]
    else:
        after = decode_cursor(cursor, a_text, an_id)
        rows = await reads.list_rows(
            unit, snapshot, wanted, after=(after[0], after[1]) if after else None, limit=limit
        )
    total, counts = await reads.count_rows(unit, snapshot, kind, wanted)
    around = await reads.around(unit, snapshot, rows)
    more = len(rows) == limit
    keys = [placed[-1].place] if more and placed else []
    return XpmRows(
        items=[_row(row, around) for row in rows],
        families=_families(placed),
        next_cursor=encode_cursor(*keys, rows[-1].name.lower(), rows[-1].id) if more else None,
        total=total,
        counts=counts,
        reasons=[] if after else [_reason_count(*one) for one in await reads.count_reasons(unit, snapshot, wanted)],
    )


@router.patch("/imports/{snapshot_id}/rows", responses=raises(NotFound, NotUnderReview, Invalid))
async def decide_xpm_rows(snapshot_id: UUID, body: DecideRows, unit: UnitDep) -> Decided:
    """Decides all rows that a filter shows, at once."""
    wanted = reads.Wanted(kind=body.kind, show=body.show, reason=body.reason, q=body.q, ids=body.ids)
    decision = Decision(chosen=body.chosen, action=body.action, role=body.role)
    return Decided(changed=await decide_rows(unit, snapshot_id=snapshot_id, wanted=wanted, decision=decision))


@router.patch(
    "/imports/{snapshot_id}/rows/{row_id}", responses=raises(NotFound, NotUnderReview, Stale, Invalid)
)
async def decide_xpm_row(snapshot_id: UUID, row_id: UUID, body: DecideRow, unit: UnitDep) -> XpmRow:
    """Decides one row: ticked or not; create, link to whom, skip this time, ignore always."""
    decision = Decision(**body.model_dump(exclude={"version"}))
    row = await decide_row(unit, snapshot_id=snapshot_id, row_id=row_id, decision=decision, version=body.version)
    await unit.flush()
    return _row(row, await reads.around(unit, await unit.get(Snapshot, snapshot_id), [row]))


@router.get("/imports/{snapshot_id}/structures", responses=raises(NotFound))
async def list_xpm_structures(snapshot_id: UUID, unit: UnitDep) -> Page[XpmStructure]:
    """The business structures as XPM writes them, and what each means; null where nobody has said."""
    await unit.get(Snapshot, snapshot_id)
    return _structures(await reads.list_structures(unit, snapshot_id))


@router.put("/imports/{snapshot_id}/structures", responses=raises(NotFound, NotUnderReview))
async def map_xpm_structures(snapshot_id: UUID, body: MapStructures, unit: UnitDep) -> Page[XpmStructure]:
    """Says what structures mean; kept for the imports to come."""
    kinds = {one.structure: one.client_kind for one in body.structures}
    await map_(unit, snapshot_id=snapshot_id, kinds=kinds)
    return _structures(await reads.list_structures(unit, snapshot_id))


@router.get("/imports/{snapshot_id}/summary", responses=raises(NotFound))
async def summarise_xpm_import(snapshot_id: UUID, unit: UnitDep) -> XpmSummary:
    """What confirming does, counted, and what stands in its way."""
    found = await reads.summarise(unit, await unit.get(Snapshot, snapshot_id))
    plain = {name: getattr(found, name) for name in XpmSummary.model_fields if hasattr(found, name)}
    counted = zip(("staff", "clients", "entities"), reads.KINDS, strict=True)
    return XpmSummary.model_validate({**plain, **{shown: found.by_kind[kind] for shown, kind in counted}})


@router.post(
    "/imports/{snapshot_id}/refresh", status_code=202,
    responses=raises(NotFound, NotUnderReview, NotConnected, FetchUnderWay),
)  # fmt: skip
async def refresh_xpm_import(snapshot_id: UUID, unit: UnitDep, _: Idempotent) -> XpmImport:
    """Reads what changed in XPM since; rows that did are marked. What was decided is kept."""
    await ask_for_refresh(unit, snapshot_id=snapshot_id)
    await unit.flush()
    return _import(await reads.read_import(unit, snapshot_id))


@router.post(
    "/imports/{snapshot_id}/confirmation", status_code=202,
    responses=raises(
        NotFound, NotUnderReview, Stale, NothingChosen, SnapshotStale, SnapshotNotConfirmable, FetchUnderWay
    ),
)  # fmt: skip
async def confirm_xpm_import(snapshot_id: UUID, body: ConfirmXpmImport, unit: UnitDep, _: Idempotent) -> XpmImport:
    """Imports what is chosen, in the background; an e-mail says when it is done."""
    await confirm(unit, snapshot_id=snapshot_id, version=body.version)
    await unit.flush()
    return _import(await reads.read_import(unit, snapshot_id))


@router.delete(
    "/imports/{snapshot_id}/confirmation", status_code=202,
    responses=raises(NotFound, ImportCannotBeUndone, ImportForgotten, FetchUnderWay),
)  # fmt: skip
async def undo_xpm_import(snapshot_id: UUID, unit: UnitDep) -> XpmImport:
    """Takes back what the import did, row by row, wherever nothing was built on it since."""
    await begin_undo(unit, snapshot_id=snapshot_id)
    await unit.flush()
    return _import(await reads.read_import(unit, snapshot_id))


@router.post(
    "/imports/{snapshot_id}/retry", status_code=202,
    responses=raises(NotFound, NothingFailed, ImportForgotten, FetchUnderWay),
)
async def retry_xpm_import(snapshot_id: UUID, unit: UnitDep, _: Idempotent) -> XpmImport:
    """Tries the rows again that failed."""
    await retry_failed(unit, snapshot_id=snapshot_id)
    await unit.flush()
    return _import(await reads.read_import(unit, snapshot_id))


@router.get(
    "/imports/{snapshot_id}/report", response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **raises(NotFound)},
)  # fmt: skip
async def download_xpm_report(snapshot_id: UUID, unit: UnitDep) -> Response:
    """Every row with what came of it, as CSV."""
    snapshot = await unit.get(Snapshot, snapshot_id)
    body = as_csv(HEADER, await outcome_rows(unit, snapshot_id=snapshot_id))
    name = f"xpm-import-{snapshot.created_at:%Y-%m-%d}.csv"
    return Response(body, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _columns(said: str | None) -> dict[str, str] | None:
    if said is None:
        return None
    try:
        return COLUMNS.validate_json(said)
    except ValidationError:
        raise Invalid([FieldError("?columns", 'JSON: by field the header it is read from, {"name": "Client"}.')]) from None


def _import(shown: reads.Shown) -> XpmImport:
    snapshot = shown.snapshot
    apart = {"practice", "started_by", "confirmed_by", "chosen", "also_editing", "problem", "blockers", "can_undo"}
    return XpmImport.model_validate(
        {
            **{name: getattr(snapshot, name) for name in XpmImport.model_fields if name not in apart},
            "practice": shown.practice,
            "started_by": shown.started_by,
            "confirmed_by": shown.confirmed_by,
            "chosen": {
                "staff": shown.chosen["staff"], "clients": shown.chosen["client"], "entities": shown.chosen["entity"],
            },
            "blockers": shown.blockers,
            "also_editing": shown.also_editing,
            "problem": kept_problem(snapshot.problem, str(snapshot.id)),
            "can_undo": shown.can_undo,
        }
    )  # fmt: skip


def _practice(one: reads.Practice, grants: Sequence[SeenGrant]) -> XpmPractice:
    last = one.last_import
    made = {
        "last_import": last and {"id": last.id, "applied_at": last.applied_at, "counts": last.counts},
        "consents": [_consent(seen) for seen in grants],
    }
    return XpmPractice.model_validate({name: getattr(one, name) for name in XpmPractice.model_fields.keys() - made} | made)


def _consent(seen: SeenGrant) -> XpmConsent:
    grant = seen.grant
    return XpmConsent.model_validate(
        {name: getattr(grant, name) for name in ("name", "email", "status", "consented_at", "lapses_at", "scopes")}
        | {"connected_by": seen.connected_by, "missing_scopes": seen.missing}
    )


def _families(placed: Sequence[Placed]) -> list[XpmFamily]:
    found: dict[str, XpmFamily] = {}
    for one in placed:
        if family := one.family:
            kept = found.setdefault(
                family.key, XpmFamily.model_validate({**dataclasses.asdict(family), "ids": []})
            )
            kept.ids.append(one.row.id)
    return list(found.values())


def _structures(found: list[Any]) -> Page[XpmStructure]:
    items = [
        XpmStructure(
            structure=structure,
            rows=rows,
            client_kind=kinds[0] if len(kinds) == 1 else None,
            suggested=suggest_kind(structure, sample["name"], sample["first_name"]),
        )
        for structure, rows, kinds, sample in found
    ]
    return Page(items=items, next_cursor=None, total=len(items))


def _reason_count(code: str, rows: int) -> XpmReasonCount:
    rule = RULES.get(code)
    text = rule.title if rule else REASONS.get(code, code)
    return XpmReasonCount(code=code, text=text, level=rule.level if rule else None, rows=rows)


def _reasons(codes: list[str]) -> list[dict[str, str]]:
    return [{"code": code, "text": REASONS.get(code, code)} for code in codes]


def _row(row: SnapshotRow, around: reads.Around) -> XpmRow:
    neutral = row.neutral
    staff = row.kind == "staff"
    fields = {name: neutral[name] for name in STAFF_FIELDS if neutral.get(name)} if staff else neutral["fields"]
    target = row.target_id and {"id": row.target_id, "name": around.targets.get(row.target_id, "A client")}
    plain = (
        "id", "kind", "remote_id", "name", "client_kind", "archived", "proposal", "warnings", "chosen", "action", "role",
        "decided_at", "changed_since", "outcome", "client_id", "undone", "version",
    )  # fmt: skip
    first = fields.get("first_name", "")
    unsaid = not staff and row.client_kind is None
    return XpmRow.model_validate(
        {
            **{name: getattr(row, name) for name in plain},
            "fields": fields,
            "structure": neutral.get("structure", ""),
            "suggested_kind": suggest_kind(neutral.get("structure", ""), row.name, first) if unsaid else None,
            "reasons": _reasons(row.reasons),
            "candidates": [
                {
                    **one, "id": one.get("client_id") or one.get("member_id"), "reasons": _reasons(one["reasons"]),
                } for one in row.candidates
            ],
            "target": target,
            "changes": [{**one, "label": LABELS.get(one["field"], one["field"])} for one in row.changes],
            "managers": _managers(neutral, around),
            "relations": _relations(row, around),
            "groups": [name for _, name in neutral.get("groups", ())],
            "contacts": neutral.get("contacts", ()),
            "web_url": neutral.get("web_url"),
            "decided_by": around.deciders.get(row.decided_by) if row.decided_by else None,
            "problem": kept_problem(row.problem, str(row.id)),
        }
    )  # fmt: skip


def _managers(neutral: dict[str, Any], around: reads.Around) -> list[dict[str, Any]]:
    found = []
    for key, as_ in (("account_manager", "partner"), ("job_manager", "manager")):
        if said := neutral.get(key):
            member = around.members.get(said[0])
            found.append({"name": said[1], "as": as_, "member": member and {"id": member[0], "name": member[1]}})
    return found


def _relations(row: SnapshotRow, around: reads.Around) -> list[dict[str, Any]]:
    outgoing = [("to", one) for one in row.neutral.get("relations", ())]
    incoming = [("from", one) for one in around.incoming.get(row.remote_id, ())]
    found = []
    for direction, one in outgoing + incoming:
        name, chosen = around.rows.get(one["other_remote_id"], (one["other_name"], False))
        known = direction == "from" or one["other_remote_id"] in around.rows
        found.append(
            {
                **{key: one[key] for key in ("type", "other_remote_id", "shares", "percentage", "ended_on")},
                "direction": direction, "other_name": name, "in_snapshot": known,
                "chosen": one["chosen"] if direction == "from" else chosen,
            }
        )  # fmt: skip
    return found
