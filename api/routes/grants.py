"""Whose consents the firm reads Xero with, and what would go dark if one of them went."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from api.deps import UnitDep
from api.pages import Page, whole
from api.wire import Out
from practice.connections.reads import consents_of_firm

router = APIRouter(prefix="/grants", tags=["connections"])

_NAMED = 20


class Grant(Out):
    """One Xero user's consent. `only_link`: organisations that nobody else's reaches; the first twenty by name."""

    id: UUID
    name: str
    email: str | None
    member_id: UUID | None
    connected_by: str
    status: Literal["active", "reauth_required"]
    scopes: list[str]
    missing_scopes: list[str]
    consented_at: datetime
    last_refreshed_at: datetime | None
    lapses_at: datetime
    connections: int
    only_link: int
    only_link_names: list[str]


@router.get("", response_model=Page[Grant])
async def list_grants(unit: UnitDep) -> object:
    """Every sign-in to Xero, by name, with the organisations that only it reaches: look here before somebody leaves."""
    return whole(
        [
            Grant.model_validate(
                {
                    "id": consent.seen.grant.id,
                    "name": consent.seen.grant.name,
                    "email": consent.seen.grant.email,
                    "member_id": consent.seen.grant.connected_by,
                    "connected_by": consent.seen.connected_by,
                    "status": consent.seen.grant.status,
                    "scopes": consent.seen.grant.scopes,
                    "missing_scopes": consent.seen.missing,
                    "consented_at": consent.seen.grant.consented_at,
                    "last_refreshed_at": consent.seen.grant.last_refresh_at,
                    "lapses_at": consent.seen.grant.lapses_at,
                    "connections": consent.connections,
                    "only_link": len(consent.only_link),
                    "only_link_names": consent.only_link[:_NAMED],
                }
            )
            for consent in await consents_of_firm(unit)
        ]
    )
