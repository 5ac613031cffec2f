"""Books come out of the database as they were stored: every column, the organisation's own days, and what is missing named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.kernel.clock import FrozenClock
from practice.kernel.context import Context
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.ledgers.books import FRAMES, Books
from practice.ledgers.high_water import note_refused, save_high_water
from practice.ledgers.load_books import MADE_OF, OPTIONAL, QUERIES, load_books
from practice.ledgers.models.figures import StatedFigure
from practice.ledgers.store_page import store_page
from tests.make import firm, tenant

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AS_OF = date(2026, 11, 21)
AT = datetime(2026, 10, 31, 14, 30, tzinfo=UTC)
"""Half past one on the first of November in Sydney."""


def uid(n: int) -> str:
    return str(UUID(int=n))


LINES = {
    "line_accounts": ["200", None], "line_account_ids": [uid(20), None], "line_tax_types": ["OUTPUT", None],
    "line_cents": [1000, 0], "line_tax_cents": [100, 0],
}  # fmt: skip
ORGANISATION = {
    "remote_id": uid(1), "name": "Acme", "base_currency": "AUD", "time_zone": "Australia/Sydney", "country": "AU",
    "period_lock_date": date(2026, 9, 30), "end_of_year_lock_date": date(2026, 6, 30), "pays_tax": True,
}  # fmt: skip
DOCUMENT = {
    "remote_id": uid(40), "kind": "invoice", "side": "sales", "status": "AUTHORISED", "contact_id": uid(30), "number": "INV-1",
    "reference": 'a "quoted", line', "date": date(2026, 10, 1), "due_date": date(2026, 10, 15), "total_cents": 1100, "due_cents": 1100,
    "tax_cents": 100, "currency": "USD", "rate": 0.625, "has_attachments": True, "updated_at": AT, **LINES,
}  # fmt: skip
MONEY = {
    "remote_id": uid(50), "type": "RECEIVE", "status": "AUTHORISED", "contact_id": uid(30), "account_id": uid(21),
    "date": date(2026, 10, 2), "total_cents": 1100, "reconciled": True, "currency": "AUD", "reference": "ref", "rate": 1,
    "has_attachments": False, "updated_at": AT, **LINES,
}  # fmt: skip
PAGES: dict[str, list[dict[str, Any]]] = {
    "organisation": [ORGANISATION],
    "users": [{"remote_id": uid(2), "email": "Jo@acme.test", "name": "Jo", "role": "STANDARD"}],
    "accounts": [
        {
            "remote_id": uid(20), "code": "200", "name": "Sales", "type": "REVENUE", "class_": "REVENUE", "status": "ACTIVE",
            "system_account": "ROUNDING", "bank_account_number": "1", "currency": "AUD", "tax_type": "OUTPUT",
            "reporting_code": "REV.TRA.GOO",
        }
    ],
    "tax_rates": [
        {
            "tax_type": "OUTPUT", "name": "GST on Income", "status": "ACTIVE", "effective_rate": 12.5, "for_assets": True,
            "for_equity": True, "for_expenses": False, "for_liabilities": True, "for_revenue": True,
        }
    ],
    "contacts": [
        {
            "remote_id": uid(30), "name": "Zoë & Co", "email": "zoe@co.test", "tax_number": "51 824 753 556",
            "bank_account": "082-001 123456", "status": "ACTIVE", "company_number": "7", "is_supplier": True, "is_customer": False,
            "sales_account": "200", "purchases_account": "400", "sales_tax": "OUTPUT", "purchases_tax": "INPUT", "updated_at": AT,
        }
    ],
    "invoices": [DOCUMENT, DOCUMENT | {"remote_id": uid(41), "status": "VOIDED"}],
    "credit_notes": [],
    "prepayments": [],
    "overpayments": [],
    "bank_transactions": [MONEY, MONEY | {"remote_id": uid(51), "status": "DELETED", "type": "SPEND"}],
    "bank_transfers": [
        {
            "remote_id": uid(60), "status": "AUTHORISED", "date": date(2026, 10, 3), "amount_cents": 5, "from_account_id": uid(21),
            "to_account_id": uid(22), "from_reconciled": True, "to_reconciled": False,
        }
    ],
    "payments": [
        {
            "remote_id": uid(70), "type": "ACCRECPAYMENT", "status": "AUTHORISED", "date": date(2026, 10, 4), "amount_cents": 6,
            "account_id": uid(21), "reconciled": True, "document_id": uid(40), "currency": "USD",
        }
    ],
    "manual_journals": [
        {
            "remote_id": uid(80), "status": "POSTED", "date": date(2026, 10, 5), "narration": "Wages", "updated_at": AT,
            **{name: value for name, value in LINES.items() if name != "line_tax_cents"},
        }
    ],
    "trial_balance": [
        {"name": "trial_balance", "as_of": date(2026, 10, 31), "body": {}, "balances": {uid(20): -102022, uid(21): 102022}}
    ],
    "assets": [
        {
            "remote_id": uid(90), "status": "REGISTERED", "account_id": uid(23), "accumulated_account_id": uid(24),
            "cost_cents": 250000, "accumulated_cents": 62500,
        }
    ],
}  # fmt: skip


@dataclass
class Ledger:
    """A tenant's ledger that a test writes page by page."""

    ctx: Context
    clock: FrozenClock
    tenant_id: UUID

    async def store(self, resource: str, *rows: dict[str, Any]) -> None:
        self.clock.move(timedelta(minutes=1))
        async with self.ctx.unit() as unit:
            await store_page(unit, tenant_id=self.tenant_id, resource=resource, rows=rows)
            await save_high_water(
                unit, tenant_id=self.tenant_id, resource=resource, modified_since=unit.now - timedelta(days=1)
            )

    async def store_all(self) -> None:
        for resource, rows in PAGES.items():
            await self.store(resource, *rows)

    async def books(self, as_of: date = AS_OF, **more: Any) -> Books:
        return await load_books(self.ctx, tenant_id=self.tenant_id, as_of=as_of, **more)


@pytest.fixture
async def ledger(product: Settings) -> Any:
    clock = FrozenClock(NOW)
    async with Runtime.open(product, clock=clock) as runtime:
        ctx = runtime.context(await firm(runtime, "Bright", "Ada"))
        async with ctx.unit() as unit:
            tenant_id = tenant(unit).id
        yield Ledger(ctx, clock, tenant_id)


def one(frame: pl.DataFrame, **by: Any) -> dict[str, Any]:
    rows = frame.filter(**by).to_dicts() if by else frame.to_dicts()
    assert len(rows) == 1, rows
    return rows[0]


async def test_every_column_of_every_frame_is_produced(ledger: Ledger) -> None:
    await ledger.store_all()
    await ledger.store("organisation", ORGANISATION | {"period_lock_date": date(2026, 8, 31)})
    await ledger.store("contacts", PAGES["contacts"][0] | {"bank_account": "082-001 654321"})
    await state(ledger, kind="statement", account_id=UUID(uid(21)), lines=3, earliest=date(2026, 10, 6))
    books = await ledger.books()
    assert set(QUERIES) == set(FRAMES)
    for name, columns in FRAMES.items():
        frame: pl.DataFrame = getattr(books, name)
        assert dict(frame.schema) == columns, name
        # Each column holds something somewhere, so none of them is a stand-in for what is not read.
        never = {column for column in columns if frame[column].null_count() == frame.height}
        assert never == set(), name


async def test_it_says_what_was_stored(ledger: Ledger) -> None:
    await ledger.store_all()
    books = await ledger.books()
    assert books.absent == {"stated": "not_synced"}
    assert one(books.documents) == {
        **{name: value for name, value in DOCUMENT.items() if name in FRAMES["documents"]}, "id": uid(40), "updated_on": date(2026, 11, 1),
    }  # fmt: skip
    rate = one(books.tax_rates)
    assert (rate["basis_points"], rate["for_assets"], rate["for_expenses"]) == (1250, True, False)
    contact = one(books.contacts)
    assert (contact["sales_account"], contact["purchases_tax"], contact["name"]) == ("200", "INPUT", "Zoë & Co")
    money = one(books.bank_transactions)
    assert (money["rate"], money["has_attachments"], money["reconciled"]) == (1.0, False, True)
    assert one(books.lines, source="invoice", account_code="200")["rate"] == 0.625
    assert one(books.lines, source="bank_transaction", account_code="200")["side"] == "sales"
    assert one(books.lines, source="manual_journal", account_code="200")["tax_cents"] is None
    assert books.lines.height == 6
    assert dict(books.balances.select("account_id", "cents").iter_rows()) == {uid(20): -102022, uid(21): 102022}
    assert one(books.users)["role"] == "STANDARD"
    assert books.size == 4


async def test_what_was_voided_or_deleted_is_in_a_frame_of_its_own(ledger: Ledger) -> None:
    await ledger.store_all()
    removed = (await ledger.books()).removed
    invoice, money = one(removed, kind="invoice"), one(removed, kind="bank_transaction")
    assert (invoice["id"], invoice["status"], invoice["updated_on"]) == (uid(41), "VOIDED", date(2026, 11, 1))
    assert (money["id"], money["status"], money["side"], money["number"]) == (uid(51), "DELETED", "purchases", None)


async def test_lines_come_as_they_were_stored_whatever_people_call_their_accounts(ledger: Ledger) -> None:
    """A row with many lines, one with one line that says nothing, one without lines; codes of every letter."""
    codes = ["200", None, "a b", 'say "so"', ",", "[1]", "{}", "\\N", "\\", "null", "\x1f\x1e\t\n\r", "Ā́ 🏦", "'"]
    each: dict[str, Any] = {
        "line_accounts": codes, "line_account_ids": [uid(20) if n % 2 else None for n in range(len(codes))],
        "line_tax_types": codes[::-1], "line_cents": [(-1) ** n * n * 10**15 for n in range(len(codes))],
        "line_tax_cents": [n - 5 for n in range(len(codes))],
    }  # fmt: skip
    silent: dict[str, Any] = {name: [0] if name.endswith("cents") else [None] for name in each}
    nothing: dict[str, Any] = {name: [] for name in each}
    await ledger.store_all()
    rows = [DOCUMENT | {"remote_id": uid(100 + n)} | lines for n, lines in enumerate((each, silent, nothing))]
    await ledger.store("invoices", *rows)
    await ledger.store("manual_journals", PAGES["manual_journals"][0] | {k: v for k, v in each.items() if k != "line_tax_cents"})
    books = await ledger.books()
    told = ("account_code", "account_id", "tax_type", "amount_cents", "tax_cents")
    said = list(zip(*each.values(), strict=True))
    assert books.lines.filter(pl.col("document_id") == uid(100)).select(told).rows() == said
    assert books.lines.filter(pl.col("document_id") == uid(101)).select(told).rows() == [(None, None, None, 0, 0)]
    assert books.lines.filter(pl.col("document_id") == uid(102)).is_empty()
    assert books.lines.filter(pl.col("source") == "manual_journal").select(told).rows() == [(*row[:4], None) for row in said]
    few = (await ledger.books(needs={"lines": ("document_id", "status")})).lines
    assert few.columns == ["document_id", "status"]
    assert few.filter(pl.col("document_id") == uid(100)).height == len(codes)


@given(
    zone=st.sampled_from(
        ["Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "America/New_York", "Europe/London", "Asia/Kathmandu", "UTC"]
    ),
    moments=st.lists(
        st.datetimes(min_value=datetime(2019, 1, 1), max_value=datetime(2027, 1, 1)), min_size=1, max_size=20  # noqa: DTZ001 - made aware below
    ),
)  # fmt: skip
@settings(max_examples=15)
async def test_days_are_the_organisation_s_own(ledger: Ledger, zone: str, moments: Sequence[datetime]) -> None:
    """Summer time among them: each moment has the offset that it had."""
    said = {uid(100 + n): moment.replace(tzinfo=UTC) for n, moment in enumerate(moments)}
    async with ledger.ctx.unit() as unit:
        await store_page(
            unit, tenant_id=ledger.tenant_id, resource="organisation", rows=[ORGANISATION | {"time_zone": zone}]
        )
        rows = [{"remote_id": id_, "name": id_, "updated_at": at} for id_, at in said.items()]
        for table in ("bank_history", "contact"):
            await (await unit.session.connection()).exec_driver_sql(f"DELETE FROM {table}")
        await store_page(unit, tenant_id=ledger.tenant_id, resource="contacts", rows=rows)
    found = (await ledger.books(needs={"contacts": ("id", "updated_on")})).contacts
    assert dict(found.iter_rows()) == {id_: at.astimezone(ZoneInfo(zone)).date() for id_, at in said.items()}


@pytest.mark.parametrize("zone", [None, "", "Nowhere/Land", "x'; DROP TABLE contact; --", "../etc/passwd"])
async def test_a_zone_nobody_knows_is_universal_time(ledger: Ledger, zone: str | None) -> None:
    await ledger.store_all()
    await ledger.store("organisation", ORGANISATION | {"time_zone": zone})
    assert one((await ledger.books()).contacts)["updated_on"] == date(2026, 10, 31)


async def test_balances_of_another_day_are_absent(ledger: Ledger) -> None:
    await ledger.store_all()
    assert "balances" not in (await ledger.books(date(2026, 11, 30))).absent
    assert (await ledger.books(date(2026, 12, 1))).absent["balances"] == "not_synced"
    assert (await ledger.books(date(2026, 10, 31))).absent["balances"] == "not_synced"


async def test_what_was_never_read_is_absent(ledger: Ledger) -> None:
    books = await ledger.books()
    assert books.absent == dict.fromkeys((*MADE_OF, *OPTIONAL), "not_synced")
    assert (books.read_on, books.size, books.organisation.name) == (None, 0, "")


async def test_books_were_read_on_the_day_of_the_resource_read_longest_ago(ledger: Ledger) -> None:
    await ledger.store_all()  # on the evening of the 21st in Sydney
    assert (await ledger.books()).read_on == date(2026, 11, 21)
    ledger.clock.move(timedelta(hours=6))
    for resource, rows in PAGES.items():
        if resource != "users":
            await ledger.store(resource, *rows)
    assert (await ledger.books()).read_on == date(2026, 11, 21)
    await ledger.store("users", *PAGES["users"])
    assert (await ledger.books()).read_on == date(2026, 11, 22)  # where it is still the 21st in universal time


async def state(ledger: Ledger, **values: Any) -> None:
    async with ledger.ctx.unit() as unit:
        unit.add(
            StatedFigure(
                tenant_id=ledger.tenant_id, date=date(2026, 10, 31), cents=620000, made_at=unit.now, source="entered",
                made_by=ledger.ctx.actor.member_id, **values,
            )
        )  # fmt: skip


async def refuse(ledger: Ledger, *resources: str) -> int:
    async with ledger.ctx.unit() as unit:
        return await note_refused(unit, tenant_id=ledger.tenant_id, resources=resources)


async def test_what_no_consent_covers_is_absent_until_it_is_read(ledger: Ledger) -> None:
    await ledger.store_all()
    assert (await ledger.books()).assets.height == 1
    assert (await refuse(ledger, "assets", "cash_validation"), await refuse(ledger, "assets", "cash_validation")) == (2, 0)
    books = await ledger.books()
    assert books.absent == {"stated": "no_permission", "assets": "no_permission"}
    assert books.read_on == AS_OF
    await ledger.store("assets")
    await ledger.store("cash_validation")
    assert (await ledger.books()).absent == {}


SAID = {"cents": 620000, "lines": 7, "earliest": date(2026, 10, 3)}


async def test_what_a_person_entered_stays_and_the_bank_speaks_for_the_days_it_was_asked_for(ledger: Ledger) -> None:
    await ledger.store_all()
    await state(ledger, kind="statement", account_id=UUID(uid(21)))
    said = {"account_id": uid(21), "date": date(2026, 10, 31), **SAID, "cents": 1}
    today = said | {"date": date(2026, 11, 20), "cents": 5}

    async def statements() -> dict[date, tuple[int, int | None]]:
        return {row["date"]: (row["cents"], row["lines"]) for row in (await ledger.books()).stated.to_dicts()}

    async def stored(*rows: dict[str, Any]) -> int:
        async with ledger.ctx.unit() as unit:
            return await store_page(unit, tenant_id=ledger.tenant_id, resource="cash_validation", rows=rows)

    assert await stored(said, today) == 1
    entered = (620000, None)
    assert await statements() == {date(2026, 10, 31): entered, date(2026, 11, 20): (5, 7)}
    # Read once more, nothing has changed; a later day takes the place of the earlier one.
    assert await stored(said, today) == 0
    assert await stored(said, today | {"lines": 6}) == 1
    assert await stored(said, today | {"date": date(2026, 11, 21)}) == 2
    assert await statements() == {date(2026, 10, 31): entered, date(2026, 11, 21): (5, 7)}
    # Without permission only what the person entered goes on speaking.
    assert await refuse(ledger, "cash_validation") == 1
    assert await statements() == {date(2026, 10, 31): entered}
    assert "stated" not in (await ledger.books()).absent


async def test_stated_figures_are_there_once_somebody_stated_one(ledger: Ledger) -> None:
    await ledger.store_all()
    await refuse(ledger, "cash_validation")
    assert (await ledger.books()).absent["stated"] == "no_permission"
    await state(ledger, kind="tax_filed")
    books = await ledger.books()
    assert "stated" not in books.absent
    assert one(books.stated) == {
        "kind": "tax_filed", "account_id": None, "date": date(2026, 10, 31), "cents": 620000, "lines": None, "earliest": None,
    }  # fmt: skip


async def test_lock_dates_are_kept_each_time_they_differ(ledger: Ledger) -> None:
    for period, year in ((9, 6), (9, 6), (8, 6), (8, None), (9, None), (9, None)):
        lock = {
            "period_lock_date": date(2026, period, 28),
            "end_of_year_lock_date": date(2026, year, 30) if year else None,
        }
        await ledger.store("organisation", ORGANISATION | lock)
    rows = (await ledger.books()).lock_history.select("seen_on", "period_lock", "year_lock").rows()
    days = [
        (date(2026, 9, 28), date(2026, 6, 30)),
        (date(2026, 8, 28), date(2026, 6, 30)),
        (date(2026, 8, 28), None),
        (date(2026, 9, 28), None),
    ]
    assert [row[1:] for row in rows] == days
    assert {row[0] for row in rows} == {AS_OF}


async def test_other_bank_details_are_noted_when_they_are_read_later(ledger: Ledger) -> None:
    contact = PAGES["contacts"][0]
    seen = []
    for number, at in (
        ("082-001 123456", AT),
        ("082 001 123-456", AT + timedelta(hours=1)),  # the same digits
        ("999999", AT - timedelta(hours=1)),  # an older version
        (None, AT + timedelta(hours=2)),  # taken away
        ("082-001 123457", AT + timedelta(hours=3)),
        ("082-001 123457", AT + timedelta(hours=4)),
        ("082-001 123458", AT + timedelta(hours=5)),
    ):
        await ledger.store("contacts", contact | {"bank_account": number, "updated_at": at})
        seen.append((await ledger.books()).bank_history.height)
    assert seen == [0, 0, 0, 0, 1, 1, 2]
    assert set((await ledger.books()).bank_history.rows()) == {(uid(30), AS_OF)}


async def test_only_what_is_needed_is_there(ledger: Ledger) -> None:
    await ledger.store_all()
    books = await ledger.books(
        needs={"contacts": ("name", "id"), "payments": ()}, people=["Ada@Bright.test"], thresholds={"DQ10": 12}
    )
    assert books.contacts.columns == ["id", "name"]
    assert books.documents.columns == books.payments.columns == []
    assert books.size == 4
    assert (books.people, books.thresholds) == (frozenset({"ada@bright.test"}), {"DQ10": 12})
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        books.contacts.select("email")


async def test_another_firm_sees_nothing(ledger: Ledger, product: Settings) -> None:
    await ledger.store_all()
    async with Runtime.open(product) as runtime:
        other = runtime.context(await firm(runtime, "Other", "Eve"))
        books = await load_books(other, tenant_id=ledger.tenant_id, as_of=AS_OF)
    assert books.size == 0
    assert books.organisation.name == ""
    assert all(getattr(books, name).is_empty() for name in FRAMES)
