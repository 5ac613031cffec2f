"""Whether a refresh gives reason to judge again: something has changed, or time itself has since the last score."""

from datetime import timedelta
from uuid import UUID

from practice.clients.models import Client
from practice.imports.models import Import, ImportRun
from practice.kernel.unit import Unit
from practice.ledgers.local_day import local_day
from practice.ledgers.reads import organisation_of

# Some checks go by the day, and quiet books are what they are about: a bank feed that stopped changes nothing.
LONGEST = timedelta(days=7)


async def needs_score(unit: Unit, *, import_id: UUID) -> bool:
    """A score looks at whole months, where the organisation is; what somebody imported is always scored."""
    import_ = await unit.get(Import, import_id)
    run = await unit.get(ImportRun, import_.run_id)
    client = await unit.get(Client, import_.client_id)
    if run.kind == "import" or import_.changed or client.scored_at is None:
        return True
    if unit.now - client.scored_at >= LONGEST:
        return True
    organisation = await organisation_of(unit, import_.tenant_id)
    zone = organisation.time_zone if organisation else None
    return local_day(client.scored_at, zone).replace(day=1) != local_day(unit.now, zone).replace(day=1)
