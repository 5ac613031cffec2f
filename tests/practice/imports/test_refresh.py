"""Sync now, and the whole reading that finds what increments cannot: afterwards our rows are the truth."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from practice.clients.models import Client
from practice.clients.nights import Night
from practice.imports.models import Import
from practice.imports.refresh_clients import refresh_clients
from practice.imports.start_imports import start_imports
from practice.ledgers.models.bank import BankTransfer, Payment
from practice.ledgers.models.contacts import Contact
from practice.ledgers.models.documents import BankTransaction, Document
from practice.ledgers.models.organisation import SeenPage
from practice.notices.models import Message
from practice.scoring.models import Issue, Scorecard
from sandbox.gateway.shelf import ledger_of
from sandbox.ledgers.ledger import Query
from tests.practice.imports.conftest import Desk

SWEPT: dict[str, Any] = {"BankTransactions": BankTransaction, "Payments": Payment, "BankTransfers": BankTransfer}


async def imported(desk: Desk) -> Import:
    await desk.start(desk.clients[0])
    await desk.worked()
    import_ = await desk.import_of(desk.clients[0])
    assert import_.state == "done"
    return import_


async def read(desk: Desk, kind: str) -> Import:
    """A refresh, or the whole reading that a Sunday brings."""
    async with desk.ctx.unit() as unit:
        if kind == "sync":
            await refresh_clients(unit, client_ids=[desk.clients[0]])
        else:
            run = await start_imports(unit, client_ids=[desk.clients[0]])
            run.kind, run.night, run.started_by = "sweep", unit.now.date(), None
    await desk.worked()
    import_ = await desk.import_of(desk.clients[0])
    assert import_.state == "done", import_.problem
    return import_


async def client(desk: Desk) -> Client:
    async with desk.ctx.unit(write=False) as unit:
        return await unit.get(Client, desk.clients[0])


async def change(desk: Desk, resource: str, id_: object, **more: Any) -> None:
    await desk.control(
        "POST", "change-document", tenant=desk.remote[desk.clients[0]], resource=resource, id=str(id_), **more
    )


async def at_xero(desk: Desk, resource: str) -> dict[UUID, dict[str, Any]]:
    """Every document there is now, by its id."""
    import json

    ledger = await ledger_of(desk.sandbox.sandbox, desk.remote[desk.clients[0]])
    key = f"{resource.removesuffix('s')}ID"
    documents = [json.loads(found.body) for found in ledger.page(resource, Query())]
    return {UUID(one[key]): one for one in documents}


async def ours(desk: Desk, resource: str) -> dict[UUID, Any]:
    table = SWEPT.get(resource, Document)
    conditions = [table.gone_at.is_(None)]
    if table is Document:
        conditions.append(Document.kind == "invoice")
    return {row.remote_id: row for row in await desk.all(table, *conditions)}


async def test_an_unchanged_client_costs_one_call_a_resource_and_no_score(desk: Desk) -> None:
    await imported(desk)
    before = await client(desk)
    await desk.later()
    calls = len(await desk.calls(desk.clients[0]))
    import_ = await read(desk, "sync")
    made = (await desk.calls(desk.clients[0]))[calls:]
    assert len(made) == len({call["path"] for call in made}) == 15
    assert (import_.changed, import_.documents, import_.calls) == (0, 0, 15)
    after = await client(desk)
    assert len(await desk.all(Scorecard)) == 1
    assert after.last_imported_at == before.last_imported_at
    assert after.last_synced_at == desk.clock.now()
    assert after.importing is None
    run = await desk.run(import_.run_id)
    assert (run.kind, run.state) == ("sync", "finished")


async def test_sync_is_mailed_only_where_it_fails(desk: Desk) -> None:
    await imported(desk)
    (first,) = await desk.all(Message)
    await desk.later()
    await read(desk, "sync")
    assert [one.id for one in await desk.all(Message)] == [first.id]
    await desk.later()
    await desk.fault("http500", "Invoices", times=0)
    async with desk.ctx.unit() as unit:
        run = await refresh_clients(unit, client_ids=[desk.clients[0]])
    for _ in range(12):
        await desk.worked()
        await desk.later(timedelta(minutes=5))
    assert (await desk.run(run.id)).state == "finished"
    assert (await desk.import_of(desk.clients[0])).state == "failed"
    assert len(await desk.all(Message)) == 2


async def test_a_change_that_a_check_looks_at_is_scored_again(desk: Desk) -> None:
    await imported(desk)
    await desk.later()
    some = next(iter((await ours(desk, "Invoices")).values()))
    await change(desk, "Invoices", some.remote_id, fields={"Reference": "another"})
    import_ = await read(desk, "sync")
    assert import_.changed == 1
    assert len(await desk.all(Scorecard)) == 2


async def test_a_new_month_is_scored_by_its_own_balances(desk: Desk) -> None:
    """No document changed; the trial balance is another period's."""
    await imported(desk)
    await desk.later(timedelta(days=32))
    import_ = await read(desk, "sync")
    assert import_.changed == 1
    assert len(await desk.all(Scorecard)) == 2


async def test_voided_and_deleted_documents_stay_as_rows_and_count_for_nothing(desk: Desk) -> None:
    await imported(desk)
    await desk.later()
    drafts = await desk.all(Issue, Issue.code == "DQ15", Issue.state == "open")
    await change(desk, "Invoices", drafts[0].key, fields={"Status": "DELETED"})
    transfers = list(await ours(desk, "BankTransfers"))
    await change(desk, "BankTransfers", transfers[0], fields={"Status": "DELETED"})
    await read(desk, "sync")
    assert {row.status for row in await desk.all(Document, Document.remote_id == UUID(drafts[0].key))} == {"DELETED"}
    assert [row.status for row in await desk.all(BankTransfer, BankTransfer.remote_id == transfers[0])] == ["DELETED"]
    left = {issue.key for issue in await desk.all(Issue, Issue.code == "DQ15", Issue.state == "open")}
    assert left == {issue.key for issue in drafts[1:]}


async def test_a_sweep_finds_what_no_increment_tells(desk: Desk) -> None:
    await imported(desk)
    await desk.later()
    draft = (await desk.all(Issue, Issue.code == "DQ15", Issue.state == "open"))[0].key
    open_items = await desk.all(BankTransaction, BankTransaction.reconciled.is_(False), BankTransaction.status == "AUTHORISED")
    await change(desk, "Invoices", draft, gone="yes")
    await change(desk, "BankTransactions", open_items[0].remote_id, silent="yes", fields={"IsReconciled": True})
    contact = (await desk.all(Contact, Contact.is_supplier.is_(False)))[0]
    await change(desk, "Contacts", contact.remote_id, silent="yes", fields={"IsSupplier": True})
    unseen = await read(desk, "sync")
    assert unseen.changed == 0  # which is why there is a sweep
    await desk.later()
    import_ = await read(desk, "sweep")
    assert import_.changed == 3
    assert [row.is_supplier for row in await desk.all(Contact, Contact.remote_id == contact.remote_id)] == [True]
    for resource in ("Invoices", *SWEPT):
        truth, rows = await at_xero(desk, resource), await ours(desk, resource)
        assert rows.keys() == truth.keys(), resource
        if resource in ("BankTransactions", "Payments"):
            assert {id_: row.reconciled for id_, row in rows.items()} == {
                id_: one["IsReconciled"] for id_, one in truth.items()
            }
    (buried,) = await desk.all(Document, Document.gone_at.is_not(None))
    assert str(buried.remote_id) == draft
    assert draft not in {issue.key for issue in await desk.all(Issue, Issue.state == "open")}
    assert await desk.all(SeenPage) == []
    assert (await client(desk)).documents == sum(
        [len(await ours(desk, name)) for name in ("BankTransactions", "Payments")]
    ) + sum([len(await desk.all(table, table.gone_at.is_(None))) for table in (Document, _journals())])
    # The same document coming back is unburied.
    await change(desk, "Invoices", draft, gone="no")
    await desk.later(timedelta(days=1))
    assert (await read(desk, "sweep")).changed == 1
    assert await desk.all(Document, Document.gone_at.is_not(None)) == []


def _journals() -> Any:
    from practice.ledgers.models.documents import ManualJournal

    return ManualJournal


async def test_nothing_is_buried_where_the_books_change_while_they_are_read(desk: Desk) -> None:
    await imported(desk)
    await desk.later()
    invoices = sorted(await ours(desk, "Invoices"))
    assert len(invoices) > 10
    taken = iter(invoices)

    async def one_less(request: Any) -> None:
        if request.url.path.endswith("/Invoices") and request.url.params.get("page") not in (None, "1"):
            tenant = desk.remote[desk.clients[0]]
            desk.sandbox.sandbox.memory.edits.remove(tenant, "Invoices", str(next(taken)))

    desk.house.rt.lent.http.event_hooks["request"].append(one_less)
    await read(desk, "sweep")
    assert await desk.all(Document, Document.gone_at.is_not(None)) == []
    assert await desk.all(SeenPage) == []
    assert next(taken) != invoices[0]
    desk.house.rt.lent.http.event_hooks["request"].remove(one_less)
    await desk.later(timedelta(days=1))
    await read(desk, "sweep")
    assert (await ours(desk, "Invoices")).keys() == (await at_xero(desk, "Invoices")).keys()


async def test_nothing_where_there_was_something_is_asked_twice(desk: Desk) -> None:
    await imported(desk)
    await desk.later()
    tenant, edits = desk.remote[desk.clients[0]], desk.sandbox.sandbox.memory.edits
    for id_ in await at_xero(desk, "BankTransfers"):
        edits.remove(tenant, "BankTransfers", str(id_))
    calls = len(await desk.calls(desk.clients[0]))
    await read(desk, "sweep")
    asked = [call for call in (await desk.calls(desk.clients[0]))[calls:] if call["path"].endswith("/BankTransfers")]
    assert len(asked) == 2
    assert await ours(desk, "BankTransfers") == {}


async def test_the_way_by_the_api(desk: Desk) -> None:
    await imported(desk)
    await desk.later(timedelta(minutes=5))
    ada = await desk.house.signed_in(desk.ada.identity_id, desk.ada.firm_id)
    key = str(uuid4())
    body = {"client_ids": [str(desk.clients[0])]}
    first = await ada.post("/clients/sync", body, Idempotency_Key=key)
    assert first.status_code == 202, first.text
    assert first.json()["kind"] == "sync"
    again = await ada.post("/clients/sync", body, Idempotency_Key=key)
    assert again.json()["id"] == first.json()["id"]
    under_way = await ada.post("/clients/sync", body, Idempotency_Key=str(uuid4()))
    assert under_way.json()["type"].endswith("/already-importing")
    await desk.worked()
    runs = (await ada.get("/import-runs")).json()
    assert [run["kind"] for run in runs["items"]] == ["sync", "import"]
    answer = await ada.http.get("/api/v1/import-runs?kind=sync&kind=night")
    assert [run["kind"] for run in answer.json()["items"]] == ["sync"]
    shown = (await ada.get(f"/clients/{desk.clients[0]}")).json()
    assert shown["last_synced_at"]
    assert shown["stale"] is False
    night = Night.begun(desk.clock.now(), "UTC")
    turns = [night.turn_of(desk.clients[0]), night.after("UTC").turn_of(desk.clients[0])]
    assert shown["next_sync_at"] == next(turn for turn in turns if turn > desk.clock.now()).isoformat().replace("+00:00", "Z")
    async with desk.ctx.unit() as unit:
        (await unit.get(Client, desk.clients[0])).last_synced_at = unit.now - timedelta(hours=37)
    assert (await ada.get(f"/clients/{desk.clients[0]}")).json()["stale"] is True
    off = await ada.send("PATCH", "/firm", {"nightly_sync": False})
    assert off.json()["nightly_sync"] is False
    shown = (await ada.get("/clients")).json()["items"][0]
    assert (shown["stale"], shown["next_sync_at"]) == (False, None)
