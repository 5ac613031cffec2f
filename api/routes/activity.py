"""What was done, by whom and when: the record, read."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import UnitDep
from api.pages import Page, a_place, decode_cursor, encode_cursor
from api.problems import raises
from api.wire import Out
from practice.clients.models import Client
from practice.clients.reads import client_names
from practice.kernel.problems import Forbidden, NotFound
from practice.kernel.read_record import count_entries, entries

router = APIRouter(prefix="/activity", tags=["activity"])


class Entry(Out):
    id: UUID
    at: datetime
    verb: str
    actor: str
    subject: str | None
    client_id: UUID | None
    client_name: str | None
    facts: dict[str, Any]


@router.get("", response_model=Page[Entry], responses=raises(NotFound))
async def list_activity(
    unit: UnitDep,
    client_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> object:
    """What was done in the firm or about one client, the newest first. Members who do not see all clients name one."""
    if client_id is not None:
        await unit.get(Client, client_id)
    elif not unit.actor.sees_all:
        raise Forbidden(detail="Name a client, or ask an owner or administrator for the firm's whole record.")
    before = decode_cursor(cursor, a_place)
    rows = await entries(unit, client_id=client_id, before=before[0] if before else None, limit=limit + 1)
    shown = rows[:limit]
    names = await client_names(unit, (row.client_id for row in shown if row.client_id))
    return {
        "items": [
            {
                "id": row.id,
                "at": row.at,
                "verb": row.verb,
                "actor": row.actor_name,
                "subject": row.subject,
                "client_id": row.client_id,
                "client_name": names.get(row.client_id) if row.client_id else None,
                "facts": row.facts,
            }
            for row in shown
        ],
        "next_cursor": encode_cursor(shown[-1].seq) if len(rows) > limit else None,
        "total": await count_entries(unit, client_id=client_id),
    }
