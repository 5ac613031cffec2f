"""Ties a practice's staff to the members of the firm that they are, or to nobody yet."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select

from practice.clients.set_managers import Placed, place_pending
from practice.firms.models import Member
from practice.kernel.unit import Unit
from practice.links.models import Link
from practice.links.problems import AlreadyLinked


async def link_staff(
    unit: Unit, *, tenant_id: UUID, remote_id: str, name: str, known: Mapping[str, str], member_id: UUID | None
) -> tuple[Link, bool, list[Placed]]:
    """The link, whether it is new, and the places that were taken. `known`: address and telephone there; `member_id`: None for somebody without a login.

    Clients that wait for them to manage are theirs from now on. Raises AlreadyLinked where the record is somebody else.
    """
    base = {"name": name, **{key: value for key, value in known.items() if value}}
    link: Link | None = await unit.scalar(
        select(Link)
        .where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == tenant_id,
            Link.kind == "staff",
            Link.remote_id == remote_id,
            Link.state != "unlinked",
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    new = link is None
    if link is None:
        link = unit.add(
            Link(
                id=unit.ids.new(), tenant_id=tenant_id, kind="staff", remote_id=remote_id, member_id=member_id,
                state="linked", details="basic", base=base, remote_name=name, changed_fields=[], version=1,
            )
        )  # fmt: skip
    elif member_id is not None and link.member_id is not None and link.member_id != member_id:
        other = await unit.get(Member, link.member_id)
        if other.active:
            raise AlreadyLinked(name, other.name)
        link.member_id, link.base, link.remote_name = member_id, base, name
        link.version += 1
    elif (member_id is not None and link.member_id is None) or (link.base, link.remote_name) != (base, name):
        link.member_id, link.base, link.remote_name = link.member_id or member_id, base, name
        link.version += 1
    if link.state == "remote_deleted":
        # On the staff again.
        link.state = "linked"
        link.version += 1
    await unit.flush()
    placed: list[Placed] = []
    if link.member_id is not None:
        placed = await place_pending(unit, tenant_id=tenant_id, staff_remote_id=remote_id, member_id=link.member_id)
    return link, new, placed


async def link_joined_member(unit: Unit, *, member_id: UUID) -> int:
    """Somebody joined: the practice's record of them, known by its address, is theirs. Answers how many clients they manage.

    Two records with that address are nobody's: a person says which.
    """
    member = await unit.get(Member, member_id)
    if not member.active:
        return 0
    waiting: list[Link] = await unit.scalars(
        select(Link)
        .where(
            Link.firm_id == unit.firm_id,
            Link.kind == "staff",
            Link.state != "unlinked",
            Link.member_id.is_(None),
            func.lower(Link.base["email"].astext) == member.email.strip().lower(),
        )
        .order_by(Link.tenant_id, Link.id)
        .with_for_update()
    )
    by_tenant: dict[UUID, list[Link]] = {}
    for link in waiting:
        by_tenant.setdefault(link.tenant_id, []).append(link)
    managed = 0
    for tenant_id, links in by_tenant.items():
        if len(links) > 1:
            continue
        [link] = links
        link.member_id = member.id
        link.version += 1
        await unit.flush()
        placed = await place_pending(
            unit, tenant_id=tenant_id, staff_remote_id=link.remote_id, member_id=member.id
        )
        managed += sum(one.taken for one in placed)
    return managed
