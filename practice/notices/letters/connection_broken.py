"""Organisations can no longer be read from Xero: told to owners and admins, once for each cause and consent."""

from practice.connections.reads import trouble_of
from practice.firms.reads import keepers_of
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written

HELP = (
    "{who} can repair it by connecting Xero again, and so can any other owner or administrator whose Xero login reaches the"
    " same organisations: one consent mends all it reaches."
)


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    """Names the organisations that have the cause now; nothing, where it is mended already."""
    trouble = await trouble_of(unit, cause=str(entry.facts.get("cause")), grant_id=entry.subject_id)
    if trouble is None:
        return []
    count = len(trouble.names)
    organisations = "1 organisation" if count == 1 else f"{count} organisations"
    return [
        Written(
            member.email,
            f"{organisations} in Xero {'needs' if count == 1 else 'need'} you",
            (
                f"{trouble.cause.title}. {trouble.detail}",
                f"Not refreshed until then: {trouble.listed}.",
                HELP.format(who=trouble.who),
                "What was read is kept, and imports that had stopped continue by themselves.",
            ),
            f"{unit.settings.base_url}/configure/connections",
            "Reconnect Xero",
        )
        for member in await keepers_of(unit)
    ]


LETTER = Letter("connection_broken", frozenset({"connection.broken"}), write)
