"""A connection to Xero no longer works: told to owners and admins, once for each cause."""

from sqlalchemy import select

from practice.firms.models import Member
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written


async def write(unit: Unit, _: EntryRow) -> list[Written]:
    keepers = await unit.scalars(
        select(Member).where(
            Member.firm_id == unit.firm_id, Member.state == "active", Member.role.in_(("owner", "admin"))
        )
    )
    return [
        Written(
            member.email,
            "A connection to Xero needs you",
            (
                "Xero no longer accepts a connection of your firm, so its clients are not refreshed.",
                "Connect Xero again and they continue where they stopped. What was read is kept.",
            ),
            f"{unit.settings.base_url}/configure/connections",
            "Reconnect Xero",
        )
        for member in keepers
    ]


LETTER = Letter("connection_broken", frozenset({"connection.broken"}), write)
