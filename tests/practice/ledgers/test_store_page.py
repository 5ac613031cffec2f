"""A page is stored once, however often it comes; what it answers is how much is not as it was."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.kernel.unit import Unit
from practice.ledgers import store_page as storing
from practice.ledgers.models.documents import Document
from practice.ledgers.models.organisation import Report
from practice.ledgers.store_page import store_page
from tests.make import tenant

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def invoice(n: int, **over: Any) -> dict[str, Any]:
    return {
        "remote_id": str(UUID(int=n)), "kind": "invoice", "side": "sales", "status": "AUTHORISED", "number": f"INV-{n}",
        "date": date(2026, 11, 20), "total_cents": 11011, "has_attachments": False, "line_accounts": ["200", None],
        "line_account_ids": [str(UUID(int=7)), None], "line_tax_types": ["OUTPUT", None], "line_cents": [10010, 0],
        "line_tax_cents": [1001, 0], "updated_at": AT, **over,
    }  # fmt: skip


@pytest.fixture(params=[0, storing.FEW], ids=["by COPY", "at once"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways into the database must do the same; a page of a test is small either way."""
    monkeypatch.setattr(storing, "FEW", request.param)


@pytest.fixture
async def tenant_id(runtime: Runtime, bright: Actor) -> UUID:
    async with runtime.context(bright).unit() as unit:
        return tenant(unit).id


async def held(unit: Unit) -> dict[str | None, int]:
    return {row.number: row.total_cents for row in await unit.scalars(select(Document).where(Document.firm_id == unit.firm_id))}


async def test_what_is_as_it_was_is_not_written_again(runtime: Runtime, bright: Actor, tenant_id: UUID) -> None:
    page = [invoice(n) for n in range(1, 4)]
    changed, written = [], []
    for rows in (page, page, [*page[:2], invoice(3, total_cents=5, status="PAID")]):
        async with runtime.context(bright).unit() as unit:
            changed.append(await store_page(unit, tenant_id=tenant_id, resource="invoices", rows=rows))
            written.append(set(await unit.scalars(text("SELECT xmin::text FROM document"))))
    assert changed == [3, 0, 1]
    assert written[0] == written[1] != written[2]
    async with runtime.context(bright).unit(write=False) as unit:
        assert await held(unit) == {"INV-1": 11011, "INV-2": 11011, "INV-3": 5}
        line = (await unit.scalars(select(Document.line_cents).where(Document.firm_id == unit.firm_id)))[0]
        assert line == [10010, 0]


async def test_an_older_version_never_replaces_a_newer_one(runtime: Runtime, bright: Actor, tenant_id: UUID) -> None:
    older, newer = invoice(1, updated_at=AT, total_cents=1), invoice(1, updated_at=AT.replace(hour=10), total_cents=2)
    changed = []
    for row in (newer, older):
        async with runtime.context(bright).unit() as unit:
            changed.append(await store_page(unit, tenant_id=tenant_id, resource="invoices", rows=[row]))
    assert changed == [1, 0]
    async with runtime.context(bright).unit(write=False) as unit:
        assert await held(unit) == {"INV-1": 2}


async def test_several_pages_pass_through_one_unit(runtime: Runtime, bright: Actor, tenant_id: UUID) -> None:
    async with runtime.context(bright).unit() as unit:
        changed = [
            await store_page(unit, tenant_id=tenant_id, resource=resource, rows=rows)
            for resource, rows in (
                ("invoices", [invoice(1), invoice(2)]),
                ("credit_notes", [invoice(3, kind="credit_note")]),
                ("invoices", [invoice(2, total_cents=7), invoice(4)]),
                ("invoices", []),
            )
        ]
    assert changed == [2, 1, 2, 0]
    async with runtime.context(bright).unit(write=False) as unit:
        assert await held(unit) == {"INV-1": 11011, "INV-2": 7, "INV-3": 11011, "INV-4": 11011}


async def test_of_a_row_twice_in_a_page_the_last_one_counts(runtime: Runtime, bright: Actor, tenant_id: UUID) -> None:
    async with runtime.context(bright).unit() as unit:
        rows = [invoice(1, total_cents=1), invoice(1, total_cents=2)]
        assert await store_page(unit, tenant_id=tenant_id, resource="invoices", rows=rows) == 1
        assert await held(unit) == {"INV-1": 2}


async def test_a_report_is_known_by_its_name(runtime: Runtime, bright: Actor, tenant_id: UUID) -> None:
    async with runtime.context(bright).unit() as unit:
        for name, rows in (("trial_balance", [1]), ("bank_summary", []), ("trial_balance", [2])):
            report = {"name": name, "as_of": date(2026, 11, 20), "body": {"Rows": rows}}
            await store_page(unit, tenant_id=tenant_id, resource=name, rows=[report])
        kept = await unit.scalars(select(Report).where(Report.firm_id == unit.firm_id))
    assert {row.name: row.body for row in kept} == {"trial_balance": {"Rows": [2]}, "bank_summary": {"Rows": []}}
