"""Tells where a record of the practice lives on under a new id: merged into another, or made anew. Pure (xpm.md 3.6).

Merging two clients there makes one id vanish; a prospect that becomes a client gets a new one, and the old one is archived.
Either way our client is still tied to the old id. A person confirms it: nothing is tied anew by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from practice.xpm.matching import Ours, Proposal, Theirs, propose

# By number, by birth, by name and address: what is merely alike is no sign that the two are one.
SURE_TO = 3
MOVED = frozenset({"merged_into", "new_id"})
"""The reasons of a row that stands in for another record."""


def moved_to(
    theirs: Sequence[Theirs],
    ours: Sequence[Ours],
    found: Mapping[str, Proposal],
    *,
    gone: Collection[str],
    archived: Collection[str],
) -> dict[str, Proposal]:
    """In place of what was proposed: a row that fits one of ours whose record there is `gone` or `archived`.

    `ours`: those, as their records last were.
    """
    left = {one.id: one.linked_to in gone for one in ours if one.linked_to in gone or one.linked_to in archived}
    if not left:
        return {}
    fresh = [one for one in theirs if not one.archived and found[one.remote_id].proposal in ("create", "check")]
    again = propose(fresh, [replace(one, linked_to=None) for one in ours if one.id in left], linked={}, ignored=())
    moved = {}
    for remote_id, proposal in again.items():
        best = next((one for one in proposal.candidates if one.rank <= SURE_TO), None)
        if best is None:
            continue
        reason = "merged_into" if left[best.id] else "new_id"
        # What it also fits stays to choose from.
        others = [one for one in found[remote_id].candidates if one.id != best.id]
        best = replace(best, reasons=[*best.reasons, reason])
        moved[remote_id] = Proposal("check", best.id, [reason, *best.reasons[:-1]], [best, *others])
    return moved
