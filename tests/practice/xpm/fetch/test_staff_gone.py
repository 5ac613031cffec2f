"""Somebody who is a member here and no longer on the practice's staff is shown to be so, and keeps their place."""

from datetime import timedelta
from typing import Any

from practice.firms.models import Member
from practice.links.models import Link
from practice.xpm.models import Snapshot, SnapshotRow
from tests.practice.xpm.fetch.conftest import MARGARET, PRIYA, Practice
from tests.practice.xpm.fetch.test_lifecycle import applied

# Nobody's session ends meanwhile.
SOON = timedelta(minutes=1)


async def tied(practice: Practice) -> tuple[Member, str]:
    """A colleague who is one of the practice's staff, and the id there, everything imported."""
    told = await practice.control("GET", "practice")
    tane = next(one for one in told["staff"] if one["email"].startswith("tane"))
    colleague = await practice.house.colleague(practice.ada, "staff")
    assert colleague.member_id is not None
    async with practice.ctx.unit() as unit:
        member = await unit.lock(Member, colleague.member_id)
        member.email = tane["email"]
    await practice.connect()
    await applied(practice, (await practice.taken()).id)
    assert (await link(practice, tane["uuid"])).member_id == colleague.member_id
    return member, tane["uuid"]


async def link(practice: Practice, remote_id: str) -> Link:
    links: list[Link] = await practice.all(Link, Link.kind == "staff", Link.remote_id == remote_id)
    (found,) = links
    return found


async def row(practice: Practice, snapshot: Snapshot, remote_id: str) -> SnapshotRow | None:
    return (await practice.rows(snapshot.id, "staff")).get(remote_id)


async def leaves(practice: Practice, remote_id: str) -> dict[str, Any]:
    await practice.later(SOON)
    (before,) = [one for one in (await practice.control("GET", "practice"))["staff"] if one["uuid"] == remote_id]
    await practice.control("POST", "practice/staff", uuid=remote_id, left="on")
    await practice.control("POST", "practice/switches", lists_left_staff="off")
    return dict(before)


async def standing(practice: Practice) -> list[dict[str, Any]]:
    ((shown,),) = [(await practice.ada.get("/xpm")).json()["practices"]]
    return list(shown["staff_gone"])


async def test_who_left_the_staff_is_shown_and_stays_a_member(practice: Practice) -> None:
    member, tane = await tied(practice)
    await leaves(practice, tane)
    snapshot = await practice.taken()
    found = await row(practice, snapshot, tane)
    assert found is not None
    assert (found.proposal, found.reasons, found.chosen, found.target_id) == ("linked", ["staff_gone"], True, member.id)
    shown = (await practice.ada.get(f"/xpm/imports/{snapshot.id}/rows", kind="staff", reason="staff_gone")).json()
    assert [one["remote_id"] for one in shown["items"]] == [tane]
    assert snapshot.counts["staff"] == len(await practice.rows(snapshot.id, "staff")) - 1
    assert await standing(practice) == []
    await applied(practice, snapshot.id)
    assert await standing(practice) == [{"id": str(member.id), "name": member.name}]
    assert ((await link(practice, tane)).state, (await link(practice, tane)).member_id) == ("remote_deleted", member.id)
    (still,) = await practice.all(Member, Member.id == member.id)
    assert (still.state, still.role) == (member.state, member.role)
    # Nobody is asked about them again.
    await practice.later(SOON)
    again = await row(practice, await practice.taken(), tane)
    assert again is not None
    assert (again.reasons, again.chosen) == (["staff_gone"], False)


async def test_who_comes_back_is_linked_as_before(practice: Practice) -> None:
    member, tane = await tied(practice)
    before = await leaves(practice, tane)
    done = await applied(practice, (await practice.taken()).id)
    await practice.ada.send("DELETE", f"/xpm/imports/{done.id}/confirmation")
    await practice.worked()
    assert (await link(practice, tane)).state == "linked", "undone"
    await practice.later(SOON)
    await applied(practice, (await practice.taken()).id)
    await practice.later(SOON)
    await practice.control("POST", "practice/staff", uuid=tane, left="off", name=before["name"])
    snapshot = await practice.taken()
    found = await row(practice, snapshot, tane)
    assert found is not None
    assert (found.reasons, found.chosen) == (["linked_before"], True)
    await applied(practice, snapshot.id)
    assert ((await link(practice, tane)).state, (await link(practice, tane)).member_id) == ("linked", member.id)
    assert await standing(practice) == []


async def test_who_leaves_during_the_review_is_marked(practice: Practice) -> None:
    member, tane = await tied(practice)
    await practice.later(SOON)
    snapshot = await practice.taken()
    await leaves(practice, tane)
    await practice.refreshed(snapshot.id)
    found = await row(practice, snapshot, tane)
    assert found is not None
    assert (found.reasons, found.target_id) == (["staff_gone"], member.id)


async def test_another_login_marks_nobody(practice: Practice) -> None:
    _, tane = await tied(practice)
    await leaves(practice, tane)
    await practice.control("POST", "revoke", user=MARGARET)
    await practice.connect(who=PRIYA)
    assert await row(practice, await practice.taken(), tane) is None
