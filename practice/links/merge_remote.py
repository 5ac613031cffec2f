"""Brings what a practice's own system says of a client together with what stands here, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from practice.clients.write_details import local_fields, write_details
from practice.kernel.unit import Unit
from practice.links.merge import Merged, merge
from practice.links.models import LinkConflict
from practice.links.policy import fields_brought
from practice.links.problems import NotLinked
from practice.links.ties import Tie


@dataclass(slots=True)
class Brought:
    """What a merge did: fields changed here, conflicts that wait for somebody, and which of them are new or gone."""

    changed: list[str] = field(default_factory=list)
    conflicts: int = 0
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    moved: bool = False
    """Whether anything was written at all."""


def merge_remote(
    unit: Unit, *, tie: Tie, remote: Mapping[str, str], details: str, policies: Mapping[str, str]
) -> Brought:
    """`remote`: every field of details.FIELDS, blanks as ''. `details`: how much of it is wanted this time.

    Fields that are not wanted stay as they are, whatever was brought before. Raises NotLinked.
    """
    if tie.link is None:
        raise NotLinked
    link, brought = tie.link, Brought()
    wanted = fields_brought(details, has_books=tie.client.tenant_id is not None, policies=policies)
    merged = merge(link.base, local_fields(tie.client, tie.detail), remote, fields=wanted, policies=policies)
    base = dict(link.base)
    for one in merged:
        if one.agreed is not None:
            base[one.field] = one.agreed
        _note(unit, tie, one, brought)
    takes = {one.field: one.value for one in merged if one.result == "take"}
    if takes:
        brought.changed = write_details(unit, tie.client, tie.details(unit), takes, source="xpm")
    if base != link.base:
        link.base, brought.moved = base, True
    if details == "all" and link.details != "all":
        link.details, brought.moved = "all", True
    if brought.changed or brought.opened or brought.closed:
        brought.moved = True
    if brought.moved:
        link.version += 1
    return brought


def _note(unit: Unit, tie: Tie, one: Merged, brought: Brought) -> None:
    assert tie.link is not None
    standing = tie.conflicts.get(one.field)
    if one.result == "conflict":
        brought.conflicts += 1
        if standing is None:
            row = unit.add(
                LinkConflict(
                    id=unit.ids.new(), link_id=tie.link.id, client_id=tie.client.id, field=one.field, base=one.base or "",
                    local=one.local, remote=one.remote, found_at=unit.now,
                )
            )  # fmt: skip
            tie.conflicts[one.field] = row
            brought.opened.append(str(row.id))
        elif (standing.local, standing.remote) != (one.local, one.remote):
            standing.local, standing.remote = one.local, one.remote
            brought.moved = True
    elif standing is not None:
        # Both sides say the same again, or who wins has been settled meanwhile.
        standing.resolved_at = unit.now
        del tie.conflicts[one.field]
        brought.closed.append(str(standing.id))
