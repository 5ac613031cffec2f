"""What the firm's consents let us see: organisations to choose from, with their sizes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import UnitDep
from api.pages import Page, a_text, decode_cursor, encode_cursor
from api.problems import raises
from api.sizes import Size, size_of
from api.wire import Bundle, In, Out
from practice.clients.bundle import bundle_use
from practice.clients.models import Client
from practice.clients.reads import clients_by_tenant
from practice.connections.probe_tenants import probe_tenants as probe
from practice.connections.reads import SeenTenant, tenants_of_firm
from practice.kernel.problems import NotFound

router = APIRouter(prefix="/tenants", tags=["tenants"])

Standing = Literal["new", "client", "draft", "demo", "disconnected"]


class Tenant(Out):
    id: UUID
    remote_id: UUID
    name: str
    kind: Literal["organisation", "practice_manager", "other"]
    country: str | None
    currency: str | None
    standing: Standing
    in_latest_consent: bool
    linked_by: str | None
    client_id: UUID | None
    size: Size
    last_imported_at: datetime | None


class TenantList(Page[Tenant]):
    bundle: Bundle
    bulk_connections: bool


class ProbeTenants(In):
    tenant_ids: list[UUID] = Field(min_length=1, max_length=2000)


@router.get("", response_model=TenantList)
async def list_tenants(
    unit: UnitDep,
    q: Annotated[str | None, Query(max_length=200, description="Part of a name.")] = None,
    standing: Annotated[Standing | None, Query(description="Only those that stand like this.")] = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
    cursor: str | None = None,
) -> object:
    """Every tenant by name: new, a client already, a draft, a demo company, or no longer connected."""
    clients = await clients_by_tenant(unit)
    after = decode_cursor(cursor, a_text, a_text)
    wanted = [
        (seen, stands)
        for seen in sorted(await tenants_of_firm(unit), key=_order)
        if (stands := stands_as(seen, clients.get(seen.tenant.id))) == (standing or stands)
        and (not q or q.casefold() in seen.tenant.name.casefold())
    ]
    rest = [each for each in wanted if after is None or list(_order(each[0])) > after]
    page = rest[:limit]
    return {
        "items": [_shown(seen, stands, clients.get(seen.tenant.id)) for seen, stands in page],
        "next_cursor": encode_cursor(*_order(page[-1][0])) if len(rest) > limit else None,
        "total": len(wanted),
        "bundle": Bundle.model_validate(await bundle_use(unit)),
        "bulk_connections": unit.settings.xero.bulk_connections,
    }


@router.post("/probe", status_code=202, responses=raises(NotFound))
async def probe_tenants(body: ProbeTenants, unit: UnitDep) -> None:
    """Finds out how large these organisations are: a few short calls each, in the background."""
    await probe(unit, tenant_ids=body.tenant_ids)


def stands_as(seen: SeenTenant, client: Client | None) -> Standing:
    """A client counts first; an archived one can be chosen again."""
    if client is not None and client.state != "archived":
        return "draft" if client.state == "draft" else "client"
    if seen.connection is None or seen.connection.needs_consent:
        return "disconnected"
    return "demo" if seen.tenant.is_demo else "new"


def _order(seen: SeenTenant) -> tuple[str, str]:
    return seen.tenant.name.casefold(), str(seen.tenant.id)


def _shown(seen: SeenTenant, stands: Standing, client: Client | None) -> Tenant:
    tenant = seen.tenant
    return Tenant.model_validate(
        {
            "id": tenant.id,
            "remote_id": tenant.remote_id,
            "name": tenant.name,
            "kind": tenant.kind,
            "country": tenant.country,
            "currency": tenant.currency,
            "standing": stands,
            "in_latest_consent": seen.in_latest_consent,
            "linked_by": seen.linked_by,
            "client_id": client.id if client else None,
            "size": size_of(tenant),
            "last_imported_at": client.last_imported_at if client else None,
        }
    )
