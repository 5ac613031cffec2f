"""Clients: adopting tenants, the list, one client, configuring many at once, archiving."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import Field

from api.clients_shown import Client, client_fields
from api.deps import ContextDep, UnitDep
from api.idempotency import Idempotent, KeyedRoute
from api.pages import Page, a_place, decode_cursor, encode_cursor
from api.problems import kept_problem, raises
from api.wire import Band, In, Out, Problem, Visibility
from practice.clients import reads
from practice.clients.adopt_tenants import adopt_tenants as adopt
from practice.clients.archive_client import archive_client as archive
from practice.clients.configure_clients import Configuration
from practice.clients.configure_clients import configure_clients as configure
from practice.clients.mark_seen import mark_seen
from practice.clients.models import Client as ClientRow
from practice.clients.problems import BundleFull, ClientInUse, NotAnOrganisation
from practice.clients.remove_drafts import remove_drafts as remove
from practice.clients.restore_client import restore_client as restore
from practice.connections.quotas import keep_room, quota_of
from practice.exports import sheet
from practice.exports.wording import BAND, VISIBILITY
from practice.imports.reads import last_problem
from practice.kernel.problems import NotFound, Stale
from practice.kernel.unit import Unit
from practice.ledgers.reads import organisation_of

router = APIRouter(tags=["clients"], route_class=KeyedRoute)

View = Literal["all", "mine", "new", "at_risk", "no_manager", "needs_action", "linked", "not_linked", "draft", "archived"]
Sort = Literal["name", "-name", "score", "-score", "issues", "-issues", "last_imported", "-last_imported"]


class Facets(Out):
    """How many clients each view of the list has, and the tags in use."""

    all: int
    mine: int
    new: int
    at_risk: int
    no_manager: int
    needs_action: int
    linked: int
    not_linked: int
    draft: int
    archived: int
    tags: list[str]


class ClientList(Page[Client]):
    """A page of clients, with the counts of every view."""

    facets: Facets


class ClientDetail(Client):
    """One client with its organisation's facts; `import_problem` says why its latest import failed or waits."""

    short_code: str | None
    xero_url: str | None
    financial_year_end: str | None
    sales_tax_basis: str | None
    sales_tax_period: str | None
    period_lock_date: date | None
    end_of_year_lock_date: date | None
    time_zone: str | None
    import_problem: Problem | None
    previous_id: UUID | None
    next_id: UUID | None


class AdoptTenants(In):
    tenant_ids: list[UUID] = Field(min_length=1, max_length=2000, description="Organisations to make clients of.")


class ClientChange(In):
    """What to set on one client; a field left out stays as it is."""

    id: UUID
    visibility: Visibility | None = None
    viewer_ids: list[UUID] | None = Field(default=None, max_length=200, description="For `specific_people`.")
    manager_ids: list[UUID] | None = Field(default=None, max_length=50, description="In order: the first leads, the second reviews.")
    tags: list[str] | None = None
    version: int | None = Field(default=None, description="As read; refused with 412 where somebody changed it since.")


class ConfigureClients(In):
    changes: list[ClientChange] = Field(min_length=1, max_length=2000)
    ready: bool = Field(default=False, description="Drafts become ready to import.")


class Configured(Out):
    updated: int


class Quota(Out):
    """What is left of Xero's limits for one organisation; null: not known.

    Bulk reading stops at `reserved_for_people` calls of the day, and stands still until `waiting_until`.
    """

    day_limit: int
    day_left: int | None
    day_resets_at: datetime | None
    minute_limit: int
    minute_left: int | None
    reserved_for_people: int
    waiting_until: datetime | None


class ClientIds(In):
    client_ids: list[UUID] = Field(min_length=1, max_length=2000)


@router.get("/clients", response_model=ClientList)
async def list_clients(
    unit: UnitDep,
    q: Annotated[str | None, Query(max_length=100, description="A part of the name.")] = None,
    view: View = "all",
    manager_id: UUID | None = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    band: Band | None = None,
    sort: Sort = "name",
    limit: Annotated[int, Query(ge=1, le=2000)] = 200,
    cursor: str | None = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> object:
    """The clients you may see, filtered and in order; `Accept: text/csv` gets all of them as a spreadsheet."""
    wanted = reads.Wanted(view=view, q=q, manager_id=manager_id, tag=tag, band=band, sort=sort)
    if accept and accept.startswith("text/csv"):
        listed, _ = await reads.list_clients(unit, wanted, limit=100_000, offset=0)
        return Response(
            as_csv(listed), media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="clients.csv"'}
        )
    start = decode_cursor(cursor, a_place)
    offset = start[0] if start else 0
    listed, total = await reads.list_clients(unit, wanted, limit=limit, offset=offset)
    following = offset + len(listed)
    return await _list(unit, listed, total, encode_cursor(following) if following < total else None)


@router.post("/clients", status_code=201, responses=raises(BundleFull, NotAnOrganisation, NotFound))
async def adopt_tenants(body: AdoptTenants, unit: UnitDep, _: Idempotent) -> ClientList:
    """Makes drafts of organisations, inside the bundle. One that is a client already is the same client."""
    clients = await adopt(unit, tenant_ids=body.tenant_ids)
    await unit.flush()
    listed = await reads.read_listed(unit, [client.id for client in clients])
    return await _list(unit, listed, len(listed), None)


@router.patch("/clients/bulk", responses=raises(NotFound, Stale))
async def configure_clients(body: ConfigureClients, unit: UnitDep, _: Idempotent) -> Configured:
    """Sets visibility, account managers and tags of many clients: all rows or none, each wrong field named."""
    changes = [Configuration(**change.model_dump()) for change in body.changes]
    return Configured(updated=await configure(unit, changes=changes, ready=body.ready))


@router.post("/clients/removal", responses=raises(NotFound, ClientInUse))
async def remove_drafts(body: ClientIds, unit: UnitDep) -> Configured:
    """Takes out clients that were never imported, so that their places in the bundle are free."""
    return Configured(updated=await remove(unit, client_ids=body.client_ids))


@router.get("/clients/{client_id}", responses=raises(NotFound))
async def read_client(client_id: UUID, unit: UnitDep) -> ClientDetail:
    """One client, with its neighbours in the list."""
    return await _detail(unit, client_id)


@router.post("/clients/{client_id}/archive", responses=raises(NotFound, ClientInUse))
async def archive_client(client_id: UUID, unit: UnitDep) -> ClientDetail:
    """Archives a client: its place in the bundle is free, and everything it has is kept."""
    await archive(unit, client_id=client_id)
    await unit.flush()
    return await _detail(unit, client_id)


@router.delete("/clients/{client_id}/archive", responses=raises(NotFound, BundleFull))
async def restore_client(client_id: UUID, unit: UnitDep) -> ClientDetail:
    """Brings an archived client back, if the bundle has a place."""
    await restore(unit, client_id=client_id)
    await unit.flush()
    return await _detail(unit, client_id)


@router.post("/clients/{client_id}/seen", status_code=204, responses=raises(NotFound))
async def mark_client_seen(client_id: UUID, unit: UnitDep, ctx: ContextDep) -> None:
    """The client is no longer New to you. Repeated while its page is open: what you ask of Xero then goes first."""
    client = await mark_seen(unit, client_id=client_id)
    if client.tenant_id:
        await keep_room(ctx, unit=unit, tenant_id=client.tenant_id)


@router.get("/clients/{client_id}/quota", response_model=Quota, responses=raises(NotFound))
async def read_quota(client_id: UUID, unit: UnitDep, ctx: ContextDep) -> object:
    """How many calls Xero still allows for this client's organisation, in this minute and today."""
    client = await unit.get(ClientRow, client_id)
    return await quota_of(ctx, unit=unit, tenant_id=client.tenant_id)


async def _list(unit: Unit, listed: list[reads.Listed], total: int, next_cursor: str | None) -> ClientList:
    return ClientList(
        items=[Client.model_validate(client_fields(one)) for one in listed],
        next_cursor=next_cursor,
        total=total,
        facets=Facets.model_validate({**await reads.count_views(unit), "tags": await reads.list_tags(unit)}),
    )


async def _detail(unit: Unit, client_id: UUID) -> ClientDetail:
    listed = (await reads.read_listed(unit, [client_id]))[0]
    client: ClientRow = listed.client
    organisation = await organisation_of(unit, client.tenant_id) if client.tenant_id else None
    before, after = await reads.neighbours(unit, client)
    short_code = listed.tenant.short_code if listed.tenant else None
    problem = await last_problem(unit, client_id)
    day, month = (
        (organisation.financial_year_end_day, organisation.financial_year_end_month) if organisation else (None, None)
    )
    return ClientDetail.model_validate(
        {
            **client_fields(listed),
            "short_code": short_code,
            "xero_url": (
                f"{unit.settings.xero.app_url}/organisationlogin/default.aspx?shortcode={short_code}&redirecturl=/"
                if short_code
                else None
            ),
            "financial_year_end": f"{day} {date(2000, month, 1):%B}" if day and month else None,
            "sales_tax_basis": organisation.sales_tax_basis if organisation else None,
            "sales_tax_period": organisation.sales_tax_period if organisation else None,
            "period_lock_date": organisation.period_lock_date if organisation else None,
            "end_of_year_lock_date": organisation.end_of_year_lock_date if organisation else None,
            "time_zone": organisation.time_zone if organisation else None,
            "import_problem": kept_problem(problem, str(client_id)),
            "previous_id": before,
            "next_id": after,
        }
    )


def as_csv(listed: list[reads.Listed]) -> str:
    """The list as a spreadsheet."""
    return sheet.as_csv(
        ["Client", "Health score", "Band", "Issues", "Account managers", "Visibility", "Tags", "Documents", "Last import (UTC)"],
        (
            [
                one.client.name, one.client.score, BAND[one.client.band], one.client.issues,
                ", ".join(person.name for person in one.managers), VISIBILITY[one.client.visibility],
                ", ".join(one.client.tags), one.client.documents, one.client.last_imported_at,
            ]
            for one in listed
        ),
    )  # fmt: skip
