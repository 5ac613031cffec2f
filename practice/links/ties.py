"""Links with what hangs on them, read together and kept from others until the commit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from practice.clients.models import Client, ClientDetail
from practice.clients.write_details import blank_detail
from practice.firms.models import Member
from practice.kernel.unit import Unit
from practice.links.models import Link, LinkConflict, LinkPolicy, MatchSetting


@dataclass(slots=True)
class Tie:
    """A client, its details, its link if it has one, and the conflicts on it that nobody has decided, by field."""

    client: Client
    detail: ClientDetail | None
    link: Link | None = None
    conflicts: dict[str, LinkConflict] = field(default_factory=dict)

    def details(self, unit: Unit) -> ClientDetail:
        """The client's details, begun where there are none."""
        if self.detail is None:
            self.detail = blank_detail(unit, self.client)
        return self.detail


async def lock_ties(
    unit: Unit, *, tenant_id: UUID, remote_ids: Collection[str] = (), client_ids: Collection[UUID] = ()
) -> list[Tie]:
    """Of the practice's records with these ids that are linked, and of these clients, linked or not."""
    # Clients before links, in one order, as everybody else takes them.
    known = await unit.rows(
        select(Link.client_id).where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == tenant_id,
            Link.kind == "client",
            Link.state != "unlinked",
            Link.remote_id.in_(remote_ids),
        )
    )
    wanted = {row.client_id for row in known} | set(client_ids)
    clients: list[Client] = await unit.find(Client, sorted(wanted), lock=True)
    ties = {client.id: Tie(client, None) for client in clients}
    if not ties:
        return []
    for detail in await unit.scalars(
        select(ClientDetail)
        .where(ClientDetail.firm_id == unit.firm_id, ClientDetail.client_id.in_(ties))
        .order_by(ClientDetail.client_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        ties[detail.client_id].detail = detail
    links: dict[UUID, Tie] = {}
    for link in await unit.scalars(
        select(Link)
        .where(
            Link.firm_id == unit.firm_id, Link.tenant_id == tenant_id, Link.client_id.in_(ties), Link.state != "unlinked"
        )
        .order_by(Link.client_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):  # fmt: skip
        tie = ties[link.client_id]
        tie.link = link
        links[link.id] = tie
    for conflict in await unit.scalars(
        select(LinkConflict)
        .where(
            LinkConflict.firm_id == unit.firm_id,
            LinkConflict.link_id.in_(links),
            LinkConflict.resolved_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        links[conflict.link_id].conflicts[conflict.field] = conflict
    return list(ties.values())


async def policies_of(unit: Unit, tenant_id: UUID) -> dict[str, str]:
    """Who wins, by group of fields; a group that is not there is `ask`."""
    rows = await unit.rows(
        select(LinkPolicy.field_group, LinkPolicy.policy).where(
            LinkPolicy.firm_id == unit.firm_id, LinkPolicy.tenant_id == tenant_id
        )
    )
    return {row.field_group: row.policy for row in rows}


async def ties_trusts_by_name(unit: Unit, tenant_id: UUID) -> bool:
    """Whether a trust or fund without numbers is tied by its name alone; a practice that said nothing is asked."""
    said: bool | None = await unit.scalar(
        select(MatchSetting.trusts_by_name).where(
            MatchSetting.firm_id == unit.firm_id, MatchSetting.tenant_id == tenant_id
        )
    )
    return bool(said)


async def members_by_staff(unit: Unit, tenant_id: UUID, staff: Iterable[str]) -> Mapping[str, UUID]:
    """Who in the firm the practice's staff are: active members by the id of their record there."""
    rows = await unit.rows(
        select(Link.remote_id, Link.member_id)
        .join(Member, (Member.firm_id == Link.firm_id) & (Member.id == Link.member_id))
        .where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == tenant_id,
            Link.kind == "staff",
            Link.state != "unlinked",
            Link.remote_id.in_(set(staff)),
            Member.state == "active",
        )
    )
    return {row.remote_id: row.member_id for row in rows}
