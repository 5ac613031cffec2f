"""Carries a correction to Xero, once: reads the row, writes what differs, reads it back, and only then says it is done.

Killed between any two of these, the next try reads first and finds what was written.
"""

from typing import Any
from uuid import UUID

from practice.clients.models import Client
from practice.clients.note_progress import note_changed
from practice.connections.reach_tenant import ReachedTenant, reach_tenant
from practice.fixes.models import UNDER_WAY, Fix
from practice.fixes.problems import ChangedAtXero, NothingToFix
from practice.kernel.context import Run
from practice.kernel.failpoints import failpoint
from practice.kernel.problems import Problem
from practice.kernel.unit import Unit
from practice.ledgers.store_page import store_page
from practice.providers.problems import BadAnswer
from practice.scoring.change_issues import lock_clients
from practice.scoring.jobs import ask_for_score
from practice.scoring.models import Issue


async def write_fix(run: Run, *, fix_id: UUID) -> None:
    """Raises what the provider raises, ChangedAtXero where the row is no longer what the preview showed."""
    async with run.unit(write=False) as unit:
        fix = await unit.get(Fix, fix_id)
        tenant_id = (await unit.get(Client, fix.client_id)).tenant_id
    if fix.state not in UNDER_WAY:
        return
    if tenant_id is None:
        raise NothingToFix("The client has no organisation.")
    expected = "after" if fix.state == "undoing" else "before"
    async with reach_tenant(run, tenant_id, urgent=True) as ledger:
        row = await _read(ledger, fix)
        if not _holds(row, fix.wanted):
            for change in fix.changes:
                if _text(row.get(change["field"])) != change[expected]:
                    await _keep(run, tenant_id, fix, row)
                    raise ChangedAtXero(change["label"])
            # The way back is another write than the way there.
            key = f"{fix.id}:{fix.state}"
            await ledger.write(fix.resource, id_=fix.remote_id, values=fix.wanted, key=key)
            failpoint(run.settings, "after_write", tenant_id)
            row = await _read(ledger, fix)
            if not _holds(row, fix.wanted):
                raise BadAnswer(reason="what was written is not what is there afterwards")
    async with run.unit() as unit:
        await _store(unit, tenant_id, fix, row)
        # As scoring locks them: a score that is being kept at this moment ends first, or comes after.
        await lock_clients(unit, [fix.client_id])
        await _settle(unit, fix_id)


async def note_failed(unit: Unit, *, fix_id: UUID, problem: Problem | None) -> None:
    """The correction did not happen, or could not be taken back; the reason stands on it."""
    fix = await unit.lock(Fix, fix_id)
    fix.state = "written" if fix.state == "undoing" else "failed"
    fix.problem = problem.as_dict() if problem else None
    unit.record("fix.failed", on=fix, client_id=fix.client_id, kind=fix.kind)
    unit.changed("fix", fix.id, client_id=fix.client_id)


async def _settle(unit: Unit, fix_id: UUID) -> None:
    fix = await unit.lock(Fix, fix_id)
    issue = await unit.lock(Issue, fix.issue_id)
    if fix.state == "undoing":
        fix.state, fix.undone_at, fix.can_undo = "undone", unit.now, False
        if issue.state == "fixed":
            issue.unfix()
        unit.record("fix.undone", on=fix, client_id=fix.client_id, kind=fix.kind)
    else:
        fix.state, fix.written_at = "written", unit.now
        if issue.state in ("open", "snoozed"):
            issue.fix(by=fix.made_by, at=unit.now)
        unit.record("fix.written", on=fix, client_id=fix.client_id, kind=fix.kind, code=issue.code)
    unit.changed("fix", fix.id, client_id=fix.client_id)
    unit.changed("score", fix.client_id, client_id=fix.client_id)
    await ask_for_score(unit, fix.client_id)


async def _read(ledger: ReachedTenant, fix: Fix) -> dict[str, Any]:
    page = await ledger.pull_some(fix.resource, ids=[fix.remote_id])
    if not page.rows:
        raise NothingToFix("It is not in Xero any more.")
    return page.rows[0]


async def _keep(run: Run, tenant_id: UUID, fix: Fix, row: dict[str, Any]) -> None:
    async with run.unit() as unit:
        await _store(unit, tenant_id, fix, row)
        await ask_for_score(unit, fix.client_id)


async def _store(unit: Unit, tenant_id: UUID, fix: Fix, row: dict[str, Any]) -> None:
    if await store_page(unit, tenant_id=tenant_id, resource=fix.resource, rows=[row]):
        await note_changed(unit, client_id=fix.client_id)


def _holds(row: dict[str, Any], wanted: dict[str, str | None]) -> bool:
    return all(_text(row.get(field)) == value for field, value in wanted.items())


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None
