"""The second import asks for changes only, and what changed changes the score."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from practice.imports.models import Import
from practice.ledgers.models.documents import Document
from practice.scoring.models import Issue, Scorecard
from tests.practice.imports.conftest import Desk

ALWAYS_WHOLE = {"Organisation", "TaxRates", "TrialBalance", "BankSummary"}


async def imported(desk: Desk) -> Import:
    await desk.start(desk.clients[0])
    await desk.worked()
    import_ = await desk.import_of(desk.clients[0])
    assert import_.state == "done"
    return import_


async def test_only_changes_are_asked_for(desk: Desk) -> None:
    first = await imported(desk)
    began = desk.clock.now()
    await desk.later(timedelta(days=2))
    desk.sent.clear()
    second = await imported(desk)
    assert (first.documents, second.documents) == (sum_of_documents(await desk.true(desk.clients[0])), 0)
    assert second.calls == 15
    reads = [request for request in desk.sent if "/api.xro/" in request.url.path]
    since = {request.url.path.rsplit("/", 1)[1]: request.headers.get("if-modified-since") for request in reads}
    assert len(reads) == len(since) == 15
    assert {name for name, value in since.items() if value is None} == ALWAYS_WHOLE
    assert {datetime.fromisoformat(value) for value in since.values() if value} == {
        began.replace(tzinfo=None) - timedelta(minutes=15)
    }
    assert await desk.stored(desk.clients[0]) == await desk.true(desk.clients[0])


async def test_a_changed_document_changes_the_score(desk: Desk) -> None:
    await imported(desk)
    before = await drafts(desk)
    async with desk.ctx.unit(write=False) as unit:
        invoice = await unit.scalar(
            select(Document)
            .where(
                Document.firm_id == unit.firm_id,
                Document.kind == "invoice",
                Document.status.in_(("PAID", "AUTHORISED")),
            )
            .order_by(Document.date)
            .limit(1)
        )
    await desk.later()
    await desk.control(
        "POST", "change-document", tenant=desk.remote[desk.clients[0]], resource="Invoices", id=str(invoice.remote_id),
        fields={"Status": "DRAFT"},
    )  # fmt: skip
    again = await imported(desk)
    assert again.documents == 1
    assert await drafts(desk) == before | {str(invoice.remote_id)}
    card, now = sorted(await desk.all(Scorecard), key=lambda one: one.scored_at)
    assert entry(now, "DQ15")["n"] == entry(card, "DQ15")["n"] + 1
    assert float(entry(now, "DQ15")["points"]) <= float(entry(card, "DQ15")["points"])


def entry(card: Scorecard, code: str) -> dict[str, Any]:
    return next(one for one in card.entries if one["code"] == code)


async def drafts(desk: Desk) -> set[str]:
    return {issue.key for issue in await desk.all(Issue, Issue.code == "DQ15", Issue.state == "open")}


def sum_of_documents(rows: dict[str, int]) -> int:
    return sum(rows[name] for name in rows if name not in ("Contacts", "BankTransfers"))
