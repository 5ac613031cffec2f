"""The two numbers that the sidebar shows on every page, asked with who is signed in."""

from sqlalchemy import func, select

from practice.clients.models import Client
from practice.kernel.unit import Unit


async def counts_of(unit: Unit) -> dict[str, int]:
    """Clients that the caller sees, and how many of them are being imported."""
    kept = Client.state.in_(("ready", "active"))
    [(clients, running)] = await unit.rows(
        select(func.count().filter(kept), func.count().filter(Client.importing.is_not(None))).where(
            Client.firm_id == unit.firm_id
        )
    )
    return {"clients": clients, "imports_running": running}
