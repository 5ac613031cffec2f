"""Ties a client to its record in a practice's own system. What both agree on follows from the merge."""

from uuid import UUID

from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.links.problems import TargetTaken
from practice.links.ties import Tie

GONE_THERE = ("remote_archived", "remote_deleted")


async def link_client(
    unit: Unit, *, tie: Tie, tenant_id: UUID, remote_id: str, remote_name: str, gives_way: bool = False
) -> Link:
    """Answers the link, new or the one there is. Raises TargetTaken where the client is another record already.

    A record that is archived or gone there gives way to the new one, as when a prospect became a client or two were merged;
    `gives_way`: the old record is known to be so, though the link does not say it yet.
    """
    if tie.link is not None:
        if tie.link.remote_id == remote_id:
            return tie.link
        if tie.link.state not in GONE_THERE and not gives_way:
            raise TargetTaken(tie.client.name, tie.link.remote_name)
        tie.link.state = "unlinked"
        tie.link.version += 1
        unit.record("link.repointed", on=tie.link, client_id=tie.client.id)
        await unit.flush()
    tie.link, tie.conflicts = new_link(unit, tie, tenant_id, remote_id, remote_name), {}
    return tie.link


def new_link(unit: Unit, tie: Tie, tenant_id: UUID, remote_id: str, remote_name: str) -> Link:
    """A link on which nothing is agreed yet."""
    link = unit.add(
        Link(
            id=unit.ids.new(), tenant_id=tenant_id, kind="client", remote_id=remote_id, client_id=tie.client.id,
            member_id=None, state="linked", details="basic", base={}, remote_name=remote_name, changed_fields=[], version=1,
        )
    )  # fmt: skip
    if not tie.client.linked:
        tie.client.linked = True
    unit.record("link.made", on=link, client_id=tie.client.id)
    return link

