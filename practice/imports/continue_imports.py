"""Goes on with imports that stopped for want of a connection, once their organisations can be read again.

The browser that comes back from Xero asks for the same; whoever is second finds them under way.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from practice.clients.models import Client
from practice.connections.causes import WORKING
from practice.connections.models import Connection
from practice.imports.models import Import
from practice.imports.problems import NothingToRetry
from practice.imports.retry_imports import retry_imports
from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.providers.problems import ConsentRevoked, ScopeMissing, TenantGone

BROKEN_OFF = (ConsentRevoked.slug(), TenantGone.slug())


async def continue_imports(ctx: Context) -> int:
    """Answers how many there were. Each run in a unit of its own."""
    async with ctx.unit(write=False) as unit:
        stopped = await _stopped(unit)
    for run_id, import_ids in stopped.items():
        async with ctx.unit() as unit:
            with suppress(NothingToRetry):
                await retry_imports(unit, run_id=run_id, import_ids=import_ids)
    return sum(len(import_ids) for import_ids in stopped.values())


async def _stopped(unit: Unit) -> dict[UUID, list[UUID]]:
    """The last import of each client, where that is what ended it and its organisation can be read now; by run."""
    latest = (
        select(Import.id)
        .ext(distinct_on(Import.client_id))
        .where(Import.firm_id == unit.firm_id)
        .order_by(Import.client_id, Import.created_at.desc(), Import.id.desc())
    )
    slug = Import.problem["slug"].astext
    rows: Sequence[Any] = await unit.rows(
        select(Import.run_id, Import.id)
        .join(Client, (Client.firm_id == Import.firm_id) & (Client.id == Import.client_id))
        .join(Connection, (Connection.firm_id == Import.firm_id) & (Connection.tenant_id == Import.tenant_id))
        .where(
            Import.firm_id == unit.firm_id,
            Import.id.in_(latest),
            Import.state == "failed",
            Client.state != "archived",
            Connection.status.in_(WORKING),
            or_(
                slug.in_(BROKEN_OFF),
                and_(slug == ScopeMissing.slug(), Connection.cause.is_distinct_from("scope_missing")),
            ),
        )
        .order_by(Import.run_id, Import.id)
    )
    stopped: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for run_id, import_id in rows:
        stopped[run_id].append(import_id)
    return stopped
