"""Reads one organisation's books, five calls at a time, a page and its checkpoint in one unit.

A slice ends after some calls and goes on from its checkpoint; what was stored is never asked for again. What cannot be
had is a Problem and leaves through the top: an answer that is no answer never counts as "nothing there".
"""

import asyncio
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, update

from practice.clients.note_progress import note_imported
from practice.clients.visibility import set_xero_users
from practice.connections.models import Tenant
from practice.connections.reach_tenant import reach_tenant
from practice.imports.estimate import client_seconds
from practice.imports.models import Import, ImportRun
from practice.imports.plan import Plan, Step, percent
from practice.imports.problems import BooksKeptChanging
from practice.kernel.context import Run
from practice.kernel.failpoints import failpoint
from practice.kernel.unit import Unit
from practice.ledgers.bury_deleted import (
    BURIABLE,
    bury_unseen,
    count_live,
    count_seen,
    forget_seen,
    named,
    note_seen,
)
from practice.ledgers.high_water import note_refused, read_high_water, save_high_water
from practice.ledgers.local_day import month_end_before
from practice.ledgers.models.bank import Payment
from practice.ledgers.models.documents import BankTransaction, Document, ManualJournal
from practice.ledgers.models.organisation import LedgerUser
from practice.ledgers.reads import day_there
from practice.ledgers.store_page import store_page
from practice.providers.base import LedgerProvider, PulledPage
from practice.providers.problems import BadAnswer, ScopeMissing, Unavailable

AT_ONCE = 5
# If-Modified-Since is accurate to a second (xero-facts 3.2) and the two clocks may differ by ten minutes (promises F39);
# overlapping costs a few rows.
OVERLAP = timedelta(minutes=15)
MOST_READINGS = 2
# How far reading may be ahead of storing: beyond it no new call is made, so that five giants fit into one worker.
ROWS_AHEAD = 2000

Landed = tuple[Step, PulledPage]


async def pull_ledger(run: Run, *, import_id: UUID) -> None:
    """Reads until the books are whole or the slice is over. Raises what the provider raises."""
    async with run.unit() as unit:
        import_ = await unit.lock(Import, import_id)
        tenant_id, client_id = import_.tenant_id, import_.client_id
        import_.state, import_.waiting_until, import_.problem = "importing", None, None
        import_.started_at = import_.started_at or unit.now
        sweep = (await unit.get(ImportRun, import_.run_id)).kind == "sweep"
        since = await read_high_water(unit, tenant_id=tenant_id)
        if sweep and not run.cursor:
            await forget_seen(unit, tenant_id=tenant_id)
        _tell(unit, import_)
    async with reach_tenant(run, tenant_id) as ledger:
        plan = Plan(run.cursor, list(ledger.resources), since, sweep=sweep)
        reading = _Reading(run, ledger, plan, import_id, client_id, tenant_id, set(since))
        await reading.go()
        withheld = ledger.withheld
    if not plan.finished:
        run.pause_if_over()
    async with run.unit() as unit:
        plan.changed += await note_refused(unit, tenant_id=tenant_id, resources=withheld)
        await _finish(unit, import_id, tenant_id, client_id, plan)


class _Reading:
    """One slice of reading: up to five calls in flight, their pages stored as they come."""

    def __init__(
        self,
        run: Run,
        ledger: LedgerProvider,
        plan: Plan,
        import_id: UUID,
        client_id: UUID,
        tenant_id: UUID,
        read_before: Collection[str],
    ) -> None:
        self.run = run
        self.ledger = ledger
        self.plan = plan
        self.import_id = import_id
        self.client_id = client_id
        self.tenant_id = tenant_id
        self.read_before = read_before

    async def go(self) -> None:
        """Calls and storing overlap: a call's place is free again as soon as its page has arrived."""
        flying: dict[asyncio.Task[PulledPage], Step] = {}
        landed: list[Landed] = []
        storing: asyncio.Task[None] | None = None
        trouble: Exception | None = None
        try:
            while True:
                if trouble is None and _rows(landed) < ROWS_AHEAD:
                    for step in self._steps(len(flying)):
                        flying[asyncio.create_task(self._fetch(step))] = step
                if landed and storing is None:
                    storing = asyncio.create_task(self._store(landed))
                    landed = []
                if not flying and storing is None:
                    break
                await asyncio.wait({*flying, *_there(storing)}, return_when=asyncio.FIRST_COMPLETED)
                if storing is not None and storing.done():
                    storing.result()
                    storing = None
                for task in [task for task in flying if task.done()]:
                    step = flying.pop(task)
                    error = task.exception()
                    if error is None:
                        page = task.result()
                        self.plan.land(step, page)
                        landed.append((step, page))
                    elif isinstance(error, Exception):
                        # The calls that were under way may still land; then the first trouble leaves.
                        trouble = trouble or error
                        self.plan.give_back(step)
                    else:
                        raise error
        finally:
            cut = {*flying, *_there(storing)}
            for one in cut:
                one.cancel()
            await asyncio.gather(*cut, return_exceptions=True)
        if trouble:
            raise trouble

    def _steps(self, flying: int) -> Iterator[Step]:
        while flying < AT_ONCE and not self._over:
            step = self.plan.next_step(self.run.clock.now())
            if step is None:
                return
            self.run.spend()
            flying += 1
            yield step

    @property
    def _over(self) -> bool:
        """Whether the slice makes no more calls. One last round is made rather than parked: another turn costs more."""
        if self.plan.unasked <= min(self.run.calls_left, 0) + AT_ONCE:
            return self.run.interrupted
        return self.run.stopping

    async def _fetch(self, step: Step) -> PulledPage:
        resource = self.plan.resources[step.resource]
        try:
            return await self.ledger.pull(
                step.resource,
                page=step.page,
                page_size=self.run.settings.worker.page_size,
                modified_since=self.plan.since(step.resource),
                on=await self._day_of_report() if resource.dated else None,
            )
        except (ScopeMissing, BadAnswer, Unavailable) as problem:
            if resource.scope is None:
                raise
            missed: Literal["refused", "unavailable"] = (
                "refused" if isinstance(problem, ScopeMissing) else "unavailable"
            )
            return PulledPage(step.resource, [], page=1, page_count=1, item_count=0, calls=1, missed=missed)

    async def _day_of_report(self) -> date:
        """Balances are judged as they were at the end of the last complete month, where the organisation is."""
        async with self.run.unit(write=False) as unit:
            return month_end_before(await day_there(unit, self.tenant_id))

    async def _store(self, landed: list[Landed]) -> None:
        """Rows, progress and checkpoint in one unit: after a crash either all of it is there or none.

        Pages that arrived while others were stored go together.
        """
        failpoint(self.run.settings, "before_store", self.tenant_id)
        async with self.run.unit() as unit:
            for step, page in landed:
                await self._store_page(unit, step, page)
            await self.run.checkpoint(unit, self.plan.cursor(), cost=max(self.plan.calls_left, 1))
            await self._show(unit)
            failpoint(self.run.settings, "before_commit", self.tenant_id)
        self.plan.stored()

    async def _store_page(self, unit: Unit, step: Step, page: PulledPage) -> None:
        if page.missed:
            await self._do_without(unit, step, page)
            return
        changed = await store_page(unit, tenant_id=self.tenant_id, resource=step.resource, rows=page.rows)
        failpoint(self.run.settings, "after_upsert", step.resource)
        self.plan.take_in(step, page)
        self.plan.note_changed(step.resource, changed)
        if self._may_bury(step.resource):
            ids, unnamed = named(page.rows, page.quarantined)
            self.plan.saved[step.resource]["unnamed"] += unnamed
            await note_seen(unit, tenant_id=self.tenant_id, resource=step.resource, page=step.page, ids=ids)
        if not self.plan.saved[step.resource]["left"]:
            await self._close(unit, step.resource)
        if step.resource == "organisation":
            await self._take_name(unit, page.rows[0])

    async def _do_without(self, unit: Unit, step: Step, page: PulledPage) -> None:
        """What books are whole without never fails an import. What was read of it earlier stands until it is refused."""
        self.plan.take_in(step, page)
        if page.missed == "refused":
            news = await note_refused(unit, tenant_id=self.tenant_id, resources=[step.resource])
            self.plan.note_changed(step.resource, news)
        elif self.plan.saved[step.resource]["readings"] < MOST_READINGS:
            self.plan.read_again(step.resource)

    async def _close(self, unit: Unit, resource: str) -> None:
        """A resource read to its last page: whole, or read again where rows moved between its pages."""
        part = self.plan.saved[resource]
        if self._may_bury(resource):
            if not await self._bury(unit, resource):
                return
        elif self.plan.resources[resource].paged and await self._slipped(unit, resource):
            if part["readings"] < MOST_READINGS:
                self.plan.read_again(resource)
            elif part["since"] is None:
                raise BooksKeptChanging(self.plan.resources[resource].label)
            # Changes only: what was read is kept, and the next reading asks from where this one did.
            return
        began = datetime.fromisoformat(part["began"])
        await save_high_water(unit, tenant_id=self.tenant_id, resource=resource, modified_since=began - OVERLAP)
        if self.plan.resources[resource].scope is not None and resource not in self.read_before:
            # Checks that could not look can now, even where there is nothing to see.
            self.plan.note_changed(resource, 1)
        if resource == "users":
            await self._take_users(unit)

    def _may_bury(self, resource: str) -> bool:
        """Whether what this reading does not hold is no longer there."""
        return resource in BURIABLE and (self.plan.sweep or self.plan.resources[resource].snapshot)

    async def _slipped(self, unit: Unit, resource: str) -> bool:
        """Whether fewer rows arrived than were announced: a row that changes moves to the end, and what came after it
        moves up, into a page that was read already. One page of changes cannot lose any.
        """
        part, since = self.plan.saved[resource], self.plan.since(resource)
        if since is not None and (part["pages"] or 1) == 1:
            return False
        asked_from = since.replace(microsecond=0) if since else None
        stored = await count_live(unit, tenant_id=self.tenant_id, resource=resource, since=asked_from)
        return bool(stored + part["aside"] < (part["items"] or 0))

    async def _bury(self, unit: Unit, resource: str) -> bool:
        """What is not there any more, once it is sure that all that is there was seen; False: it is read again first.

        Where the books keep changing while they are read, nothing is buried: the next sweep will see to it.
        """
        part, tenant_id = self.plan.saved[resource], self.tenant_id
        seen = await count_seen(unit, tenant_id=tenant_id, resource=resource)
        whole = part["steady"] and not part["unnamed"] and seen >= (part["items"] or 0)
        held = 0 if seen else await count_live(unit, tenant_id=tenant_id, resource=resource)
        # Nothing where there was something is asked twice before it is believed.
        if (not whole or held) and part["readings"] < MOST_READINGS:
            await forget_seen(unit, tenant_id=tenant_id, resource=resource)
            self.plan.read_again(resource)
            return False
        if whole:
            began = datetime.fromisoformat(part["began"])
            buried = await bury_unseen(unit, tenant_id=tenant_id, resource=resource, read_from=began)
            self.plan.note_changed(resource, buried)
        await forget_seen(unit, tenant_id=tenant_id, resource=resource)
        return True

    async def _take_users(self, unit: Unit) -> None:
        """Everybody who works on the organisation; an incremental reading brings only those who changed."""
        users = await unit.rows(
            select(LedgerUser.email, LedgerUser.role).where(
                LedgerUser.firm_id == unit.firm_id,
                LedgerUser.tenant_id == self.tenant_id,
                LedgerUser.gone_at.is_(None),
            )
        )
        await set_xero_users(unit, client_id=self.client_id, users=[(row.email, row.role) for row in users])

    async def _take_name(self, unit: Unit, row: dict[str, Any]) -> None:
        tenant = await unit.lock(Tenant, self.tenant_id)
        tenant.name = row.get("name") or tenant.name
        tenant.country = row.get("country") or tenant.country
        tenant.currency = row.get("base_currency") or tenant.currency
        tenant.short_code = row.get("short_code") or tenant.short_code

    async def _show(self, unit: Unit) -> None:
        plan = self.plan
        values = {
            "documents": plan.documents,
            "calls": plan.calls,
            "calls_left": plan.calls_left,
            "set_aside": plan.set_aside,
            "changed": plan.changed,
            "stage": plan.stage,
            "stages": plan.stages(),
        }
        if plan.documents_total is not None:
            values["documents_total"] = plan.documents_total
        await unit.execute(
            update(Import)
            .where(Import.firm_id == unit.firm_id, Import.id == self.import_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        unit.changed(
            "import",
            self.import_id,
            client_id=self.client_id,
            patch={
                "state": "importing",
                "stage": plan.stage,
                "documents": plan.documents,
                "calls": plan.calls,
                "calls_left": plan.calls_left,
                "percent": percent(plan.calls, plan.calls_left),
                "seconds_left": round(client_seconds(plan.calls_left)),
            },
        )


def _rows(landed: list[Landed]) -> int:
    return sum(len(page.rows) for _, page in landed)


def _there(task: asyncio.Task[None] | None) -> list[asyncio.Task[Any]]:
    return [] if task is None else [task]


async def _finish(unit: Unit, import_id: UUID, tenant_id: UUID, client_id: UUID, plan: Plan) -> None:
    """The books are whole: the client is told how much it has."""
    counted = 0
    for table in (Document, BankTransaction, Payment, ManualJournal):
        counted += await unit.scalar(
            select(func.count())
            .select_from(table)
            .where(table.firm_id == unit.firm_id, table.tenant_id == tenant_id, table.gone_at.is_(None))
        )
    tenant = await unit.get(Tenant, tenant_id)
    tenant.size_documents, tenant.size_state = counted, "known"
    await note_imported(
        unit, client_id=client_id, documents=counted, name=tenant.name, changed=plan.changed > 0, whole=plan.whole
    )
    import_ = await unit.lock(Import, import_id)
    import_.stage, import_.calls_left, import_.changed = None, 0, plan.changed


def _tell(unit: Unit, import_: Import) -> None:
    unit.changed("import", import_.id, client_id=import_.client_id, patch={"state": import_.state})
    unit.changed("import_run", import_.run_id)
