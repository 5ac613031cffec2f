"""What is known of a client besides its books: details with their sources, contacts, relationships, groups, its link."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.deps import ContextDep, UnitDep
from api.idempotency import KeyedRoute
from api.problems import raises
from api.wire import In, Out
from practice.clients.amend_client import amend_client as amend
from practice.kernel.problems import Invalid, NotFound, Stale
from practice.kernel.unit import Unit
from practice.links import reads
from practice.links.problems import NotLinked
from practice.links.unlink_client import unlink_client as unlink
from practice.providers.problems import ConsentRevoked, PracticeClosed, TenantGone
from practice.xpm.problems import NotConnected
from practice.xpm.update_client import update_client

router = APIRouter(prefix="/clients/{client_id}", tags=["clients"], route_class=KeyedRoute)

Source = Literal["xpm", "xero", "here"]


class TeamDetail(Out):
    """One field, with where it came from. `by`: who brought or wrote it."""

    field: str
    group: Literal["name", "email", "phone", "address"]
    label: str
    value: str
    source: Source
    at: dt.datetime | None
    by: str | None


class TeamContact(Out):
    id: UUID
    name: str
    email: str | None
    phone: str | None
    mobile: str | None
    position: str | None
    primary: bool
    source: Source


class TeamOther(Out):
    """`id` is null, and `imported` false, where they are no client here."""

    id: UUID | None
    name: str
    imported: bool


class TeamRelationship(Out):
    """`to`: the client is `type` of the other; `from`: the other is `type` of the client. `role`: the type in our words."""

    id: UUID
    type: str
    role: str | None
    direction: Literal["to", "from"]
    other: TeamOther
    shares: str | None
    percentage: str | None
    started_on: dt.date | None
    ended_on: dt.date | None


class TeamGroup(Out):
    """`members`: how many of its clients you may see."""

    id: UUID
    name: str
    members: int


class PendingManager(Out):
    """Who manages the client in XPM and is nobody in your team yet."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    name: str
    as_: Literal["partner", "manager"] = Field(alias="as")


class LinkConflict(Out):
    """A field that differs on both sides: `base` is what both last agreed on, `local` what stands here now."""

    id: UUID
    field: str
    label: str
    base: str
    local: str
    remote: str
    found_at: dt.datetime


class Link(Out):
    """The client's record in XPM. `changed_fields`: what an import changed here last."""

    id: UUID
    practice: str
    remote_name: str
    state: Literal["linked", "remote_archived", "remote_deleted"]
    details: Literal["basic", "all"]
    web_url: str | None
    last_imported_at: dt.datetime | None
    imported_by: str | None
    import_id: UUID | None
    changed_fields: list[str]
    conflicts: list[LinkConflict]


class Team(Out):
    """`version` is what `amendClient` wants back."""

    details: list[TeamDetail]
    contacts: list[TeamContact]
    relationships: list[TeamRelationship]
    groups: list[TeamGroup]
    managers_pending: list[PendingManager]
    link: Link | None
    version: int


class AmendClient(In):
    """`fields`: by field, what it is to be; blank takes it away. Fields left out stay."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"version": 1, "fields": {"email": "daniel@example.com"}}}
    )

    version: int = Field(ge=0, description="As read; refused with 412 where somebody changed the details since.")
    fields: Annotated[dict[str, str], Field(max_length=40)]


class UpdatedFromXpm(Out):
    """`conflict`: a field differs on both sides and waits for somebody. `skipped`: there is nothing to bring."""

    outcome: Literal["updated", "unchanged", "conflict", "linked", "skipped"]


@router.get("/team", responses=raises(NotFound))
async def read_team(client_id: UUID, unit: UnitDep) -> Team:
    """Details with their sources, contacts, relationships, groups, and the link to XPM."""
    return await _team(unit, client_id)


@router.patch("/details", responses=raises(NotFound, Stale, Invalid))
async def amend_client(client_id: UUID, body: AmendClient, unit: UnitDep) -> Team:
    """Changes details by hand. No import overwrites them unasked from then on."""
    await amend(unit, client_id=client_id, version=body.version, fields=body.fields)
    return await _team(unit, client_id)


@router.delete("/link", status_code=204, responses=raises(NotFound, NotLinked))
async def unlink_client(client_id: UUID, unit: UnitDep) -> None:
    """Ends the link to XPM. Everything the client has stays, here and there."""
    await unlink(unit, client_id=client_id)


@router.post("/link/refresh", responses=raises(NotFound, NotLinked, NotConnected, ConsentRevoked, TenantGone, PracticeClosed))
async def update_from_xpm(client_id: UUID, ctx: ContextDep) -> UpdatedFromXpm:
    """Reads this client's record in XPM again and brings both together, as an import does."""
    return UpdatedFromXpm.model_validate({"outcome": await update_client(ctx, client_id=client_id)})


async def _team(unit: Unit, client_id: UUID) -> Team:
    team = await reads.team_of(unit, client_id)
    return Team.model_validate(
        {
            "details": team.details,
            "contacts": team.contacts,
            "relationships": [_relationship(one) for one in team.relationships],
            "groups": team.groups,
            "managers_pending": team.managers_pending,
            "link": _link(team.link) if team.link else None,
            "version": team.version,
        }
    )


def _relationship(one: reads.Relation) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("id", "type", "role", "direction", "other", "started_on", "ended_on")},
        "shares": str(one.shares) if one.shares is not None else None,
        "percentage": str(one.percentage) if one.percentage is not None else None,
    }


def _link(one: reads.Linked) -> dict[str, Any]:
    names = ("id", "remote_name", "state", "details", "web_url", "last_imported_at", "changed_fields")
    return {
        **{name: getattr(one.link, name) for name in names},
        "practice": one.practice,
        "imported_by": one.imported_by,
        "import_id": one.link.snapshot_id,
        "conflicts": one.conflicts,
    }
