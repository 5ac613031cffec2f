"""What other slices write on a client so that the list is one query: its import and its score."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client, ClientDetail
from practice.kernel.unit import Unit


async def note_import(unit: Unit, *, client_id: UUID, state: str | None, failed: bool = False) -> None:
    """The import's state, or None when it has ended."""
    client = await unit.lock(Client, client_id)
    client.importing, client.import_failed = state, failed


async def note_imported(
    unit: Unit, *, client_id: UUID, documents: int, name: str | None, changed: bool = True, whole: bool = False
) -> None:
    """The books are in: the client is active, with the name that the organisation has now."""
    client = await unit.lock(Client, client_id)
    client.documents = documents
    client.last_synced_at = unit.now
    if changed or client.last_imported_at is None:
        client.last_imported_at = unit.now
    if whole:
        client.last_swept_at = unit.now
    client.import_failed = False
    if client.state == "ready":
        client.state = "active"
    if name and not await _named_otherwise(unit, client_id):
        client.name = name


async def _named_otherwise(unit: Unit, client_id: UUID) -> bool:
    """Whether the practice's own system names the client, because somebody said that it should."""
    said = select(ClientDetail.sources["name"]["from"].astext).where(
        ClientDetail.firm_id == unit.firm_id, ClientDetail.client_id == client_id
    )
    return bool(await unit.scalar(said) == "xpm")


async def note_changed(unit: Unit, *, client_id: UUID) -> None:
    """Something in the books is not as it was, between two readings of the whole."""
    client = await unit.lock(Client, client_id)
    client.last_imported_at = unit.now


async def note_score(
    unit: Unit,
    *,
    client_id: UUID,
    value: int | None,
    band: str,
    provisional: bool,
    issues: int,
    scored_at: datetime,
    trend: list[int],
) -> None:
    """The latest score, the values before it, and how many issues are open."""
    client = await unit.lock(Client, client_id)
    client.score_change = value - trend[-2] if value is not None and len(trend) > 1 else None
    client.score, client.band, client.provisional = value, band, provisional
    client.issues, client.scored_at, client.trend = issues, scored_at, trend[-12:]
