"""Does with a member of the practice's staff what was decided: known as one of the firm's, invited, or known without a login."""

from sqlalchemy import func, select

from practice.firms.invite_user import invite_user
from practice.firms.models import Member
from practice.firms.problems import AlreadyInvited, AlreadyMember
from practice.kernel.problems import Invalid
from practice.kernel.unit import Unit
from practice.links.link_staff import link_staff
from practice.links.models import Link
from practice.xpm.apply_row import leave_out, note_outcome, stamp_of
from practice.xpm.models import Snapshot, SnapshotRow
from practice.xpm.problems import NobodyInvites, RowUnfit, TargetGone


async def apply_staff(unit: Unit, *, snapshot: Snapshot, row: SnapshotRow) -> None:
    """Writes the outcome on the row. Raises TargetGone, AlreadyLinked, RowUnfit, NobodyInvites."""
    if row.action in ("skip", "ignore"):
        await leave_out(unit, snapshot, row)
        return
    email = row.neutral.get("email", "").strip()
    if row.neutral.get("deleted"):
        await _note_gone(unit, snapshot, row)
        return
    before = _known(await _link_of(unit, snapshot, row))
    member: Member | None = None
    if row.action == "link":
        member = await unit.get(Member, row.target_id) if row.target_id else None
        if member is None or not member.active:
            raise TargetGone
    link, new, placed = await link_staff(
        unit, tenant_id=snapshot.tenant_id, remote_id=row.remote_id, name=row.name, known=row.neutral,
        member_id=member.id if member else None,
    )  # fmt: skip
    invitation = None
    if row.action == "create" and snapshot.invite and email and link.member_id is None:
        if not unit.actor.sees_all or unit.actor.member_id is None:
            raise NobodyInvites
        try:
            invitation = await invite_user(unit, email=email, role=row.role or "staff")
        except Invalid as wrong:
            raise RowUnfit(detail=f"“{email}” is not an e-mail address. Correct it in XPM, or import without inviting.") from wrong
        except AlreadyInvited:
            pass
        except AlreadyMember:
            member = await _by_address(unit, email)
            link, _, placed = await link_staff(
                unit, tenant_id=snapshot.tenant_id, remote_id=row.remote_id, name=row.name, known=row.neutral,
                member_id=member.id,
            )  # fmt: skip
    row.before = {
        **before,
        "invitation": str(invitation.id) if invitation else None,
        "placed": [[str(one.client_id), one.position, one.name, one.taken] for one in placed],
    }
    _stamp(unit, snapshot, row, link)
    if new:
        outcome = "linked" if link.member_id else "created"
    else:
        outcome = "unchanged" if before["version"] == link.version and invitation is None else "updated"
    note_outcome(unit, row, outcome)
    await unit.flush()


async def _note_gone(unit: Unit, snapshot: Snapshot, row: SnapshotRow) -> None:
    """Who is gone from the practice's staff is known to be so; nobody loses a place in the firm by it."""
    link = await _link_of(unit, snapshot, row)
    if link is None:
        note_outcome(unit, row, "skipped")
        return
    row.before = {**_known(link), "invitation": None, "placed": []}
    if changed := link.state != "remote_deleted":
        link.state = "remote_deleted"
        link.version += 1
        unit.record("link.staff_gone", on=link, name=row.name)
    _stamp(unit, snapshot, row, link)
    note_outcome(unit, row, "updated" if changed else "unchanged")
    await unit.flush()


def _stamp(unit: Unit, snapshot: Snapshot, row: SnapshotRow, link: Link) -> None:
    link.last_imported_at, link.imported_by, link.snapshot_id = unit.now, snapshot.confirmed_by, snapshot.id
    row.member_id = link.member_id
    row.before = {**(row.before or {}), "left": {"link": link.version}}


async def _link_of(unit: Unit, snapshot: Snapshot, row: SnapshotRow) -> Link | None:
    link: Link | None = await unit.scalar(
        select(Link).where(
            Link.firm_id == unit.firm_id,
            Link.tenant_id == snapshot.tenant_id,
            Link.kind == "staff",
            Link.remote_id == row.remote_id,
            Link.state != "unlinked",
        )
    )
    return link


def _known(link: Link | None) -> dict[str, object]:
    if link is None:
        return {"made": True, "version": None}
    return {
        "made": False,
        "version": link.version,
        "state": link.state,
        "member_id": str(link.member_id) if link.member_id else None,
        "base": link.base,
        "remote_name": link.remote_name,
        "stamp": stamp_of(link),
    }


async def _by_address(unit: Unit, email: str) -> Member:
    found: list[Member] = await unit.scalars(
        select(Member).where(
            Member.firm_id == unit.firm_id, func.lower(Member.email) == email.lower(), Member.state == "active"
        )
    )
    if len(found) != 1:
        raise RowUnfit(detail=f"Several people in the team have the address {email}. Say which one it is.")
    return found[0]
