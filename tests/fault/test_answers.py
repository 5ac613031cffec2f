"""Everything that Xero can answer (promises 2.3, F28 to F41): the import waits, tries again, asks for help or sets a row aside.

What is spoiled and on which page is drawn from a seed; the books that are stored in the end are Xero's.
"""

import random
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from practice.connections.models import Connection, Grant, Tenant
from practice.connections.reach_tenant import reach_tenant
from practice.connections.refresh_grant import refresh_grant
from practice.imports.cancel_imports import cancel_imports
from practice.imports.models import Import
from practice.kernel.clock import SystemClock
from practice.kernel.ids import TimeOrderedIds
from practice.kernel.jobs import JobRow
from practice.kernel.problems import Problem
from practice.ledgers.high_water import read_high_water
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import Document
from practice.providers.http import BODY_CAP, Caller, retry_after
from practice.providers.problems import BadAnswer, Throttled, Unavailable
from practice.providers.xero.accounting import RESOURCES
from practice.scoring.models import Scorecard
from sandbox.world.organisations import organisations
from tests.api.conftest import Person
from tests.fault.source import Sandbox, sandbox_process
from tests.ports import held_port
from tests.practice.imports.conftest import SEED, Desk, pages
from tests.world import consented

PAGED = [
    "Contacts", "Invoices", "CreditNotes", "Prepayments", "Overpayments", "BankTransactions", "Payments", "ManualJournals",
]  # fmt: skip
WHOLE = ["Organisation", "Users", "Accounts", "TaxRates", "BankTransfers", "Reports/TrialBalance", "Reports/BankSummary"]
TRANSIENT = ["http500", "503maintenance", "503unavailable", "503offline", "half_body", "reset", "lost_answer"]
RUBBISH = ["wrong_type", "empty", "null", "bad_json", "bad_utf8"]


async def job_of(desk: Desk, client_id: UUID) -> JobRow:
    rows: list[JobRow] = await desk.all(JobRow, JobRow.key == f"import-ledger:{client_id}")
    return max(rows, key=lambda row: row.created_at)


async def until_it_ends(desk: Desk, client_id: UUID, *, by: timedelta = timedelta(minutes=2)) -> Import:
    for _ in range(30):
        await desk.worked()
        import_ = await desk.import_of(client_id)
        if not import_.active:
            return import_
        await desk.later(by)
    raise AssertionError(f"it never ended: {import_.state} {import_.problem}")


async def tokens(desk: Desk) -> dict[str, int]:
    counted: dict[str, int] = (await desk.control("GET", "stats"))["tokens"]
    return counted


async def fresh(desk: Desk, client_id: UUID) -> int:
    """With a token that was turned just now; how often that has happened."""
    (tenant,) = await desk.all(Tenant, Tenant.remote_id == desk.remote[client_id])
    async with reach_tenant(desk.ctx, tenant.id) as ledger:
        await ledger.pull("users")
    return (await tokens(desk))["refreshes"]


async def is_true(desk: Desk, client_id: UUID) -> bool:
    return await desk.stored(client_id) == await desk.true(client_id)


async def signed_in(desk: Desk) -> Person:
    """The desk's clock has moved past the end of her first session."""
    return await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)


# -- limits ------------------------------------------------------------------------------------------------------------


async def test_f28_a_full_minute_pauses_one_organisation_for_everybody(desk: Desk) -> None:
    one, two = desk.clients
    # Redis counts the pause in real seconds: long enough that it is not over before the last line here, however slow.
    await desk.fault("minute429", "Invoices", tenant=desk.remote[one], page=1, retry_after="700")
    await desk.start(one, two)
    await desk.worked()
    waiting, done = await desk.import_of(one), await desk.import_of(two)
    assert (waiting.state, done.state) == ("waiting", "done")
    assert waiting.waiting_until
    assert timedelta(seconds=699) < waiting.waiting_until - desk.clock.now() <= timedelta(seconds=700)
    job = await job_of(desk, one)
    assert (job.state, job.slot, job.attempt, job.cause) == ("queued", None, 0, "throttled")
    asked = len(await desk.calls(one))
    # Whoever else asks hears it without a call: the pause is everybody's.
    with pytest.raises(Throttled):
        async with reach_tenant(desk.ctx, waiting.tenant_id) as ledger:
            await ledger.size()
    assert len(await desk.calls(one)) == asked
    async with reach_tenant(desk.ctx, done.tenant_id) as ledger:
        await ledger.pull("users")
    await desk.later(timedelta(seconds=701))
    await desk.worked()
    assert (await desk.import_of(one)).state == "done"
    assert await is_true(desk, one)
    assert max(pages(await desk.calls(one)).values()) == 1


async def test_f29_a_used_up_day_frees_the_slot_and_can_be_cancelled(desk: Desk) -> None:
    ada = await signed_in(desk)
    client_id = desk.clients[0]
    await desk.fault("day429", "Payments", retry_after="40000")
    run_id = await desk.start(client_id)
    await desk.worked()
    shown = (await ada.get(f"/import-runs/{run_id}/imports")).json()["items"][0]
    assert (shown["state"], shown["problem"]["type"].rsplit("/", 1)[1]) == ("waiting", "day-limit-reached")
    until = datetime.fromisoformat(shown["waiting_until"])
    assert timedelta(seconds=39_990) < until - desk.clock.now() <= timedelta(seconds=40_000)
    job = await job_of(desk, client_id)
    assert (job.state, job.slot, job.lease_owner, job.attempt) == ("queued", None, None, 0)
    async with desk.ctx.unit() as unit:
        await cancel_imports(unit, run_id=run_id)
    asked = len(await desk.calls(client_id))
    await desk.later(timedelta(hours=12))
    await desk.worked()
    assert (await desk.import_of(client_id)).state == "cancelled"
    assert len(await desk.calls(client_id)) == asked
    assert (await desk.run(run_id)).state == "finished"


async def test_f30_the_apps_own_limit_pauses_every_organisation(desk: Desk) -> None:
    one, two = desk.clients
    await desk.fault("appminute429", "Contacts", tenant=desk.remote[one], page=1, retry_after="700")
    await desk.start(one)
    await desk.worked()
    waiting = await desk.import_of(one)
    assert waiting.state == "waiting"
    assert (await job_of(desk, one)).attempt == 0
    tenant_of_two = (await desk.all(Tenant, Tenant.remote_id == desk.remote[two]))[0].id
    before = len(await desk.calls(two))
    with pytest.raises(Throttled) as raised:
        async with reach_tenant(desk.ctx, tenant_of_two) as ledger:
            await ledger.pull("users")
    assert raised.value.extensions["which"] == "app"
    assert len(await desk.calls(two)) == before
    await desk.later(timedelta(seconds=701))
    await desk.worked()
    assert (await desk.import_of(one)).state == "done"


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ODD = [None, "", "-1", "0", "1000000000", "1e400", "-inf", "nan", "soon", "７", "7.5", "\x00", "Sun, 99 Nov 2026 12:00:00 GMT"]


@pytest.mark.parametrize("said", ODD)
def test_f31_an_odd_retry_after_waits_between_a_second_and_a_day(said: str | None) -> None:
    seconds = retry_after(said, now=NOW, unsaid=60)
    assert 1 <= seconds <= 86_400
    if said in (None, "", "nan", "soon", "\x00"):
        assert seconds == 60


def test_f31_a_date_counts_and_noise_never_raises() -> None:
    assert retry_after(format_datetime(NOW + timedelta(seconds=90), usegmt=True), now=NOW, unsaid=60) == 90
    assert retry_after(format_datetime(NOW - timedelta(days=9), usegmt=True), now=NOW, unsaid=60) == 1
    chance = random.Random(31)
    letters = "0123456789 ,:+-.eE" + "MonSunJanNovGMTUTC"
    for _ in range(2_000):
        noise = "".join(chance.choice(letters) for _ in range(chance.randint(1, 40)))
        assert 1 <= retry_after(noise, now=NOW, unsaid=60) <= 86_400, noise


async def test_f31_on_the_wire(desk: Desk) -> None:
    client_id = desk.clients[0]
    for said, wait in {"none": 60, "1000000000": 86_400, "Thu, 01 Jan 2099 00:00:00 GMT": 86_400}.items():
        await desk.fault("minute429", "Organisation", retry_after=said)
        await desk.start(client_id)
        await desk.worked()
        import_ = await desk.import_of(client_id)
        assert import_.waiting_until, said
        assert timedelta(seconds=wait - 1) <= import_.waiting_until - desk.clock.now() <= timedelta(seconds=wait)
        await desk.later(timedelta(seconds=wait + 1))
        await desk.worked()
        assert (await desk.import_of(client_id)).state == "done"


# -- no answer, and answers that are none ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.chaos) for seed in range(2, 6))])
async def test_f32_to_f35_any_answer_on_any_page_costs_a_try_and_nothing_else(desk: Desk, seed: int) -> None:
    """Each kind of trouble once, each somewhere else: the books are Xero's all the same, and none of it counts as a crash."""
    chance = random.Random(seed)
    client_id = desk.clients[0]
    where = chance.sample([*PAGED, *WHOLE], len(TRANSIENT) + len(RUBBISH))
    for kind, path in zip(chance.sample([*TRANSIENT, *RUBBISH], len(where)), where, strict=True):
        await desk.fault(kind, f"2.0/{path}")
    await desk.start(client_id)
    import_ = await until_it_ends(desk, client_id)
    plan = (await desk.control("GET", "faults"))["plan"]
    assert import_.state == "done", (seed, import_.problem, plan)
    assert [fault["done"] for fault in plan] == [1] * len(where)
    assert await is_true(desk, client_id)
    assert import_.set_aside == 0
    assert (await job_of(desk, client_id)).crashes == 0
    assert (await tokens(desk)).get("refused", 0) == 0


REASONS = {
    "503offline": "organisation_offline", "null": "bad_answer", "503maintenance": "maintenance", "http500": "server_error",
}  # fmt: skip


@pytest.mark.parametrize("kinds", [("503offline", "null"), pytest.param(("503maintenance", "http500"), marks=pytest.mark.chaos)])
async def test_f32_f35_what_never_ends_fails_with_its_reason(desk: Desk, kinds: tuple[str, str]) -> None:
    for client_id, kind in zip(desk.clients, kinds, strict=True):
        await desk.fault(kind, "2.0/Invoices", tenant=desk.remote[client_id], times=0)
    await desk.start(*desk.clients)
    for at, (client_id, kind) in enumerate(zip(desk.clients, kinds, strict=True)):
        import_ = await until_it_ends(desk, client_id)
        assert (import_.state, import_.shown_state) == ("failed", "failed")
        assert import_.problem
        assert import_.problem["extensions"]["cause"] == "xero_unavailable"
        assert import_.problem["extensions"]["reason"] == REASONS[kind]
        assert import_.problem["remedy"]["operation"] == "retry"
        spoiled = (await desk.control("GET", "faults"))["plan"][at]["done"]
        assert spoiled == (await job_of(desk, client_id)).tries == 8
        assert (await desk.stored(client_id))["Invoices"] == 0
        async with desk.ctx.unit(write=False) as unit:
            assert "invoices" not in await read_high_water(unit, tenant_id=import_.tenant_id)
    assert await desk.all(Scorecard) == []
    assert (await desk.verbs())["connection.broken"] == 0


async def test_trouble_at_the_token_endpoint_never_costs_the_consent(desk: Desk) -> None:
    (grant,) = await desk.all(Grant)
    for kind in (*TRANSIENT, *RUBBISH, "minute429"):
        await desk.fault(kind, "/connect/token", times=3)
        with pytest.raises((Unavailable, BadAnswer, Throttled)):
            await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
        (after,) = await desk.all(Grant)
        assert (after.status, after.generation) == ("active", grant.generation), kind
        assert after.first_attempt_at is not None
        await desk.control("POST", "faults/drop")
    lent = await refresh_grant(desk.ctx, grant_id=grant.id, refused=grant.generation)
    assert lent.generation == grant.generation + 1
    assert [connection.status for connection in await desk.all(Connection)] == ["active", "active"]


async def test_trouble_at_the_list_of_connections_leaves_nothing_half_connected(desk: Desk) -> None:
    known = {desk.remote[client_id] for client_id in desk.clients}
    another = next(one.tenant_id for one in organisations(SEED)[:60] if one.tenant_id not in known)
    before = [(grant.id, grant.generation) for grant in await desk.all(Grant)]
    ada = await signed_in(desk)
    for kind in (*TRANSIENT, *RUBBISH, "minute429"):
        asked = await ada.post("/connections", {"provider": "xero"})
        back = await consented(desk.house.xero, asked.json()["authorize_url"], [another])
        await desk.fault(kind, "/connections", times=0)
        answer = await ada.http.get(back)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/oauth-failed?problem="), kind
        assert [(grant.id, grant.generation) for grant in await desk.all(Grant)] == before
        assert len(await desk.all(Tenant)) == 2
        await desk.control("POST", "faults/drop")
    asked = await ada.post("/connections", {"provider": "xero"})
    back = await consented(desk.house.xero, asked.json()["authorize_url"], [another])
    assert (await ada.http.get(back)).headers["location"].startswith("/connect/tenants")
    assert len(await desk.all(Tenant)) == 3


# -- on a real socket --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with sandbox_process(tmp_path_factory.mktemp("real")) as running:
        yield running


@pytest.fixture
async def caller(real: Sandbox, redis_url: str) -> AsyncIterator[Caller]:
    from redis.asyncio import Redis

    redis = Redis.from_url(redis_url)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        yield Caller(http, redis, SystemClock(), TimeOrderedIds(), provider="xero", deadline=60)
    await redis.aclose()


async def asked(caller: Caller, real: Sandbox, kind: str, **more: Any) -> Problem:
    real.control("faults/drop")
    real.control("faults", kind=kind, path="openid-configuration", **more)
    with pytest.raises(Problem) as raised:
        (await caller.call("GET", f"{real.origin}/.well-known/openid-configuration")).json()
    return raised.value


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("slow", "timeout"), ("slow_loris", "timeout"), ("hold", "timeout"), ("half_body", "network"), ("reset", "network"),
        ("lost_answer", "network"), ("gzip_bomb", "bad_answer"), ("huge_body", "bad_answer"),
    ],
)  # fmt: skip
async def test_f33_f34_the_whole_answer_by_the_deadline_and_no_more_than_20_mb(
    caller: Caller, real: Sandbox, kind: str, reason: str
) -> None:
    if reason == "timeout":
        caller._deadline = 1.0  # whatever else is wrong with an answer is noticed by itself, however slow the machine
    began = datetime.now(UTC)
    tracemalloc.start()
    try:
        # A byte often enough that no read ever times out: only the deadline ends it.
        problem = await asked(caller, real, kind, delay=0.2 if kind == "slow_loris" else 60, times=0)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert problem.extensions["reason"] == reason
    assert most < 3 * BODY_CAP
    if reason == "timeout":
        # Long before the answer would have been there, and before any single read would have been given up.
        assert timedelta(seconds=0.9) < datetime.now(UTC) - began < timedelta(seconds=40)


async def test_f33_nobody_listens(caller: Caller) -> None:
    with held_port() as port, pytest.raises(Unavailable) as raised:
        await caller.call("GET", f"http://127.0.0.1:{port}/nothing")
    assert raised.value.extensions["reason"] == "network"


# -- drift -------------------------------------------------------------------------------------------------------------

# What stands in the first row of a page, and why the row is set aside.
DRIFT = [
    ("Invoices", "Type", '"ACCNEW"', "Type is not one we know"),
    ("Contacts", "ContactID", "", "ContactID is missing or not an id"),
    ("Payments", "Amount", "NaN", "Amount is out of range"),
    ("CreditNotes", "Total", "1e400", "Total is out of range"),
    ("BankTransactions", "UpdatedDateUTC", '"/Date(999999999999999+0000)/"', "a timestamp cannot be read"),
    ("ManualJournals", "JournalLines", '"none"', "JournalLines is not a list"),
    ("BankTransfers", "Amount", "{}", "Amount is not a number"),
]


async def test_f36_a_row_that_cannot_be_believed_is_set_aside_with_its_reason(desk: Desk) -> None:
    ada = await signed_in(desk)
    client_id = desk.clients[0]
    true = await desk.true(client_id)
    drifted = [row for row in DRIFT if true[row[0]]]
    assert len(drifted) >= 5
    for path, field, value, _ in drifted:
        await desk.fault("drift", f"2.0/{path}", page=None if path == "BankTransfers" else 1, field=field, value=value)
    await desk.fault("reordered", "2.0/Invoices", after=1)
    await desk.fault("duplicate_row", "2.0/Accounts")
    await desk.start(client_id)
    import_ = await until_it_ends(desk, client_id)
    assert (import_.state, import_.problem) == ("done", None)
    assert import_.set_aside == len(drifted)
    wanted = {path: true[path] - sum(path == row[0] for row in drifted) for path in true}
    assert await desk.stored(client_id) == wanted
    shown = (await ada.get(f"/imports/{import_.id}")).json()["stages"]
    reasons = [reason for stage in shown for reason in stage["reasons"]]
    assert sorted(reason.split(" (")[0] for reason in reasons) == sorted(row[3] for row in drifted)
    assert sum(stage["set_aside"] for stage in shown) == len(drifted)


async def test_f36_numbers_as_text_stay_exact_and_ids_of_others_stay_apart(desk: Desk) -> None:
    one, two = desk.clients
    await desk.start(two)
    await desk.worked()
    theirs: Document = (await desk.all(Document, Document.kind == "invoice"))[0]
    before = (theirs.tenant_id, theirs.total_cents, theirs.number)
    await desk.fault("drift", "2.0/Invoices", tenant=desk.remote[one], page=1, field="InvoiceID", value=f'"{theirs.remote_id}"')
    await desk.fault("drift", "2.0/Payments", tenant=desk.remote[one], page=1, field="Amount", value='"70368744177.01"')
    await desk.start(one)
    import_ = await until_it_ends(desk, one)
    assert (import_.state, import_.set_aside) == ("done", 0)
    assert await is_true(desk, one)
    assert await is_true(desk, two)
    both: list[Document] = await desk.all(Document, Document.remote_id == theirs.remote_id)
    assert {row.tenant_id for row in both} == {import_.tenant_id, before[0]}
    untouched = next(row for row in both if row.tenant_id == before[0])
    assert (untouched.tenant_id, untouched.total_cents, untouched.number) == before
    async with desk.ctx.unit(write=False) as unit:
        most = await unit.scalar(
            text("SELECT max(amount_cents) FROM payment WHERE firm_id = :firm AND tenant_id = :tenant").bindparams(
                firm=unit.firm_id, tenant=import_.tenant_id
            )
        )
    assert Decimal(most).scaleb(-2) == Decimal("70368744177.01")


COUNTS = [("pageCount", "1", 2), ("pageCount", "1000000000000", 1), ("itemCount", "NaN", 1), ("pageCount", "", 1), ("itemCount", "1e400", 2)]


async def test_f36_pages_that_are_counted_wrongly_are_asked_for_again(desk: Desk) -> None:
    client_id = desk.clients[0]
    true = await desk.true(client_id)
    path = next(path for path in PAGED if true[path] > 20)
    for field, value, page in COUNTS:
        await desk.fault("pagination", f"2.0/{path}", page=page, field=field, value=value)
    await desk.start(client_id)
    import_ = await until_it_ends(desk, client_id)
    assert (import_.state, import_.set_aside) == ("done", 0)
    assert [fault["done"] for fault in (await desk.control("GET", "faults"))["plan"]] == [1] * len(COUNTS)
    assert await is_true(desk, client_id)


# -- what moves meanwhile ----------------------------------------------------------------------------------------------


async def test_f38_rows_that_change_while_they_are_paged_through_are_all_there(desk: Desk) -> None:
    """A changed row moves to the end, and what was behind it moves up, into pages that were read already."""
    client_id = desk.clients[0]
    remote = desk.remote[client_id]
    await desk.start(client_id)
    while (await desk.import_of(client_id)).active:
        assert await desk.worked(most=1)
        stored: list[Document] = await desk.all(Document, Document.kind == "invoice")
        if stored and len(stored) < (await desk.true(client_id))["Invoices"]:
            for row in sorted(stored, key=lambda row: row.remote_id)[:3]:
                await desk.control("POST", "change-document", tenant_id=remote, resource="Invoices", id=str(row.remote_id))
    import_ = await desk.import_of(client_id)
    if import_.state == "failed":
        # It kept changing faster than it was read; said so, and read once more.
        assert import_.problem
        assert import_.problem["slug"] == "books-kept-changing"
        await desk.start(client_id)
        import_ = await until_it_ends(desk, client_id)
    assert import_.state == "done"
    assert await is_true(desk, client_id)


async def test_f38_changes_that_move_while_they_are_paged_through_all_arrive(desk: Desk) -> None:
    """The same in a reading of changes only: what slips between its pages is older than the next one asks for."""
    client_id = desk.clients[0]
    remote = desk.remote[client_id]
    await desk.start(client_id)
    assert (await until_it_ends(desk, client_id)).state == "done"
    chosen = sorted(str(row.remote_id) for row in await desk.all(Contact))
    assert len(chosen) > 20

    async def change(document_id: str, said: str) -> None:
        await desk.control(
            "POST", "change-document", tenant_id=remote, resource="Contacts", id=document_id, fields={"TaxNumber": said}
        )

    async def stored() -> dict[str, str | None]:
        return {str(row.remote_id): row.tax_number for row in await desk.all(Contact)}

    await desk.later(timedelta(hours=2))
    for id_ in chosen:
        await change(id_, "first")
    await desk.later(timedelta(minutes=30))
    await desk.start(client_id)
    moved: list[str] = []
    while (await desk.import_of(client_id)).active:
        assert await desk.worked(most=1)
        read = [id_ for id_, said in (await stored()).items() if said == "first"]
        if read and not moved and len(read) < len(chosen):
            # Those that were read already change again: they move to the end, and what came after moves up.
            moved = read[:8]
            for id_ in moved:
                await change(id_, "second")
    assert (await desk.import_of(client_id)).state == "done"
    assert moved
    # Whatever slipped must have been read, here or by the very next reading.
    await desk.later(timedelta(hours=2))
    await desk.start(client_id)
    assert (await until_it_ends(desk, client_id)).state == "done"
    assert await stored() == {id_: "second" if id_ in moved else "first" for id_ in chosen}


@pytest.mark.parametrize("minutes", [-10, pytest.param(10, marks=pytest.mark.chaos)])
async def test_f39_a_clock_ten_minutes_off_at_xero_loses_no_change_and_no_token(desk: Desk, minutes: int) -> None:
    client_id = desk.clients[0]
    desk.sandbox.sandbox.clock.advance(minutes * 60)
    await desk.start(client_id)
    assert (await until_it_ends(desk, client_id)).state == "done"
    # The change is made right after the reading, on Xero's clock; the next reading must see it.
    changed = await desk.control("POST", "change-document", tenant_id=desk.remote[client_id], resource="Invoices")
    refreshed = (await tokens(desk)).get("refreshes", 0)
    for _ in range(2):
        # Past the end of the token by one clock and not by the other.
        await desk.later(timedelta(minutes=22))
        await desk.start(client_id)
        assert (await until_it_ends(desk, client_id)).state == "done"
    (stored,) = await desk.all(Document, Document.remote_id == changed["id"])
    assert stored.reference == changed["document"]["Reference"]
    counted = await tokens(desk)
    assert counted["refreshes"] - refreshed <= 2
    assert counted.get("refused", 0) == 0


# -- tokens that Xero does not take --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.chaos) for seed in range(2, 6))])
async def test_f40_a_token_refused_in_the_middle_is_turned_once_and_the_page_asked_for_again(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    client_id = desk.clients[0]
    before = await fresh(desk, client_id)
    await desk.fault("expire_token", f"2.0/{chance.choice(PAGED)}", page=1)
    await desk.start(client_id)
    await desk.worked()
    import_ = await desk.import_of(client_id)
    assert (import_.state, import_.problem) == ("done", None)
    assert (await tokens(desk))["refreshes"] == before + 1
    assert (await job_of(desk, client_id)).attempt == 0
    assert await is_true(desk, client_id)


async def test_f41_a_missing_scope_asks_for_permissions_and_turns_no_token(desk: Desk) -> None:
    ada = await signed_in(desk)
    one, two = desk.clients
    before = await fresh(desk, one)
    await desk.fault("scope401", "2.0/ManualJournals", tenant=desk.remote[one], times=0)
    await desk.start(one, two)
    await desk.worked()
    refused, fine = await desk.import_of(one), await desk.import_of(two)
    assert (refused.state, refused.shown_state, fine.state) == ("failed", "needs_action", "done")
    assert refused.problem
    assert refused.problem["extensions"] == {"cause": "scope_missing", "resource": "Manual journals"}
    assert (refused.problem["remedy"]["label"], refused.problem["remedy"]["operation"]) == ("Update permissions", "reconnect")
    assert (await tokens(desk)).get("refreshes", 0) == before
    assert (await desk.control("GET", "faults"))["plan"][0]["done"] <= 5
    shown = {each["tenant_id"]: each for each in (await ada.get("/connections")).json()["items"]}
    assert shown[str(refused.tenant_id)]["cause"] == "scope_missing"
    assert shown[str(refused.tenant_id)]["status"] == "degraded"  # the rest can still be read
    assert (await desk.verbs())["connection.broken"] == 0


def test_every_resource_is_one_that_these_tests_spoil() -> None:
    assert len(RESOURCES) == len(PAGED) + len(WHOLE)
    assert sum(resource.paged for resource in RESOURCES) == len(PAGED)
