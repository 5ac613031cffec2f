"""Reads the one document of an issue again, so that what was put right in Xero is seen at once."""

from dataclasses import dataclass
from uuid import UUID

from practice.clients.note_progress import note_changed
from practice.connections.reach_tenant import reach_tenant
from practice.fixes.preview_fix import issue_of
from practice.fixes.problems import NothingToRead
from practice.kernel.context import Context
from practice.ledgers.store_page import store_page
from practice.scoring.jobs import ask_for_score
from practice.scoring.problems import NoLedger

RESOURCES = {
    "invoice": "invoices",
    "bill": "invoices",
    "credit_note": "credit_notes",
    "contact": "contacts",
    "bank_transaction": "bank_transactions",
    "account": "accounts",
}
MOST = 5


@dataclass(frozen=True, slots=True)
class Reread:
    """Whether anything was not as it was; the score is taken again then, and the issue with it."""

    changed: bool
    state: str


async def reread_issue(ctx: Context, *, client_id: UUID, issue_id: UUID) -> Reread:
    """At most five calls. Raises NotFound, NothingToRead, NoLedger and what the provider raises."""
    async with ctx.unit(write=False) as unit:
        client, issue = await issue_of(unit, client_id, issue_id)
    if client.tenant_id is None:
        raise NoLedger
    wanted = [(RESOURCES[link["kind"]], link["id"]) for link in issue.links if link["id"] and link["kind"] in RESOURCES]
    if not wanted:
        raise NothingToRead
    pages = []
    async with reach_tenant(ctx, client.tenant_id, urgent=True) as ledger:
        for resource, id_ in dict.fromkeys(wanted[:MOST]):
            pages.append((resource, await ledger.pull_some(resource, ids=[id_])))
    changed = 0
    async with ctx.unit() as unit:
        for resource, page in pages:
            changed += await store_page(unit, tenant_id=client.tenant_id, resource=resource, rows=page.rows)
        if changed:
            await note_changed(unit, client_id=client_id)
            await ask_for_score(unit, client_id)
            unit.changed("client", client_id, client_id=client_id)
    return Reread(changed > 0, issue.state)
