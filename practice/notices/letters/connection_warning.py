"""Connections to Xero still work but should be looked at: told to owners and admins, once for each cause and consent."""

from practice.connections.reads import trouble_of
from practice.firms.reads import keepers_of
from practice.kernel.record import EntryRow
from practice.kernel.unit import Unit
from practice.notices.letter import Letter, Written

# What to do, by cause; the rest are mended by the person whose consent it is.
HELP = {
    "scope_missing": "Connect Xero once as {who}: one consent adds the permission for all of these organisations, and"
    " takes none away.",
    "leaver": "Have somebody who stays connect Xero and tick these organisations; from then on theirs is used.",
    "lapsing": "Connect Xero once as {who}, or as anybody else who reaches these organisations.",
}
OTHERWISE = "Connect Xero again as {who}, or drop that sign-in on the page of connections."


async def write(unit: Unit, entry: EntryRow) -> list[Written]:
    """Names the organisations that have the cause now; nothing, where it is mended already."""
    trouble = await trouble_of(unit, cause=str(entry.facts.get("cause")), grant_id=entry.subject_id)
    if trouble is None:
        return []
    count = len(trouble.names)
    return [
        Written(
            member.email,
            f"{trouble.cause.title}: {'1 organisation' if count == 1 else f'{count} organisations'} in Xero",
            (
                f"Everything is still read, and nothing is lost. {trouble.detail}",
                f"It concerns: {trouble.listed}.",
                HELP.get(trouble.cause.slug, OTHERWISE).format(who=trouble.who),
            ),
            f"{unit.settings.base_url}/configure/connections",
            "Look at the connections",
        )
        for member in await keepers_of(unit)
    ]


LETTER = Letter("connection_warning", frozenset({"connection.warned"}), write)
