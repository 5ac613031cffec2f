"""Takes in what a provider's webhook says: signature checked, events written down once each, and nothing more.

Xero waits five seconds and gives up on who answers late, so nothing is read here: imports/pass_on_deliveries.py goes on.
"""

from sqlalchemy.dialects.postgresql import insert

from practice.connections.models import Delivery
from practice.kernel.context import Context
from practice.providers.registry import provider


async def receive_deliveries(door: Context, *, provider_key: str, body: bytes, signature: str) -> int | None:
    """How many events are new; None where the signature is not the provider's. Nothing to tell is signed too."""
    events = provider(provider_key).events(door.settings, body=body, signature=signature)
    if not events:
        return None if events is None else 0
    async with door.unit() as unit:
        written = await unit.execute(
            insert(Delivery)
            .values(
                [
                    {
                        "id": unit.ids.new(),
                        "provider": provider_key,
                        "tenant_remote_id": event.tenant_id,
                        "resource_id": event.resource_id,
                        "category": event.category,
                        "event_type": event.type,
                        "event_at": event.at,
                        "received_at": unit.now,
                    }
                    for event in events
                ]
            )
            .on_conflict_do_nothing()
        )
    return int(written.rowcount)


def resource_of(provider_key: str, category: str) -> str | None:
    """The resource that a provider's category tells of, if we read it."""
    return provider(provider_key).resource_of(category)
