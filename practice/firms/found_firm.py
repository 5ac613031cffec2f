"""Founds a firm: the firm itself and its first owner."""

from uuid import UUID

from practice.firms.models import Firm, Member
from practice.firms.time_zones import must_be_time_zone
from practice.kernel.unit import Unit


async def found_firm(
    unit: Unit, *, name: str, identity_id: UUID, owner: str, email: str, time_zone: str = "UTC"
) -> Firm:
    """The unit acts as the system of the firm to be: its id is the actor's."""
    must_be_time_zone(time_zone)
    firm = unit.add(
        Firm(
            id=unit.firm_id,
            name=name.strip(),
            time_zone=time_zone,
            default_visibility="xero_users",
            client_bundle=unit.settings.client_bundle,
            version=1,
        )
    )
    await unit.flush()
    member = unit.add(
        Member(identity_id=identity_id, name=owner, email=email, role="owner", state="active", version=1, last_seen_at=unit.now)
    )
    await unit.flush()
    unit.record("firm.founded", on=firm)
    unit.record("member.joined", on=member, role="owner")
    return firm
