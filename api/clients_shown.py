"""Clients and scores as several resources show them: the shapes, and how rows become them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from api.sizes import Size, size_of
from api.wire import Band, Out, Person, Visibility
from practice.clients.models import Client as ClientRow
from practice.clients.reads import Listed


class ScoreBrief(Out):
    """The Health Score in short; `trend` is oldest first."""

    value: int | None
    band: Band
    provisional: bool
    scored_at: datetime | None
    trend: list[int]
    change: int | None


class Client(Out):
    """A client as the list shows it. `updated_fields`: what an import from XPM changed last; "kind" and "state" besides details."""

    id: UUID
    name: str
    state: Literal["draft", "ready", "active", "archived"]
    visibility: Visibility
    managers: list[Person]
    viewers: list[Person]
    tags: list[str]
    tenant_id: UUID | None
    country: str | None
    currency: str | None
    size: Size
    score: ScoreBrief
    issues: int
    is_new: bool
    last_imported_at: datetime | None
    last_synced_at: datetime | None
    next_sync_at: datetime | None
    stale: bool
    importing: Literal["queued", "importing", "waiting", "scoring"] | None
    connection: Literal["active", "degraded", "reauth_required", "disconnected", "revoked_at_xero"] | None
    documents: int | None
    kind: Literal["person", "company", "trust", "partnership", "super_fund", "other"] | None
    linked_to_xpm: bool
    updated_fields: list[str]
    version: int


def score_brief(client: ClientRow) -> ScoreBrief:
    """From the columns that scoring keeps on the client."""
    return ScoreBrief.model_validate(
        {
            "value": client.score,
            "band": client.band,
            "provisional": client.provisional,
            "scored_at": client.scored_at,
            "trend": client.trend,
            "change": client.score_change,
        }
    )


def client_fields(listed: Listed) -> dict[str, Any]:
    """The members of Client for one row of the list."""
    client, tenant = listed.client, listed.tenant
    return {
        "id": client.id,
        "name": client.name,
        "state": client.state,
        "visibility": client.visibility,
        "managers": [Person.model_validate(person) for person in listed.managers],
        "viewers": [Person.model_validate(person) for person in listed.viewers],
        "tags": client.tags,
        "tenant_id": client.tenant_id,
        "country": tenant.country if tenant else None,
        "currency": tenant.currency if tenant else None,
        "size": size_of(tenant),
        "score": score_brief(client),
        "issues": client.issues,
        "is_new": bool(listed.is_new),
        "last_imported_at": client.last_imported_at,
        "last_synced_at": client.last_synced_at,
        "next_sync_at": listed.next_sync_at,
        "stale": listed.stale,
        "importing": client.importing,
        "connection": listed.connection,
        "documents": client.documents,
        "kind": client.kind,
        "linked_to_xpm": client.linked,
        "updated_fields": listed.updated,
        "version": client.version,
    }
